"""Training in the order of an older release → settings that train the same in the modern order, for batches of one size.

With G the sum of the gradients of a batch of B examples and g = G/B their mean, a legacy step is (u(G) + l2·w + l1·sign w)/B, one of beta3 is
u(g) + l2·w + l1·sign w, a modern one u(g + l1·sign w) + decay·w. Let s be the factor by which the updater's input is larger there: B, or 1 for
gradients that are renormalised, for batches that are summed in both (minibatch: false) and in beta3, where B counts as 1 too.

    sgd, nesterovs                u(s·g) = s·u(g)                            rate·s/B
    adam, adamax, nadam, amsgrad,
    rmsprop, adagrad              u(s·g) = u(g) with epsilon/s               rate/B
    adadelta                      u(s·g) = s·u(g) with epsilon/s²            rate·s/B
    clipping at t                 clip(s·g, t) = s·clip(g, t/s)
    l2                            weight decay l2/B without the rate
    l1                            l1/(B·rate), with sgd at a constant rate

Sums of gradients that updaters keep are divided by s, sums of squares by s², velocities, which are steps, by B. What starts from a number of its
own (the histories of rmsprop and adagrad) is the same only where the file holds it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.optim import Optimizer

from netspec.errors import DataError
from netspec.interop.dl4j.drafting import Draft, parsed
from netspec.interop.dl4j.parameters import Placed
from netspec.interop.dl4j.state import group_of
from netspec.network import Network
from netspec.training_order import TrainingOrder
from netspec.updaters import Updater

_LINEAR, _LINEAR_BUT_EPSILON = ("sgd", "nesterovs", "noop"), ("adadelta",)
_INVARIANT = ("adam", "adamax", "nadam", "amsgrad", "rmsprop", "adagrad")
_START_FROM_A_NUMBER = ("rmsprop", "adagrad")
_POWERS = {"exp_avg": 1, "exp_inf": 1, "mean": 1, "exp_avg_sq": 2, "max_exp_avg_sq": 2, "square": 2, "square_avg": 2, "acc_delta": 2, "sum": 2}
_STEPS = ("velocity", "momentum_buffer")
_SIZES = ("initial", "peak", "values")
"""Words of schedules that are rates."""


@dataclass(frozen=True)
class Scale:
    """How a layer's training differs."""

    input: float = 1.0
    """How much larger the updater's input is: s."""

    batch: float = 1.0
    """What the finished step is divided by: B."""


def scale_of(values: Mapping[str, Any], order: TrainingOrder, batch: int) -> Scale:
    """The factors of a layer, by how its gradients are normalised."""
    if not order.divides:
        return Scale()
    renormalized = str(values.get("gradient_normalization", {}).get("type", "")).startswith("renormalize")
    return Scale(1.0 if renormalized else float(batch), float(batch))


def converted(drafts: Sequence[Draft], order: TrainingOrder, batch: int, *, has_state: bool) -> list[Draft]:
    """The same layers with settings for the modern order. Raises: DataError where there are none."""
    return [replace(one, values=_layer(one.values, scale_of(one.values, order, batch), one.name, has_state=has_state)) for one in drafts]


def _layer(values: Mapping[str, Any], scale: Scale, place: str, *, has_state: bool) -> dict[str, Any]:
    found = dict(values)
    for suffix, word in (("", "updater"), ("_bias", "bias_updater")):
        updater = values.get(word) or values.get("updater")
        for kind in ("l1", "l2"):
            if (value := found.pop(f"{kind}{suffix}", None)) is not None and updater:
                found |= _penalty(kind, suffix, value, updater, scale, place)
        if isinstance(values.get(word), Mapping):
            found[word] = _updater(values[word], scale, place, has_state=has_state)
    if isinstance(normalization := values.get("gradient_normalization"), Mapping) and "threshold" in normalization:
        found["gradient_normalization"] = {**normalization, "threshold": normalization["threshold"] / scale.input}
    if isinstance(inner := values.get("layer"), Mapping):
        found["layer"] = _layer(inner, scale, place, has_state=has_state)
    return found


def _penalty(kind: str, suffix: str, value: float, updater: Mapping[str, Any], scale: Scale, place: str) -> dict[str, Any]:
    if kind == "l2":
        return {f"weight_decay{suffix}": {"value": value / scale.batch, "times_rate": False}}
    rate = updater.get("learning_rate")
    if updater["type"] != "sgd" or not isinstance(rate, int | float):
        raise DataError(
            f"{place} must not have l1{suffix} for its training to be converted: only with sgd at a constant rate is there an equal in the modern order"
        )
    return {f"l1{suffix}": value / (rate * scale.input)}


def _updater(said: Mapping[str, Any], scale: Scale, place: str, *, has_state: bool) -> dict[str, Any]:
    kind, found = said["type"], dict(said)
    if kind in _START_FROM_A_NUMBER and scale.input != 1 and not has_state:
        raise DataError(f"{place} must come with its updater's state for its training to be converted: the history of {kind} starts from a number of its own")
    if kind not in (*_LINEAR, *_LINEAR_BUT_EPSILON, *_INVARIANT):
        raise DataError(f"{place} must have an updater whose training can be converted, got {kind}")
    factor = (1.0 if kind in _INVARIANT else scale.input) / scale.batch
    if kind == "noop" and factor != 1:
        raise DataError(f"{place} must have an updater with a rate for its training to be converted, got {kind}")
    if factor != 1:
        found["learning_rate"] = _times(said.get("learning_rate", 1.0), factor)
    epsilon = getattr(parsed(Updater, said, place), "epsilon", None)
    if epsilon is not None:
        found["epsilon"] = epsilon / scale.input ** (2 if kind in _LINEAR_BUT_EPSILON else 1)
    return found


def _times(rate: Any, factor: float) -> Any:
    """A rate or a schedule, times a factor."""
    if not isinstance(rate, Mapping):
        return rate * factor
    scaled: Mapping[str, Callable[[Any], Any]] = dict.fromkeys(_SIZES, lambda value: _each(value, factor))
    return {word: scaled[word](value) if word in scaled else _nested(value, factor) for word, value in rate.items()}


def _each(value: Any, factor: float) -> Any:
    return {key: one * factor for key, one in value.items()} if isinstance(value, Mapping) else value * factor


def _nested(value: Any, factor: float) -> Any:
    return _times(value, factor) if isinstance(value, Mapping) else value


@torch.no_grad()
def scale_state(network: Network, optimizer: Optimizer, pieces: Sequence[Placed], scales: Mapping[str, Scale]) -> None:
    """What the updaters keep, as the converted ones would have it."""
    for one in (one for one in pieces if one.moves and not one.piece.statistic and one.node.name in scales):
        scale, parameter = scales[one.node.name], one.array(network)
        state = group_of(optimizer, parameter)[0].state.get(parameter, {})
        for key in state.keys() & _POWERS.keys():
            state[key].div_(scale.input ** _POWERS[key])
        for key in state.keys() & set(_STEPS):
            state[key].div_(scale.batch)
