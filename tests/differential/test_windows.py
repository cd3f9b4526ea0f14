"""Random networks of windows over sequences, images and volumes: netspec exports them, DL4J predicts and trains three steps, both agree in float64."""

from typing import Any

import numpy as np
from conformance.check import assert_close
from differential.test_random_networks import QUIETLY
from hypothesis import given, settings
from hypothesis import strategies as st

from netspec import build
from netspec.interop import dl4j
from netspec.shapes import FeedForward

STEPS, EXAMPLES = 3, 4
INPUTS = {"sequence": {"type": "recurrent", "size": 2, "length": 9}, "image": "2x7x6", "volume": "2x4x5x4"}
AXES = {"sequence": 1, "image": 2, "volume": 3}
modes = st.sampled_from(["truncate", "same"])
sizes = st.integers(1, 3)


def each(kind: str, of: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    return st.lists(of, min_size=AXES[kind], max_size=AXES[kind])


def filters(kind: str, tag: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    said = {"type": st.just(tag), "kernel": each(kind, sizes), "activation": st.sampled_from(["tanh", "sigmoid"]), **more}
    return st.fixed_dictionaries(said, optional={"stride": each(kind, st.integers(1, 2)), "mode": modes, "has_bias": st.booleans()})


def windows(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Layers that DL4J has for this kind of input and can run."""
    n_out = st.integers(1, 3)
    poolings = [{"pooling": "max"}, {"pooling": "avg"}] + ([] if kind == "volume" else [{"pooling": "pnorm", "p": 2}])
    pool = st.builds(
        lambda pooling, window: pooling | window,
        st.sampled_from(poolings),
        st.fixed_dictionaries({"type": st.just("subsampling"), "kernel": st.just(2), "stride": st.integers(1, 2), "mode": modes}),
    )
    ends = st.lists(st.integers(0, 1), min_size=2 * AXES[kind], max_size=2 * AXES[kind])
    found = [
        filters(kind, "conv", n_out=n_out),
        pool,
        st.fixed_dictionaries({"type": st.just("zero_padding"), "padding": ends}),
        st.fixed_dictionaries({"type": st.just("cropping"), "cropping": ends}),
        st.fixed_dictionaries({"type": st.just("upsampling"), "size": each(kind, st.integers(1, 2))}),
    ]
    if kind == "image":
        found += [filters(kind, "depthwise", depth_multiplier=n_out), filters(kind, "separable", n_out=n_out, depth_multiplier=n_out)]
    if kind == "sequence":
        found.append(
            st.fixed_dictionaries({"type": st.just("conv"), "n_out": n_out, "kernel": sizes, "mode": st.just("causal"), "activation": st.just("tanh")}),
        )
    if kind != "sequence":
        found.append(filters(kind, "deconv", n_out=n_out))
    return st.one_of(found)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(INPUTS)))
    first = draw(filters(kind, "conv", n_out=st.integers(1, 3)))  # what DL4J infers the kind of its input from
    layers = [first, *draw(st.lists(windows(kind), max_size=2))]
    if draw(st.booleans()):
        layers.append({"type": "global_pooling", **draw(st.sampled_from([{"pooling": "max"}, {"pooling": "avg"}, {"pooling": "pnorm", "p": 2}]))})
        layers.append({"type": "output", "n_out": 2, "loss": "negative_log_likelihood"})
    elif kind == "sequence":
        layers.append({"type": "output", "n_out": 2, "loss": "mse", "activation": "identity"})
    else:
        layers.append({"type": "loss", "loss": "mse", "activation": "identity"})
    return {"seed": 7, "data_type": "float64", "input": INPUTS[kind], "updater": {"type": "nesterovs", "learning_rate": 0.05}, "layers": layers}


def possible(spec: dict[str, Any]) -> bool:
    """Windows may have become larger than what they slide over."""
    try:
        build(spec)
    except Exception as error:
        if "must be at most" in str(error) or "at least one cell" in str(error):
            return False
        raise
    return True


def batch(model: Any) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    output = model.plan.node(model.plan.outputs[0]).output
    values = draw.normal(size=(EXAMPLES, *output.dims))
    labels = np.eye(2)[draw.integers(2, size=EXAMPLES)] if isinstance(output, FeedForward) else values
    return draw.normal(size=(EXAMPLES, *model.plan.inputs["input"].dims)), labels


def as_dl4j(model: Any, array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array.swapaxes(1, 2)) if array.ndim == 3 else array


@settings(max_examples=40, **QUIETLY)
@given(specs().filter(possible))
def test_netspec_and_dl4j_agree_on_windows_over_sequences_images_and_volumes(oracle, tmp_path_factory, spec):
    folder = tmp_path_factory.getbasetemp() / "windows"
    folder.mkdir(exist_ok=True)
    model = build(spec)
    features, labels = batch(model)
    dl4j.save(model, folder / "model.zip")
    answer = oracle.ask(folder / "model.zip", [([as_dl4j(model, features)], [as_dl4j(model, labels)])], folder, steps=STEPS)
    predicted = dl4j.output(model, model.plan.outputs[0], model.predict(features).numpy())

    assert_close(predicted, answer["output0_0"], 1e-8, "output")
    for number in range(STEPS):
        model.step((features, labels))
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-8, f"parameters after step {number}")
