"""Base of the translators of preprocessors."""

from typing import Any, ClassVar

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator, translators
from netspec.layers import Layer
from netspec.shapes import Shape


class PreprocessorTranslator(Translator):
    """A reshaping before a layer, and what it tells of the network's input where it stands there."""

    family: ClassVar[str] = "preprocessors"
    makes_input: ClassVar[bool] = False
    """True where it stands for nothing at the input of a network: netspec is given what it makes."""

    @classmethod
    def layers(cls, said: Said, layer: type[Layer], reading: Reading) -> list[dict[str, Any]]:
        """Layers that do what it does, before a layer of this class; none where netspec does it by itself."""
        return []

    @classmethod
    def facts(cls, said: Said) -> dict[str, Any]:
        """What the layer behind it has to know of how its numbers lie."""
        return {}

    @classmethod
    def takes(cls, said: Said) -> Shape | None:
        """What it is given, where it tells."""
        return None

    @classmethod
    def takes_sequence(cls) -> bool:
        """Whether what it is given is a sequence, of a size that the layer tells."""
        return False


def preprocessor_of(said: Said, reading: Reading) -> type[PreprocessorTranslator] | None:
    """The translator of a preprocessor. Raises: DataError, Unspoken."""
    found: type[PreprocessorTranslator] | None = translators("preprocessors").get(said.java)
    if found is None:
        reading.unspoken(said.simple, said.place)
    return found
