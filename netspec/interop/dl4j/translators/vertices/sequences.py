"""LastTimeStepVertex, ReverseTimeSeriesVertex, DuplicateToTimeSeriesVertex: `org.deeplearning4j.nn.conf.graph.rnn`."""

from collections.abc import Collection
from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.vertex import VertexTranslator
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.graph.rnn."


class LastTimeStep(VertexTranslator):
    """The mask that it names is the one that came with its sequence."""

    java = _PACKAGE + "LastTimeStepVertex"
    old = ("LastTimeStepVertex",)
    tag = "last_time_step"
    silent: ClassVar = {"maskArrayInputName": None}


class ReverseTimeSeries(VertexTranslator):
    """The mask that it names is the one that came with its sequence."""

    java = _PACKAGE + "ReverseTimeSeriesVertex"
    old = ("ReverseTimeSeriesVertex",)
    tag = "reverse_time_series"
    keeps_shape = True
    silent: ClassVar = {"maskArrayInputName": None}


class DuplicateToTimeSeries(VertexTranslator):
    """The sequence is named by the object, and is always an input of the network."""

    java = _PACKAGE + "DuplicateToTimeSeriesVertex"
    old = ("DuplicateToTimeSeriesVertex",)
    tag = "duplicate_to_time_series"
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
