"""What every layer must do with masks: what is masked is as if it were not there, and the mask of the output fits it."""

from typing import Any

import pytest
import torch
from laws.test_layers import CASES, as_said, batch, plan
from torch import Tensor

from netspec.construct import build_network
from netspec.modules.masks import over
from netspec.network import Network

EXAMPLES = 4
MOVES_ROWS = {"space_to_batch"}
each_case = pytest.mark.parametrize(("said", "shape"), CASES, ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())))
each_case_of_steps = pytest.mark.parametrize(
    ("said", "shape"), [(said, shape) for said, shape in CASES if all(isinstance(as_said(one), dict) for one in shape.split())], ids=str
)


def network_and_batch(said: dict[str, Any], shape: str) -> tuple[Network, dict[str, Tensor]]:
    resolved = plan(said, shape)
    return build_network(resolved).eval(), batch(resolved, EXAMPLES)


def propagate(network: Network, features: dict[str, Tensor], masks: dict[str, Tensor]) -> tuple[Tensor, Tensor | None]:
    """The layer's own result, and its mask."""
    steps, found = network.steps[-1], dict(masks)
    values = dict(features)
    for step in network.steps:
        step.run_masked(values, found)
    return values[steps.name], found.get(steps.name)


def ones(array: Tensor) -> Tensor:
    return array.new_ones((len(array), *(array.shape[1:2] if array.dim() == 3 else (1, *array.shape[2:]))))


@each_case
def test_a_mask_of_ones_changes_nothing(said: dict[str, Any], shape: str) -> None:
    network, features = network_and_batch(said, shape)

    masked, mask = propagate(network, features, {name: ones(array) for name, array in features.items()})

    torch.testing.assert_close(masked, network(features), rtol=1e-12, atol=1e-12)
    assert mask is None or bool((mask == 1).all())


@each_case
def test_the_mask_of_the_output_fits_it(said: dict[str, Any], shape: str) -> None:
    network, features = network_and_batch(said, shape)

    output, mask = propagate(network, features, {name: ones(array) for name, array in features.items()})

    assert mask is None or mask.shape == ones(output).shape


@each_case_of_steps
@pytest.mark.parametrize("mask", [[1, 1, 1, 0], [0, 1, 0, 1], [0, 0, 0, 0]])
def test_what_stands_at_masked_steps_reaches_nothing_that_counts(said: dict[str, Any], shape: str, mask: list[int]) -> None:
    network, features = network_and_batch(said, shape)
    masks = {name: torch.tensor(mask * 3, dtype=torch.float64)[: array.shape[1]].expand(EXAMPLES, -1) for name, array in features.items()}
    others = {name: torch.where(over(masks[name], array) == 0, torch.nan, array) for name, array in features.items()}

    output, counts = propagate(network, features, masks)
    other, _ = propagate(network, others, masks)

    there = torch.ones_like(output) if counts is None else over(counts, output).expand_as(output)
    torch.testing.assert_close(other[there != 0], output[there != 0], rtol=1e-12, atol=1e-12)


@each_case_of_steps
def test_no_gradient_reaches_masked_steps_or_becomes_nan_there(said: dict[str, Any], shape: str) -> None:
    network, features = network_and_batch(said, shape)
    masks = {name: torch.tensor([1, 1, 0] * 3, dtype=torch.float64)[: array.shape[1]].expand(EXAMPLES, -1) for name, array in features.items()}
    others = {name: torch.where(over(masks[name], array) == 0, torch.nan, array).requires_grad_() for name, array in features.items()}

    output, counts = propagate(network, others, masks)
    there = torch.ones_like(output) if counts is None else over(counts, output).expand_as(output)
    if output.requires_grad:
        output[there != 0].sum().backward()

    gradients = [array.grad.masked_fill(over(masks[name], array) != 0, 0) for name, array in others.items() if array.grad is not None]
    assert all(bool((gradient == 0).all()) for gradient in gradients)
    assert all(bool(parameter.grad.isfinite().all()) for parameter in network.parameters() if parameter.grad is not None)
