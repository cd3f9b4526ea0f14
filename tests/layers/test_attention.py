"""Attention layers: against torch's own multi-head attention, a calculation by hand, and DL4J's gradients, which are twice the true ones."""

import json
from zipfile import ZipFile

import pytest
import torch
from conformance.cases import Case
from conformance.check import assert_close, batch, load
from torch import nn

from netspec import SpecError, build
from netspec.interop import dl4j
from netspec.modules.attention import Attention
from netspec.modules.learned_self_attention import LearnedSelfAttention
from netspec.modules.recurrent_attention import RecurrentAttention
from netspec.modules.self_attention import SelfAttention
from netspec.read import plan_of

SEQUENCE = {"type": "recurrent", "size": 6, "length": 5}
SHAPES = {"q_proj_weight": (6, 6), "k_proj_weight": (6, 6), "v_proj_weight": (6, 6), "out_proj_weight": (6, 6)}
RECURRENT = SHAPES | {"weight": (6, 6), "recurrent_weight": (6, 6), "bias": (6,)}
HEADS = 3


def filled(module: nn.Module) -> nn.Module:
    generator = torch.Generator().manual_seed(1)
    for parameter in module.double().parameters():
        nn.init.normal_(parameter, generator=generator)
    return module


def like_torchs(module: nn.Module, keys: int = 6, values: int = 6) -> nn.MultiheadAttention:
    theirs = nn.MultiheadAttention(6, HEADS, bias=False, kdim=keys, vdim=values, batch_first=True).double()
    ours = dict(module.named_parameters())
    with torch.no_grad():
        theirs.out_proj.weight.copy_(ours["out_proj_weight"].T)
        if keys == values == 6:
            theirs.in_proj_weight.copy_(torch.cat([ours[f"{name}_proj_weight"] for name in "qkv"]))
        else:
            for name in ("q_proj_weight", "k_proj_weight", "v_proj_weight"):
                getattr(theirs, name).copy_(ours[name])
    return theirs


def random(*sizes: int) -> torch.Tensor:
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(2))


MASK = torch.tensor([[1.0, 1, 1, 0, 0], [1, 0, 1, 1, 1]], dtype=torch.float64)


@pytest.mark.parametrize("mask", [None, MASK], ids=["all", "masked"])
def test_self_attention_is_torchs(mask):
    ours, x = filled(SelfAttention(HEADS, SHAPES)), random(2, 5, 6)

    theirs, _ = like_torchs(ours)(x, x, x, key_padding_mask=None if mask is None else mask == 0)

    torch.testing.assert_close(ours(x, mask=mask), theirs)


def test_attention_of_one_sequence_to_another_is_torchs():
    ours = filled(Attention(HEADS, SHAPES | {"k_proj_weight": (6, 2), "v_proj_weight": (6, 4)}))
    queries, keys, values = random(2, 3, 6), random(2, 5, 2), random(2, 5, 4)

    theirs, _ = like_torchs(ours, 2, 4)(queries, keys, values, key_padding_mask=MASK == 0)

    torch.testing.assert_close(ours(queries, keys, values, mask=(None, MASK, None)), theirs)


def test_a_key_whose_value_is_masked_is_not_asked():
    module, keys = filled(Attention(HEADS, SHAPES)), random(2, 5, 6)
    both = MASK * MASK.flip(1)

    apart = module(random(2, 3, 6), keys, mask=(None, MASK, MASK.flip(1)))

    torch.testing.assert_close(apart, module(random(2, 3, 6), keys, mask=(None, both, None)))


def test_keys_are_the_values_where_there_are_two_inputs():
    module, queries, keys = filled(Attention(HEADS, SHAPES)), random(2, 3, 6), random(2, 5, 6)

    assert torch.equal(module(queries, keys), module(queries, keys, keys))


