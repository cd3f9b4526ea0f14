"""Initial weights and biases: `weightInitFn`, `biasInit`."""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer, WeightedLayer


class WeightsSetting(Setting):
    """They matter when a network starts anew; an imported one has its numbers."""

    order = 20

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`weight_init` and `bias_init`."""
        said.ignore("gainInit")
        bias = said.number_or_none("biasInit")
        found = {"weight_init": read_object("initializers", said.inner("weightInitFn"), reading), "bias_init": bias}
        return {word: value for word, value in found.items() if value is not None}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """A bias drawn from a distribution has no form in DL4J; its numbers are in the vector all the same."""
        if not isinstance(layer, WeightedLayer):
            return {}
        bias = getattr(layer.bias_init, "value", 0.0)
        return {"weightInitFn": write_object("initializers", layer.weight_init), "biasInit": float(bias), "gainInit": 1.0}
