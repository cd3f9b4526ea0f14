"""Random networks of recurrent layers: netspec exports them, DL4J predicts and trains three steps, both agree in float64."""

from typing import Any

import numpy as np
import pytest
from conformance.check import assert_close
from differential.test_random_networks import QUIETLY, regularization, updaters
from hypothesis import given, note, settings
from hypothesis import strategies as st

from netspec import build
from netspec.interop import dl4j

STEPS, EXAMPLES, LENGTH = 3, 4, 5
n_out, activations, gates = st.integers(1, 3), st.sampled_from(["tanh", "softsign", "sigmoid"]), st.sampled_from(["sigmoid", "tanh"])
weights = st.sampled_from(["xavier", "relu_uniform", {"type": "normal", "std": 0.3}])
one_way = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["lstm", "graves_lstm"]), "n_out": n_out},
        optional={"activation": activations, "gate_activation": gates, "forget_gate_bias": st.sampled_from([0.0, 2.0]), "recurrent_weight_init": weights},
    ),
    st.fixed_dictionaries({"type": st.just("simple_rnn"), "n_out": n_out}, optional={"activation": activations}),
)
both_ways = st.one_of(
    st.fixed_dictionaries({"type": st.just("graves_bidirectional_lstm"), "n_out": n_out}, optional={"activation": activations, "gate_activation": gates}),
    st.fixed_dictionaries({"type": st.just("bidirectional"), "layer": one_way, "mode": st.sampled_from(["concat", "add", "mul", "average"])}),
)
dense = st.fixed_dictionaries({"type": st.just("dense"), "n_out": n_out, "activation": st.just("tanh")})
between = st.one_of(dense, dense.map(lambda layer: {"type": "time_distributed", "layer": layer}))


def regularized(layer: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What is said of weights stands on the layer that has them."""
    return layer | {"layer": regularized(layer["layer"], own)} if "layer" in layer else layer | own


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    recurrent = draw(st.lists(st.one_of(one_way, one_way, both_ways, between), min_size=1, max_size=2))
    first = draw(st.one_of(one_way, both_ways))  # what DL4J infers a sequence from
    layers = [regularized(layer, draw(regularization)) for layer in [first, *recurrent]]
    end = draw(st.sampled_from(["steps", "last", "pooled"]))
    if end == "last":
        layers += [draw(one_way), {"type": "last_time_step"}]
    elif end == "pooled":
        layers.append({"type": "global_pooling", "pooling": draw(st.sampled_from(["avg", "sum"]))})
    loss = draw(st.sampled_from([{"loss": "negative_log_likelihood"}, {"loss": "mse", "activation": "identity"}]))
    output = {"type": "output", "n_out": 2, **loss, **draw(regularization)}
    return {
        "seed": 7,
        "data_type": "float64",
        "input": {"type": "recurrent", "size": 2, "length": LENGTH},
        "updater": draw(updaters),
        "weight_init": draw(weights),
        "layers": [*layers, output],
    }


def batch(model: Any) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    node = model.plan.node(model.plan.outputs[0])
    labels = draw.normal(size=(EXAMPLES, *node.output.dims))
    if node.layer.loss.of == "classes":
        labels = np.eye(2)[draw.integers(2, size=labels.shape[:-1])]
    return draw.normal(size=(EXAMPLES, LENGTH, 2)), labels


def as_dl4j(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array.swapaxes(1, 2)) if array.ndim == 3 else array


def agree(oracle: Any, folder: Any, spec: dict[str, Any]) -> None:
    note(str(spec))
    folder.mkdir(exist_ok=True)
    model = build(spec)
    features, labels = batch(model)
    dl4j.save(model, folder / "model.zip")
    answer = oracle.ask(folder / "model.zip", [([as_dl4j(features)], [as_dl4j(labels)])], folder, steps=STEPS)

    assert_close(dl4j.output(model, model.plan.outputs[0], model.predict(features).numpy()), answer["output0_0"], 1e-8, "output")
    for number in range(STEPS):
        assert model.step((features, labels)) == pytest.approx(answer["score_of_step"][number], rel=1e-8, abs=1e-8), f"score of step {number}"
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-8, f"parameters after step {number}")
    if "updater_state_after" in answer:
        assert_close(dl4j.updater_state(model), answer["updater_state_after"], 1e-8, "updater state")


@settings(max_examples=15, **QUIETLY)
@given(specs())
def test_netspec_and_dl4j_agree_on_random_recurrent_networks(oracle, tmp_path_factory, spec):
    agree(oracle, tmp_path_factory.getbasetemp() / "sequences", spec)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=600, **QUIETLY)
@given(specs())
def test_netspec_and_dl4j_agree_on_hundreds_of_random_recurrent_networks(oracle, tmp_path_factory, spec):
    agree(oracle, tmp_path_factory.getbasetemp() / "sequences", spec)
