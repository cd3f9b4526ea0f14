"""Whether DL4J predicts with an export and trains it as netspec does, in float64."""

from functools import partial
from operator import mul
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from conformance.check import assert_close
from differential.drawn.data import batch_for
from differential.drawn.networks import network, tags_of
from differential.drawn.settings import PENALTIES
from differential.oracle import Oracle

from netspec import Model, build
from netspec.errors import DataError, SpecError
from netspec.interop import dl4j
from netspec.interop.dl4j.parameters import translator_of
from netspec.interop.dl4j.samediff import SameDiffTranslator
from netspec.plan import Node, Plan
from netspec.read import plan_of

STEPS, EXAMPLES = 3, 5
SINGLE_PRECISION = {"hardsigmoid", "dl4j_gelu", "rationaltanh", "leakyrelu", "capsule", "primary_capsules", "dl4j_primary_capsules"}
"""What has constants that are single precision in DL4J (float32-constants); that of capsules shows where these are short."""

TWICE = {"max_norm", "min_max_norm"}
"""Constraints of which DL4J's second application shows (constraint-twice)."""

IMPOSSIBLE = ("must be at most", "must leave at least one cell", "must divide", "must be a flat vector, then a sequence")
"""What is left of an image may be too small for the next layer; the network's own input may be no sequence."""

APART = ({"adamax", "batch_norm"}, {"time_distributed", "stack"})
"""AdaMax makes a whole step of a gradient that is 0 but for rounding; DL4J loses count of the rows behind both a film and a stack."""

UNSAID = (
    "rows behind a dense layer",
    "norms go over other numbers",
    "no axes in common",
    "nothing to a vertex",
    "constraints must be left out",
    "updater moves b too",
    "gain is penalized",
    "pW does nothing there",
)
"""What an export refuses, as there is no such thing in DL4J."""


def draw(seed: int, path: Path) -> tuple[dict[str, Any], Model]:
    """A network that can be compared, and is exported; the first of a sequence that the seed begins."""
    random = Random(seed)
    while True:
        spec = network(random)
        if not is_comparable(spec):
            continue
        model = build(spec)
        try:
            dl4j.save(model, path)
        except DataError as refusal:
            if not any(rule in str(refusal) for rule in UNSAID):
                raise
        else:
            return spec, model


def is_comparable(spec: dict[str, Any]) -> bool:
    try:
        plan = plan_of(spec)
        doublings(plan)
    except SpecError as error:
        if any(rule in str(error) for rule in IMPOSSIBLE):
            return False
        raise
    except ValueError:
        return False
    if not any(node.parameters for node in plan.nodes):  # of such a model DL4J cannot read the file (no-params-file)
        return False
    return not any(pair <= tags_of(spec) for pair in APART)


def agree(oracle: Oracle, folder: Path, seed: int) -> None:
    folder.mkdir(exist_ok=True)
    spec, model = draw(seed, folder / "model.zip")
    features, labels = batch_for(model.plan, EXAMPLES)
    steps = 0 if is_random(spec) or "fmeasure" in losses_of(spec) else STEPS  # F-measure is one of a whole batch, which DL4J divides by its rows
    try:
        answer = oracle.ask(folder / "model.zip", [([there(features)], [there(one) for one in labels.values()])], folder, steps=steps)
        predicts_alike(model, features, answer, tolerance(spec))
        if steps:
            trains_alike(spec, (features, labels if len(labels) > 1 else next(iter(labels.values()))), answer)
    except AssertionError as error:
        error.add_note(f"seed {seed}: {spec}")
        raise


def predicts_alike(model: Model, features: np.ndarray, answer: dict[str, Any], bound: float) -> None:
    predicted = model.predict(features)
    for number, name in enumerate(model.plan.outputs):
        found = predicted[name] if isinstance(predicted, dict) else predicted
        assert_close(dl4j.output(model, name, found.numpy()), answer[f"output0_{number}"], bound, f"output {name}")


def trains_alike(spec: dict[str, Any], batch: tuple[Any, ...], answer: dict[str, Any]) -> None:
    model = with_mistakes(spec)
    twice = bool(tags_of(spec) & TWICE)
    bound = 5e-5 if twice else tolerance(spec)
    for number in range(STEPS):
        score = model.step(batch)
        if has_whole_score(model.plan, spec):  # DL4J clips probabilities at 1e-10 in scores: one near 0 differs by that, whatever it is
            assert score == pytest.approx(answer["score_of_step"][number], rel=bound, abs=bound), f"score of step {number}"
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], bound, f"parameters after step {number}")
    if "updater_state_after" in answer:
        assert_close(dl4j.updater_state(model), answer["updater_state_after"], 10 * bound if twice else bound, "updater state")


def tolerance(spec: dict[str, Any]) -> float:
    return 1e-6 if tags_of(spec) & SINGLE_PRECISION else 1e-8


def is_random(value: Any) -> bool:
    """Whether training draws numbers."""
    if isinstance(value, dict):
        return bool(value.keys() & {"dropout", "weight_noise"}) or value.get("type") == "dl4j_rrelu" or any(map(is_random, value.values()))
    return isinstance(value, list) and any(map(is_random, value))


def losses_of(spec: dict[str, Any]) -> set[str]:
    losses = [layer["loss"] for layer in spec["layers"] if "loss" in layer]
    return {loss if isinstance(loss, str) else loss["type"] for loss in losses}


def there(array: np.ndarray) -> np.ndarray:
    """Sequences are features × steps in DL4J."""
    return array.swapaxes(1, 2) if array.ndim == 3 else array


def with_mistakes(spec: dict[str, Any]) -> Model:
    """A model that moves as DL4J's: centres are slower (center-loss-rate), gradients twice as large (samediff-double-gradient)."""
    plan = build(spec).plan
    layers = [layer | {"alpha": layer["alpha"] / rows(plan.node(layer["name"]))} if "alpha" in layer and "loss" in layer else layer for layer in spec["layers"]]
    model = build(spec | {"layers": layers})
    for name, factor in doublings(plan).items():
        for parameter in model.module.get_submodule(name).parameters():
            if factor > 1 and parameter.requires_grad:
                parameter.register_hook(partial(mul, factor))
    return model


def rows(node: Node) -> int:
    return int(EXAMPLES * node.rows)


def doublings(plan: Plan) -> dict[str, int]:
    """How much larger the gradient of each node is in DL4J: twice for each layer on SameDiff from it to the end. Raises: ValueError for ways that differ."""
    found = dict[str, int]()
    for node in reversed(plan.nodes):
        above = {found[other.name] for other in plan.nodes if node.name in other.inputs} or {1}
        if len(above) > 1:
            raise ValueError(node.name)
        found[node.name] = above.pop() * (2 if is_samediff(node) else 1)
    return found


def is_samediff(node: Node) -> bool:
    translator = translator_of(node)
    return translator is not None and issubclass(translator, SameDiffTranslator)


def has_whole_score(plan: Plan, spec: dict[str, Any]) -> bool:
    """Penalties of layers on SameDiff are not in DL4J's (samediff-penalty-not-in-score); that of a mixture density is NaN there now and then."""
    if "mixture_density" in losses_of(spec):
        return False
    penalized = any(word in layer for layer in (spec, *spec["layers"]) for word in PENALTIES)
    return not penalized or not any(map(is_samediff, plan.nodes))
