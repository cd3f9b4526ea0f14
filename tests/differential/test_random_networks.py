"""Random specs over the vocabulary: netspec exports them, DL4J predicts and trains three steps, both agree in float64."""

from typing import Any

import numpy as np
import pytest
from conformance.check import assert_close
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from netspec import build
from netspec.interop import dl4j

STEPS, EXAMPLES = 3, 5
ACTIVATIONS = ("tanh", "sigmoid", "identity", "softmax", {"type": "elu", "alpha": 1.0}, "selu", "swish")
"""Without kinks, and without DL4J's mistaken derivatives."""

rates = st.sampled_from([0.02, 0.005, {"type": "step", "initial": 0.02, "decay": 0.5, "every": 2}, {"type": "exponential", "initial": 0.01, "gamma": 0.8}])
"""So small that no output of a sigmoid comes within 1e-5 of 0 or 1, where DL4J's XENT clips and netspec's does not."""

updaters = st.one_of(
    st.fixed_dictionaries({"type": st.just("sgd"), "learning_rate": rates}),
    st.fixed_dictionaries({"type": st.just("nesterovs"), "learning_rate": rates, "momentum": st.sampled_from([0.9, 0.5])}),
    st.fixed_dictionaries({"type": st.just("adam"), "learning_rate": rates, "beta1": st.sampled_from([0.9, 0.8]), "epsilon": st.sampled_from([1e-8, 1e-3])}),
    st.fixed_dictionaries({"type": st.just("rmsprop"), "learning_rate": rates}),
    st.fixed_dictionaries({"type": st.just("adagrad"), "learning_rate": st.sampled_from([0.02, 0.005])}),
)
coefficients = st.sampled_from([0.0, 0.01, 0.1])
regularization = st.fixed_dictionaries(
    {}, optional={"l1": coefficients, "l2": coefficients, "weight_decay": coefficients, "l2_bias": coefficients, "l1_bias": coefficients}
)
weighted = st.fixed_dictionaries({}, optional={"updater": updaters, "bias_updater": updaters}).flatmap(lambda own: regularization.map(lambda more: own | more))
dense = st.fixed_dictionaries(
    {"type": st.just("dense"), "n_out": st.integers(1, 5), "activation": st.sampled_from([one for one in ACTIVATIONS if one != "softmax"])},
    optional={"has_bias": st.booleans()},
)
conv = st.fixed_dictionaries(
    {"type": st.just("conv"), "n_out": st.integers(1, 3), "kernel": st.integers(1, 3), "activation": st.sampled_from(["tanh", "sigmoid"])},
    optional={"stride": st.integers(1, 2), "mode": st.sampled_from(["truncate", "same"]), "has_bias": st.booleans()},
)
norm = st.fixed_dictionaries({"type": st.just("batch_norm")}, optional={"decay": st.sampled_from([0.9, 0.5]), "lock_gamma_beta": st.booleans()})
pool = st.fixed_dictionaries({"type": st.just("subsampling"), "kernel": st.just(2), "stride": st.integers(1, 2), "pooling": st.sampled_from(["max", "avg"])})
plain = st.fixed_dictionaries({"type": st.just("activation"), "activation": st.sampled_from(["tanh", "sigmoid"])})
ends = st.sampled_from(
    [
        {"loss": "negative_log_likelihood"},
        {"loss": "xent"},
        {"loss": "mse", "activation": "identity"},
        {"loss": "mse", "activation": "tanh"},
        {"loss": "mae", "activation": "identity"},
    ]
)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    images = draw(st.booleans())
    hidden = draw(st.lists(st.one_of(conv, pool, norm) if images else st.one_of(dense, dense, norm, plain), min_size=1, max_size=3))
    if hidden[0]["type"] == "activation":  # DL4J applies an ActivationLayer in place, to the caller's own features where it comes first
        hidden = [draw(dense), *hidden]
    behind = draw(st.lists(dense, max_size=1)) if images else []
    layers = [layer if layer["type"] in ("activation", "subsampling", "batch_norm") else layer | draw(weighted) for layer in [*hidden, *behind]]
    output = {"type": "output", "n_out": draw(st.integers(2, 4))} | draw(ends) | draw(weighted)
    whole = {"seed": 7, "data_type": "float64", "input": "2x7x6" if images else 4, "updater": draw(updaters)}
    spec = whole | draw(regularization) | {"layers": [*layers, output]}
    return as_graph(spec) if draw(st.booleans()) else spec


def as_graph(spec: dict[str, Any]) -> dict[str, Any]:
    """The same layers with names, and a second output beside the first."""
    layers = [layer | {"name": f"l{number}"} for number, layer in enumerate(spec["layers"])]
    behind = layers[-2]["name"]
    other = {"type": "output", "name": "other", "input": behind, "n_out": 2, "loss": "mse", "activation": "identity"}
    return spec | {"layers": [*layers, other]}


def data(model: Any) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    draw = np.random.default_rng(3)
    sizes = next(iter(model.plan.inputs.values())).dims
    labels = {}
    for name in model.plan.outputs:
        node = model.plan.node(name)
        width = node.output.dims[0]
        values = draw.normal(size=(EXAMPLES, width))
        labels[name] = values if node.layer.loss.of == "values" else np.eye(width)[draw.integers(width, size=EXAMPLES)]
    return draw.normal(size=(EXAMPLES, *sizes)), labels


def agree(oracle: Any, folder: Any, spec: dict[str, Any]) -> None:
    note(str(spec))
    model = build(spec)
    features, labels = data(model)
    folder.mkdir(exist_ok=True)
    path = folder / "model.zip"
    dl4j.save(model, path)
    answer = oracle.ask(path, [([features], list(labels.values()))], folder, steps=STEPS)
    predicted = model.predict(features)
    for number, name in enumerate(model.plan.outputs):
        found = predicted[name] if isinstance(predicted, dict) else predicted
        assert_close(found.numpy(), answer[f"output0_{number}"], 1e-8, f"output {name}")
    batch = (features, labels if len(labels) > 1 else next(iter(labels.values())))
    for number in range(STEPS):
        score = model.step(batch)
        # DL4J clips probabilities at 1e-10 in scores: one near 0 differs by that, whatever it is.
        assert score == pytest.approx(answer["score_of_step"][number], rel=1e-8, abs=1e-8), f"score of step {number}"
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], 1e-8, f"parameters after step {number}")
    if "updater_state_after" in answer:
        assert_close(dl4j.updater_state(model), answer["updater_state_after"], 1e-8, "updater state")


QUIETLY = {"deadline": None, "derandomize": True, "database": None, "suppress_health_check": list(HealthCheck), "phases": (Phase.generate, Phase.shrink)}


def possible(spec: dict[str, Any]) -> bool:
    """Windows may have become larger than their image."""
    try:
        build(spec)
    except Exception as error:
        if "must be at most" in str(error):
            return False
        raise
    return True


@settings(max_examples=30, **QUIETLY)
@given(specs().filter(possible))
def test_netspec_and_dl4j_agree_on_random_networks(oracle, tmp_path_factory, spec):
    agree(oracle, tmp_path_factory.getbasetemp() / "random", spec)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=1000, **QUIETLY)
@given(specs().filter(possible))
def test_netspec_and_dl4j_agree_on_a_thousand_random_networks(oracle, tmp_path_factory, spec):
    agree(oracle, tmp_path_factory.getbasetemp() / "random", spec)
