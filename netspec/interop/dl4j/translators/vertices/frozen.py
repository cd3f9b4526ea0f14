"""FrozenVertex around a vertex without weights, which has nothing to freeze."""

from typing import Any

from netspec.errors import DataError
from netspec.interop.dl4j.older import modern_object
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, translators
from netspec.interop.dl4j.vertex import VertexTranslator


class Frozen(VertexTranslator):
    java = "org.deeplearning4j.nn.conf.graph.FrozenVertex"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """The vertex inside."""
        vertex = _inside(said)
        translator = translators("vertices").get(vertex.java)
        if translator is None or translator is cls:
            reading.unspoken(f"{said.simple} around {vertex.simple}", said.place)
            return {"type": "activation", "activation": {"type": "identity"}}
        return translator.read(vertex, reading)

    @classmethod
    def also_takes(cls, said: Said) -> tuple[str, ...]:
        """As the vertex inside."""
        vertex = _inside(said)
        translator: type[VertexTranslator] | None = translators("vertices").get(vertex.java)
        return translator.also_takes(vertex) if translator and translator is not cls else ()


def _inside(said: Said) -> Said:
    inner = said.inner("underlying")
    if inner is None:
        raise DataError(f"{said.place} must have an underlying vertex")
    return Said(modern_object("vertices", inner.values), inner.place)
