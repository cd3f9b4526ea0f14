"""What is done to a layer's gradients before its updater: `gradientNormalization` and its threshold."""

from typing import Any

from netspec.gradient_normalizations import Clipping
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading
from netspec.layers import Layer, WeightedLayer

_TAGS = {
    "RenormalizeL2PerLayer": "renormalize_l2_per_layer",
    "RenormalizeL2PerParamType": "renormalize_l2_per_param_type",
    "ClipElementWiseAbsoluteValue": "clip_elementwise_absolute_value",
    "ClipL2PerLayer": "clip_l2_per_layer",
    "ClipL2PerParamType": "clip_l2_per_param_type",
}
_WORDS = {tag: word for word, tag in _TAGS.items()} | {"none": "None"}


class GradientSetting(Setting):
    """DL4J writes both fields always; the threshold means something to clipping only."""

    order = 60

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Nothing for `None`."""
        word, threshold = said.text("gradientNormalization", "None"), said.number("gradientNormalizationThreshold", 1.0)
        tag = _TAGS.get(word)
        if tag is None:
            if word != "None":
                reading.unspoken(f"gradient normalization {word}", said.place)
            return {}
        if said.simple == "BatchNormalization":
            reading.report.mistake("normalized-running-statistics", said.place)
        return {"gradient_normalization": {"type": tag, "threshold": threshold} if tag.startswith("clip") else {"type": tag}}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Both fields."""
        if not isinstance(layer, WeightedLayer):
            return {}
        found = layer.gradient_normalization
        if found is not None and found.type not in _WORDS:
            raise LookupError(found.type)
        threshold = found.threshold if isinstance(found, Clipping) else 1.0
        return {"gradientNormalization": _WORDS[found.type] if found else "None", "gradientNormalizationThreshold": threshold}
