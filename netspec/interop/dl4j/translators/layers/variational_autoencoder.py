"""VariationalAutoencoder: every W is 'f' [nIn, nOut], which is torch's [nOut, nIn] as it lies, and its b comes behind it."""

from typing import Any, ClassVar

from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.interop.dl4j.translators.reconstructions import inside
from netspec.layers.variational_autoencoder import VariationalAutoencoder
from netspec.plan import Node

_NAMES = {"mean": "pZXMean", "log_variance": "pZXLogStd2", "numbers": "pXZ"}


class VariationalAutoencoderTranslator(LayerTranslator):
    """Its biases start at 0 whatever the network's `biasInit`."""

    java = "org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder"
    old = ("VariationalAutoencoder",)
    tag = "variational_autoencoder"
    has_norms = True
    fields: ClassVar = {"nout": "n_out", "numSamples": "num_samples"}
    silent: ClassVar = {"timeDistributedFormat": None, "lossFunction": "RECONSTRUCTION_CROSSENTROPY", "visibleBiasInit": 0.0, "preTrainIterations": 1}

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Without initial biases, which it does not look at."""
        return super().read(said, reading) | {"bias_init": 0}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Sizes, distribution, activation of the code."""
        pzx = inside(said, "activations", "pzxActivationFn") or inside(said, "activations", "pzxactivationFn")
        activation = read_object("activations", pzx, reading)
        distribution = read_object("reconstructions", inside(said, "reconstructions", "outputDistribution"), reading)
        sizes = {"encoder": list(said.sizes("encoderLayerSizes")), "decoder": list(said.sizes("decoderLayerSizes"))}
        return sizes | {word: value for word, value in (("reconstruction", distribution), ("pzx_activation", activation)) if value is not None}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The same there, and the size of the input."""
        layer = node.layer
        if not isinstance(layer, VariationalAutoencoder):
            raise TypeError(layer.type)
        return {
            "nin": node.parameters["encoder.0.weight"].shape[1],
            "encoderLayerSizes": list(layer.encoder),
            "decoderLayerSizes": list(layer.decoder),
            "outputDistribution": write_object("reconstructions", layer.reconstruction),
            "pzxActivationFn": write_object("activations", layer.pzx_activation),
        }

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """As the layer lists them."""
        return tuple(Piece(_theirs(name), name, parameter.shape) for name, parameter in node.parameters.items())


def _theirs(name: str) -> str:
    """`encoder.0.weight` is e0W."""
    group, *index, kind = name.split(".")
    return _NAMES.get(group, group[0] + "".join(index)) + {"weight": "W", "bias": "b"}[kind]
