"""Logarithm of softmax, whose axis follows from the rank."""

from torch import Tensor, nn

from netspec.modules.axes import feature_axis


class LogSoftmax(nn.Module):
    """Logarithm of softmax over the features, wherever they lie."""

    def forward(self, input: Tensor) -> Tensor:
        """Logarithms of probabilities that sum to 1 over the feature axis, of the same shape."""
        return input.log_softmax(feature_axis(input))
