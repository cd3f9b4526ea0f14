"""AutoEncoder: W is 'f' [nIn, nOut], which is torch's [nOut, nIn] as it lies; b; vb, which 0.5 and 0.6 leave out."""

from typing import Any, ClassVar

from netspec.errors import DataError
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import OLD_LAYOUT, Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers.autoencoder import Autoencoder
from netspec.plan import Node

_LOSSES = {
    "MSE": "mse",
    "L1": "l1",
    "L2": "l2",
    "SQUARED_LOSS": "l2",
    "XENT": "xent",
    "MCXENT": "negative_log_likelihood",
    "SPARSE_MCXENT": "negative_log_likelihood",
    "NEGATIVELOGLIKELIHOOD": "negative_log_likelihood",
    "RECONSTRUCTION_CROSSENTROPY": "kl_divergence",
    "KL_DIVERGENCE": "kl_divergence",
    "COSINE_PROXIMITY": "cosine_proximity",
    "HINGE": "hinge",
    "SQUARED_HINGE": "squared_hinge",
    "MEAN_ABSOLUTE_ERROR": "mae",
    "MEAN_ABSOLUTE_PERCENTAGE_ERROR": "mape",
    "MEAN_SQUARED_LOGARITHMIC_ERROR": "msle",
    "POISSON": "poisson",
    "EXPLL": "poisson",
    "WASSERSTEIN": "wasserstein",
}
"""The words of DL4J's LossFunctions.LossFunction."""

_WORDS = {"l2": "L2", "negative_log_likelihood": "MCXENT", "kl_divergence": "KL_DIVERGENCE", "poisson": "POISSON"}


class AutoEncoderTranslator(LayerTranslator):
    """Its loss is a word of an enumeration; DL4J pre-trains by another gradient than its."""

    java = "org.deeplearning4j.nn.conf.layers.AutoEncoder"
    old = ("autoEncoder",)
    tag = "autoencoder"
    has_norms = True
    fields: ClassVar = {"nout": "n_out", "corruptionLevel": "corruption", "sparsity": "sparsity", "visibleBiasInit": "visible_bias_init"}
    silent: ClassVar = {"timeDistributedFormat": None, "preTrainIterations": 1}
    cannot_say = (*LayerTranslator.cannot_say, "sparsity_weight")

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """`loss`. Raises: DataError."""
        word = said.text("lossFunction", "RECONSTRUCTION_CROSSENTROPY")
        if word not in _LOSSES:
            raise DataError(f"{said.place}: lossFunction must be one of DL4J's losses, got {word}")
        return {"loss": {"type": _LOSSES[word]}}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input, and the loss's word. Raises: LookupError."""
        layer = node.layer
        if not isinstance(layer, Autoencoder):
            raise TypeError(layer.type)
        words = {tag: word for word, tag in _LOSSES.items()} | _WORDS
        return {"nin": node.parameters["weight"].shape[1], "lossFunction": words[layer.loss.type]}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, b, vb."""
        names = {"W": "weight", "b": "bias"} | ({} if layout.fact(node.name, OLD_LAYOUT, False) else {"vb": "visible_bias"})
        return tuple(Piece(theirs, ours, node.parameters[ours].shape) for theirs, ours in names.items())

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """Whether vb is there."""
        if reading.era > Era.V0_6_0:
            return super().facts(said, reading, conf)
        reading.report.mistake("visible-bias-left-out", said.place)
        return super().facts(said, reading, conf) | {OLD_LAYOUT: True}
