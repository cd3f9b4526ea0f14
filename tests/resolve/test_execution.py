"""What is done for speed must leave the function and its gradients as they were, and be said."""

from dataclasses import replace

import pytest
import torch

from netspec.construct import build_network
from netspec.plan import Execution, Plan
from netspec.read import plan_of


def plan(activation: object = "relu", data_type: str = "float32", **pooling: object) -> Plan:
    layers = [
        {"type": "conv", "n_out": 4, "kernel": 3, "activation": activation},
        {"type": "subsampling", "kernel": 2, **pooling},
        {"type": "conv", "n_out": 5, "kernel": 3, "mode": "same", "activation": activation},
        {"type": "subsampling", "kernel": 3, "stride": 2, "mode": "same", **pooling},
        {"type": "dense", "n_out": 7, "activation": activation},
        {"type": "output", "n_out": 3, "loss": "mse"},
    ]
    return plan_of({"input": "2x12x13", "seed": 1, "data_type": data_type, "layers": layers})


def outcome(of: Plan) -> dict[str, torch.Tensor]:
    """Output and gradients, by name."""
    network = build_network(of)
    output = network(torch.randn((5, 2, 12, 13), generator=torch.Generator().manual_seed(0)).to(next(network.parameters()).dtype))
    output.square().sum().backward()
    return {"output": output.detach()} | {name: parameter.grad for name, parameter in network.named_parameters()}


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "selu", "elu", {"type": "leakyrelu", "alpha": 0.1}])
def test_the_function_and_its_gradients_stay(activation: object) -> None:
    fast = plan(activation)

    ours, plain = outcome(fast), outcome(replace(fast, execution=Execution()))

    assert fast.execution == Execution(channels_last=True, postponed={"conv_1": "subsampling_1", "conv_2": "subsampling_2"})
    for name, value in plain.items():
        torch.testing.assert_close(ours[name].contiguous(), value.contiguous(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["gelu", "swish"])
def test_an_activation_that_falls_somewhere_stays_before_the_pooling(activation: str) -> None:
    assert plan(activation).execution.postponed == {}


@pytest.mark.parametrize("pooling", [{"pooling": "avg"}, {"dropout": 0.5}])
def test_only_plain_max_pooling_lets_an_activation_wait(pooling: dict[str, object]) -> None:
    assert plan("relu", **pooling).execution.postponed == {}


def test_an_activation_that_another_layer_needs_does_not_wait() -> None:
    layers = [
        {"type": "conv", "n_out": 4, "kernel": 3, "activation": "relu", "name": "c"},
        {"type": "subsampling", "kernel": 2, "name": "p"},
        {"type": "output", "n_out": 3, "loss": "mse", "name": "one"},
        {"type": "output", "n_out": 3, "loss": "mse", "name": "two", "input": "c"},
    ]

    assert plan_of({"input": "2x12x13", "layers": layers}).execution.postponed == {}


def test_double_precision_keeps_the_usual_layout() -> None:
    assert not plan(data_type="float64").execution.channels_last


def vectors(*between: dict[str, object], width: int = 400, **spec: object) -> Plan:
    layers = [{"type": "dense", "n_out": width, "activation": "tanh"}, *between, {"type": "output", "n_out": 3, "loss": "mse"}]
    return plan_of({"input": 200, "seed": 1, "data_type": "float64", "layers": layers, **spec})


def trained(of: Plan, examples: int, *, training: bool = True) -> dict[str, torch.Tensor]:
    """Output and gradients, by name."""
    network = build_network(of).train(training)
    output = network(torch.randn((examples, 200), dtype=torch.float64, generator=torch.Generator().manual_seed(0)))
    output.square().sum().backward()
    return {"output": output.detach()} | {name: parameter.grad for name, parameter in network.named_parameters()}


@pytest.mark.parametrize("has_bias", [True, False])
def test_features_first_is_the_same_function_and_lies_as_it_says(has_bias: bool) -> None:
    fast = vectors({"type": "dropout", "rate": 1e-12}, {"type": "dense", "n_out": 50, "has_bias": has_bias, "activation": "softmax"})
    ours, plain = trained(fast, 7), trained(replace(fast, execution=Execution()), 7)

    assert fast.execution == Execution(features_first=("dense_1", "dense_2", "output_1"))
    assert (ours["output"].stride(), plain["output"].stride()) == ((1, 7), (3, 1))
    for name, value in plain.items():
        torch.testing.assert_close(ours[name].contiguous(), value, rtol=1e-12, atol=1e-12)
        assert name == "output" or ours[name].stride() == value.stride()


def test_large_batches_and_predictions_lie_as_ever() -> None:
    assert trained(vectors(), 512)["output"].stride() == (1, 512)
    assert trained(vectors(), 513)["output"].stride() == (3, 1)
    assert trained(vectors(), 7, training=False)["output"].stride() == (3, 1)


def test_features_lie_first_only_behind_the_last_layer_that_could_mind() -> None:
    two = [{"type": "dense", "n_out": 400, "activation": "relu"}, {"type": "dense", "n_out": 300, "activation": "relu"}]
    assert vectors({"type": "batch_norm"}, *two).execution.features_first == ("dense_2", "dense_3", "output_1")
    assert vectors({"type": "dense", "n_out": 400, "activation": "relu", "has_layer_norm": True}, *two).execution.features_first == (
        "dense_3",
        "dense_4",
        "output_1",
    )
    noisy = {"type": "dense", "n_out": 400, "activation": "relu", "weight_noise": {"type": "drop_connect", "rate": 0.5}}
    assert vectors(noisy, *two).execution.features_first == ("dense_3", "dense_4", "output_1")


def test_small_layers_sequences_and_forks_stay_as_they_are() -> None:
    assert vectors(width=40).execution.features_first == ()
    assert vectors(input={"type": "recurrent", "size": 200}).execution.features_first == ()
    skip = {"type": "add", "input": ["dense_1", "dense_2"]}
    assert vectors({"type": "dense", "n_out": 400, "activation": "relu", "name": "dense_2"}, skip).execution.features_first == ()
