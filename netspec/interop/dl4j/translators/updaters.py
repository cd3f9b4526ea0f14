"""Updaters: `org.nd4j.linalg.learning.config`, and how their state lies in updaterState.bin.

`states` names torch's arrays in the order of DL4J's; a block of parameters holds the first array of all, then the second of all.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator, read_object, write_object

_PACKAGE = "org.nd4j.linalg.learning.config."
Rates = tuple[tuple[str, str, str], ...]
_RATE: Rates = (("learningRate", "learningRateSchedule", "learning_rate"),)


class UpdaterTranslator(Translator):
    """Base of the updaters."""

    family: ClassVar[str] = "updaters"
    rates: ClassVar[Rates] = _RATE
    """DL4J's number, its schedule beside it, and the component's word for both."""

    states: ClassVar[tuple[str, ...]] = ()
    """Names of the arrays that torch keeps for a parameter, in DL4J's order."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Settings with a number or a schedule; NaN without a schedule cannot be trained with."""
        found = super().read(said, reading)
        for number, schedule, word in cls.rates:
            scheduled = read_object("schedules", said.inner(schedule), reading)
            stored = said.number_or_none(number)
            value = stored if scheduled is None else scheduled
            if value is None:
                reading.refuse_training(cls.lost(), said.place)
            else:
                found[word] = value
        return found

    @classmethod
    def lost(cls) -> str:
        """ID of the mistake by which a rate is missing."""
        return "ramp-schedule-lost"

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """A schedule beside NaN, as DL4J writes it."""
        written = super().write(component)
        for number, schedule, word in cls.rates:
            value = getattr(component, word)
            written[number] = value.start if value.constant else "NaN"
            if not value.constant:
                written[schedule] = write_object("schedules", value)
        return written

    @classmethod
    def first(cls, updater: Any) -> float:
        """What the arrays hold before the first update."""
        return 0.0

    @classmethod
    def load(cls, group: Mapping[str, Any], state: dict[str, Any], arrays: Sequence[Tensor], iteration: int) -> None:
        """Give torch's optimizer the arrays of one parameter, in the order of `states`."""
        state.update(zip(cls.states, arrays, strict=True))
        if cls.states:
            state["step"] = torch.tensor(float(iteration))

    @classmethod
    def dump(cls, group: Mapping[str, Any], state: Mapping[str, Any], parameter: Tensor) -> list[Tensor]:
        """The arrays of one parameter, as DL4J has them; before the first step, as it starts."""
        return [state[name] if name in state else torch.zeros_like(parameter) for name in cls.states]


class Sgd(UpdaterTranslator):
    java = _PACKAGE + "Sgd"
    old = ("SGD",)
    tag = "sgd"

    @classmethod
    def speaks(cls, component: Any) -> bool:
        """DL4J's has no momentum."""
        return bool(component.momentum.constant and component.momentum.start == 0)


class Nesterovs(UpdaterTranslator):
    """DL4J keeps the velocity v = −rate·buffer, where torch keeps the buffer while rate and momentum stay."""

    java = _PACKAGE + "Nesterovs"
    old = ("NESTEROVS",)
    tag = "nesterovs"
    rates = (*_RATE, ("momentum", "momentumISchedule", "momentum"))
    states = ("velocity",)

    @classmethod
    def load(cls, group: Mapping[str, Any], state: dict[str, Any], arrays: Sequence[Tensor], iteration: int) -> None:
        """Into torch's buffer, where torch's SGD is at work."""
        if "nesterov" in group:
            state["momentum_buffer"] = arrays[0] / -group["lr"]
        else:
            state["velocity"] = arrays[0]

    @classmethod
    def dump(cls, group: Mapping[str, Any], state: Mapping[str, Any], parameter: Tensor) -> list[Tensor]:
        """From torch's buffer, where torch's SGD is at work."""
        buffer = state.get("momentum_buffer")
        return super().dump(group, state, parameter) if buffer is None else [buffer * -group["lr"]]


class Adam(UpdaterTranslator):
    java = _PACKAGE + "Adam"
    old = ("ADAM",)
    tag = "adam"
    fields: ClassVar = {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"}
    states = ("exp_avg", "exp_avg_sq")


class RmsProp(UpdaterTranslator):
    java = _PACKAGE + "RmsProp"
    old = ("RMSPROP",)
    tag = "rmsprop"
    fields: ClassVar = {"rmsDecay": "rms_decay", "epsilon": "epsilon"}
    states = ("square_avg",)

    @classmethod
    def first(cls, updater: Any) -> float:
        """Its epsilon."""
        return float(updater.epsilon)


class AdaGrad(UpdaterTranslator):
    java = _PACKAGE + "AdaGrad"
    old = ("ADAGRAD",)
    tag = "adagrad"
    fields: ClassVar = {"epsilon": "epsilon"}
    states = ("sum",)

    @classmethod
    def first(cls, updater: Any) -> float:
        """The same whatever its epsilon."""
        return 1e-6

    @classmethod
    def lost(cls) -> str:
        """AdaGrad's schedule is not in the file."""
        return "adagrad-schedule-lost"


class AdaDelta(UpdaterTranslator):
    """DL4J's has no rate, which is 1 here."""

    java = _PACKAGE + "AdaDelta"
    old = ("ADADELTA",)
    tag = "adadelta"
    fields: ClassVar = {"rho": "rho", "epsilon": "epsilon"}
    rates = ()
    states = ("square_avg", "acc_delta")

    @classmethod
    def speaks(cls, component: Any) -> bool:
        """At rate 1."""
        return bool(component.learning_rate.constant and component.learning_rate.start == 1)


class AdaMax(UpdaterTranslator):
    """Its epsilon has no effect in DL4J, and is none here."""

    java = _PACKAGE + "AdaMax"
    old = ("ADAMAX",)
    tag = "adamax"
    fields: ClassVar = {"beta1": "beta1", "beta2": "beta2"}
    silent: ClassVar = {"epsilon": 1e-8}
    states = ("exp_avg", "exp_inf")


class AmsGrad(UpdaterTranslator):
    java = _PACKAGE + "AMSGrad"
    old = ("AMSGRAD",)
    tag = "amsgrad"
    fields: ClassVar = {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"}
    states = ("exp_avg", "exp_avg_sq", "max_exp_avg_sq")


class Nadam(UpdaterTranslator):
    java = _PACKAGE + "Nadam"
    old = ("NADAM",)
    tag = "nadam"
    fields: ClassVar = {"beta1": "beta1", "beta2": "beta2", "epsilon": "epsilon"}
    states = ("mean", "square")


class NoOp(UpdaterTranslator):
    java = _PACKAGE + "NoOp"
    old = ("NONE", "NOOP")
    tag = "noop"
    rates = ()


class AdaBelief(UpdaterTranslator):
    """DL4J's own cannot make its first step: the network is there to predict."""

    java = _PACKAGE + "AdaBelief"
    rates = ()

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """What moves nothing, since nothing is trained."""
        reading.refuse_training("adabelief", said.place)
        said.ignore(*said.values)
        return {"type": "noop"}
