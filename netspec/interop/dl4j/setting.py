"""Settings that layers share: activation, initial weights, updaters, regularisation … Each is a class of its own that reads and writes.

A setting is a class in a file under `translators/settings/`; no list is edited.
"""

from functools import cache
from typing import Any, ClassVar

from netspec.component import Component
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, import_translators
from netspec.layers import Layer, WeightedLayer


class Setting:
    """One setting of layers, in DL4J's fields and in netspec's words."""

    order: ClassVar[int] = 0
    """Where its words stand in a spec's line."""

    members: ClassVar[list[type["Setting"]]] = []

    def __init_subclass__(cls) -> None:
        Setting.members.append(cls)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Words with their values, those that are not set left out. Raises: DataError, Unspoken."""
        return {}

    @classmethod
    def write(cls, layer: Layer) -> dict[str, Any]:
        """DL4J's fields. Raises: Refused."""
        return {}

    @classmethod
    def matters(cls, member: type[Component], value: Any) -> bool:
        """Whether a layer without the word computes something else for it: settings of weights mean nothing where there are none."""
        return issubclass(member, WeightedLayer)


@cache
def settings() -> tuple[type[Setting], ...]:
    """All settings, in the order of their words."""
    import_translators()
    return tuple(sorted(Setting.members, key=lambda member: member.order))
