"""What a layer says of how far it looks ahead in a sequence is what its gradients say."""

from math import inf
from typing import Any

import pytest
import torch
from laws.test_layers import CASES, batch, plan

from netspec.construct import build_network
from netspec.layers import Layer
from netspec.plan import Node
from netspec.shapes import Recurrent

WINDOWS: list[tuple[dict[str, Any], str]] = [
    ({"type": "conv", "n_out": 2, "activation": "tanh", "kernel": 3} | more, "9x2")
    for more in ({}, {"padding": 1}, {"padding": 2}, {"padding": 3}, {"dilation": 2}, {"mode": "same"}, {"mode": "same", "kernel": 4}, {"mode": "causal"})
]
FINITE = [
    *WINDOWS,
    ({"type": "conv", "n_out": 2, "activation": "tanh", "kernel": 1}, "6x2"),
    ({"type": "locally_connected", "n_out": 2, "activation": "tanh", "kernel": 3, "mode": "same"}, "6x2"),
    ({"type": "depthwise", "activation": "tanh", "kernel": 2}, "6x2"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 3, "stride": 1}, "6x2"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 3, "stride": 1, "mode": "causal"}, "6x2"),
    ({"type": "deconv", "n_out": 2, "activation": "tanh", "kernel": 3}, "6x2"),
    ({"type": "deconv", "n_out": 2, "activation": "tanh", "kernel": 3, "padding": 1}, "6x2"),
    ({"type": "deconv", "n_out": 2, "activation": "tanh", "kernel": 4, "mode": "same"}, "6x2"),
    ({"type": "cropping", "cropping": [2, 1]}, "6x2"),
    ({"type": "zero_padding", "padding": [2, 1]}, "6x2"),
    ({"type": "lstm", "n_out": 3}, "6x2"),
    ({"type": "transformer_encoder", "heads": 1, "causal": True}, "6x2"),
    ({"type": "positional_encoding"}, "6x2"),
    ({"type": "l2_normalize", "over": "features"}, "6x2"),
]
ALL: list[tuple[dict[str, Any], str]] = [
    ({"type": "l2_normalize"}, "6x2"),
    ({"type": "reshape", "to": "3x4"}, "6x2"),
    ({"type": "transformer_decoder", "heads": 2, "causal": False}, "6x2"),
]


def node(said: dict[str, Any], shape: str) -> Node:
    return plan(said, shape).node("it")


def is_of_sequences(said: dict[str, Any], shape: str) -> bool:
    found = None if Layer.parse(said).takes_indices or shape.count("x") != len(shape.split()) else node(said, shape)
    return found is not None and isinstance(found.output, Recurrent)


SEQUENCES = [(said, shape) for said, shape in CASES if is_of_sequences(said, shape)]


def place(said: dict[str, Any], step: int) -> int:
    """Where in the input a step of the result stands."""
    stride = said.get("stride", said.get("size", 1))
    return step // stride if said["type"] in ("deconv", "upsampling") else step * stride


def furthest(said: dict[str, Any], shape: str) -> int:
    """How many steps after its own the furthest stands that a step of the result depends on."""
    resolved = plan(said, shape)
    network, features = build_network(resolved).eval(), {name: array.requires_grad_() for name, array in batch(resolved, 5).items()}
    output = network(features)
    found = []
    for step in range(output.shape[1]):
        for gradient in torch.autograd.grad(
            output[:, step].square().sum(), list(features.values()), retain_graph=True, allow_unused=True, materialize_grads=True
        ):
            found += [int(at) - place(said, step) for at in gradient.abs().sum((0, 2)).nonzero()]
    return max(found)


@pytest.mark.parametrize(("said", "shape"), FINITE, ids=str)
def test_a_layer_looks_as_far_ahead_as_it_says(said: dict[str, Any], shape: str) -> None:
    of = node(said, shape)

    assert of.layer.foresight(*of.shapes) == furthest(said, shape)


@pytest.mark.parametrize(("said", "shape"), [*SEQUENCES, *ALL], ids=str)
def test_no_layer_sees_a_later_step_without_saying_so(said: dict[str, Any], shape: str) -> None:
    of, found = node(said, shape), furthest(said, shape)

    assert found <= 0 or of.layer.foresight(*of.shapes) > 0
    assert found > 0 or of.layer.foresight(*of.shapes) <= 0


def test_both_kinds_are_among_the_layers() -> None:
    said = {one["type"]: node(one, shape).layer.foresight(*node(one, shape).shapes) for one, shape in SEQUENCES}

    assert {said[tag] for tag in ("bidirectional", "graves_bidirectional_lstm", "self_attention", "reverse_time_series", "mask_zero", "global_pooling")} == {
        inf
    }
    assert {said[tag] for tag in ("lstm", "gru", "simple_rnn", "graves_lstm", "dense", "time_distributed", "mask", "batch_norm", "upsampling")} == {0}
