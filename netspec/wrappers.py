"""Wrappers: layers around another one, which they use in their own way."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import model_validator

from netspec.activations import Activation
from netspec.blocks import Block
from netspec.component import refuse
from netspec.dropouts import Dropout
from netspec.initializers import Initializer
from netspec.layers import Layer, Parameter, WeightedLayer
from netspec.scored import ScoredLayer

_OUTSIDE = ("name", "input", "frozen")


class Wrapper(Layer):
    """It has the weights of the layer inside, which inherits from the network as any layer does."""

    layer: Layer
    """The layer inside; `name`, `input` and `frozen` are said outside."""

    around: ClassVar[str]
    """What it can be around, for messages."""

    @classmethod
    def fits(cls, layer: Layer) -> bool:
        """Whether it can be around this layer."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if isinstance(self.layer, Block):
            raise refuse("must be one layer, and a block has several", at=("layer",), got=self.layer.type, help=f"put the {self.type} inside the block")
        if isinstance(self.layer, ScoredLayer) or not self.fits(self.layer):
            raise refuse(f"must be {self.around}", at=("layer",), got=self.layer.type)
        if said := [word for word in _OUTSIDE if word in self.layer.model_fields_set]:
            raise refuse(f"must be said outside, on the {self.type}", at=("layer", said[0]), got=getattr(self.layer, said[0]))
        return self

    @property
    def weighted(self) -> WeightedLayer | None:
        """The one inside."""
        return self.layer.weighted

    @property
    def inside(self) -> tuple[str, ...]:
        """One step further in."""
        return ("layer", *self.layer.inside)

    @property
    def noise(self) -> Dropout | None:
        """That of the layer inside."""
        return self.layer.noise

    @property
    def after(self) -> Activation | None:
        """That of the layer inside."""
        return self.layer.after

    def initializer(self, parameter: Parameter) -> Initializer | None:
        """That of the layer inside."""
        return self.layer.initializer(parameter)

    def hears_masks(self, *inputs: Any) -> bool:
        """Where the layer inside does."""
        return super().hears_masks(*inputs) and self.layer.hears_masks(*inputs)


def named(way: str, parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Parameters of a layer inside, by the names that they have outside."""
    return {f"{way}.{name}": parameter for name, parameter in parameters.items()}
