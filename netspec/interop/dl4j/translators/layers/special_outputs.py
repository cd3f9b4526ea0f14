"""CenterLossOutputLayer, OCNNOutputLayer, Yolo2OutputLayer: outputs whose loss is more than that of an output and a label."""

from dataclasses import replace
from math import prod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from netspec.errors import DataError, Refused
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.translators.layers.dense import LinearTranslator
from netspec.layers.yolo2_output import Yolo2Output
from netspec.plan import Node
from netspec.shapes import Convolutional, FeedForward

_PACKAGE = "org.deeplearning4j.nn.conf."
_PENALTIES = ("l1", "l2", "weight_decay", "l1_bias", "l2_bias", "weight_decay_bias")
_SQUARES = {"@class": "org.nd4j.linalg.lossfunctions.impl.LossL2"}


class CenterLossTranslator(LinearTranslator):
    """The centres lie behind W and b, as W does; no updater moves them. There is always a b, whatever the file says of one."""

    java = _PACKAGE + "layers.CenterLossOutputLayer"
    old = ("CenterLossOutputLayer",)
    tag = "center_loss_output"
    kind = FeedForward
    fields: ClassVar = {"nout": "n_out", "alpha": "alpha", "lambda": "center_weight"}
    silent: ClassVar = {**LinearTranslator.silent, "gradientCheck": False, "hasBias": True}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """DL4J's centres are slower."""
        reading.report.mistake("center-loss-rate", said.place)
        return {}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Without an updater of the biases, which DL4J does not look at."""
        found = super().read(said, reading)
        return {word: value for word, value in found.items() if word != "bias_updater"}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input. Raises: Refused without a bias, or with an updater of its own."""
        if "bias" not in node.parameters:
            raise Refused("has_bias", "must be true")
        layer = node.layer.weighted
        if layer is not None and layer.bias_updater not in (None, layer.updater):
            raise Refused("bias_updater", "must be left out: the updater moves b too")
        return super().foreign(node, layout)

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b, cL."""
        weight, *others = super().pieces(node, layout)
        return (weight, *others, replace(weight, name="cL", array="centers", statistic=True))


class OcnnTranslator(LayerTranslator):
    """w; v 'f' [nIn, hidden]; r. It has its own penalty, and does nothing with another that it is given."""

    java = _PACKAGE + "ocnn.OCNNOutputLayer"
    old = ("OCNNOutputLayer",)
    tag = "ocnn_output"
    kind = FeedForward
    sequences = "rows"
    fields: ClassVar = {"hiddenSize": "hidden_size", "nu": "nu", "windowSize": "window_size", "initialRValue": "initial_r"}
    silent: ClassVar = {"configureR": True, "lastEpochSinceRUpdated": 0, "hasBias": True, "nout": 1, "timeDistributedFormat": None}

    cannot_say: ClassVar = (*LayerTranslator.cannot_say, *_PENALTIES)

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Without penalties."""
        found = super().read(said, reading)
        if forgotten := [word for word in _PENALTIES if word in found]:
            reading.report.note("left out", f"{', '.join(forgotten)}: DL4J's one-class output does nothing with them", said.place)
        return {word: value for word, value in found.items() if word not in forgotten}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """DL4J passes back another error, and sets r at the beginning of an epoch."""
        reading.report.mistake("ocnn-passed-back-error", said.place)
        if not said.flag("configureR", True):
            reading.report.note("left out", "configureR false: where r is drawn anew, it starts at initialRValue", said.place)
        return {}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input."""
        return {"nin": node.parameters["hidden_weight"].shape[1]}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """w, v, r."""
        return tuple(Piece(theirs, ours, node.parameters[ours].shape) for theirs, ours in (("w", "weight"), ("v", "hidden_weight"), ("r", "r")))

    @classmethod
    def as_there(cls, output: NDArray[Any]) -> NDArray[Any]:
        """A number for each example, not a row of one."""
        return output.reshape(len(output))


class Yolo2Translator(LayerTranslator):
    """Squared differences throughout."""

    java = _PACKAGE + "layers.objdetect.Yolo2OutputLayer"
    old = ("Yolo2OutputLayer",)
    tag = "yolo2_output"
    kind = Convolutional
    format_field = "format"
    fields: ClassVar = {"lambdaCoord": "coordinate_weight", "lambdaNoObj": "no_object_weight"}
    silent: ClassVar = {"gradientNormalization": "None", "gradientNormalizationThreshold": 1.0, "lossPositionScale": _SQUARES, "lossClassPredictions": _SQUARES}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The priors."""
        for field in ("lossPositionScale", "lossClassPredictions"):
            loss = said.inner(field)
            if loss is not None and loss.simple != "LossL2":
                reading.unspoken(f"{said.simple} with {loss.simple}", said.place)
        boxes = said.inner("boundingBoxes")
        if boxes is None:
            raise DataError(f"{said.place} must have boundingBoxes")
        return {"priors": [[float(one) for one in pair] for pair in _matrix(boxes)]}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The priors as an array."""
        if not isinstance(node.layer, Yolo2Output):
            raise TypeError(node.layer.type)
        priors = node.layer.priors
        return {"boundingBoxes": {"dataType": "DOUBLE", "shape": [len(priors), 2], "data": [size for pair in priors for size in pair]}}


def _matrix(said: Said) -> NDArray[Any]:
    """An array in JSON, in the words of M2.1 or in those of older releases. Raises: DataError."""
    old = "dataBuffer" in said
    values, shape = said.raw("dataBuffer" if old else "data"), said.sizes("shapeField" if old else "shape")
    if (
        not isinstance(values, list)
        or len(shape) != 2
        or shape[1] != 2
        or prod(shape) != len(values)
        or not all(isinstance(one, int | float) for one in values)
    ):
        raise DataError(f"{said.place} must be a matrix of two columns")
    return np.array(values, float).reshape(shape, order="F" if said.text("orderingField", "c") == "f" else "C")
