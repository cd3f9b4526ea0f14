"""Dropouts: each kind by its formula and its moments, on which arrays, under schedules, and DL4J's own drawn values."""

import json
import math
from zipfile import ZipFile

import pytest
import torch
from pydantic import ValidationError

from netspec import build
from netspec.dropouts import Dropout
from netspec.errors import SpecError
from netspec.read import plan_of
from netspec.shapes import Convolutional, Convolutional3D, FeedForward, Recurrent

EXAMPLES = {
    "dropout": {"rate": 0.3},
    "alpha": {"rate": 0.3},
    "gaussian": {"rate": 0.3},
    "gaussian_noise": {"std": 0.3},
    "spatial": {"rate": 0.3},
}
MANY = 200_000


FLAT = FeedForward(10)


def module(tag, shape=FLAT, **said):
    return Dropout.parse({"type": tag, **EXAMPLES[tag], **said}).build(shape)


def drawn(noise, array, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return noise(array)


def test_every_kind_has_a_row():
    assert set(EXAMPLES) == set(Dropout.tags())


@pytest.mark.parametrize("tag", EXAMPLES)
class TestEveryKind:
    def test_it_survives_the_round_trip(self, tag):
        found = Dropout.parse({"type": tag, **EXAMPLES[tag]})

        assert Dropout.parse(found.model_dump()) == Dropout.parse(found.model_dump(mode="json")) == found
        with pytest.raises(ValidationError, match="extra_forbidden"):
            Dropout.parse({"type": tag, **EXAMPLES[tag], "bogus": 1})

    def test_it_does_nothing_in_prediction(self, tag):
        array = torch.randn(4, 3, 5)

        assert torch.equal(module(tag, Recurrent(5, 3)).eval()(array), array)

    def test_it_draws_from_torchs_generator(self, tag):
        noise, array = module(tag, Recurrent(5, 3)).train(), torch.ones(8, 3, 5)

        assert torch.equal(drawn(noise, array), drawn(noise, array))
        assert not torch.equal(drawn(noise, array), drawn(noise, array, seed=1))

    def test_at_0_it_does_nothing(self, tag):
        array = torch.randn(4, 3, 5)

        assert torch.equal(module(tag, Recurrent(5, 3), **dict.fromkeys(EXAMPLES[tag], 0)).train()(array), array)

    def test_a_schedule_sets_what_the_module_has(self, tag):
        ((field, _),) = EXAMPLES[tag].items()
        noise = Dropout.parse({"type": tag, field: {"type": "step", "initial": 0.4, "decay": 0.5, "every": 2}})
        built = noise.build(Recurrent(5, 3))
        ((attribute, value),) = noise.at(2, 0).items()

        assert (noise.constant, Dropout.parse({"type": tag, field: 0.4}).constant) == (False, True)
        assert (getattr(built, attribute), value) == (0.4, 0.2)

    def test_the_mean_stays(self, tag):
        array = torch.randn(MANY, generator=torch.Generator().manual_seed(3)) if tag == "alpha" else torch.ones(MANY // 10, 10, 1)

        assert float(drawn(module(tag, Recurrent(1, 10)).train(), array).mean()) == pytest.approx(float(array.mean()), abs=0.02)


def test_gaussian_has_the_variance_of_a_plain_dropout():
    deviation = float(drawn(module("gaussian").train(), torch.full((MANY,), 2.0)).std())

    assert deviation == pytest.approx(2 * math.sqrt(0.3 / 0.7), rel=0.01)


def test_gaussian_noise_is_added_whatever_the_value():
    array = torch.linspace(-50, 50, MANY)
    added = drawn(module("gaussian_noise").train(), array) - array

    assert float(added.std()) == pytest.approx(0.3, rel=0.01)
    assert abs(float((added * array).mean())) < 0.1


def test_alpha_keeps_mean_and_variance():
    array = torch.randn(MANY, generator=torch.Generator().manual_seed(3))

    assert float(drawn(module("alpha").train(), array).std()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [(Recurrent(6, 20), (1,)), (Convolutional(6, 4, 5), (2, 3)), (Convolutional3D(6, 2, 4, 5), (2, 3, 4))],
)
def test_spatial_drops_a_channel_of_an_example_as_a_whole(shape, axes):
    array = torch.ones(500, *shape.dims)
    found = drawn(module("spatial", shape).train(), array)

    whole = found.amin(axes)
    assert torch.equal(whole, found.amax(axes))
    assert set(whole.reshape(-1).tolist()) == {0.0, float(torch.tensor(1 / 0.7))}
    assert float((whole == 0).float().mean()) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(("case", "tag"), [("apply_dropout_0_8", "dropout"), ("apply_alpha_dropout_0_7", "alpha")])
def test_what_dl4j_makes_of_a_value_is_one_of_the_two_things_made_here(shared, case, tag):
    with ZipFile(shared / "dl4j" / "conformance" / "dropout.zip") as archive:
        recorded = json.loads(archive.read(f"{case}/case.json"))
    noise = module(tag, rate=1 - recorded["class"]["p"]).train()
    array = torch.tensor(recorded["2d"]["x"], dtype=torch.float64).reshape(-1)
    mine = drawn(noise, array.expand(200, -1))
    theirs = torch.tensor(recorded["2d"]["y"], dtype=torch.float64).reshape(-1)

    assert all(len(set(column.tolist())) == 2 for column in mine.T)
    assert float((mine - theirs).abs().amin(0).max()) < 1e-12


def test_a_schedule_that_leaves_the_range_stays_at_its_end():
    rising = Dropout.parse({"type": "dropout", "rate": {"type": "exponential", "initial": 0.5, "gamma": 2}})
    keeping = Dropout.parse({"type": "gaussian", "rate": {"type": "complement", "of": {"type": "exponential", "initial": 1.0, "gamma": 3}}})

    assert [rising.at(count, 0)["p"] for count in (0, 1, 9)] == [0.5, 0.999, 0.999]
    assert [keeping.at(count, 0)["p"] for count in (0, 1)] == [0, 0]


LAYERS = [{"type": "dense", "n_out": 4, "activation": "tanh", "name": "d"}, {"type": "output", "n_out": 2, "loss": "mse", "name": "o"}]


def test_a_rate_follows_its_schedule_while_training():
    model = build(
        {
            "input": 3,
            "updater": "adam",
            "dropout": {"type": "dropout", "rate": {"type": "map", "values": {"0": 0.5, "1": 0.25}, "per": "epoch"}},
            "layers": [{"type": "dropout", "rate": {"type": "step", "initial": 0.8, "decay": 0.5, "every": 2}, "name": "i"}, *LAYERS],
        }
    )
    seen = []
    for name in ("i", "o"):
        model.module.dropouts[name].register_forward_hook(lambda noise, *_: seen.append(noise.p))

    model.fit(torch.ones(4, 3), torch.ones(4, 2), epochs=2, batch_size=2)

    assert seen == [0.8, 0.5, 0.8, 0.5, 0.4, 0.25, 0.4, 0.25]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{type: gaussian, rate: 1}", "dropout.rate must be at least 0 and less than 1, got 1"),
        ("{type: alpha, rate: {type: step, initial: 2, decay: 0.5, every: 2}}", "dropout.rate must be at least 0 and less than 1, got 2"),
        ("{type: gaussian_noise, std: -1}", "dropout.std must be at least 0, got -1"),
        ("{type: gaussian_noise, rate: 0.5}", "dropout.rate must be left out: gaussian_noise has no `rate`"),
    ],
)
def test_what_is_none_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(f"input: 3\ndropout: {said}\nlayers:\n  - {{type: output, n_out: 2, loss: mse}}\n")

    assert message in [problem.message for problem in refusal.value.problems]


def test_origins_tell_who_set_a_rate():
    plan = plan_of(
        "input: 3\nlayers:\n  - {type: output, n_out: 2, loss: mse, dropout: {type: gaussian, rate: {type: step, initial: 0.5, decay: 0.5, every: 2}}}\n"
    )

    assert str(plan.origins[("layers", 0, "dropout", "rate", "initial")]) == "<spec>:3:95"
    assert plan.origins[("layers", 0, "dropout", "rate", "per")].kind == "default"
