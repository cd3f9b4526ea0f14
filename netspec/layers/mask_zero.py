"""Steps of one value are masked."""

from typing import TYPE_CHECKING, Any, Literal

from netspec.errors import Refused
from netspec.layers import Inferred, Layer, MaskedLayer
from netspec.shapes import Recurrent
from netspec.wrappers import Wrapper, named

if TYPE_CHECKING:
    from torch import nn


class MaskZero(Wrapper, MaskedLayer):
    """The layer inside, for which a step whose features all have the value `value` is masked; so is what was masked before, unless that is ignored.

    Shape: that of the layer inside. DL4J's MaskZeroLayer, Keras's Masking for one layer: the mask goes no further.
    """

    type: Literal["mask_zero"] = "mask_zero"
    takes = (Recurrent,)
    takes_mask = True
    around = "a layer that obeys the masks of sequences, a recurrent one for example"

    value: float = 0.0
    """What all features of a masked step are."""

    @classmethod
    def fits(cls, layer: Layer) -> bool:
        """Layers that look at the mask of a sequence."""
        return Recurrent in layer.takes and layer.takes_mask and layer.obeys_masks and not layer.several_inputs

    def infer(self, *inputs: Recurrent) -> Inferred:
        """That of the layer inside."""
        one = self.layer.infer(*inputs)
        if not self.layer.hears_masks(*inputs):
            raise Refused("layer", f"must be {self.around}", got=self.layer.type)
        return Inferred(one.output, named("layer", one.parameters), one.rows)

    def foresight(self, *inputs: Recurrent) -> float:
        """That of the layer inside."""
        return self.layer.foresight(*inputs)

    def build(self, *inputs: Any) -> "nn.Module":
        """netspec's."""
        from netspec.modules.mask_zero import MaskZero as Module

        return Module(self.layer.build(*inputs), self.value)

    def settle(self, module: "nn.Module") -> None:
        """The one inside."""
        self.layer.settle(module.get_submodule("layer"))
