"""Batch normalisation against torch's and against DL4J's rule for the running variance."""

import pytest
import torch
from torch import nn

from netspec.modules.batch_norm import BatchNorm


def pair(shape: tuple[int, ...]) -> tuple[BatchNorm, nn.Module, torch.Tensor]:
    ours = BatchNorm(3, decay=0.9, epsilon=1e-5, gamma=1.0, beta=0.0, locked=False).double()
    theirs = (nn.BatchNorm1d if len(shape) == 2 else nn.BatchNorm2d)(3, eps=1e-5, momentum=0.1).double()
    return ours, theirs, torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("shape", [(5, 3), (5, 3, 2, 4)])
def test_training_output_and_gradients_are_torchs(shape: tuple[int, ...]) -> None:
    ours, theirs, features = pair(shape)
    one, other = features.clone().requires_grad_(), features.clone().requires_grad_()

    (ours(one).sin()).sum().backward()
    (theirs(other).sin()).sum().backward()

    torch.testing.assert_close(one.grad, other.grad, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad, rtol=1e-12, atol=1e-12)


def test_the_running_variance_is_the_populations() -> None:
    ours, _, features = pair((5, 3))

    ours(features)

    torch.testing.assert_close(ours.running_mean, 0.1 * features.mean(0))
    torch.testing.assert_close(ours.running_var, 0.9 + 0.1 * features.var(0, unbiased=False))


def test_prediction_uses_the_running_statistics_and_does_not_move_them() -> None:
    ours, _, features = pair((5, 3))
    ours(features)
    mean, variance = ours.running_mean.clone(), ours.running_var.clone()

    output = ours.eval()(features)

    torch.testing.assert_close(output, (features - mean) / (variance + 1e-5).sqrt())
    assert torch.equal(ours.running_mean, mean)


def test_locked_gamma_and_beta_are_constants() -> None:
    module = BatchNorm(3, decay=0.9, epsilon=1e-5, gamma=2.0, beta=0.5, locked=True)

    features = torch.tensor([[0.0, 1.0, 2.0], [2.0, 3.0, 6.0]])

    assert list(module.parameters()) == []
    # each column's mean is the middle, its deviation half the difference: normalised values are -1 and 1
    torch.testing.assert_close(module(features), torch.tensor([[-1.5] * 3, [2.5] * 3]), rtol=1e-4, atol=1e-4)
