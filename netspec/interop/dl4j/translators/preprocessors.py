"""Preprocessors: `org.deeplearning4j.nn.conf.preprocessor`. netspec reshapes between kinds by itself; only what it would not do is a layer."""

from typing import Any

from netspec.interop.dl4j.formats import CHANNELS_LAST, FLATTENED, says_last
from netspec.interop.dl4j.preprocessor import PreprocessorTranslator
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers import Layer
from netspec.shapes import Convolutional, Convolutional3D, Recurrent, Shape

_PACKAGE = "org.deeplearning4j.nn.conf.preprocessor."


def _image(said: Said) -> Convolutional:
    return Convolutional(said.integer("numChannels", 1), said.integer("inputHeight"), said.integer("inputWidth"))


def _volume(said: Said) -> Convolutional3D:
    return Convolutional3D(said.integer("numChannels", 1), said.integer("inputDepth"), said.integer("inputHeight"), said.integer("inputWidth"))


class CnnToFeedForward(PreprocessorTranslator):
    java = _PACKAGE + "CnnToFeedForwardPreProcessor"
    old = ("cnnToFeedForward",)

    @classmethod
    def layers(cls, said: Said, layer: type[Layer], reading: Reading) -> list[dict[str, Any]]:
        """A layer that would take the image as it is needs it flattened before."""
        if Convolutional in layer.takes and says_last(said, "format"):
            reading.unspoken("CnnToFeedForwardPreProcessor with channels last before a layer without weights", said.place)
        return [{"type": "flatten"}] if Convolutional in layer.takes else []

    @classmethod
    def facts(cls, said: Said) -> dict[str, Any]:
        """The order of what was flattened with its channels last."""
        image = _image(said)
        return {FLATTENED: (*image.sides, image.channels)} if says_last(said, "format") else {}

    @classmethod
    def takes(cls, said: Said) -> Shape | None:
        """An image."""
        return _image(said)


class Cnn3DToFeedForward(PreprocessorTranslator):
    java = _PACKAGE + "Cnn3DToFeedForwardPreProcessor"

    @classmethod
    def layers(cls, said: Said, layer: type[Layer], reading: Reading) -> list[dict[str, Any]]:
        """A layer that would take the volume as it is needs it flattened before."""
        if Convolutional3D in layer.takes and not said.flag("ncdhw", True):
            reading.unspoken("Cnn3DToFeedForwardPreProcessor with channels last before a layer without weights", said.place)
        return [{"type": "flatten"}] if Convolutional3D in layer.takes else []

    @classmethod
    def facts(cls, said: Said) -> dict[str, Any]:
        """The order of what was flattened with its channels last."""
        volume = _volume(said)
        return {} if said.flag("ncdhw", True) else {FLATTENED: (*volume.sides, volume.channels)}

    @classmethod
    def takes(cls, said: Said) -> Shape | None:
        """A volume."""
        return _volume(said)


class FeedForwardToCnn(PreprocessorTranslator):
    java = _PACKAGE + "FeedForwardToCnnPreProcessor"
    old = ("feedForwardToCnn",)
    makes_input = True

    @classmethod
    def layers(cls, said: Said, layer: type[Layer], reading: Reading) -> list[dict[str, Any]]:
        """Rows of pixels in the middle of a network."""
        image = _image(said)
        return [{"type": "reshape", "to": str(image)}]

    @classmethod
    def takes(cls, said: Said) -> Shape | None:
        """At the input of a network: the image itself, which netspec is given as one."""
        return _image(said)


class RnnToFeedForward(PreprocessorTranslator):
    java = _PACKAGE + "RnnToFeedForwardPreProcessor"
    old = ("rnnToFeedForward",)

    @classmethod
    def facts(cls, said: Said) -> dict[str, Any]:
        """Where the features of a step are."""
        return {CHANNELS_LAST: True} if says_last(said, "rnnDataFormat") else {}

    @classmethod
    def takes_sequence(cls) -> bool:
        """Step by step: a sequence stays one here."""
        return True


class FeedForwardToRnn(PreprocessorTranslator):
    """Behind a RnnToFeedForward; the sequence was never taken apart here."""

    java = _PACKAGE + "FeedForwardToRnnPreProcessor"
    old = ("feedForwardToRnn",)

    @classmethod
    def takes_sequence(cls) -> bool:
        """At the input of a network DL4J puts it where rows are given."""
        return True


class CnnToRnn(PreprocessorTranslator):
    """Behind a RnnToCnn; the sequence was never taken apart here."""

    java = _PACKAGE + "CnnToRnnPreProcessor"
    old = ("cnnToRnn",)


class RnnToCnn(PreprocessorTranslator):
    """Its image is what the layer behind it takes each step for (`film`)."""

    java = _PACKAGE + "RnnToCnnPreProcessor"
    old = ("rnnToCnn",)

    @classmethod
    def takes(cls, said: Said) -> Shape | None:
        """Rows of pixels, one a step."""
        return Recurrent(_image(said).size)
