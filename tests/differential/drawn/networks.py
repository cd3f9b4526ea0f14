"""Random networks: pieces one after another, and what each layer says of training."""

from random import Random
from typing import Any

from differential.drawn.building import Words, coin, one_of, put_together, words
from differential.drawn.ends import ENDS, ONE_CLASS
from differential.drawn.pieces import FIRST, ONE_PLACE, PIECES
from differential.drawn.settings import PENALTIES, named, noise, normalizations, own, penalties, updaters

from netspec.layers import Layer, WeightedLayer

INPUTS = {
    "index": 1,
    "indices": {"type": "recurrent", "size": 1, "length": 5},
    "flat": 4,
    "sequence": {"type": "recurrent", "size": 4, "length": 6},
    "image": "2x7x6",
    "volume": "2x4x5x4",
}
STARTS = ("index", "indices", *3 * ("flat",), *2 * ("volume",), *5 * ("sequence", "image"))
WHOLE = {"flat": (ONE_CLASS, None), "image": (ONE_PLACE, "flat")}
"""Networks that are begun otherwise now and then, and what these are at then; None at their end."""

RULES = (
    ({"batch_norm", "center_loss_output"}, {"gradient_normalization"}),
    ({"ocnn_output"}, set(PENALTIES)),
    ({"depthwise", "separable"}, {"bias_updater", *PENALTIES}),
)
"""What is not said in a network that has one of these layers.

* DL4J normalizes the steps of running statistics and of centres together with gradients (normalized-running-statistics).
* The one-class output has a penalty of its own.
* Penalties and updaters of the weights of these convolutions reach others of their numbers in DL4J.
"""
whole = words({"updater": updaters}, {"weight_init": named, "gradient_normalization": normalizations})


def network(random: Random) -> Words:
    """A spec."""
    start = random.choice(STARTS)
    layers = [with_settings(random, layer) for layer in put_together(pieces_from(random, start))]
    if random.random() < 0.1:
        layers = [layer | noise(random) if layer["type"] == "dense" else layer for layer in layers]
    shared = whole(random) | (penalties(random) if random.random() < 0.3 else {})
    return settled({"seed": 7, "data_type": "float64", "input": INPUTS[start]} | shared | {"layers": layers})


def pieces_from(random: Random, start: str) -> list[list[Words]]:
    kind: str | None = start
    if start in WHOLE and random.random() < 0.15:
        piece, kind = WHOLE[start]
        found = [piece(random)]
    else:
        found = [one_of(*FIRST[start])(random)] if start in FIRST else []
    for _ in range(random.randint(0, 3) + (start not in FIRST)):
        following = [key for key in PIECES if key[0] == kind]
        if following:
            chosen = random.choice([*following, *(key for key in following if key[1] == kind)])
            found.append(one_of(*PIECES[chosen])(random))
            kind = chosen[1]
    return [*found, one_of(*ENDS[kind])(random)] if kind else found


def with_settings(random: Random, layer: Words) -> Words:
    """A layer with weights, and words about them."""
    if isinstance(layer.get("layer"), dict):
        return layer | {"layer": with_settings(random, layer["layer"])}
    member = Layer.member(layer["type"])
    has_weights = member is not None and issubclass(member, WeightedLayer) and not layer.get("frozen")
    return layer | own(random) if has_weights and coin(random) else layer


def tags_of(value: Any) -> set[str]:
    """Every `type` in a spec."""
    if isinstance(value, dict):
        return {value[word] for word in ("type",) if word in value}.union(*map(tags_of, value.values()))
    return set[str]().union(*map(tags_of, value)) if isinstance(value, list) else set()


def settled(spec: Words) -> Words:
    """Without what the rules leave out."""
    tags = tags_of(spec["layers"])
    left_out = set[str]().union(*(forbidden for layers, forbidden in RULES if tags & layers))
    found: Words = _without(spec, left_out)
    return found


def _without(value: Any, forbidden: set[str]) -> Any:
    """Steps that are gradients go with what keeps these small."""
    if isinstance(value, dict):
        unscaled = {"updater"} if value.get("updater") == {"type": "noop"} and "gradient_normalization" in forbidden else set()
        return {word: _without(inner, forbidden) for word, inner in value.items() if word not in forbidden | unscaled}
    return [_without(inner, forbidden) for inner in value] if isinstance(value, list) else value