def test_attention_without_projections_calculated_by_hand():
    x = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]], dtype=torch.float64)
    first = torch.tensor([1 / 2**0.5, 0.0], dtype=torch.float64).softmax(0)  # 1·1 + 0·0 and 1·0 + 0·2, over the root of 2
    second = torch.tensor([0.0, 4 / 2**0.5], dtype=torch.float64).softmax(0)

    found = SelfAttention(1, {})(x)

    torch.testing.assert_close(found[0], torch.stack([torch.stack([first[0], 2 * first[1]]), torch.stack([second[0], 2 * second[1]])]))


def test_learned_queries_are_the_queries():
    learned = filled(LearnedSelfAttention(HEADS, SHAPES | {"queries": (6, 4)}))
    plain = Attention(HEADS, SHAPES).double()
    plain.load_state_dict({name: array for name, array in learned.state_dict().items() if name != "queries"})
    x = random(2, 5, 6)

    found = learned(x, mask=MASK)

    torch.testing.assert_close(found, plain(learned.queries.T.expand(2, 4, 6), x, x, mask=(None, MASK, MASK)))


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_an_example_that_is_masked_as_a_whole_is_as_if_it_were_not(dtype):
    module, x = filled(SelfAttention(HEADS, SHAPES)).to(dtype), random(2, 5, 6).to(dtype)
    mask = torch.tensor([[0, 0, 0, 0, 0], [1, 0, 1, 1, 1]], dtype=dtype)

    found = module(x, mask=mask)

    assert torch.equal(found[0], module(x, mask=torch.ones_like(mask))[0])
    assert torch.equal(found[1], module(x, mask=mask[1:].expand(2, 5))[1])


@pytest.mark.parametrize(
    ("module", "inputs"),
    [
        (SelfAttention(HEADS, SHAPES), (random(2, 3, 6),)),
        (LearnedSelfAttention(HEADS, SHAPES | {"queries": (6, 2)}), (random(2, 3, 6),)),
        (Attention(HEADS, SHAPES), (random(2, 2, 6), random(2, 3, 6))),
        (RecurrentAttention(HEADS, RECURRENT, nn.Tanh(), holds=True), (random(2, 3, 6),)),
    ],
    ids=["self", "learned", "other", "recurrent"],
)
def test_gradients_are_the_derivatives(module, inputs):
    filled(module)
    names = [name for name, _ in module.named_parameters()]

    def computed(*arrays: torch.Tensor) -> torch.Tensor:
        given, weights = arrays[: len(inputs)], arrays[len(inputs) :]
        return torch.func.functional_call(module, dict(zip(names, weights, strict=True)), given)

    arrays = [array.detach().clone().requires_grad_() for array in (*inputs, *module.parameters())]
    assert torch.autograd.gradcheck(computed, arrays)


@pytest.mark.parametrize(
    "case", ["self_one_head", "self_three_heads", "vertex_two_inputs", "seed_vertex", "recurrent_one_head", "recurrent_plain", "seed_recurrent"]
)
def test_dl4js_gradient_is_twice_ours_in_the_layer_and_ours_above_it(case, shared, tmp_path):
    recorded, path = Case.of(f"attention/{case}"), tmp_path / "before.zip"
    path.write_bytes(recorded.read("before.zip"))
    model = load(path, recorded)
    layers = [name.rsplit("_", 1)[0] for name in recorded.about["param_table"]]
    sizes = [torch.Size(shape).numel() for shape in recorded.about["param_table"].values()]
    factor = torch.cat([torch.full((size,), 2.0 if layer == layers[0] else 1.0) for layer, size in zip(layers, sizes, strict=True)])

    assert_close(dl4j.flat_gradient(model, batch(recorded, model, 0)) * factor.numpy(), recorded.array("gradient").ravel(), 1e-9, case)


