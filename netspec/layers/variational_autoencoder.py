"""A layer that can learn the distribution of its input."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from netspec.activations import Activation
from netspec.component import Inherit, unset
from netspec.errors import Refused
from netspec.fields import Size, several
from netspec.initializers import Fans
from netspec.layers import ActivatedLayer, Inferred, Parameter
from netspec.reconstructions import Reconstruction
from netspec.shapes import FeedForward

if TYPE_CHECKING:
    from torch import nn

Widths = Annotated[tuple[Size, ...], BeforeValidator(several), Field(min_length=1)]


class VariationalAutoencoder(ActivatedLayer):
    """The mean of z given x. Pre-training makes −log p(x|z) + KL(q(z|x) ‖ N(0, 1)) small, z drawn from q(z|x) = N(mean, exp(log variance)).

    Encoder and decoder are fully connected layers with `activation`. Shape: F → n_out. Source: Kingma & Welling, ICLR 2014; DL4J's VariationalAutoencoder.
    """

    type: Literal["variational_autoencoder"] = "variational_autoencoder"
    alias = "vae"
    takes = (FeedForward,)
    pretrains = True
    of_pretraining = ("decoder", "reconstruction", "num_samples")

    n_out: Size
    """Numbers of z, the code of an example."""

    encoder: Widths
    """Units of each layer between the input and the code, a number or a list."""

    decoder: Widths
    """Units of each layer between the code and the reconstruction, a number or a list; only pre-training moves them."""

    reconstruction: Reconstruction
    """What x is given z: gaussian, bernoulli, exponential, composite, or a loss."""

    pzx_activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function applied to the mean and to the logarithm of the variance of z; identity when nothing is said."""

    num_samples: Size = 1
    """How many z pre-training draws for each example."""

    def defaults(self) -> Mapping[str, object]:
        """The code as it is."""
        return {**super().defaults(), "pzx_activation": "identity"}

    @property
    def after(self) -> Activation | None:
        """That of the code; `activation` stands inside."""
        return self.pzx_activation

    def infer(self, *inputs: FeedForward) -> Inferred:
        """F → n_out."""
        size = inputs[0].size
        try:
            self.reconstruction.check(size)
        except Refused as refusal:
            raise Refused(f"reconstruction.{refusal.field}".rstrip("."), refusal.rule, got=refusal.got, help=refusal.help) from refusal
        parameters: dict[str, Parameter] = {}
        for name, features, units in self._linear(size):
            used, fans = name.startswith(("encoder", "mean")), Fans(features, units)
            parameters[f"{name}.weight"] = Parameter((units, features), fans=fans, pretrained=not used)
            parameters[f"{name}.bias"] = Parameter((units,), "bias", fans, pretrained=not used)
        return Inferred(FeedForward(self.n_out), parameters)

    def _linear(self, size: int) -> list[tuple[str, int, int]]:
        """Name, inputs and units of each fully connected part, in DL4J's order."""
        encoder = [(f"encoder.{index}", *sizes) for index, sizes in enumerate(pairwise((size, *self.encoder)))]
        code = [(name, self.encoder[-1], self.n_out) for name in ("mean", "log_variance")]
        decoder = [(f"decoder.{index}", *sizes) for index, sizes in enumerate(pairwise((self.n_out, *self.decoder)))]
        return [*encoder, *code, *decoder, ("numbers", self.decoder[-1], self.reconstruction.numbers(size))]

    def build(self, *inputs: FeedForward) -> "nn.Module":
        """netspec's module of this name."""
        from netspec.modules.variational_autoencoder import VariationalAutoencoder as Module

        activations = self.activation.build(), self.pzx_activation.build()
        return Module(self._linear(inputs[0].size), activations, self.reconstruction, self.num_samples)
