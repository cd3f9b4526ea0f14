"""How do I add a layer of my own? `netspec run spec.yaml --plugin examples/own_layer.py` knows it too."""

from typing import Literal

from torch import nn

from netspec import SpecError, build
from netspec.errors import Refused
from netspec.layers import Inferred, Layer
from netspec.shapes import FeedForward


class Gate(Layer):
    """One half of the features times the sigmoid of the other. Shape: F → F / 2. Source: Dauphin et al., ICML 2017."""

    type: Literal["gate"] = "gate"
    takes = (FeedForward,)

    def infer(self, *inputs: FeedForward) -> Inferred:
        if inputs[0].size % 2:
            raise Refused("", "must have an even number of features as input", got=inputs[0].size)
        return Inferred(FeedForward(inputs[0].size // 2))

    def build(self, *inputs: FeedForward) -> nn.Module:
        return nn.GLU(dim=1)


if __name__ == "__main__":
    dense, output = {"type": "dense", "n_out": 32, "activation": "identity"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}
    spec = {"seed": 1, "updater": "adam", "layers": [dense, "gate", output], "data": "iris", "train": {"epochs": 30, "batch_size": 16}}
    model = build(spec)
    model.fit()
    print(model.summary(), f"\naccuracy {model.evaluate().accuracy:.3f}")
    try:
        build(spec | {"layers": [dense | {"n_out": 31}, "gate", output]})
    except SpecError as error:
        print(error)  # layers.1 must have an even number of features …
