"""Updaters against their rules, written out once more in numpy from DL4J's documentation (dl4j.md, 4.3)."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch

from netspec.updaters import Updater

STEPS = 10
RATE, OTHER_RATE, L2 = 0.1, 0.03, 0.05


def sgd(lr, momentum) -> Iterator:
    velocity = 0.0
    gradient, step = yield
    while True:
        velocity = momentum(step) * velocity + gradient  # torch's heavy ball; without momentum DL4J's Sgd
        gradient, step = yield lr(step) * velocity


def nesterovs(lr, momentum) -> Iterator:
    velocity = 0.0
    gradient, step = yield
    while True:
        old, mu = velocity, momentum(step)
        velocity = mu * old - lr(step) * gradient
        gradient, step = yield mu * old - (1 + mu) * velocity


def adam(lr, momentum, *, beta1=0.9, beta2=0.999, epsilon=1e-8) -> Iterator:
    m = v = 0.0
    gradient, step = yield
    while True:
        t = step + 1
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        rate = lr(step) * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        gradient, step = yield rate * m / (np.sqrt(v) + epsilon)


def adagrad(lr, momentum, *, epsilon=1e-6) -> Iterator:
    history = 1e-6
    gradient, step = yield
    while True:
        history = history + gradient**2
        gradient, step = yield lr(step) * gradient / (np.sqrt(history) + epsilon)


def rmsprop(lr, momentum, *, rms_decay=0.95, epsilon=1e-8) -> Iterator:
    history = epsilon
    gradient, step = yield
    while True:
        history = rms_decay * history + (1 - rms_decay) * gradient**2
        gradient, step = yield lr(step) * gradient / (np.sqrt(history) + epsilon)


def adamax(lr, momentum, *, beta1=0.9, beta2=0.999) -> Iterator:
    m = u = 0.0
    gradient, step = yield
    while True:
        m, u = beta1 * m + (1 - beta1) * gradient, np.maximum(beta2 * u, np.abs(gradient)) + 1e-32
        gradient, step = yield lr(step) / (1 - beta1 ** (step + 1)) * m / u


def amsgrad(lr, momentum, *, beta1=0.9, beta2=0.999, epsilon=1e-8) -> Iterator:
    m = v = largest = 0.0
    gradient, step = yield
    while True:
        t = step + 1
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        largest = np.maximum(largest, v)
        gradient, step = yield lr(step) * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(largest) + epsilon)


def nadam(lr, momentum, *, beta1=0.9, beta2=0.999, epsilon=1e-8) -> Iterator:
    m = v = 0.0
    gradient, step = yield
    while True:
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        gradient, step = yield lr(step) * (beta1 * m + (1 - beta1) * gradient) / (1 - beta1 ** (step + 1)) / (np.sqrt(v) + epsilon)


def adadelta(lr, momentum, *, rho=0.95, epsilon=1e-6) -> Iterator:
    history = steps = 0.0
    gradient, step = yield
    while True:
        history = rho * history + (1 - rho) * gradient**2
        update = gradient * np.sqrt(steps + epsilon) / np.sqrt(history + epsilon)
        steps = rho * steps + (1 - rho) * update**2
        gradient, step = yield lr(step) * update  # DL4J has no rate: 1


def noop(lr, momentum) -> Iterator:
    gradient, _ = yield
    while True:
        gradient, _ = yield gradient


def radam(lr, momentum, *, beta1=0.9, beta2=0.999, epsilon=1e-8) -> Iterator:
    """Liu et al., algorithm 2; epsilon beside √v as in torch."""
    m = v = 0.0
    longest = 2 / (1 - beta2) - 1
    gradient, step = yield
    while True:
        t = step + 1
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        factor = 1.0
        if length > 5:
            r = np.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length))
            factor = r * np.sqrt(1 - beta2**t) / (np.sqrt(v) + epsilon)
        gradient, step = yield lr(step) * m / (1 - beta1**t) * factor


RULES = {
    "sgd": sgd,
    "nesterovs": nesterovs,
    "adam": adam,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adamax": adamax,
    "amsgrad": amsgrad,
    "nadam": nadam,
    "adadelta": adadelta,
    "noop": noop,
    "radam": radam,
}
"""All but adamw, which is adam but for epsilon and decay, and those that look at the weights: adafactor and muon."""
SETTINGS = [
    ("adamax", {}),
    ("adamax", {"beta1": 0.8, "beta2": 0.7}),
    ("amsgrad", {}),
    ("amsgrad", {"beta1": 0.8, "beta2": 0.7, "epsilon": 1e-3}),
    ("nadam", {}),
    ("nadam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("adadelta", {}),
    ("adadelta", {"rho": 0.8, "epsilon": 1e-2}),
    ("noop", {}),
    ("radam", {}),
    ("radam", {"beta1": 0.8, "beta2": 0.7, "epsilon": 1e-3}),
    ("sgd", {}),
    ("nesterovs", {}),
    ("adam", {}),
    ("adam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
    ("adagrad", {}),
    ("adagrad", {"epsilon": 1e-2}),
    ("rmsprop", {}),
    ("rmsprop", {"rms_decay": 0.7, "epsilon": 1e-2}),
]


def gradients(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(STEPS, *shape))


def expected(rule: Iterator, start: np.ndarray, given: np.ndarray, l2: float) -> np.ndarray:
    """Weights after every gradient: g + l2·w goes into the rule, its update is subtracted."""
    next(rule)
    weight, path = start.copy(), []
    for step, gradient in enumerate(given):
        weight = weight - rule.send((gradient + l2 * weight, step))
        path.append(weight)
    return np.stack(path)


class Trained:
    """Two groups under one optimizer: weights with L2 and a bias without, at rates of their own."""

    def __init__(self, updater: Updater, start: list[np.ndarray], momentum: float = 0.9) -> None:
        self.weights = [torch.nn.Parameter(torch.tensor(values)) for values in start]
        self.has_momentum = "momentum" in updater.scheduled
        self.has_rate = "learning_rate" in updater.scheduled
        rest = {"momentum": momentum} if self.has_momentum else {}
        groups = [
            {"params": [weight], "names": [str(index)], "l1": 0.0, **({"lr": rate} if self.has_rate else {}), "weight_decay": l2, **rest}
            for index, (weight, rate, l2) in enumerate(zip(self.weights, (RATE, OTHER_RATE), (L2, 0.0), strict=True))
        ]
        self.optimizer = updater.build(groups)

    def run(self, given: list[np.ndarray], rate: Callable[[int], float], momentum: Callable[[int], float], steps=range(STEPS)) -> list[np.ndarray]:
        """Set the rates, take the gradients, step; the path of every parameter."""
        path = [[], []]
        for step in steps:
            for group, base in zip(self.optimizer.param_groups, (RATE, OTHER_RATE), strict=True):
                group.update({"lr": base * rate(step)} if self.has_rate else {})
                if self.has_momentum:
                    group["momentum"] = momentum(step)
            for weight, values in zip(self.weights, given, strict=True):
                weight.grad = torch.tensor(values[step])
            self.optimizer.step()
            for weight, points in zip(self.weights, path, strict=True):
                points.append(weight.detach().numpy().copy())
        return [np.stack(points) for points in path]


START = [np.random.default_rng(1).normal(size=(4, 3)), np.random.default_rng(2).normal(size=(3,))]
GIVEN = [gradients((4, 3), 3), gradients((3,), 4)]
STAYS, HALVES = (lambda step: 1.0), (lambda step: 0.5 ** (step // 4))
HALVING = {"type": "step", "initial": RATE, "decay": 0.5, "every": 4}


def check(updater: Updater, rule: Callable, settings: dict, rate: Callable[[int], float], momentum: Callable[[int], float]) -> None:
    paths = Trained(updater, START, momentum(0)).run(GIVEN, rate, momentum)
    for path, start, given, base, l2 in zip(paths, START, GIVEN, (RATE, OTHER_RATE), (L2, 0.0), strict=True):
        reference = expected(rule(lambda step, base=base: base * rate(step), momentum, **settings), start, given, l2)
        np.testing.assert_allclose(path, reference, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("tag", "settings"), SETTINGS)
@pytest.mark.parametrize(("said", "rate"), [(RATE, STAYS), (HALVING, HALVES)], ids=["constant", "step"])
def test_ten_steps_are_those_of_the_rule(tag, settings, said, rate):
    rated = {"learning_rate": said} if "learning_rate" in Updater.member(tag).model_fields else {}
    updater = Updater.parse({"type": tag, **rated, **settings})
    check(updater, RULES[tag], settings, rate, lambda step: 0.9)


@pytest.mark.parametrize(("said", "rate"), [(RATE, STAYS), (HALVING, HALVES)], ids=["constant", "step"])
@pytest.mark.parametrize("values", [{"0": 0.9, "3": 0.5, "7": 0.0}, {"0": 0.0, "3": 0.9, "5": 0.0, "8": 0.5}], ids=["falls", "starts at 0"])
def test_momentum_may_follow_a_schedule_too(said, rate, values):
    updater = Updater.parse({"type": "nesterovs", "learning_rate": said, "momentum": {"type": "map", "values": values}})
    check(updater, nesterovs, {}, rate, updater.momentum.after)


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_momentum_that_stays_is_the_rule_too(momentum):
    updater = Updater.parse({"type": "nesterovs", "learning_rate": RATE, "momentum": momentum})
    check(updater, nesterovs, {}, STAYS, lambda step: momentum)


def test_the_learning_rate_of_a_layer_may_change_under_an_updater_that_says_none():
    check(Updater.parse("nesterovs"), nesterovs, {}, HALVES, lambda step: 0.9)


def test_adamw_with_the_decay_of_the_layers_is_that_of_torch():
    """Decay is taken off the weights alone, at lr·0.01, by whoever calls the optimizer."""
    updater, decay = Updater.parse({"type": "adamw", "epsilon": 1e-3}), 0.01
    ours = [torch.nn.Parameter(torch.tensor(values)) for values in START]
    theirs = [torch.nn.Parameter(torch.tensor(values)) for values in START]
    optimizer = updater.build([{"params": [weight], "lr": RATE, "weight_decay": 0.0} for weight in ours])
    oracle = torch.optim.AdamW([{"params": theirs[:1]}, {"params": theirs[1:], "weight_decay": 0.0}], lr=RATE, weight_decay=decay, eps=1e-3)
    for step in range(STEPS):
        for weight, twin, values in zip(ours, theirs, GIVEN, strict=True):
            weight.grad, twin.grad = torch.tensor(values[step]), torch.tensor(values[step])
        with torch.no_grad():
            ours[0].mul_(1 - RATE * decay)
        optimizer.step()
        oracle.step()
        for weight, twin in zip(ours, theirs, strict=True):
            torch.testing.assert_close(weight, twin, rtol=1e-12, atol=1e-12)


def test_l2_of_adamw_goes_into_the_gradient():
    """Coupled, as torch's Adam does it with the same coefficient."""
    updater = Updater.parse({"type": "adamw", "learning_rate": RATE})
    weight, twin = (torch.nn.Parameter(torch.tensor(START[0])) for _ in range(2))
    optimizer, oracle = updater.build([{"params": [weight], "lr": RATE, "weight_decay": L2}]), torch.optim.Adam([twin], lr=RATE, weight_decay=L2)
    for values in GIVEN[0]:
        weight.grad, twin.grad = torch.tensor(values), torch.tensor(values)
        optimizer.step()
        oracle.step()
    torch.testing.assert_close(weight, twin, rtol=1e-12, atol=1e-12)


