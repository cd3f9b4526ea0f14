"""A recurrent layer in both directions."""

from typing import TYPE_CHECKING, Any, Literal

from netspec.layers import Inferred, Layer
from netspec.layers._recurrent import RecurrentLayer
from netspec.shapes import Recurrent
from netspec.wrappers import Wrapper, named

if TYPE_CHECKING:
    from torch import nn

Mode = Literal["concat", "add", "mul", "average"]
WAYS = ("ahead", "back")


class Bidirectional(Wrapper):
    """The layer inside, from the start of a sequence, and a second one like it, with weights of its own, from the end; both results, step by step.

    Shape: T×F → T×2·n_out for concat, else T×n_out. Source: Schuster & Paliwal, IEEE Transactions on Signal Processing 1997; DL4J's Bidirectional.
    """

    type: Literal["bidirectional"] = "bidirectional"
    takes = (Recurrent,)
    takes_mask = True
    whole_sequences = True
    around = "a recurrent layer in one direction: lstm, graves_lstm, gru or simple_rnn"

    mode: Mode = "concat"
    """How both results become one: concat (side by side), add, mul (their product), average."""

    @classmethod
    def fits(cls, layer: Layer) -> bool:
        """Layers that go one way."""
        return isinstance(layer, RecurrentLayer) and layer.type != "graves_bidirectional_lstm"

    def infer(self, *inputs: Recurrent) -> Inferred:
        """T×F → T×n_out, or twice that."""
        one = self.layer.infer(*inputs)
        size = one.output.size * (2 if self.mode == "concat" else 1) if isinstance(one.output, Recurrent) else 0
        return Inferred(Recurrent(size, inputs[0].length), named("ahead", one.parameters) | named("back", one.parameters))

    def build(self, *inputs: Any) -> "nn.Module":
        """Two of them."""
        from netspec.modules.bidirectional import Bidirectional as Module

        return Module(self.layer.build(*inputs), self.layer.build(*inputs), self.mode)

    def settle(self, module: "nn.Module") -> None:
        """Both of them."""
        for way in WAYS:
            self.layer.settle(module.get_submodule(way))
