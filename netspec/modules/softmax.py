"""Softmax whose axis follows from the rank."""

from torch import Tensor, nn

from netspec.modules.axes import feature_axis


class Softmax(nn.Module):
    """Softmax over the features, wherever they lie."""

    def forward(self, input: Tensor) -> Tensor:
        """Probabilities that sum to 1 over the feature axis, of the same shape."""
        return input.softmax(feature_axis(input))
