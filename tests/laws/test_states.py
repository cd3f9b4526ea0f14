"""What every layer with a state must do: cut into windows, a sequence gives what it gives whole, as long as the state is carried."""

from typing import Any

import pytest
import torch
from laws.test_layers import CASES, batch, plan

from netspec.construct import build_network
from netspec.layers import Layer
from netspec.modules.state import Stateful, carries, carrying


def _is_cut(layer: Layer) -> bool:
    """Whether it, and the layer that it wraps, can do with windows."""
    inside = getattr(layer, "layer", None)
    return not layer.whole_sequences and (inside is None or _is_cut(inside))


def _has_state(said: dict[str, Any], shape: str) -> bool:
    return any(isinstance(module, Stateful) for module in build_network(plan(said, shape), "meta").modules())


STATEFUL = [(said, shape) for said, shape in CASES if Layer.parse(said).takes_mask and _is_cut(Layer.parse(said)) and _has_state(said, shape)]
each_case = pytest.mark.parametrize(("said", "shape"), STATEFUL, ids=str)


def test_recurrent_layers_have_states() -> None:
    assert {"lstm", "graves_lstm", "gru", "simple_rnn"} <= {said["type"] for said, _ in STATEFUL}


@each_case
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("width", [1, 3])
def test_windows_of_a_sequence_give_what_it_gives_whole(said: dict[str, Any], shape: str, masked: bool, width: int) -> None:
    resolved = plan(said, shape)
    network, features = build_network(resolved).eval(), batch(resolved, 3)["in0"]
    mask = torch.tensor([[1, 0, 1] * 3, [1] * 9, [0, 1, 1] * 3], dtype=torch.float64)[:, : features.shape[1]] if masked else None

    with carrying(network):
        steps = [slice(start, start + width) for start in range(0, features.shape[1], width)]
        windows = [network(features[:, window], None if mask is None else mask[:, window]) for window in steps]

    torch.testing.assert_close(torch.cat(windows, 1), network(features, mask), rtol=1e-12, atol=1e-12)
    assert not carries(network)


@each_case
def test_a_state_that_is_not_carried_is_forgotten(said: dict[str, Any], shape: str) -> None:
    resolved = plan(said, shape)
    network, features = build_network(resolved).eval(), batch(resolved, 3)["in0"]
    once = network(features)

    with carrying(network):
        network(features)

    assert torch.equal(network(features), once)
