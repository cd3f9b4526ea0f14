"""Boxes of objects in the cells of a grid: what they are, and how far they are from the true ones.

Arrays are N×(B·(5 + C))×H×W, for each of B priors x and y in the cell, width, height, confidence and C classes. Boxes are measured in cells.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netspec.errors import DataError
from netspec.modules.axes import masked

Priors = tuple[tuple[float, float], ...]


class Boxes(nn.Module):
    """sigmoid(x, y), prior·exp(width, height), sigmoid(confidence), softmax(classes). Shape: N×(B·(5 + C))×H×W → the same."""

    def __init__(self, priors: Priors) -> None:
        super().__init__()
        self.priors = priors

    def forward(self, input: Tensor) -> Tensor:
        """All boxes of all cells."""
        place, size, confidence, classes = apart(input, len(self.priors))
        sizes = torch.tensor(self.priors, dtype=input.dtype, device=input.device)[:, :, None, None]
        parts = place.sigmoid(), sizes * size.exp(), confidence.sigmoid(), classes.softmax(2)
        return torch.cat(parts, 2).reshape(input.shape)

    def extra_repr(self) -> str:
        """The priors, for `print(module)`."""
        return str(self.priors)


def apart(input: Tensor, priors: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Place, size, confidence and classes of the boxes. Shape: N×(B·(5 + C))×H×W → N×B×2, 2, 1, C×H×W."""
    boxes = input.reshape(len(input), priors, -1, *input.shape[2:])
    return boxes[:, :, :2], boxes[:, :, 2:4], boxes[:, :, 4:5], boxes[:, :, 5:]


def corners(place: Tensor, size: Tensor) -> Tensor:
    """Left, top, right and bottom of boxes whose centre is at `place` in their cell. Shape: N×B×2×H×W, twice → N×B×4×H×W."""
    height, width = place.shape[-2:]
    rows, columns = torch.meshgrid(torch.arange(height, device=place.device), torch.arange(width, device=place.device), indexing="ij")
    centre = place + torch.stack([columns, rows]).to(place.dtype)
    return torch.cat([centre - size / 2, centre + size / 2], 2)


def overlap(boxes: Tensor, others: Tensor) -> Tensor:
    """Area that both share over the area of their union. Shape: N×B×4×H×W, twice → N×B×1×H×W."""
    shared = (torch.minimum(boxes[:, :, 2:], others[:, :, 2:]) - torch.maximum(boxes[:, :, :2], others[:, :, :2])).clamp(min=0)
    both, own = shared.prod(2, keepdim=True), [(one[:, :, 2:] - one[:, :, :2]).prod(2, keepdim=True) for one in (boxes, others)]
    return both / (own[0] + own[1] - both)


def best(priors: Priors, output: Tensor) -> Tensor:
    """In each cell the most confident box, as labels are: its corners, and its classes. Shape: N×(B·(5 + C))×H×W → N×(4 + C)×H×W."""
    place, size, confidence, classes = apart(output, len(priors))
    found = torch.cat([corners(place, size), classes], 2)
    chosen = confidence.argmax(1, keepdim=True).expand(-1, 1, found.shape[2], -1, -1)
    return found.gather(1, chosen).squeeze(1)


@dataclass(frozen=True)
class BoxLoss:
    """The sum over cells and boxes of what is wrong with them, a mean over the examples.

    Labels are N×(4 + C)×H×W: left, top, right and bottom of the object whose centre lies in the cell, and its class as ones and zeros; all 0
    where there is none. Of a cell's boxes the one that overlaps most with the object is responsible for it.
    """

    activation: Boxes
    coordinate_weight: float
    no_object_weight: float

    def __call__(self, preactivation: Tensor, labels: Tensor, mask: Tensor | None = None) -> Tensor:
        """The mean loss; a mask is one of cells, N×H×W or N×1×H×W."""
        priors = len(self.activation.priors)
        place, size, confidence, classes = apart(self.activation(preactivation), priors)
        box, kind = self._split(labels.to(preactivation.dtype), preactivation, classes.shape[2])
        middle, sides = (box[:, :, :2] + box[:, :, 2:]) / 2, box[:, :, 2:] - box[:, :, :2]
        there = kind.sum(2, keepdim=True) > 0
        iou = overlap(corners(place, size), box)
        responsible = there & (torch.arange(priors, device=iou.device)[:, None, None, None] == iou.argmax(1, keepdim=True))
        misplaced = (place - (middle - middle.floor())).square().sum(2, keepdim=True) + (size.sqrt() - sides.sqrt()).square().sum(2, keepdim=True)
        object_terms = self.coordinate_weight * misplaced + (confidence - iou).square() + (classes - kind).square().sum(2, keepdim=True)
        terms = torch.where(responsible, object_terms, self.no_object_weight * confidence.square())
        return masked(terms.sum(1), mask).sum() / len(terms)

    def _split(self, labels: Tensor, like: Tensor, classes: int) -> tuple[Tensor, Tensor]:
        """Boxes and classes of the labels, N×1×4 and N×1×C×H×W. Raises: DataError."""
        wanted = (len(like), 4 + classes, *like.shape[2:])
        if labels.shape != wanted:
            raise DataError(f"labels of boxes must be {'×'.join(map(str, wanted))}, got {'×'.join(map(str, labels.shape))}")
        return labels[:, None, :4], labels[:, None, 4:]
