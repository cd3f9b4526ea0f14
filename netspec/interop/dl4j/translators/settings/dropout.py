"""Noise on a layer's input: `idropout`."""

from typing import Any

from netspec.component import Component
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer


class DropoutSetting(Setting):
    """Every layer of DL4J's may have it."""

    order = 50

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`dropout`."""
        found = read_object("dropouts", said.inner("idropout"), reading)
        return {} if found is None else {"dropout": found}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """None where there is none."""
        dropout = getattr(layer, "dropout", None)
        if dropout is None:
            return {"idropout": None}
        return {"idropout": write_object("dropouts", dropout)}

    @classmethod
    def matters(cls, member: type[Component], value: Any) -> bool:
        """Noise matters wherever it is."""
        return True
