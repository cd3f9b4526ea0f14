"""LocallyConnected1D, LocallyConnected2D: layers on SameDiff."""

from typing import Any, ClassVar

from netspec.errors import Refused
from netspec.interop.dl4j.formats import CHANNELS_LAST
from netspec.interop.dl4j.pieces import Layout
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.samediff import SameDiffTranslator
from netspec.interop.dl4j.translator import Reading
from netspec.interop.dl4j.windows import read_mode, read_window
from netspec.layers._locally_connected import LocallyConnectedLayer
from netspec.plan import Node
from netspec.shapes import Convolutional, Grid, Recurrent
from netspec.windows import Window

_PACKAGE = "org.deeplearning4j.nn.conf.layers."
_WORDS = {"kernel": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilation"}


class LocallyConnectedTranslator(SameDiffTranslator):
    """What both share. W is 'c' [places, nIn·kernel, nOut], then b."""

    slides: ClassVar[type[Grid]] = Convolutional
    tag = "locally_connected"
    activated = "TANH"
    softmax_along_last_axis = True
    fields: ClassVar = {"nout": "n_out", "hasBias": "has_bias"}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """One class for two components."""
        found: dict[str, Any] = super().read(said, reading)
        return found | {"type": cls.tag_of(said)}

    @classmethod
    def tag_of(cls, said: Said) -> str:
        """The component's."""
        return cls.tag

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """The window."""
        window = read_window(said, cls.slides, _WORDS) | read_mode(said, "cm")
        return {word: value for word, value in window.items() if word != "padding" or window["mode"] != "same"}

    @classmethod
    def told_sides(cls, said: Said) -> tuple[int, ...] | None:
        """It says what it takes."""
        return said.sizes("inputSize") if "inputSize" in said else None

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The window and what follows from it."""
        layer, grid = node.layer, node.shapes[0]
        if not isinstance(layer, LocallyConnectedLayer) or not isinstance(grid, Grid):
            raise TypeError(layer.type)
        window, shape = layer.window(grid), node.parameters["weight"].shape
        about = {"cm": window.mode.capitalize(), "nin": grid.channels, "featureDim": shape[1]}
        return about | cls.sizes(window, grid)

    @classmethod
    def sizes(cls, window: Window, grid: Grid) -> dict[str, Any]:
        """The window and what follows from it. Raises: Refused for windows that DL4J fails on."""
        if set(window.dilation) != {1} or window.mode == "causal":
            raise Refused("mode" if window.mode == "causal" else "dilation", "must be left out")
        sides = [side or 0 for side in grid.sides]
        border = window.border(sides)
        sizes = {"kernel": window.kernel, "stride": window.stride, "dilation": window.dilation, "padding": border[::2][::-1]}
        ends = {"inputSize": sides, "outputSize": window.slide(grid)}
        return {name: cls.sized(values) for name, values in (sizes | ends).items()} | cls.behind(border)

    @classmethod
    def sized(cls, values: Any) -> Any:
        """One number an axis, a number alone for sequences."""
        return list(values) if len(cls.slides.axes) > 1 else int(values[0])

    @classmethod
    def behind(cls, border: tuple[int, ...]) -> dict[str, Any]:
        """Padding at the far ends, where it is said apart."""
        return {}


class LocallyConnected1DTranslator(LocallyConnectedTranslator):
    java = _PACKAGE + "LocallyConnected1D"
    kind = slides = Recurrent
    ignores_masks = True
    sequences = "steps"

    @classmethod
    def behind(cls, border: tuple[int, ...]) -> dict[str, Any]:
        """The far end."""
        return {"paddingR": border[1]}


class LocallyConnected2DTranslator(LocallyConnectedTranslator):
    """Where there is more than one row and column, places are mixed up."""

    java = _PACKAGE + "LocallyConnected2D"
    also = ("dl4j_locally_connected",)
    kind = Convolutional
    format_field = "format"

    @classmethod
    def tag_of(cls, said: Said) -> str:
        """By the size of its output."""
        return "dl4j_locally_connected" if min(said.sizes("outputSize", (2, 2))) > 1 else cls.tag

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """DL4J's order of places."""
        if cls.tag_of(said) != cls.tag:
            reading.report.mistake("locally-connected-2d-positions", said.place)
        return super().own(said, reading)

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """A plain layer has its places in another order than DL4J's."""
        sides = node.output.sides if isinstance(node.output, Convolutional) else ()
        if node.layer.type == cls.tag and min(side or 0 for side in sides) > 1:
            raise Refused("type", "must be dl4j_locally_connected, whose order of places is DL4J's")
        if layout.fact(node.name, CHANNELS_LAST, False):
            raise Refused("type", "must be another: channels last are not written for it")
        return super().foreign(node, layout)

    @classmethod
    def behind(cls, border: tuple[int, ...]) -> dict[str, Any]:
        """The bottom and the right."""
        return {"paddingBr": [border[3], border[1]]}
