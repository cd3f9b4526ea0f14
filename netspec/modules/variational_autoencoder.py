"""A variational autoencoder whose forward pass is the mean of the code."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from netspec.reconstructions import Reconstruction


class VariationalAutoencoder(nn.Module):
    """The pre-activation of the mean of z. Shape: N×F → N×n_out.

    `linear` names and sizes the fully connected parts; `activations` are that of the hidden layers and that of the code.
    """

    def __init__(self, linear: Iterable[tuple[str, int, int]], activations: tuple[nn.Module, nn.Module], reconstruction: Reconstruction, samples: int) -> None:
        super().__init__()
        self.encoder, self.decoder = nn.ModuleList(), nn.ModuleList()
        self.mean: nn.Module
        self.log_variance: nn.Module
        self.numbers: nn.Module
        for name, features, units in linear:
            group, _, index = name.partition(".")
            part = nn.Linear(features, units)
            self.get_submodule(group).add_module(index, part) if index else self.add_module(name, part)
        self.activation, self.pzx_activation = activations
        self.reconstruction, self.samples = reconstruction, samples

    def forward(self, input: Tensor) -> Tensor:
        """The code's mean, up to its activation."""
        found: Tensor = self.mean(self._through(self.encoder, input))
        return found

    def _through(self, layers: nn.Module, value: Tensor) -> Tensor:
        for layer in layers.children():
            value = self.activation(layer(value))
        return value

    def posterior(self, input: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and logarithm of the variance of z given an input."""
        hidden = self._through(self.encoder, input)
        return self.pzx_activation(self.mean(hidden)), self.pzx_activation(self.log_variance(hidden))

    def decode(self, code: Tensor) -> Tensor:
        """The numbers that the reconstruction distribution takes, …×n_out → …×numbers."""
        found: Tensor = self.numbers(self._through(self.decoder, code))
        return found

    def pretraining_loss(self, input: Tensor) -> Tensor:
        """The mean over a batch of −log p(x|z), z drawn `samples` times, and of the divergence of q(z|x) from N(0, 1)."""
        mean, log_variance = self.posterior(input)
        divergence = -0.5 * (1 + log_variance - mean.square() - log_variance.exp()).sum(-1)
        return (self._unlikeliness(input, mean, log_variance, self.samples) + divergence).mean()

    def _unlikeliness(self, input: Tensor, mean: Tensor, log_variance: Tensor, samples: int) -> Tensor:
        """−log p(x|z) of each example, the mean over so many z."""
        drawn = mean + (0.5 * log_variance).exp() * torch.randn((samples, *mean.shape), dtype=mean.dtype, device=mean.device)
        return self.reconstruction.negative_log_probability(self.decode(drawn), input).mean(0)

    def reconstruction_log_probability(self, input: Tensor, samples: int = 1) -> Tensor:
        """log p(x|z) of each example, the mean over so many z drawn from q(z|x): what is unlike the training data has a small one."""
        return -self._unlikeliness(input, *self.posterior(input), samples)

    def reconstruction_loss(self, input: Tensor) -> Tensor:
        """The mean over a batch of −log p(x|z) with z the code's mean; of the loss where that stands in place of a distribution."""
        return self.reconstruction.negative_log_probability(self.decode(self.posterior(input)[0]), input).mean()

    def reconstruct(self, input: Tensor) -> Tensor:
        """The expected x of the code's mean."""
        return self.generate(self.posterior(input)[0])

    def generate(self, code: Tensor) -> Tensor:
        """The expected x given z."""
        return self.reconstruction.mean(self.decode(code))

    def draw(self, code: Tensor) -> Tensor:
        """An x drawn from its distribution given z."""
        return self.reconstruction.draw(self.decode(code))
