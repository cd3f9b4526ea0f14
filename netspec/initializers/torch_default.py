"""What PyTorch gives its own layers."""

from typing import TYPE_CHECKING, Literal

from netspec.initializers import Fans, Initializer

if TYPE_CHECKING:
    from torch import Generator, Tensor


class TorchDefault(Initializer):
    """U(−a, a) with a = 1 / √fan_in, for weights and biases. Source: torch.nn.Linear and Conv2d, `reset_parameters`."""

    type: Literal["torch_default"] = "torch_default"

    def fill(self, tensor: "Tensor", fans: Fans, generator: "Generator") -> None:
        """Draw the whole tensor anew, in place."""
        bound = fans.into**-0.5
        tensor.uniform_(-bound, bound, generator=generator)
