"""Objects in an image: a box and a class for each."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from netspec.errors import Refused
from netspec.fields import NotNegative, Positive
from netspec.layers import Inferred
from netspec.losses import Loss, LossFunction
from netspec.scored import ScoredLayer
from netspec.shapes import Convolutional

if TYPE_CHECKING:
    from torch import Tensor, nn


def _pairs(value: Any) -> Any:
    return tuple(tuple(pair) if isinstance(pair, list) else pair for pair in value) if isinstance(value, list) else value


Priors = Annotated[tuple[tuple[Positive, Positive], ...], BeforeValidator(_pairs), Field(min_length=1)]
"""Width and height of each."""


class BoxesLoss(Loss):
    """Labels of a cell are the corners of a box and its class."""

    priors: Priors

    def labels_for(self, outputs: int) -> int:
        """4 + C of B·(5 + C) outputs."""
        return outputs // len(self.priors) - 1

    def expected(self, output: "Tensor") -> "Tensor":
        """In each cell the most confident box."""
        from netspec.modules.yolo2_output import best

        return partial(best, self.priors)(output)


class Yolo2Output(ScoredLayer):
    """For each cell and each of B priors: sigmoid(x, y) in the cell, prior·exp(width, height), sigmoid(confidence), softmax(C classes).

    Σ over cells: of the box that overlaps most with the cell's object coordinate_weight·((Δx)² + (Δy)² + (Δ√width)² + (Δ√height)²)
    + (confidence − overlap)² + Σ(Δclass)²; of all others no_object_weight·confidence². Labels are (4 + C)×H×W: left, top, right, bottom of the object whose
    centre is in the cell, measured in cells, and its class as ones and zeros; all 0 without an object.
    Shape: (B·(5 + C))×H×W → the same. Source: Redmon & Farhadi, CVPR 2017; DL4J's Yolo2OutputLayer.
    """

    type: Literal["yolo2_output"] = "yolo2_output"
    takes = (Convolutional,)

    priors: Priors
    """Width and height of the usual boxes, in cells: [[1, 1.5], [2, 0.7]]."""

    coordinate_weight: NotNegative = 5.0
    """Weight of places and sizes: λ_coord."""

    no_object_weight: NotNegative = 0.5
    """Weight of the confidence of boxes that are responsible for no object: λ_noobj."""

    @property
    def loss(self) -> Loss:
        """One whose labels are boxes."""
        return BoxesLoss(type="boxes", priors=self.priors)

    def infer(self, *inputs: Convolutional) -> Inferred:
        """The shape stays."""
        channels, boxes = inputs[0].channels, len(self.priors)
        if channels % boxes or channels // boxes < 6:
            rule = f"must have {boxes}·(5 + classes) channels as input, 5 + classes for each prior"
            raise Refused("", rule, got=channels, help="for example {type: conv, kernel: 1, activation: identity} with that n_out before it")
        return Inferred(inputs[0])

    def build(self, *inputs: Convolutional) -> "nn.Module":
        """Hands its input on: its boxes and loss are worked out after the network."""
        from torch import nn

        return nn.Identity()

    def build_prediction(self) -> "nn.Module":
        """The boxes."""
        from netspec.modules.yolo2_output import Boxes

        return Boxes(self.priors)

    def build_score(self, module: "nn.Module") -> LossFunction:
        """Of the boxes."""
        from netspec.modules.yolo2_output import Boxes, BoxLoss

        return BoxLoss(Boxes(self.priors), self.coordinate_weight, self.no_object_weight)
