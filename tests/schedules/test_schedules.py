"""Schedules: against DL4J's recorded values, by hand, and what is refused."""

import json
import math
import sys
from zipfile import ZipFile

import pytest
from pydantic import TypeAdapter, ValidationError

from netspec.schedules import Momentum, Rate, Schedule

CLASSES = {
    "FixedSchedule": ("fixed", {"value": "value"}),
    "StepSchedule": ("step", {"initialValue": "initial", "decayRate": "decay", "step": "every"}),
    "ExponentialSchedule": ("exponential", {"initialValue": "initial", "gamma": "gamma"}),
    "MapSchedule": ("map", {"values": "values"}),
}
EXAMPLES = {
    "fixed": {"value": 0.1},
    "step": {"initial": 0.1, "decay": 0.5, "every": 3},
    "exponential": {"initial": 0.1, "gamma": 0.9, "per": "epoch"},
    "poly": {"initial": 0.1, "power": 2.0, "over": 10},
    "map": {"values": {"0": 0.1, "5": 0.01}},
    "complement": {"of": {"type": "step", "initial": 0.9, "decay": 0.5, "every": 3}},
}


def spec_of(described: dict) -> dict | None:
    """A recorded schedule in netspec's words; None where the class, or a fraction as step, is none of them."""
    tag, words = CLASSES.get(described["@class"].rsplit(".", 1)[-1], (None, {}))
    values = {ours: described[theirs] for theirs, ours in words.items()}
    if tag is None or values.get("every", 1) != int(values.get("every", 1)):
        return None
    whole = {"every": int(values["every"])} if tag == "step" else {}
    return {"type": tag, **values, **whole, **({"per": described["scheduleType"].lower()} if "scheduleType" in described else {})}


def test_values_are_those_of_dl4j(shared):
    with ZipFile(shared / "dl4j" / "conformance" / "schedules.zip") as archive:
        cases = json.loads(archive.read("values.json"))
    compared = {}
    for case in cases:
        if spec := spec_of(case["json"]):
            schedule = Schedule.parse(spec)
            ours = [[schedule.at(iteration, epoch) for iteration in range(len(row))] for epoch, row in enumerate(case["values"])]
            assert ours == [pytest.approx(row, rel=1e-15, abs=0) for row in case["values"]], case["name"]
            compared[case["name"]] = spec["type"]
    assert set(compared.values()) == set(EXAMPLES) - {"poly", "complement"}


def test_a_complement_is_what_is_missing_to_1():
    keeping = {"type": "step", "initial": 0.8, "decay": 0.5, "every": 2}
    assert [Schedule.parse({"type": "complement", "of": keeping}).at(count, 0) for count in range(5)] == pytest.approx([0.2, 0.2, 0.6, 0.6, 0.8])
    assert Schedule.parse({"type": "complement", "of": 0.25}).constant


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
