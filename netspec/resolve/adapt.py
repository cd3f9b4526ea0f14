"""Reshaping between kinds, where a layer takes another kind than it is given: one table, visible in the Plan."""

from netspec.layers import Layer
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Shape

_TAGS: dict[tuple[type[Shape], type[Shape]], str] = {
    (Convolutional, FeedForward): "flatten",
    (Convolutional3D, FeedForward): "flatten",
}


def adapter(given: Shape, layer: Layer) -> Layer | None:
    """The layer that turns `given` into a kind `layer` takes, or None when there is none."""
    tag = next((_TAGS[type(given), kind] for kind in layer.takes if (type(given), kind) in _TAGS), None)
    member = Layer.member(tag) if tag else None
    return member.model_validate({}) if member else None
