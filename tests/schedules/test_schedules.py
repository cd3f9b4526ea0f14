"""Schedules: against DL4J's recorded values, by hand, and what is refused."""

import json
import math
import sys
from zipfile import ZipFile

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from netspec.schedules import Momentum, Rate, Schedule

CLASSES = {
    "FixedSchedule": ("fixed", {"value": "value"}),
    "StepSchedule": ("step", {"initialValue": "initial", "decayRate": "decay", "step": "every"}),
    "ExponentialSchedule": ("exponential", {"initialValue": "initial", "gamma": "gamma"}),
    "MapSchedule": ("map", {"values": "values"}),
    "InverseSchedule": ("inverse", {"initialValue": "initial", "gamma": "gamma", "power": "power"}),
    "PolySchedule": ("dl4j_poly", {"initialValue": "initial", "power": "power", "maxIter": "over"}),
    "SigmoidSchedule": ("sigmoid", {"initialValue": "initial", "gamma": "gamma", "stepSize": "step"}),
    "CycleSchedule": (
        "dl4j_cycle",
        {"initialLearningRate": "initial", "maxLearningRate": "peak", "cycleLength": "length", "annealingLength": "annealing", "annealingDecay": "decay"},
    ),
    "RampSchedule": ("ramp", {"baseSchedule": "then", "numIter": "over"}),
}
EXAMPLES = {
    "fixed": {"value": 0.1},
    "step": {"initial": 0.1, "decay": 0.5, "every": 3},
    "exponential": {"initial": 0.1, "gamma": 0.9, "per": "epoch"},
    "poly": {"initial": 0.1, "power": 2.0, "over": 10},
    "map": {"values": {"0": 0.1, "5": 0.01}},
    "complement": {"of": {"type": "step", "initial": 0.9, "decay": 0.5, "every": 3}},
    "inverse": {"initial": 0.1, "gamma": 0.3, "power": 0.7},
    "sigmoid": {"initial": 0.2, "gamma": -0.4, "step": 0},
    "dl4j_poly": {"initial": 0.1, "power": 2.0, "over": 10},
    "cycle": {"initial": 0.1, "peak": 0.5, "length": 9, "annealing": 2},
    "dl4j_cycle": {"initial": 0.1, "peak": 0.5, "length": 9, "annealing": 2},
    "dl4j_compounding": {"decay": {"type": "inverse", "initial": 0.1, "gamma": 0.3, "power": 0.7}},
    "cosine": {"initial": 0.1, "over": 10, "final": 0.01},
    "one_cycle": {"initial": 0.1, "peak": 0.5, "over": 10},
    "ramp": {"over": 5, "then": {"type": "exponential", "initial": 0.5, "gamma": 0.9}},
    "warm_up": {"initial": 0.1, "over": 5, "then": {"type": "cosine", "initial": 0.5, "over": 10}},
}
"""Each starts at 0.1."""


def spec_of(described: dict) -> dict:
    """A recorded schedule in netspec's words."""
    tag, words = CLASSES[described["@class"].rsplit(".", 1)[-1]]
    values = {ours: spec_of(described[theirs]) if ours == "then" else described[theirs] for theirs, ours in words.items()}
    return {"type": tag, **values, **({"per": described["scheduleType"].lower()} if "scheduleType" in described else {})}


def test_values_are_those_of_dl4j(shared):
    """Every recorded case; where DL4J's file has lost its fields, the record still has them."""
    with ZipFile(shared / "dl4j" / "conformance" / "schedules.zip") as archive:
        cases = json.loads(archive.read("values.json"))
    compared = set()
    for case in cases:
        spec = spec_of(case.get("lost", case["json"]))
        schedule = Schedule.parse(spec)
        ours = [[schedule.at(iteration, epoch) for iteration in range(len(row))] for epoch, row in enumerate(case["values"])]
        assert ours == [pytest.approx(row, rel=1e-14, abs=0) for row in case["values"]], case["name"]
        compared.add(spec["type"])
    assert compared == {tag for tag, _ in CLASSES.values()}


def test_a_complement_is_what_is_missing_to_1():
    keeping = {"type": "step", "initial": 0.8, "decay": 0.5, "every": 2}
    assert [Schedule.parse({"type": "complement", "of": keeping}).at(count, 0) for count in range(5)] == pytest.approx([0.2, 0.2, 0.6, 0.6, 0.8])
    assert Schedule.parse({"type": "complement", "of": 0.25}).constant