@pytest.mark.parametrize(
    ("recorded", "layer"),
    [
        ("self_attention 70 heads 3 size 20 -> 50, own init", {"type": "self_attention"}),
        ("learned_self_attention 70 heads 3 size 20 -> 50 queries 40, own init", {"type": "learned_self_attention", "queries": 40}),
        ("recurrent_attention 70 heads 3 size 20 -> 50, own init", {"type": "recurrent_attention"}),
    ],
)
def test_fans_are_those_of_dl4j(recorded, layer, shared):
    with ZipFile(shared / "dl4j" / "conformance" / "inits_shape.zip") as archive:
        theirs = json.loads(archive.read("fans.json"))[recorded]
    said = {"name": "it", "n_out": 50, "heads": 3, "head_size": 20, **layer}
    parameters = plan_of({"input": {"type": "recurrent", "size": 70}, "layers": [said]}).node("it").parameters
    names = {
        "W": "weight",
        "RW": "recurrent_weight",
        "Q": "queries",
        "Wq": "q_proj_weight",
        "Wk": "k_proj_weight",
        "Wv": "v_proj_weight",
        "Wo": "out_proj_weight",
    }

    for name, about in theirs.items():
        if name == "b":
            continue
        fans = parameters[names[name]].fans
        assert (fans.into, fans.out) == (pytest.approx(about["fan_in"], rel=2e-3), pytest.approx(about["fan_out"], rel=2e-3))


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({}, "layers.0.n_out must be set, or project_input: false"),
        ({"n_out": 8, "heads": 3}, "layers.0.heads must divide n_out (8), or head_size must be set, got 3"),
        ({"project_input": False, "heads": 2}, "layers.0.heads must be left out with project_input: false, got 2"),
        ({"project_input": False, "head_size": 6}, "layers.0.head_size must be left out with project_input: false, got 6"),
        ({"project_input": False, "n_out": 5}, "layers.0.n_out must be 6, as the values have, with project_input: false, got 5"),
        ({"type": "attention", "input": "input"}, "layers.0.input must name queries and keys, or queries, keys and values, got 1"),
        ({"type": "learned_self_attention", "n_out": 6}, "layers.0.queries must be set"),
    ],
)
def test_what_makes_no_attention_is_refused(layer, message):
    with pytest.raises(SpecError) as refused:
        plan_of({"input": SEQUENCE, "layers": [{"type": "self_attention", **layer}]})

    assert [problem.message for problem in refused.value.problems] == [message]


@pytest.mark.parametrize(
    ("other", "layer", "message"),
    [
        ({"size": 2, "length": 3}, {"project_input": False}, "layers.0.project_input must be true: queries have 6 features, keys 2, got false"),
        ({"size": 6, "length": 3}, {"n_out": 4, "input": ["a", "a", "b"]}, "layers.0.input must have one value for each key, got 5 keys and 3 values"),
    ],
)
def test_sequences_that_do_not_go_together_are_refused(other, layer, message):
    inputs = {"a": SEQUENCE, "b": {"type": "recurrent", **other}}
    with pytest.raises(SpecError) as refused:
        plan_of({"input": inputs, "layers": [{"type": "attention", "input": ["a", "b"], **layer}]})

    assert [problem.message for problem in refused.value.problems] == [message]


def test_a_sequence_of_any_length_is_attended_to():
    model = build({"input": {"type": "recurrent", "size": 6}, "layers": [{"type": "learned_self_attention", "n_out": 4, "heads": 2, "queries": 3}]})

    assert [tuple(model.module(torch.randn(2, steps, 6)).shape) for steps in (1, 9)] == [(2, 3, 4), (2, 3, 4)]


@pytest.mark.parametrize("layer", [{"type": "self_attention"}, {"type": "learned_self_attention", "queries": 5}], ids=lambda layer: layer["type"])
def test_masked_steps_change_no_answer_in_a_network(layer):
    network = build({"input": SEQUENCE, "data_type": "float64", "layers": [{"n_out": 6, "heads": 2, **layer}, {"type": "loss", "loss": "mse"}]}).module
    x, other = random(2, 5, 6), random(2, 5, 6).where(MASK[..., None] == 1, torch.tensor(7.0, dtype=torch.float64))

    answers = network(x, MASK)[MASK == 1] if layer["type"] == "self_attention" else network(x, MASK)
    others = network(other, MASK)[MASK == 1] if layer["type"] == "self_attention" else network(other, MASK)

    torch.testing.assert_close(answers, others)


