"""Noise on a layer's weights while training: `weightNoise`."""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer, WeightedLayer


class NoiseSetting(Setting):
    """Null for none."""

    order = 80

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`weight_noise`."""
        found = read_object("weight_noises", said.inner("weightNoise"), reading)
        return {} if found is None else {"weight_noise": found}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """None where there is none."""
        if not isinstance(layer, WeightedLayer):
            return {}
        return {"weightNoise": write_object("weight_noises", layer.weight_noise) if layer.weight_noise is not None else None}
