"""Vectors of length 1."""

from typing import Literal

from torch import Tensor, nn
from torch.nn.functional import normalize

from netspec.modules.axes import feature_axis


class L2Normalize(nn.Module):
    """x/max(‖x‖₂, epsilon), the norm being that of the example or of the features at each position. Shape: any → the same."""

    def __init__(self, over: Literal["example", "features"], epsilon: float) -> None:
        super().__init__()
        self.over, self.epsilon = over, epsilon

    def forward(self, input: Tensor) -> Tensor:
        """The same shape."""
        if self.over == "features":
            return normalize(input, dim=feature_axis(input), eps=self.epsilon)
        return normalize(input.flatten(1), dim=1, eps=self.epsilon).reshape(input.shape)

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"over={self.over}, epsilon={self.epsilon}"