def test_the_first_update_of_each_rule_by_hand():
    """Gradient 2, rate 0.1: written out with the defaults, as a check of the references above."""
    by_hand = {
        "sgd": 0.1 * 2,
        "nesterovs": (1 + 0.9) * 0.1 * 2,
        "adam": 0.1 * np.sqrt(0.001) / 0.1 * 0.2 / (np.sqrt(0.004) + 1e-8),
        "adamw": 0.1 * 2 / (2 + 1e-8),
        "adagrad": 0.1 * 2 / (np.sqrt(1e-6 + 4) + 1e-6),
        "rmsprop": 0.1 * 2 / (np.sqrt(0.95 * 1e-8 + 0.05 * 4) + 1e-8),
        "adamax": 0.1 / 0.1 * 0.2 / 2,
        "amsgrad": 0.1 * np.sqrt(0.001) / 0.1 * 0.2 / (np.sqrt(0.004) + 1e-8),
        "nadam": 0.1 * (0.9 * 0.2 + 0.1 * 2) / 0.1 / (np.sqrt(0.004) + 1e-8),
        "adadelta": 0.1 * 2 * np.sqrt(1e-6) / np.sqrt(0.05 * 4 + 1e-6),
        "noop": 2.0,
        "radam": 0.1 * 2,
        "adafactor": max(1e-3, 1.0) * min(0.1, 1.0) * 1.0,
    }
    for tag, update in by_hand.items():
        weight = torch.nn.Parameter(torch.tensor([1.0], dtype=torch.float64))
        weight.grad = torch.tensor([2.0], dtype=torch.float64)
        updater = Updater.parse({"type": tag, **({"learning_rate": 0.1} if tag != "noop" else {})})
        scheduled = {"momentum": {"momentum": 0.9} if tag == "nesterovs" else {}, "rate": {"lr": 0.1} if tag != "noop" else {}}
        updater.build([{"params": [weight], "weight_decay": 0.0, **scheduled["momentum"], **scheduled["rate"]}]).step()
        assert weight.item() == pytest.approx(1 - update, rel=1e-12), tag


