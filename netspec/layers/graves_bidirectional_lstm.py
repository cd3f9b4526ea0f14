"""Long short-term memory with peepholes, in both directions."""

from typing import TYPE_CHECKING, Literal

from netspec.layers import Inferred
from netspec.layers._lstm import LongShortTermMemory
from netspec.shapes import Recurrent

if TYPE_CHECKING:
    from torch import nn

GATES = ("cell", "forget", "output", "input")


class GravesBidirectionalLSTM(LongShortTermMemory):
    """The sum of a `graves_lstm` from the start and another from the end. Shape: T×F → T×n_out. DL4J's GravesBidirectionalLSTM."""

    type: Literal["graves_bidirectional_lstm"] = "graves_bidirectional_lstm"
    whole_sequences = True

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out."""
        fans = self.fans(inputs[0])
        one = self.inferred(inputs[0], (fans, fans), GATES, more=3)
        return Inferred(one.output, {f"{way}.{name}": parameter for way in ("ahead", "back") for name, parameter in one.parameters.items()})

    def build(self, *inputs: Recurrent) -> "nn.Module":
        """Two of netspec's."""
        from netspec.modules.bidirectional import Bidirectional
        from netspec.modules.graves_lstm import GravesLstm

        size, resets = inputs[0].size, self.resets
        ahead, back = (GravesLstm(size, self.n_out, self.activation.build(), self.gate_activation.build(), resets=resets) for _ in ("ahead", "back"))
        return Bidirectional(ahead, back, "add")

    def settle(self, module: "nn.Module") -> None:
        """Open both forget gates."""
        for way in ("ahead", "back"):
            self.open(module.get_parameter(f"{way}.bias"))
