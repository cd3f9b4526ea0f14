"""Softmax over the axis that lies last in DL4J's arrays."""

from torch import Tensor, nn


class Dl4jSoftmax(nn.Module):
    """Softmax over the features of N×F, the steps of N×T×F, the last axis of images and volumes."""

    def forward(self, input: Tensor) -> Tensor:
        """Probabilities that sum to 1 over that axis, of the same shape."""
        return input.softmax(1 if input.dim() == 3 else -1)