def test_every_updater_has_its_rule_here():
    assert set(RULES) | {"adamw", "adafactor", "muon"} == {member.tag() for member in Updater.members() if member.__module__.startswith("netspec.")}


def looking(updater: Updater, shapes: list[tuple[int, ...]], rule: Callable, decay: float = 0.8) -> None:
    """Ten steps of two groups whose rate falls, beside a rule that is given the weights too."""
    start = [np.random.default_rng(5).normal(size=shape) for shape in shapes]
    given = [gradients(shape, seed) for seed, shape in enumerate(shapes)]
    weights = [torch.nn.Parameter(torch.tensor(values)) for values in start]
    rest = {"momentum": updater.momentum.start} if "momentum" in updater.scheduled else {}
    groups = [{"params": [weight], "lr": rate, "weight_decay": 0.0, **rest} for weight, rate in zip(weights, (RATE, OTHER_RATE), strict=True)]
    optimizer, memories = updater.build(groups), [{}, {}]
    for step in range(STEPS):
        for group, weight, values, base in zip(optimizer.param_groups, weights, given, (RATE, OTHER_RATE), strict=True):
            group["lr"], weight.grad = base * decay**step, torch.tensor(values[step])
        optimizer.step()
        for index, (weight, base) in enumerate(zip(weights, (RATE, OTHER_RATE), strict=True)):
            start[index] = start[index] - rule(start[index], given[index][step], base * decay**step, step + 1, memories[index])
            np.testing.assert_allclose(weight.detach().numpy(), start[index], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("beta2_decay", "epsilon", "clip"), [(-0.8, 1e-3, 1.0), (-0.5, 2.0, 1.2)])
