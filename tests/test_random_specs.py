"""Random specs: valid ones are built as inferred, damaged ones are refused and never crash."""

import json
from typing import Any

import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from netspec.construct import build_network
from netspec.errors import SpecError, UsageError
from netspec.network import Network
from netspec.plan import Node, Plan
from netspec.read import plan_of
from netspec.source import from_text, with_overrides
from netspec.spec import parse

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
SMALL = st.integers(1, 4)
ACTIVATIONS = st.sampled_from(["relu", "tanh", "sigmoid", "softmax", {"type": "leakyrelu", "alpha": 0.2}])
UPDATERS = st.sampled_from(
    ["adam", {"type": "sgd", "learning_rate": 0.1}, {"type": "nesterovs", "learning_rate": {"type": "step", "initial": 0.1, "decay": 0.5, "every": 2}}]
)
REGULARIZATION = {
    "training_order": st.sampled_from(["modern", "beta3", "legacy"]),
    "minibatch": st.booleans(),
    "gradient_normalization": st.sampled_from(["none", "renormalize_l2_per_layer", {"type": "clip_l2_per_param_type", "threshold": 0.5}]),
    "constraints": st.sampled_from([[], "unit_norm", [{"type": "max_norm", "max": 2}, {"type": "non_negative", "apply_to": "biases"}]]),
    "weight_noise": st.sampled_from([{"type": "drop_connect", "rate": 0.25}, {"type": "weight_noise", "distribution": {"type": "normal", "std": 0.1}}]),
}
Layers = list[dict[str, Any]]


@st.composite
def windows(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A convolution or pooling that fits any image of 3×3 or more: small kernels are padded as far as they may be."""
    kernel = draw(st.integers(1, 3))
    layer: dict[str, Any] = {"type": kind, "kernel": draw(st.sampled_from([kernel, [kernel, kernel]]))}
    layer |= draw(st.sampled_from([{"mode": "same"}, {"padding": kernel // 2}]))
    layer |= {"stride": draw(st.sampled_from([1, [1, 1]]))} if kernel == 1 or draw(st.booleans()) else {"stride": draw(st.integers(1, 2))}
    return layer | ({"n_out": draw(SMALL)} if kind == "conv" else {"pooling": draw(st.sampled_from(["max", "avg"]))})


def blocks(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A repeat, or a residual whose shortcut gives the shape that its layers do."""
    layers = st.lists(inner, min_size=1, max_size=2)
    last = st.builds(lambda n_out: {"type": "dense", "n_out": n_out}, SMALL)
    residual = st.builds(lambda before, end: {"type": "residual", "layers": [*before, end], "shortcut": [end]}, layers, last)
    return st.one_of(residual, st.fixed_dictionaries({"type": st.just("repeat"), "times": SMALL, "layers": layers}))


@st.composite
def hidden(draw: st.DrawFn, image: bool) -> Layers:
    """A few layers: on images windows first, then dense ones and blocks of them."""
    anywhere = st.sampled_from(
        [
            {"type": "batch_norm"},
            {"type": "dropout", "rate": 0.5},
            {"type": "activation", "activation": "tanh"},
            {"type": "batch_norm", "lock_gamma_beta": True},
        ]
    )
    on_images = st.one_of(windows("conv"), windows("subsampling"), anywhere)
    dense = st.fixed_dictionaries(
        {"type": st.just("dense"), "n_out": SMALL, "has_bias": st.booleans()}, optional={"activation": ACTIVATIONS, "dropout": st.just(0.5), "l2": st.just(0.1)}
    )
    layers = draw(st.lists(on_images, max_size=3)) if image else []
    layers += [{"type": "flatten"}] if image and draw(st.booleans()) else []
    return layers + draw(st.lists(st.recursive(st.one_of(dense, anywhere), blocks, max_leaves=4), max_size=3))


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """A valid spec: a list, or a list with a second output from one of its layers."""
    image = draw(st.booleans())
    shape = "x".join(map(str, draw(st.tuples(SMALL, st.integers(3, 9), st.integers(3, 9))))) if image else draw(st.integers(1, 9))
    layers = [{"name": f"n{index}", **layer} for index, layer in enumerate(draw(hidden(image)))]
    outputs: Layers = [{"type": "output", "n_out": draw(st.integers(2, 4)), "loss": draw(st.sampled_from(["mse", "xent", "negative_log_likelihood"]))}]
    if layers and draw(st.booleans()):
        outputs.append({"type": "output", "input": draw(st.sampled_from(layers))["name"], "n_out": 2, "loss": "mse"})
    head = draw(
        st.fixed_dictionaries(
            {"activation": ACTIVATIONS},
            optional={"updater": UPDATERS, "seed": st.integers(0, 9), "l2": st.just(1e-4), "dropout": st.just(0.25)} | REGULARIZATION,
        )
    )
    return head | {"input": shape, "layers": [*layers, *outputs]}


def output_shapes(plan: Plan, network: Network, batch: int) -> dict[str, tuple[int, ...]]:
    """Shapes that the submodules really make, by name."""
    made: dict[str, tuple[int, ...]] = {}
    for node in plan.nodes:
        network.get_submodule(node.name).register_forward_hook(lambda _module, _inputs, output, name=node.name: made.__setitem__(name, tuple(output.shape)))
    network(torch.empty(batch, *(size or 1 for size in plan.inputs["input"].dims), device="meta"))
    return made


def parameters(node: Node, network: Network) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in network.get_submodule(node.name).named_parameters()}


