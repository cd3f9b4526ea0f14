"""Random networks of every word that DL4J has too: netspec exports them, DL4J predicts and trains three steps, both agree in float64.

Where DL4J is mistaken, by a rule with the mistake's name: what is compared, in `agreement`; what is not drawn, in `drawn`.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from differential.agreement import agree
from differential.drawn.networks import network
from pydantic import BaseModel

from netspec.component import Component
from netspec.families import FAMILIES
from netspec.gradient_normalizations import GradientNormalization
from netspec.interop.dl4j.translator import translators
from netspec.read import load

SOME, MANY = range(30), range(1000)
NOT_DRAWN = {
    ("layers", "learned_self_attention"): "DL4J's own forward pass of it fails",
    **{("activations", tag): "a word of 0.5 and 0.6 that has no class today" for tag in ("abs", "exp", "heaviside", "sin", "timesoneminus")},
}


@pytest.mark.parametrize("seeds", [pytest.param(SOME, id="some"), pytest.param(MANY, id="a thousand", marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_netspec_and_dl4j_agree_on_networks_of_the_whole_vocabulary(oracle, tmp_path, seeds):
    for seed in seeds:
        agree(oracle, tmp_path, seed)


def words(value: Any) -> Iterator[tuple[str, str]]:
    """Family and tag of every component in a spec."""
    if isinstance(value, Component):
        yield value.family, value.type
    if isinstance(value, BaseModel):
        value = [getattr(value, name) for name in type(value).model_fields]
    for inner in value if isinstance(value, list | tuple) else ():
        yield from words(inner)


def spoken() -> set[tuple[str, str]]:
    """Every component that a class of DL4J's stands for."""
    known = {family.family: family for family in FAMILIES}
    classes = {"vertices": "layers"} | {family: family for family in known}
    tags = {(ours, tag) for theirs, ours in classes.items() for one in translators(theirs).values() for tag in (one.tag, *one.also)}
    normalizations = {("gradient_normalizations", tag) for tag in GradientNormalization.tags()}
    return {(family, tag) for family, tag in tags if tag and known[family].member(tag)} | normalizations


def test_every_word_of_dl4js_is_drawn_or_has_a_reason_not_to_be():
    drawn = {word for seed in MANY for word in words(load(network(Random(seed))))}

    assert spoken() - drawn == set(NOT_DRAWN)
