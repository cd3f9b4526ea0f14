"""What recurrent layers share: a state of n_out units, carried from step to step."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from netspec.activations import Activation
from netspec.component import Inherit, Inherited, unset
from netspec.fields import Size
from netspec.initializers import Fans, Initializer
from netspec.layers import Inferred, Parameter, WeightedLayer
from netspec.shapes import Recurrent, Shape


class SteppingLayer(WeightedLayer):
    """A layer that goes from step to step, with an activation inside each."""

    activation: Inherited[Activation] = unset()
    """Function that the state goes through; tanh when nothing is said, here or network-wide."""

    @property
    def after(self) -> None:
        """The activation is part of each step."""
        return

    def defaults(self) -> Mapping[str, object]:
        """The field's."""
        return {**super().defaults(), "activation": "tanh"}


class RecurrentLayer(SteppingLayer):
    """Shape: T×F → T×n_out."""

    takes: ClassVar[tuple[type[Shape], ...]] = (Recurrent,)
    takes_mask = True

    n_out: Size
    """Units: numbers in the state, and in each step of the output."""

    recurrent_weight_init: Initializer = unset()
    """Distribution of the initial weights of the state before, where it differs from `weight_init`."""

    masking: Literal["obey", "reset", "ignore"] = "obey"
    """What a masked step does: obey (the state stays and the output is 0), reset (both are 0, as in DL4J's SimpleRnn), ignore (what any step does,
    as in DL4J's LSTM)."""

    @property
    def obeys_masks(self) -> bool:
        """Unless it says otherwise."""
        return self.masking != "ignore"

    @property
    def resets(self) -> bool:
        """Whether a masked step makes the state 0."""
        return self.masking == "reset"

    def initializer(self, parameter: Parameter) -> Initializer | None:
        """Recurrent weights may have one of their own."""
        own = self.recurrent_weight_init if parameter.role == "recurrent" else None
        return own or super().initializer(parameter)

    def inferred(self, sequence: Recurrent, fans: tuple[Fans, Fans], gates: tuple[str, ...] = ("",), more: int = 0) -> Inferred:
        """Output and parameters with a block for each gate, and `more` recurrent rows; `fans` are those of both kinds of weights."""
        size, named = len(gates) * self.n_out, gates if len(gates) > 1 and not more else ()
        return Inferred(
            Recurrent(self.n_out, sequence.length),
            {
                "weight": Parameter((size, sequence.size), fans=fans[0], gates=named),
                "recurrent_weight": Parameter((size + more, self.n_out), "recurrent", fans[1], named),
                "bias": Parameter((size,), "bias", fans[0], named),
            },
        )


class GatedLayer(RecurrentLayer):
    """With gates that are open or shut."""

    gate_activation: Annotated[Activation, Inherit(from_network=False)] = unset()
    """Function that gates go through, from 0 (shut) to 1 (open); sigmoid when nothing is said."""

    def defaults(self) -> Mapping[str, object]:
        """The field's."""
        return {**super().defaults(), "gate_activation": "sigmoid"}