def test_masks_go_on_with_the_queries_and_end_where_queries_are_learned():
    inputs = {"a": SEQUENCE, "b": {"type": "recurrent", "size": 2, "length": 5}}
    layers = [
        {"type": "attention", "name": "both", "input": ["a", "b"], "n_out": 4},
        {"type": "loss", "name": "one", "loss": "mse"},
        {"type": "learned_self_attention", "name": "learned", "input": "a", "n_out": 4, "queries": 5},
        {"type": "loss", "name": "other", "loss": "mse"},
    ]
    network = build({"input": inputs, "layers": layers}).module

    _, arrived = network.propagate({"a": torch.randn(2, 5, 6), "b": torch.randn(2, 5, 2)}, {"a": MASK, "b": MASK.flip(1)})

    assert arrived.keys() == {"one"}
    assert torch.equal(arrived["one"], MASK)


def recurrent(*, holds: bool = True) -> RecurrentAttention:
    return filled(RecurrentAttention(HEADS, RECURRENT, nn.Tanh(), holds=holds))


def test_the_state_asks_the_whole_sequence_before_each_step_but_the_first():
    module, x = recurrent(), random(2, 3, 6)
    plain = Attention(HEADS, SHAPES).double()
    plain.load_state_dict({name: array for name, array in module.state_dict().items() if name in SHAPES})
    first = torch.tanh(x[:, 0] @ module.weight + module.bias)
    answer = plain(first.unsqueeze(1), x)[:, 0]
    second = torch.tanh(x[:, 1] @ module.weight + answer @ module.recurrent_weight + module.bias)

    torch.testing.assert_close(module(x)[:, :2], torch.stack([first, second], 1))


def test_masked_steps_are_as_if_they_were_not_there():
    module, x = recurrent(), random(2, 5, 6)
    mask = torch.tensor([[0.0, 1, 0, 1, 0], [1, 1, 0, 0, 1]])

    found = module(x, mask=mask)

    torch.testing.assert_close(found[0, [1, 3]], module(x[:1, [1, 3]])[0])
    torch.testing.assert_close(found[1, [0, 1, 4]], module(x[1:, [0, 1, 4]])[0])
    assert bool((found[mask == 0] == 0).all())


def test_dl4js_state_goes_through_masked_steps_which_are_only_not_asked():
    module, x = recurrent(holds=False), random(1, 3, 6)
    mask = torch.tensor([[1.0, 0, 1]])
    first = module(x[:, :1])
    plain = Attention(HEADS, SHAPES).double()
    plain.load_state_dict({name: array for name, array in module.state_dict().items() if name in SHAPES})

    def after(state: torch.Tensor, step: int) -> torch.Tensor:
        answer = plain(state, x, mask=(None, mask, None))
        return torch.tanh(x[:, step : step + 1] @ module.weight + answer @ module.recurrent_weight + module.bias)

    second = after(first, 1)
    torch.testing.assert_close(module(x, mask=mask), torch.cat([first, second, after(second, 2)], 1))


def test_a_recurrent_attention_ignores_masks_where_it_says_so():
    layer = {"type": "recurrent_attention", "n_out": 4, "masking": "ignore"}
    network = build({"input": SEQUENCE, "data_type": "float64", "layers": [layer]}).module
    x = random(2, 5, 6)

    assert torch.equal(network(x, MASK), network(x))


def test_an_unprojected_recurrent_attention_has_the_units_of_its_input():
    with pytest.raises(SpecError, match=r"n_out must be 6, as the values have"):
        plan_of({"input": SEQUENCE, "layers": [{"type": "recurrent_attention", "n_out": 4, "project_input": False}]})