@pytest.mark.parametrize("per", ["iteration", "epoch"])
def test_cycle_is_that_of_dl4j_where_nothing_is_left_over(per):
    spec = {"initial": 0.01, "peak": 0.1, "length": 12, "annealing": 4, "decay": 0.5, "per": per}
    plain, theirs = (Schedule.parse({"type": tag, **spec}) for tag in ("cycle", "dl4j_cycle"))
    counts = [(count, 7) if per == "iteration" else (7, count) for count in range(30)]
    assert [plain.at(*count) for count in counts] == pytest.approx([theirs.at(*count) for count in counts], rel=1e-12)


def test_cycle_has_no_spike_where_that_of_dl4j_has_one():
    """Length 7 with 2 of annealing: five steps up and down, by hand."""
    spec = {"initial": 0.1, "peak": 0.6, "length": 7, "annealing": 2}
    plain, theirs = (Schedule.parse({"type": tag, **spec}) for tag in ("cycle", "dl4j_cycle"))
    assert [plain.after(count) for count in range(8)] == pytest.approx([0.1, 0.3, 0.5, 0.5, 0.3, 0.1, 0.01, 0.1])
    assert [theirs.after(count) for count in range(8)] == pytest.approx([0.1, 0.35, 0.6, 0.35, 1.0, 0.1, 0.01, 0.1])


def test_cosine_is_that_of_torch():
    schedule = Schedule.parse({"type": "cosine", "initial": 0.2, "over": 10, "final": 0.01})
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.2)
    torchs, expected = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10, eta_min=0.01), []
    for _ in range(11):
        expected.append(torchs.get_last_lr()[0])
        optimizer.step()
        torchs.step()
    assert [schedule.after(count) for count in range(11)] == pytest.approx(expected, rel=1e-12)
    assert [schedule.after(count) for count in (11, 15, 10**6)] == [0.01] * 3


def test_one_cycle_is_that_of_torch():
    """torch counts from the first step to the last: 21 of them are 20 later ones, and its rise ends one step before its share of 21."""
    schedule = Schedule.parse({"type": "one_cycle", "initial": 0.02, "peak": 0.2, "over": 20, "rise": 0.3, "final": 0.001})
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.2)
    torchs = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 0.2, total_steps=21, pct_start=(0.3 * 20 + 1) / 21, div_factor=10, final_div_factor=20, cycle_momentum=False
    )
    expected = [torchs.get_last_lr()[0]]
    for _ in range(20):
        optimizer.step()
        torchs.step()
        expected.append(torchs.get_last_lr()[0])
    assert [schedule.after(count) for count in range(21)] == pytest.approx(expected, rel=1e-12)
    assert schedule.after(50) == 0.001


def test_one_cycle_rises_to_its_peak_and_ends_at_0():
    schedule = Schedule.parse({"type": "one_cycle", "initial": 0.1, "peak": 0.5, "over": 10, "rise": 0.5, "per": "epoch"})
    assert [schedule.at(99, epoch) for epoch in (0, 5, 10, 11)] == pytest.approx([0.1, 0.5, 0.0, 0.0])
    assert schedule.at(0, 1) == pytest.approx(0.1 + 0.4 * (1 - math.cos(math.pi / 5)) / 2)


def test_inverse_and_sigmoid_by_hand():
    assert Schedule.parse({"type": "inverse", "initial": 0.8, "gamma": 1, "power": 2}).after(3) == pytest.approx(0.05)
    sigmoid = Schedule.parse({"type": "sigmoid", "initial": 0.8, "gamma": math.log(3), "step": 4})
    assert [sigmoid.after(count) for count in (3, 4, 5)] == pytest.approx([0.2, 0.4, 0.6])


@pytest.mark.parametrize("gamma", [5.0, -5.0])
def test_sigmoid_is_finite_for_ever(gamma):
    sigmoid = Schedule.parse({"type": "sigmoid", "initial": 0.8, "gamma": gamma, "step": 500})
    assert [sigmoid.at(count, 0) for count in (0, 10**9)] == ([0.0, 0.8] if gamma > 0 else [0.8, 0.0])


