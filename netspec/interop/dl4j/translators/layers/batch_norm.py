"""BatchNormalization: gamma, beta (unless locked), mean, then var, or log10stdev where `variables` names it."""

from typing import Any, ClassVar

from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.layer import LayerTranslator
from netspec.interop.dl4j.pieces import LOGARITHMS, Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading
from netspec.layers.batch_norm import BatchNorm
from netspec.plan import Node
from netspec.shapes import Convolutional, features


class BatchNormTranslator(LayerTranslator):
    """Up to beta, epsilon is part of the running variance and prediction does without it: v' = v − epsilon computes the same here."""

    java = "org.deeplearning4j.nn.conf.layers.BatchNormalization"
    old = ("batchNormalization",)
    tag = "batch_norm"
    fields: ClassVar = {"decay": "decay", "eps": "epsilon", "gamma": "gamma", "beta": "beta", "lockGammaBeta": "lock_gamma_beta"}
    silent: ClassVar = {"minibatch": True, "useLogStd": True, "cudnnAllowFallback": True}
    format_field = "cnn2DFormat"
    ignores_masks_of_steps = True

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Its size is that of its input."""
        said.ignore("nout", "hasBias", "activationFn")
        if reading.era <= Era.BETA:
            reading.report.mistake("batch-norm-epsilon", said.place)
        if reading.era <= Era.BETA2:
            reading.report.mistake("statistics-move-in-every-forward-pass", said.place)
        return {}

    @classmethod
    def format(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Vectors have the word for images too."""
        return super().format(node, layout) if isinstance(node.shapes[0], Convolutional) else {cls.format_field: "NCHW"}

    @classmethod
    def facts(cls, said: Said, reading: Reading, conf: Said) -> dict[str, Any]:
        """How the variance is stored."""
        variables = conf.values.get("variables") or ()
        logarithm = "log10stdev" in variables if variables else said.flag("useLogStd", False)
        return super().facts(said, reading, conf) | {"log_std": logarithm, "shift": said.number("eps", 1e-5) if reading.era <= Era.BETA else 0.0}

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Its size."""
        size = features(node.shapes[0])
        activation = {"@class": "org.nd4j.linalg.activations.impl.ActivationIdentity"}
        return {"nin": size, "nout": size, "activationFn": activation, "useLogStd": layout.fact(node.name, "log_std", True)}

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """gamma, beta, mean, var or log10stdev."""
        size = (features(node.shapes[0]),)
        trained = () if isinstance(node.layer, BatchNorm) and node.layer.lock_gamma_beta else (Piece("gamma", "weight", size), Piece("beta", "bias", size))
        logarithm = layout.fact(node.name, "log_std", True)
        known = tuple(layout.fact(node.name, LOGARITHMS, ()))
        spread = Piece("log10stdev", "running_var", size, statistic=True, meaning="log10_stdev", known=known)
        plain = Piece("var", "running_var", size, statistic=True, shift=layout.fact(node.name, "shift", 0.0))
        return (*trained, Piece("mean", "running_mean", size, statistic=True), spread if logarithm else plain)
