"""Weight noises: what is disturbed, the gradient that results, prediction, schedules and chance."""

import pytest
import torch
from pydantic import ValidationError

from netspec import build
from netspec.errors import SpecError
from netspec.initializers import Fans
from netspec.read import plan_of
from netspec.weight_noises import WeightNoise

EXAMPLES = {
    "drop_connect": {"rate": 0.4},
    "weight_noise": {"distribution": {"type": "normal", "std": 0.1}},
}
MANY = 200_000


def drawn(said, parameter):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return WeightNoise.parse(said).build(Fans(1, 1))(parameter)


def test_drop_connect_leaves_out_and_does_not_rescale():
    found = drawn({"type": "drop_connect", "rate": 0.4}, torch.full((MANY,), 2.0))

    assert set(found.tolist()) == {0.0, 2.0}
    assert float((found == 0).float().mean()) == pytest.approx(0.4, abs=0.01)


def test_noise_is_added_or_multiplied():
    said = {"type": "weight_noise", "distribution": {"type": "normal", "mean": 0.5, "std": 0.1}}
    added, multiplied = drawn(said, torch.full((MANY,), 2.0)), drawn(said | {"additive": False}, torch.full((MANY,), 2.0))

    assert (float(added.mean()), float(added.std())) == pytest.approx((2.5, 0.1), rel=0.01)
    assert (float(multiplied.mean()), float(multiplied.std())) == pytest.approx((1.0, 0.2), rel=0.01)


def test_every_kind_has_a_row():
    assert set(EXAMPLES) == set(WeightNoise.tags())


@pytest.mark.parametrize("tag", EXAMPLES)
def test_it_survives_the_round_trip(tag):
    found = WeightNoise.parse({"type": tag, **EXAMPLES[tag]})

    assert WeightNoise.parse(found.model_dump()) == WeightNoise.parse(found.model_dump(mode="json")) == found
    with pytest.raises(ValidationError, match="extra_forbidden"):
        WeightNoise.parse({"type": tag, **EXAMPLES[tag], "bogus": 1})


FEATURES = torch.randn((5, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LABELS = torch.randn((5, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def model(noise, **more):
    said = {"input": 3, "data_type": "float64", "updater": "sgd", "learning_rate": 1.0, "bias_init": 0.3, "activation": "tanh"}
    layers = [{"type": "dense", "n_out": 4, "name": "d"}, {"type": "batch_norm", "name": "n"}, {"type": "output", "n_out": 2, "loss": "mse", "name": "o"}]
    return build(said | {"layers": layers} | ({"weight_noise": noise} if noise else {}) | more)


@pytest.mark.parametrize("biases", [False, True])
def test_the_gradient_at_the_noisy_weights_moves_the_clean_ones(biases):
    """Noise that is the same at every draw shows what is disturbed: weights, biases if asked for, gains never."""
    noisy = model({"type": "weight_noise", "distribution": {"type": "constant", "value": 0.25}, "apply_to_biases": biases})
    moved = model(None)
    clean = {name: value.detach().clone() for name, value in moved.module.named_parameters()}
    with torch.no_grad():
        for name, value in moved.module.named_parameters():
            disturbed = not name.startswith("n.") and (biases or name.endswith("weight"))
            value.add_(0.25 if disturbed else 0.0)
    at_noisy = moved._scorer(moved.module.train()(FEATURES), LABELS)
    gradients = torch.autograd.grad(at_noisy, list(moved.module.parameters()))

    assert noisy.step((FEATURES, LABELS)) == pytest.approx(float(at_noisy.detach()), rel=1e-12)
    for (name, value), gradient in zip(noisy.module.named_parameters(), gradients, strict=True):
        torch.testing.assert_close(value.detach(), clean[name] - gradient)


def test_prediction_and_test_score_know_no_noise():
    noisy, plain = model({"type": "drop_connect", "rate": 0.9, "apply_to_biases": True}), model(None)

    assert torch.equal(noisy.predict(FEATURES), plain.predict(FEATURES))
    assert noisy.score((FEATURES, LABELS)) == plain.score((FEATURES, LABELS))


def test_a_layers_own_noise_replaces_the_networks():
    layers = [
        {"type": "dense", "n_out": 4, "name": "d", "weight_noise": {"type": "drop_connect", "rate": 0}},
        {"type": "output", "n_out": 2, "loss": "mse", "name": "o"},
    ]
    noisy, plain = model({"type": "weight_noise", "distribution": 0.5}, layers=layers), model(None, layers=layers)
    hidden = []
    for one in (noisy, plain):
        one.module.get_submodule("d").register_forward_hook(lambda _module, _inputs, output: hidden.append(output.detach()))

    assert noisy.step((FEATURES, LABELS)) != plain.step((FEATURES, LABELS))
    assert torch.equal(*hidden)


def test_noise_is_drawn_anew_for_each_batch_and_is_the_same_for_the_same_seed():
    noise = {"type": "weight_noise", "distribution": {"type": "uniform", "low": -0.5, "high": 0.5}}
    one, other, plain = (model(said, seed=3) for said in (noise, noise, None))

    histories = [each.fit(FEATURES, LABELS, epochs=2, batch_size=5).epochs for each in (one, other, plain)]

    assert [record.loss for record in histories[0]] == [record.loss for record in histories[1]] != [record.loss for record in histories[2]]
    assert all(torch.equal(value, other.module.state_dict()[name]) for name, value in one.module.state_dict().items())


def test_the_rate_follows_its_schedule():
    model_ = model({"type": "drop_connect", "rate": {"type": "step", "initial": 0.5, "decay": 0.5, "every": 1}})
    rates = []
    for noise in model_.module.weight_noises["d"].get_submodule("noises").children():
        noise.register_forward_hook(lambda module, *_: rates.append(module.p))

    for _ in range(3):
        model_.step((FEATURES, LABELS))

    assert rates == [0.5, 0.25, 0.125]


def test_noise_has_no_parameters_of_its_own():
    assert model({"type": "drop_connect", "rate": 0.5}).module.state_dict().keys() == model(None).module.state_dict().keys()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{type: drop_connect}", "weight_noise.rate must be set"),
        ("{type: drop_connect, rate: 1}", "weight_noise.rate must be at least 0 and less than 1, got 1"),
        ("{type: weight_noise}", "weight_noise.distribution must be set"),
        ("{type: weight_noise, distribution: {type: normal, std: 0}}", "weight_noise.distribution.std must be greater than 0, got 0"),
        ("0.5", "weight_noise must be the name of a weight noise or a mapping with `type`, got 0.5"),
    ],
)
def test_what_is_none_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(f"input: 3\nweight_noise: {said}\nlayers:\n  - {{type: output, n_out: 2, loss: mse}}\n")

    assert [problem.message for problem in refusal.value.problems] == [message]


def test_origins_tell_who_set_it():
    plan = plan_of("input: 3\nweight_noise: {type: drop_connect, rate: 0.5}\nlayers:\n  - {type: output, n_out: 2, loss: mse}\n")

    assert str(plan.origins[("layers", 0, "weight_noise")]) == "network-wide, <spec>:2:15"
    assert str(plan.origins[("weight_noise", "rate")]) == "<spec>:2:42"
    assert plan.origins[("weight_noise", "apply_to_biases")].kind == "default"
    assert plan.as_dict()["layers"][0]["weight_noise"] == {"type": "drop_connect", "apply_to_biases": False, "rate": 0.5}