@pytest.mark.parametrize("per", ["iteration", "epoch"])
def test_warm_up_goes_straight_to_the_start_of_what_follows_and_then_that_begins(per):
    then = {"type": "step", "initial": 0.5, "decay": 0.1, "every": 2, "per": per}
    schedule = Schedule.parse({"type": "warm_up", "initial": 0.1, "over": 4, "per": per, "then": then})
    counts = [(count, 7) if per == "iteration" else (7, count) for count in range(9)]
    assert [schedule.at(*count) for count in counts] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.05, 0.05, 0.005])


def test_warm_up_may_lead_to_a_number():
    schedule = Schedule.parse({"type": "warm_up", "initial": 0.1, "over": 2, "then": 0.3})
    assert [schedule.at(count, 0) for count in range(4)] == pytest.approx([0.1, 0.2, 0.3, 0.3])


def test_warm_ups_may_follow_each_other():
    schedule = Schedule.parse({"type": "warm_up", "initial": 0.1, "over": 2, "then": {"type": "warm_up", "initial": 0.3, "over": 1, "then": 0.9}})
    assert [schedule.at(count, 0) for count in range(5)] == pytest.approx([0.1, 0.2, 0.3, 0.9, 0.9])


def test_ramp_per_epoch_rises_with_the_epochs_over_what_counts_iterations():
    schedule = Schedule.parse({"type": "ramp", "over": 2, "per": "epoch", "then": {"type": "exponential", "initial": 0.8, "gamma": 0.5}})
    assert [schedule.at(iteration, epoch) for iteration, epoch in ((0, 0), (1, 0), (2, 1), (3, 2))] == pytest.approx([0.4, 0.2, 0.2, 0.1])


def test_a_step_of_a_fraction_is_rounded_at_each_drop():
    schedule = Schedule.parse({"type": "step", "initial": 1.0, "decay": 0.5, "every": 2.5})
    assert [schedule.after(count) for count in range(9)] == [1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125]


