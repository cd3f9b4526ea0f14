"""What PyTorch gives its own layers."""

from typing import Literal

from netspec.initializers import Distribution, Fans, Initializer


class TorchDefault(Initializer):
    """U(−a, a) with a = 1 / √fan_in, for weights and biases. Source: torch.nn.Linear and Conv2d, `reset_parameters`; DL4J's UNIFORM."""

    type: Literal["torch_default"] = "torch_default"

    def distribution(self, fans: Fans) -> Distribution:
        """U(−a, a)."""
        bound = fans.into**-0.5
        return Distribution("uniform", -bound, bound)