@QUICK
@given(specs(), st.integers(2, 3))
def test_a_valid_spec_is_built_as_it_was_inferred(spec: dict[str, Any], batch: int) -> None:
    plan = plan_of(spec)
    network = build_network(plan, "meta")

    assert output_shapes(plan, network, batch) == {node.name: (batch, *node.output.dims) for node in plan.nodes}
    assert {node.name: parameters(node, network) for node in plan.nodes} == {
        node.name: {name: parameter.shape for name, parameter in node.parameters.items()} for node in plan.nodes
    }
    assert plan.parameters == sum(value.numel() for value in network.parameters())


@QUICK
@given(specs())
def test_a_spec_means_the_same_as_text_and_as_a_mapping(spec: dict[str, Any]) -> None:
    assert plan_of(json.dumps(spec)).as_dict() | {"name": ""} == plan_of(spec).as_dict() | {"name": ""}


WHOLE = """\
name: a
seed: 3
updater: nesterovs
learning_rate: {type: step, initial: 0.1, decay: 0.5, every: 10}
momentum: 0.9
l2: 1e-4
weight_init: xavier
dropout: 0.25
gradient_normalization: {type: clip_l2_per_layer, threshold: 0.5}
constraints: [unit_norm, {type: max_norm, max: 2, apply_to: biases}]
weight_noise: {type: drop_connect, rate: 0.5}
activation: relu
layers:
  - {type: conv, n_out: 4, kernel: [3, 3], padding: 1, name: first}
  - {type: subsampling, kernel: 2, pooling: max}
  - batch_norm
  - {type: dense, n_out: 8, activation: {type: leakyrelu, alpha: 0.1}, dropout: {type: dropout, rate: 0.5}}
  - {type: output, n_out: 10, loss: negative_log_likelihood, activation: softmax, frozen: false}
data: {type: digits, split: {validation: 0.1, test: 0.2}}
train: {batch_size: 32, epochs: 2, shuffle: true, device: cpu}
"""


def answered(text: str) -> str:
    """`ok`, or that a person is told, and where; whatever else comes out fails the test."""
    try:
        plan_of(f"{text}\n")
    except SpecError as error:
        return "refused" if all(problem.position or not problem.path for problem in error.problems) else f"refused without a place: {error}"
    except UsageError:
        return "refused"
    return "ok"


def test_the_spec_that_is_damaged_is_right_at_first() -> None:
    assert answered(WHOLE) == "ok"
    assert answered(WHOLE.replace("dense", "denze")) == "refused"


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Paths of every value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, item in items for found in ((*path, step), *places(item, (*path, step)))]


VALUES = parse(from_text(WHOLE)).source.values
PLACES = places(VALUES)
STRANGE = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        3,
        1e-4,
        1e300,
        "",
        "relu",
        "dense",
        "sgd",
        "x" * 100,
        [],
        [1],
        ["a", "b"],
        {},
        {"type": "relu"},
        {"type": 3},
        {"a": {"b": [1]}},
        "input",
        "first",
    ]
)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(PLACES), STRANGE), min_size=1, max_size=3))
def test_a_value_of_another_kind_is_refused_or_fine(changes: list[tuple[tuple[str | int, ...], Any]]) -> None:
    settings_ = [
        f"{'.'.join(map(str, path))}={yaml.safe_dump(value, default_flow_style=True).removesuffix('...' + chr(10)).strip()}" for path, value in changes
    ]
    try:
        text = yaml.safe_dump(with_overrides(from_text(WHOLE), settings_).values, sort_keys=False)
    except (SpecError, UsageError):
        return
    assert answered(text) in ("ok", "refused")


@QUICK
@given(st.lists(st.sampled_from([path for path in PLACES if len(path) < 4]), min_size=1, max_size=3))
def test_a_missing_value_is_refused_or_fine(paths: list[tuple[str | int, ...]]) -> None:
    source = from_text(WHOLE)
    for path in paths:
        if source.has(path):
            source = with_overrides(source, removals=[".".join(map(str, path))])
    assert answered(yaml.safe_dump(source.values, sort_keys=False)) in ("ok", "refused")


@QUICK
@given(st.integers(0, len(WHOLE.splitlines()) - 1), st.integers(0, len(WHOLE.splitlines())))
def test_a_line_said_twice_is_refused_or_fine(line: int, where: int) -> None:
    lines = WHOLE.splitlines()

    assert answered("\n".join([*lines[:where], lines[line], *lines[where:]])) in ("ok", "refused")


@settings(QUICK, max_examples=150)
@given(st.integers(0, len(WHOLE) - 2), st.integers(0, len(WHOLE) - 2))
def test_two_swapped_characters_are_refused_or_fine(first: int, second: int) -> None:
    text = list(WHOLE)
    text[first], text[second] = text[second], text[first]

    assert answered("".join(text)) in ("ok", "refused")


@settings(QUICK, max_examples=150)
@given(st.integers(0, len(WHOLE) - 1), st.one_of(st.sampled_from(list("{}[]:,-'\"#&*!|>%@`\\\t\n ?<=~.0\0\ufeff\u2028\x85“")), st.text(max_size=3)))
def test_an_inserted_character_is_refused_or_fine(where: int, inserted: str) -> None:
    assert answered(WHOLE[:where] + inserted + WHOLE[where:]) in ("ok", "refused")


@QUICK
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 40))
def test_a_deleted_piece_is_refused_or_fine(where: int, length: int) -> None:
    assert answered(WHOLE[:where] + WHOLE[where + length :]) in ("ok", "refused")


@QUICK
@given(st.text(max_size=60))
def test_any_text_is_refused_or_fine(text: str) -> None:
    assert answered(text) in ("ok", "refused")