@pytest.mark.parametrize(
    ("decay", "factor"),
    [
        ({"type": "exponential", "gamma": 0.9}, lambda i: 0.9**i),
        ({"type": "step", "decay": 0.5, "every": 3}, lambda i: 0.5 ** (i // 3)),
        ({"type": "inverse", "gamma": 0.3, "power": 0.7}, lambda i: (1 + 0.3 * i) ** -0.7),
        ({"type": "sigmoid", "gamma": 0.4, "step": 3}, lambda i: 1 / (1 + math.exp(-0.4 * (i - 3)))),
        ({"type": "poly", "power": 2, "over": 7}, lambda i: max(0, 1 - i / 7) ** 2),
    ],
)
def test_a_compounding_decay_multiplies_what_it_gave_before(decay, factor):
    """Rate ← rate·factor(i) at each iteration, as DL4J's policies had it (dl4j.md, 7.3), asked in any order."""
    schedule, rate, expected = Schedule.parse({"type": "dl4j_compounding", "decay": {**decay, "initial": 0.2}}), 0.2, []
    for iteration in range(12):
        rate *= factor(iteration)
        expected.append(rate)
    assert schedule.at(11, 0) == pytest.approx(expected[11], rel=1e-12)
    assert [schedule.at(iteration, 5) for iteration in range(12)] == pytest.approx(expected, rel=1e-12)


def test_a_compounding_growth_stays_finite():
    schedule = Schedule.parse({"type": "dl4j_compounding", "decay": {"type": "exponential", "initial": 1, "gamma": 10, "per": "epoch"}})
    assert [schedule.at(0, epoch) for epoch in (2, 30, 500)] == [1e3, sys.float_info.max, sys.float_info.max]


@pytest.mark.parametrize(
    ("spec", "place", "message"),
    [
        ({"type": "dl4j_compounding", "decay": 0.1}, "decay", "must be a schedule with an `initial` above 0"),
        ({"type": "dl4j_compounding", "decay": {"type": "exponential", "initial": 0, "gamma": 1}}, "decay", "must be a schedule with an `initial` above 0"),
        ({"type": "warm_up", "initial": 0.1, "over": 2, "per": "epoch", "then": {"type": "cosine", "initial": 1, "over": 2}}, "then", "must be epoch, which"),
        ({"type": "cycle", "initial": 0.1, "peak": 1, "length": 4, "annealing": 4}, "annealing", "must be less than `length` (4)"),
        ({"type": "warm_up", "initial": 0.1, "over": 2, "then": "slowly"}, "then", "must be the name of a schedule"),
    ],
)
def test_words_that_do_not_go_together_are_refused(spec, place, message):
    with pytest.raises(ValidationError) as refusal:
        Schedule.parse(spec)
    (error,) = refusal.value.errors()
    assert error["loc"][0] == place
    assert error["msg"].startswith(message)


@pytest.mark.parametrize(
    ("power", "expected"),
    [(1, [0.2, 0.15, 0.1, 0.05, 0, 0]), (2, [0.2, 0.1125, 0.05, 0.0125, 0, 0]), (0.5, [0.2, 0.2 * math.sqrt(0.75), 0.2 * math.sqrt(0.5), 0.1, 0, 0])],
)
@pytest.mark.parametrize("per", ["iteration", "epoch"])
def test_poly_falls_to_0_where_that_of_dl4j_rises(power, expected, per):
    schedule = Schedule.parse({"type": "poly", "initial": 0.2, "power": power, "over": 4, "per": per})
    counts = [(count, 7) if per == "iteration" else (7, count) for count in range(6)]
    assert [schedule.at(*count) for count in counts] == pytest.approx(expected, rel=1e-15)


def test_map_keys_are_ordered_as_numbers_and_not_as_text():
    schedule = Schedule.parse({"type": "map", "values": {"10": 0.01, "9": 0.5, "0": 1.0}})
    assert [schedule.at(count, 0) for count in (0, 8, 9, 10, 10**9)] == [1.0, 1.0, 0.5, 0.01, 0.01]


def test_the_order_of_map_keys_makes_no_difference():
    one, other = (Schedule.parse({"type": "map", "values": values}) for values in ({"0": 1, "5": 2}, {"5": 2, "0": 1}))
    assert one == other
    assert hash(one) == hash(other)


def test_map_counts_epochs_when_told():
    schedule = Schedule.parse({"type": "map", "values": {"0": 1, "2": 3}, "per": "epoch"})
    assert [schedule.at(100, epoch) for epoch in range(4)] == [1.0, 1.0, 3.0, 3.0]


@pytest.mark.parametrize("growing", [{"type": "exponential", "initial": 1.0, "gamma": 10.0}, {"type": "step", "initial": 1.0, "decay": 10.0, "every": 1}])
def test_a_value_that_grows_for_ever_stays_finite(growing):
    schedule = Schedule.parse(growing)
    assert [schedule.at(count, 0) for count in (308, 309, 10**6)] == [pytest.approx(1e308), sys.float_info.max, sys.float_info.max]


def test_a_product_beyond_the_largest_number_stays_finite():
    assert Schedule.parse({"type": "exponential", "initial": 1e308, "gamma": 10.0}).at(1, 0) == sys.float_info.max


@pytest.mark.parametrize(
    ("spec", "place", "message"),
    [
        ({"type": "map", "values": {"1": 0.1}}, ("values",), "must have the value at the start, for 0"),
        ({"type": "map", "values": {}}, ("values",), "must have the value at the start, for 0"),
        ({"type": "map", "values": 0.1}, ("values",), "must be a mapping from counts to values"),
        ({"type": "map", "values": [0.1, 0.2]}, ("values",), "must be a mapping from counts to values"),
        ({"type": "map", "values": {"0": 0.1, "-5": 0.1}}, ("values", "-5"), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "1.5": 0.1}}, ("values", "1.5"), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "ten": 0.1}}, ("values", "ten"), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "²": 0.1}}, ("values", "²"), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "9999999999": 0.1}}, ("values", "9999999999"), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "9" * 5000: 0.1}}, ("values", "9" * 5000), "must be a count of iterations or epochs, from 0"),
        ({"type": "map", "values": {"0": 0.1, "5": -0.1}}, ("values", "5"), "must be a number from 0"),
        ({"type": "map", "values": {"0": 0.1, "5": "0.1"}}, ("values", "5"), "must be a number from 0"),
        ({"type": "map", "values": {"0": True}}, ("values", "0"), "must be a number from 0"),
        ({"type": "map", "values": {"0": math.nan}}, ("values", "0"), "must be a number from 0"),
        ({"type": "map", "values": {"0": math.inf}}, ("values", "0"), "must be a number from 0"),
        ({"type": "map", "values": {"0": 10**400}}, ("values", "0"), "must be a number from 0"),
        ({"type": "map", "values": {"0": 0.1, "00": 0.2}}, ("values",), "must name each count once"),
    ],
)
def test_a_map_that_cannot_be_meant_is_refused_where_it_is_wrong(spec, place, message):
    with pytest.raises(ValidationError) as refusal:
        Schedule.parse(spec)
    assert [(error["loc"], error["msg"]) for error in refusal.value.errors()] == [(place, message)]


