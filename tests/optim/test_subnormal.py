"""Means of gradients that nothing is added to any more: they become 0, and no weight is moved otherwise."""

import pytest
import torch
from torch import nn

from netspec.optim import adam


def trained(updates: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights and mean gradients of four weights, of which two get a gradient in the first update only."""
    weight = nn.Parameter(torch.tensor([1.0, -1, 2, -2]))
    optimizer = adam.Adam([{"params": [weight, nn.Parameter(torch.ones(1))], "lr": 0.01, "weight_decay": 0.0}], betas=(0.9, 0.999), epsilon=1e-8)
    for update in range(updates):
        weight.grad = torch.tensor([1e-3, -1e-3, 0.1, -0.1]) * torch.tensor([update == 0, update == 0, True, True])
        optimizer.step()
    return weight.detach(), optimizer.state[weight]["exp_avg"]


@pytest.mark.parametrize(("updates", "forgotten"), [(767, False), (768, True)])
def test_what_is_too_small_to_move_anything_is_forgotten(monkeypatch, updates, forgotten):
    weights, means = trained(updates)
    monkeypatch.setattr(adam, "FORGETS_EVERY", 10**9)
    kept_weights, kept = trained(updates)

    tiny = torch.finfo(torch.float32).tiny
    assert all(0 < mean < tiny for mean in kept[:2].abs())
    assert torch.equal(means[:2] == 0, torch.tensor([forgotten, forgotten]))
    assert torch.equal(means[2:], kept[2:])
    assert torch.equal(weights, kept_weights)
