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
