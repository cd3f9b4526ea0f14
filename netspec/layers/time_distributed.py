"""A layer for vectors or images, step by step."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from netspec.component import unset
from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.shapes import Convolutional, FeedForward, Recurrent, parse_shape
from netspec.wrappers import Wrapper, named

if TYPE_CHECKING:
    from torch import nn


class TimeDistributed(Wrapper):
    """The layer inside, on each step by itself, with the same weights. Shape: T×F → T×n_out.

    The steps of a film are images: `to` says of what shape, and the image that the layer makes of each is laid out flat again, as its input was.
    DL4J's TimeDistributed; its RnnToCnnPreProcessor and CnnToRnnPreProcessor. A dense layer works step by step by itself.
    """

    type: Literal["time_distributed"] = "time_distributed"
    takes = (Recurrent,)
    zeroes_masked = "both"
    around = "a layer for flat vectors, or with `to` for images, that looks at each row of a batch by itself"

    to: Annotated[str, Field(pattern=r"^[0-9]+x[0-9]+x[0-9]+$")] = unset()
    """Shape of the image that each step is, channels x height x width: 1x28x28; a flat vector when nothing is said."""

    @classmethod
    def fits(cls, layer: Layer) -> bool:
        """Layers for vectors or images of numbers, which do not compare the rows of a batch."""
        kinds = {FeedForward, Convolutional} & set(layer.takes)
        return bool(kinds) and not (layer.several_inputs or layer.takes_indices) and layer.least_batch == 1

    @property
    def after(self) -> None:
        """The activation of the layer inside is applied inside, where its result has its own shape."""
        return

    def step(self, sequence: Recurrent) -> FeedForward | Convolutional:
        """The shape of one step. Raises: Refused."""
        image = parse_shape(self.to) if self.to else None
        if image is None:
            return FeedForward(sequence.size)
        if not isinstance(image, Convolutional) or image.size != sequence.size:
            raise Refused("to", f"must have as many values as a step of the input, {sequence.size:,}", got=self.to)
        return image

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        step = self.step(inputs[0])
        if not isinstance(step, self.layer.takes):
            raise Refused("layer", f"must be a layer that takes {step.kind}", got=self.layer.type, help="`to` says the shape of the image that a step is")
        if isinstance(step, Convolutional) and self.layer.noise and self.layer.noise.by_channel:
            raise Refused("layer.dropout", "must drop numbers, not channels: the steps of a sequence are laid out flat", got=self.layer.noise.type)
        one = self.layer.infer(step)
        if not isinstance(one.output, FeedForward | Convolutional) or one.rows != 1:
            raise Refused("layer", f"must be {self.around}", got=self.layer.type)
        return Inferred(Recurrent(one.output.size, inputs[0].length), named("layer", one.parameters))

    def build(self, *inputs: Any) -> "nn.Module":
        """netspec's."""
        from netspec.modules.time_distributed import TimeDistributed as Module

        step, activation = self.step(inputs[0]), self.layer.after
        return Module(self.layer.build(step), tuple(size or 0 for size in step.dims), activation.build() if activation else None)

    def settle(self, module: "nn.Module") -> None:
        """The one inside."""
        self.layer.settle(module.get_submodule("layer"))
