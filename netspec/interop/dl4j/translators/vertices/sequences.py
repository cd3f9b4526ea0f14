"""LastTimeStepVertex, ReverseTimeSeriesVertex, DuplicateToTimeSeriesVertex: `org.deeplearning4j.nn.conf.graph.rnn`."""

from collections.abc import Collection
from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.pieces import MASK_OF, Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.graph.rnn."


class Masked(VertexTranslator):
    """It names the input of the network whose mask it takes, which is the one that came with its sequence, or ignores all masks."""

    sequences = "steps"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Without a name it ignores masks."""
        return {} if said.text("maskArrayInputName", "") else {"masking": "ignore"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The name."""
        obeys = node.layer.obeys_masks
        return {"maskArrayInputName": layout.fact(node.name, MASK_OF, None) if obeys else None}


class LastTimeStep(Masked):
    """The last step."""

    java = _PACKAGE + "LastTimeStepVertex"
    old = ("LastTimeStepVertex",)
    tag = "last_time_step"


class ReverseTimeSeries(Masked):
    """All steps in reverse order."""

    java = _PACKAGE + "ReverseTimeSeriesVertex"
    old = ("ReverseTimeSeriesVertex",)
    tag = "reverse_time_series"
    keeps_shape = True


class DuplicateToTimeSeries(VertexTranslator):
    """The sequence is named by the object, and is always an input of the network."""

    java = _PACKAGE + "DuplicateToTimeSeriesVertex"
    old = ("DuplicateToTimeSeriesVertex",)
    tag = "duplicate_to_time_series"
    sequences = "steps"
    silent: ClassVar = {"inputName": None}

    @classmethod
    def also_takes(cls, said: Said) -> tuple[str, ...]:
        """The sequence."""
        return (said.text("inputName"),)

    @classmethod
    def inputs_there(cls, node: Node, inputs: tuple[str, ...], network: Collection[str]) -> tuple[str, ...]:
        """The vector alone."""
        if inputs[1] not in network:
            raise Refused("input", "must name an input of the network as the sequence")
        return inputs[:1]

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The sequence's name."""
        return {"inputName": node.inputs[1]}
