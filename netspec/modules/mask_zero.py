"""Steps of one value are masked."""

from torch import Tensor, nn


class MaskZero(nn.Module):
    """The layer inside, with a mask made of its input. Shape: N×T×F → the layer's."""

    def __init__(self, layer: nn.Module, value: float) -> None:
        super().__init__()
        self.layer, self.value = layer, value

    def forward(self, input: Tensor, mask: Tensor | None = None) -> Tensor:
        """What is masked already stays so."""
        counts = (input != self.value).any(-1).to(input.dtype)
        output: Tensor = self.layer(input, mask=counts if mask is None else counts * (mask != 0))
        return output

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"value={self.value:g}"