def test_ten_steps_of_adafactor_are_those_of_its_paper(beta2_decay, epsilon, clip):
    """Shazeer & Stern, algorithms 4 and 5: matrices by rows and columns, vectors whole."""

    def rms(values: np.ndarray) -> float:
        return np.sqrt(np.mean(values**2))

    def rule(weight, gradient, rate, t, memory):
        share, square = t**beta2_decay, gradient**2
        if gradient.ndim == 1:
            memory["v"] = (1 - share) * memory.get("v", 0.0) + share * square
            estimate = memory["v"]
        else:
            memory["row"] = (1 - share) * memory.get("row", 0.0) + share * square.mean(1)
            memory["column"] = (1 - share) * memory.get("column", 0.0) + share * square.mean(0)
            estimate = np.outer(memory["row"], memory["column"]) / memory["row"].mean()
        update = gradient / np.sqrt(estimate)
        return max(epsilon, rms(weight)) * min(rate, 1 / np.sqrt(t)) * update / max(1.0, rms(update) / clip)

    looking(Updater.parse({"type": "adafactor", "beta2_decay": beta2_decay, "epsilon": epsilon, "clip": clip}), [(4, 3), (5,)], rule)


@pytest.mark.parametrize(
    ("settings", "factor"),
    [
        ({}, lambda rows, columns: max(1, rows / columns) ** 0.5),
        ({"nesterov": False, "iterations": 3, "momentum": 0.8}, lambda rows, columns: max(1, rows / columns) ** 0.5),
        ({"adjust_rate": "match_rms_adamw"}, lambda rows, columns: 0.2 * max(rows, columns) ** 0.5),
    ],
)
def test_ten_steps_of_muon_are_those_of_its_author(settings, factor):
    """Jordan's post: b ← momentum·b + g, five rounds of x ← 3.4445·x − 4.775·(xxᵀ)x + 2.0315·(xxᵀ)²x, which torch does in bfloat16."""
    momentum, nesterov, rounds = settings.get("momentum", 0.95), settings.get("nesterov", True), settings.get("iterations", 5)

    def orthogonal(matrix: np.ndarray) -> np.ndarray:
        x = matrix / np.linalg.norm(matrix)
        for _ in range(rounds):
            square = x @ x.T
            x = 3.4445 * x + (-4.775 * square + 2.0315 * square @ square) @ x
        return x

    def rule(weight, gradient, rate, t, memory):
        memory["b"] = memory.get("b", 0.0) * momentum + (1 - momentum) * gradient  # in proportion only: what follows divides by the norm
        ahead = (1 - momentum) * gradient + momentum * memory["b"] if nesterov else memory["b"]
        rows, columns = gradient.shape
        tall = rows > columns
        found = orthogonal(ahead.T if tall else ahead)
        return rate * factor(rows, columns) * (found.T if tall else found)

    updater = Updater.parse({"type": "muon", **settings})
    start = np.random.default_rng(5).normal(size=(6, 4))
    weight, memory, path = torch.nn.Parameter(torch.tensor(start)), {}, 0.0
    optimizer = updater.build([{"params": [weight], "lr": RATE, "weight_decay": 0.0, "momentum": updater.momentum.start}])
    for step, gradient in enumerate(gradients((6, 4), 3)):
        optimizer.param_groups[0]["lr"] = RATE * 0.8**step
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        moved = rule(start, gradient, RATE * 0.8**step, step + 1, memory)
        start, path = start - moved, path + np.linalg.norm(moved)
        assert np.linalg.norm(weight.detach().numpy() - start) < 0.04 * path, step
