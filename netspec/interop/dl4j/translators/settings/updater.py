"""The updater of a layer, and that of its biases: `iupdater`, `biasUpdater`."""

from typing import Any

from netspec.interop.dl4j.layer import DEFAULT_UPDATER
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.setting import Setting
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers import Layer, WeightedLayer


class UpdaterSetting(Setting):
    """A layer that was never given one has DL4J's default, which the file says."""

    order = 30

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`updater` and `bias_updater`."""
        found = {"updater": read_object("updaters", said.inner("iupdater"), reading), "bias_updater": _bias(said, reading)}
        return {word: value for word, value in found.items() if value is not None}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """Biases have one of their own only where it differs."""
        if not isinstance(layer, WeightedLayer):
            return {}
        own = layer.bias_updater if layer.bias_updater != layer.updater else None
        return {
            "iupdater": write_object("updaters", layer.updater) if layer.updater else DEFAULT_UPDATER,
            "biasUpdater": write_object("updaters", own) if own else None,
        }


def _bias(said: Said, reading: Reading) -> Any:
    own = said.inner("biasUpdater")
    return None if own is None or own.values == said.values.get("iupdater") else read_object("updaters", own, reading)
