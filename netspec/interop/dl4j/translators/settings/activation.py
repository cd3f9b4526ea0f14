"""The activation of a layer: `activationFn`."""

from typing import Any

from netspec.component import Component
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer
from netspec.scored import WithLoss


class ActivationSetting(Setting):
    """What DL4J inherits into layers that apply none is no setting of theirs."""

    order = 10

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`activation`, and `loss` beside it."""
        loss = read_object("losses", said.inner("lossFn"), reading)
        activation = read_object("activations", said.inner("activationFn"), reading)
        return {word: value for word, value in (("activation", activation), ("loss", loss)) if value is not None}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Both, where the layer has them."""
        activation = getattr(layer, "activation", None)
        written = {"activationFn": write_object("activations", activation)} if activation is not None else {}
        return written | ({"lossFn": write_object("losses", layer.loss)} if isinstance(layer, WithLoss) else {})

    @classmethod
    def matters(cls, member: type[Component], value: Any) -> bool:
        """Layers without the word apply none, in DL4J too."""
        return False
