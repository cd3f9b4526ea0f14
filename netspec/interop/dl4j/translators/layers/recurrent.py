"""LSTM, GravesLSTM, GravesBidirectionalLSTM, SimpleRnn: W 'f' [nIn, 4n], RW 'f' [n, 4n], b, whose blocks are cell, forget, output, input gate."""

from collections.abc import Mapping
from typing import Any, ClassVar

from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.layer import Form, LayerTranslator
from netspec.interop.dl4j.pieces import Layout, Piece
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.layers._lstm import LongShortTermMemory
from netspec.layers._recurrent import GatedLayer, RecurrentLayer
from netspec.plan import Node

_PACKAGE = "org.deeplearning4j.nn.conf.layers."
_BLOCKS = ("cell", "forget", "output", "input")
_NAMES = {"weight": "W", "recurrent_weight": "RW", "bias": "b", "gain": "g"}


class RecurrentTranslator(LayerTranslator):
    """Those that ignore masks in DL4J say so here."""

    fields: ClassVar[Mapping[str, str]] = {"nout": "n_out"}
    silent: ClassVar[Mapping[str, Any]] = {"timeDistributedFormat": None}
    sequences: ClassVar[Form] = "steps"
    has_norms = True
    format_field = "rnnDataFormat"

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Weights of the state, where they start otherwise, and what masks do."""
        said.ignore("forgetGateBiasInit")
        weights = read_object("initializers", said.inner("weightInitFnRecurrent"), reading)
        return {"masking": cls.masking(reading)} | ({} if weights is None else {"recurrent_weight_init": weights})

    @classmethod
    def masking(cls, reading: Reading) -> str:
        """What a mask does in this release."""
        return "reset"

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """The size of the input, weights of the state, gates."""
        layer, weight = node.layer, node.parameters[cls.first(node)]
        if not isinstance(layer, RecurrentLayer):
            raise TypeError(layer.type)
        own = write_object("initializers", layer.recurrent_weight_init) if layer.recurrent_weight_init else None
        gates = {"gateActivationFn": write_object("activations", layer.gate_activation)} if isinstance(layer, GatedLayer) else {}
        opened = {"forgetGateBiasInit": layer.forget_gate_bias, "helperAllowFallback": True} if isinstance(layer, LongShortTermMemory) else {}
        return {"nin": weight.shape[1], "weightInitFnRecurrent": own, **gates, **opened}

    @classmethod
    def first(cls, node: Node) -> str:
        """Name of the weights of the input."""
        return next(iter(node.parameters))

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """W, RW, b, and the gain of a layer norm."""
        return tuple(piece(_NAMES[name], name, node) for name in node.parameters)


def piece(theirs: str, ours: str, node: Node) -> Piece:
    """A parameter as it lies, its gates in DL4J's order."""
    known = node.parameters[ours]
    return Piece(theirs, ours, known.shape, blocks=tuple(_BLOCKS.index(gate) for gate in known.gates))


class LongShortTermTranslator(RecurrentTranslator):
    """`biasInit` means nothing to them."""

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """Without initial biases."""
        found = super().read(said, reading)
        return {word: value for word, value in found.items() if word != "bias_init"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Gates; 0.5 and 0.6 have sigmoid ones always."""
        gate = read_object("activations", said.inner("gateActivationFn"), reading)
        bias = said.number("forgetGateBiasInit", 1.0)
        return super().own(said, reading) | {"forget_gate_bias": bias} | ({} if gate is None else {"gate_activation": gate})


class LstmTranslator(LongShortTermTranslator):
    java = _PACKAGE + "LSTM"
    old = ("LSTM",)
    tag = "lstm"

    @classmethod
    def masking(cls, reading: Reading) -> str:
        """None looks at masks."""
        return "ignore"


class GravesLstmTranslator(LstmTranslator):
    java = _PACKAGE + "GravesLSTM"
    old = ("gravesLSTM",)
    tag = "graves_lstm"


class GravesBidirectionalTranslator(LongShortTermTranslator):
    java = _PACKAGE + "GravesBidirectionalLSTM"
    old = ("gravesBidirectionalLSTM",)
    tag = "graves_bidirectional_lstm"

    @classmethod
    def masking(cls, reading: Reading) -> str:
        """Masks count from 0.8 on."""
        return "ignore" if reading.era <= Era.V0_7_2 else "reset"

    @classmethod
    def pieces(cls, node: Node, layout: Layout) -> tuple[Piece, ...]:
        """WF, RWF, bF, WB, RWB, bB."""
        suffixes = {"ahead": "F", "back": "B"}
        ways = {name: name.split(".", 1) for name in node.parameters}
        return tuple(piece(_NAMES[own] + suffixes[way], name, node) for name, (way, own) in ways.items())


class SimpleRnnTranslator(RecurrentTranslator):
    java = _PACKAGE + "recurrent.SimpleRnn"
    old = ("SimpleRnn",)
    tag = "simple_rnn"
    fields: ClassVar = {**RecurrentTranslator.fields, "hasLayerNorm": "has_layer_norm"}

    @classmethod
    def own(cls, said: Said, reading: Reading) -> dict[str, Any]:
        """Gains, where there are any."""
        gain = {"gain_init": said.number("gainInit", 1.0)} if said.flag("hasLayerNorm", False) else {}
        return super().own(said, reading) | gain

    @classmethod
    def foreign(cls, node: Node, layout: Layout) -> dict[str, Any]:
        """Likewise."""
        return super().foreign(node, layout) | {"gainInit": getattr(node.layer, "gain_init", 1.0)}