@pytest.mark.parametrize(
    ("spec", "places"),
    [
        ({"type": "exponential"}, {("initial",), ("gamma",)}),
        ({"type": "exponential", "initial": -0.1, "gamma": 0}, {("initial",), ("gamma",)}),
        ({"type": "exponential", "initial": 0.1, "gamma": math.inf}, {("gamma",)}),
        ({"type": "exponential", "initial": 0.1, "gamma": 0.9, "per": "batch"}, {("per",)}),
        ({"type": "poly", "initial": 0.1}, {("power",), ("over",)}),
        ({"type": "poly", "initial": 0.1, "power": 0, "over": 0}, {("power",), ("over",)}),
        ({"type": "poly", "initial": 0.1, "power": 1, "over": 2.5}, {("over",)}),
        ({"type": "inverse", "initial": 0.1, "gamma": -1, "power": 0}, {("gamma",), ("power",)}),
        ({"type": "sigmoid", "initial": 0.1, "gamma": 1}, {("step",)}),
        ({"type": "cycle", "initial": 0.1, "peak": -1, "length": 0}, {("peak",), ("length",)}),
        ({"type": "cosine", "initial": 0.1, "over": 0, "final": -1}, {("over",), ("final",)}),
        ({"type": "one_cycle", "initial": 0.1, "peak": 1, "over": 5, "rise": 1.0}, {("rise",)}),
        ({"type": "ramp", "over": 0}, {("over",), ("then",)}),
        ({"type": "warm_up", "over": 3, "then": 0.1}, {("initial",)}),
        ({"type": "dl4j_poly", "initial": 0.1, "power": 0, "over": 1}, {("power",)}),
        ({"type": "map", "values": {"0": 0.1}, "initial": 0.1}, {("initial",)}),
        ({"type": "fixed", "value": math.nan}, {("value",)}),
    ],
)
def test_a_wrong_field_is_refused_by_name(spec, places):
    with pytest.raises(ValidationError) as refusal:
        Schedule.parse(spec)
    assert {error["loc"] for error in refusal.value.errors()} == places


@pytest.mark.parametrize(
    ("kind", "start", "right"), [(Rate, 0.0, False), (Rate, 1e-9, True), (Momentum, 1.0, False), (Momentum, 0.0, True), (Momentum, 0.99, True)]
)
def test_rates_and_momenta_have_their_range(kind, start, right):
    adapter = TypeAdapter(kind)
    for spec in (start, {"type": "map", "values": {"0": start, "3": 0.5}}):
        if right:
            assert adapter.validate_python(spec).start == start
        else:
            with pytest.raises(ValidationError, match="must be"):
                adapter.validate_python(spec)


def test_a_bare_number_is_fixed():
    assert Schedule.parse(0.1) == Schedule.parse({"type": "fixed", "value": 0.1})


@pytest.mark.parametrize("tag", Schedule.tags())
class TestEverySchedule:
    def test_it_survives_the_round_trip(self, tag):
        schedule = Schedule.parse({"type": tag, **EXAMPLES[tag]})
        assert Schedule.parse(schedule.model_dump()) == Schedule.parse(json.loads(schedule.model_dump_json())) == schedule
        assert hash(schedule) == hash(Schedule.parse(schedule.model_dump()))

    def test_it_starts_at_its_first_value(self, tag):
        schedule = Schedule.parse({"type": tag, **EXAMPLES[tag]})
        assert schedule.start == schedule.at(0, 0) == pytest.approx(0.1, rel=1e-15)

    def test_only_a_fixed_one_is_constant(self, tag):
        schedule = Schedule.parse({"type": tag, **EXAMPLES[tag]})
        assert schedule.constant == (tag == "fixed") == (len({schedule.at(count, count) for count in range(20)}) == 1)

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Schedule.parse({"type": tag, **EXAMPLES[tag], "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]
