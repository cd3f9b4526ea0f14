"""What is done to gradients, weights and noise on them: `gradientNormalization`, `constraints`, `weightNoise`."""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading
from netspec.layers import Layer, WeightedLayer


class GradientSetting(Setting):
    """DL4J writes both fields always; the threshold means nothing without a normalization."""

    order = 60

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Nothing for `None`."""
        said.ignore("gradientNormalizationThreshold")
        kind = said.text("gradientNormalization", "None")
        if kind != "None":
            reading.unspoken(f"gradient normalization {kind}", said.place)
        return {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """None."""
        return {"gradientNormalization": "None", "gradientNormalizationThreshold": 1.0} if isinstance(layer, WeightedLayer) else {}


class ConstraintSetting(Setting):
    """A list of constraints, empty or null for none."""

    order = 70

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Nothing for none."""
        for item in said.inners("constraints"):
            reading.unspoken(item.simple, item.place)
        return {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """None."""
        return {"constraints": None}


class NoiseSetting(Setting):
    """Noise on the weights while training."""

    order = 80

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Nothing for none."""
        if (noise := said.inner("weightNoise")) is not None:
            reading.unspoken(noise.simple, noise.place)
        return {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """None."""
        return {"weightNoise": None} if isinstance(layer, WeightedLayer) else {}
