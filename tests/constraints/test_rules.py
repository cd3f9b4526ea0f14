"""Constraints: each rule by hand, over which axes, on what, in which order, and what is refused."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from netspec import build
from netspec.constraints import Constraint
from netspec.errors import SpecError
from netspec.read import plan_of

EXAMPLES = {
    "max_norm": {"max": 2.0},
    "min_max_norm": {"min": 0.5, "max": 2.0, "rate": 0.25},
    "unit_norm": {},
    "non_negative": {},
}


def constrained(said, values):
    weight = torch.tensor(values, dtype=torch.float64)
    Constraint.parse(said).build()(weight)
    return weight.tolist()


ROWS = [[3.0, -4.0], [0.3, 0.4], [0.0, 0.0]]
"""Norms of rows: 5, 0.5 and 0."""


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "max_norm", "max": 2.0}, [[6 / 5.000001, -8 / 5.000001], [0.15 / 0.500001, 0.2 / 0.500001], [0, 0]]),
        ({"type": "min_max_norm", "min": 1.0, "max": 2.0}, [[6 / 5.000001, -8 / 5.000001], [0.3 / 0.500001, 0.4 / 0.500001], [0, 0]]),
        (
            {"type": "min_max_norm", "min": 1.0, "max": 2.0, "rate": 0.25},
            [[3 * (0.5 / 5.000001 + 0.75), -4 * (0.5 / 5.000001 + 0.75)], [0.3 * (0.25 / 0.500001 + 0.75), 0.4 * (0.25 / 0.500001 + 0.75)], [0, 0]],
        ),
        ({"type": "unit_norm"}, [[0.6, -0.8], [0.6, 0.8], [0, 0]]),
        ({"type": "non_negative"}, [[3, 0], [0.3, 0.4], [0, 0]]),
    ],
)
def test_each_rule_by_hand(said, expected):
    assert constrained(said, ROWS) == [pytest.approx(row, rel=1e-14) for row in expected]


def test_a_norm_goes_over_all_axes_but_the_first_unless_said_otherwise():
    filters = torch.randn((3, 2, 2, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for dimensions, axes in ((None, (1, 2, 3)), ([], (0, 1, 2, 3)), (0, (0,)), ([0, 1], (0, 1))):
        weight = filters.clone()
        Constraint.parse({"type": "unit_norm"} | ({} if dimensions is None else {"dimensions": dimensions})).build()(weight)

        np.testing.assert_allclose(weight.numpy(), filters.numpy() / np.sqrt((filters.numpy() ** 2).sum(axes, keepdims=True)), rtol=1e-14)


def test_a_bias_is_one_vector():
    assert constrained({"type": "unit_norm", "dimensions": [1]}, [3.0, -4.0]) == pytest.approx([0.6, -0.8])


def test_every_constraint_has_a_row():
    assert set(EXAMPLES) == set(Constraint.tags())


@pytest.mark.parametrize("tag", EXAMPLES)
def test_it_survives_the_round_trip(tag):
    found = Constraint.parse({"type": tag, **EXAMPLES[tag]})

    assert Constraint.parse(found.model_dump(mode="json", exclude_none=True)) == found
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Constraint.parse({"type": tag, **EXAMPLES[tag], "bogus": 1})


def model(constraints, layer):
    said = {"input": 3, "data_type": "float64", "updater": "sgd", "learning_rate": 0.5, "activation": "tanh", "bias_init": 0.7, "constraints": constraints}
    layers = [
        {"type": "dense", "n_out": 4, "name": "d", **layer},
        {"type": "batch_norm", "name": "n"},
        {"type": "output", "n_out": 2, "loss": "mse", "name": "o"},
    ]
    return build(said | {"layers": layers})


FEATURES = torch.randn((5, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LABELS = torch.randn((5, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def after_a_step(constraints, layer=None):
    """Parameters after a step with the constraints, and after the same step without."""
    found = []
    for trained in (model(constraints, layer or {}), model([], {})):
        trained.step((FEATURES, LABELS))
        found.append({name: value.detach().numpy() for name, value in trained.module.named_parameters()})
    return found


def unit(array):
    norm = np.sqrt((array**2).sum(tuple(range(1, array.ndim)) or None, keepdims=True))
    return array / np.where(norm > 0, norm, 1)


def test_weights_are_constrained_after_the_update_and_nothing_else():
    found, free = after_a_step("unit_norm")

    for name, value in free.items():
        expected = unit(value) if name in ("d.weight", "o.weight") else value
        np.testing.assert_allclose(found[name], expected, rtol=1e-12)


def test_biases_alone_and_everything():
    biases, free = after_a_step({"type": "unit_norm", "apply_to": "biases"})
    everything, _ = after_a_step({"type": "unit_norm", "apply_to": "all"})

    for name, value in free.items():
        np.testing.assert_allclose(biases[name], unit(value) if name in ("d.bias", "o.bias") else value, rtol=1e-12)
        np.testing.assert_allclose(everything[name], unit(value), rtol=1e-12)


def test_constraints_are_applied_in_the_order_of_the_list():
    one, free = after_a_step([{"type": "unit_norm"}, {"type": "non_negative"}])
    other, _ = after_a_step([{"type": "non_negative"}, {"type": "unit_norm"}])

    np.testing.assert_allclose(one["d.weight"], np.maximum(unit(free["d.weight"]), 0), rtol=1e-12)
    np.testing.assert_allclose(other["d.weight"], unit(np.maximum(free["d.weight"], 0)), rtol=1e-12)


def test_a_layers_own_constraints_replace_the_networks():
    found, free = after_a_step("unit_norm", {"constraints": {"type": "non_negative", "apply_to": "biases"}})
    none, _ = after_a_step("unit_norm", {"constraints": []})

    np.testing.assert_allclose(found["d.weight"], free["d.weight"], rtol=1e-12)
    np.testing.assert_allclose(found["d.bias"], np.maximum(free["d.bias"], 0), rtol=1e-12)
    np.testing.assert_allclose(none["d.weight"], free["d.weight"], rtol=1e-12)
    np.testing.assert_allclose(none["o.weight"], unit(free["o.weight"]), rtol=1e-12)


def test_a_constraint_holds_in_every_order_of_training():
    for order in ("modern", "beta3", "legacy"):
        trained = build(
            {"input": 3, "updater": "adam", "training_order": order, "constraints": "unit_norm", "layers": [{"type": "output", "n_out": 2, "loss": "mse"}]}
        )
        trained.step((FEATURES, LABELS))

        torch.testing.assert_close(trained.module.get_parameter("output_1.weight").norm(dim=1), torch.ones(2))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{type: max_norm}", "constraints.max must be set"),
        ("{type: max_norm, max: 0}", "constraints.max must be greater than 0, got 0"),
        ("[{type: max_norm, max: 1, apply_to: gains}]", 'constraints.0.apply_to must be weights, input_weights, recurrent_weights, biases or all, got "gains"'),
        ("[unit_norm, {type: min_max_norm, min: 2, max: 1}]", "constraints.1.max must be at least `min` (2), got 1"),
        ("[{type: min_max_norm, min: 0, max: 1, rate: 0}]", "constraints.0.rate must be greater than 0, got 0"),
        ("[{type: min_max_norm, min: 0, max: 1, rate: 1.5}]", "constraints.0.rate must be at most 1, got 1.5"),
        ("[{type: unit_norm, dimensions: -1}]", "constraints.0.dimensions must be at least 0, got -1"),
        ("small", 'constraints must be the name of a constraint, got "small"'),
        ("3", "constraints must be a list, got 3"),
    ],
)
def test_what_is_none_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(f"input: 3\nconstraints: {said}\nlayers:\n  - {{type: output, n_out: 2, loss: mse}}\n")

    assert [problem.message for problem in refusal.value.problems] == [message]


def test_an_axis_that_weights_do_not_have_is_refused_with_their_sizes():
    hidden, output = (
        "  - {type: dense, n_out: 3, activation: relu}\n",
        "  - {type: output, n_out: 2, loss: mse, constraints: {type: unit_norm, dimensions: 2}}\n",
    )
    text = f"input: 4\nconstraints: [{{type: unit_norm, dimensions: [1, 2]}}]\nlayers:\n{hidden}{hidden}{output}"
    with pytest.raises(SpecError) as refusal:
        plan_of(text)

    assert [str(problem) for problem in refusal.value.problems] == [
        "<spec>:2:45: error: constraints.0.dimensions must be below 2, as there are weights of 3x4, got [1, 2]",
        "<spec>:6:84: error: layers.2.constraints.dimensions must be below 2, as there are weights of 2x3, got 2",
    ]


def test_origins_tell_who_set_it():
    text = "input: 3\nconstraints: [unit_norm, {type: max_norm, max: 2}]\nlayers:\n  - {type: output, n_out: 2, loss: mse}\n"
    plan = plan_of(text)

    assert str(plan.origins[("layers", 0, "constraints")]) == "network-wide, <spec>:2:14"
    assert (str(plan.origins[("constraints", 1, "max")]), str(plan.origins[("constraints", 1, "apply_to")])) == ("<spec>:2:48", "default")
    assert plan.as_dict()["layers"][0]["constraints"] == [{"type": "unit_norm", "apply_to": "weights"}, {"type": "max_norm", "apply_to": "weights", "max": 2}]
