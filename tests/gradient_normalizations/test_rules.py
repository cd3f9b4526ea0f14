"""Gradient normalisations: each rule by hand, what a layer is, who inherits, what is refused."""

import pytest
import torch
from pydantic import ValidationError

from netspec import build
from netspec.errors import SpecError
from netspec.gradient_normalizations import GradientNormalization
from netspec.read import plan_of

TAGS = GradientNormalization.tags()


def arrays():
    """Two layers of two arrays each; the norms over a layer are 13 and 1/2, over arrays 12, 5, 0.3 and 0.4."""
    return [[torch.tensor([[12.0, 0.0]]), torch.tensor([3.0, -4.0])], [torch.tensor([[0.3]]), torch.tensor([-0.4])]]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "renormalize_l2_per_layer"}, [[12 / 13, 0], [3 / 13, -4 / 13], [0.6], [-0.8]]),
        ({"type": "renormalize_l2_per_param_type"}, [[1, 0], [0.6, -0.8], [1], [-1]]),
        ({"type": "clip_l2_per_layer", "threshold": 6.5}, [[6, 0], [1.5, -2], [0.3], [-0.4]]),
        ({"type": "clip_l2_per_layer"}, [[12 / 13, 0], [3 / 13, -4 / 13], [0.3], [-0.4]]),
        ({"type": "clip_l2_per_param_type", "threshold": 6}, [[6, 0], [3, -4], [0.3], [-0.4]]),
        ({"type": "clip_elementwise_absolute_value", "threshold": 0.35}, [[0.35, 0], [0.35, -0.35], [0.3], [-0.35]]),
    ],
)
def test_each_rule_by_hand(said, expected):
    layers = arrays()

    GradientNormalization.parse(said).build()(layers)

    found = [array.reshape(-1).tolist() for layer in layers for array in layer]
    assert found == [pytest.approx(row, rel=1e-6) for row in expected]


@pytest.mark.parametrize("tag", [tag for tag in TAGS if tag != "none"])
def test_a_gradient_of_zeros_stays(tag):
    layers = [[torch.zeros(3), torch.zeros(2, 2)]]

    GradientNormalization.parse(tag).build()(layers)

    assert all(torch.equal(array, torch.zeros_like(array)) for array in layers[0])


def test_none_does_nothing():
    assert GradientNormalization.parse("none").build() is None


@pytest.mark.parametrize("tag", TAGS)
def test_it_survives_the_round_trip_and_knows_its_words(tag):
    found = GradientNormalization.parse(tag)

    assert GradientNormalization.parse(found.model_dump(mode="json")) == found
    assert hash(found) == hash(GradientNormalization.parse(tag))
    assert ("threshold" in type(found).model_fields) == tag.startswith("clip")
    with pytest.raises(ValidationError, match="extra_forbidden"):
        GradientNormalization.parse({"type": tag, "bogus": 1})


SPEC = """\
input: 3
data_type: float64
updater: sgd
learning_rate: 1
activation: tanh
gradient_normalization: {type: clip_l2_per_layer, threshold: 0.01}
layers:
  - {type: dense, n_out: 4, name: clipped, l2: 0.1}
  - {type: dense, n_out: 4, name: own, gradient_normalization: renormalize_l2_per_param_type}
  - {type: batch_norm, name: norm}
  - {type: output, n_out: 2, loss: mse, name: free, gradient_normalization: none}
"""
FEATURES = torch.randn((5, 3), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
LABELS = torch.randn((5, 2), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def test_every_layer_is_normalised_in_its_own_way_and_l2_is_not_clipped():
    model, plain = build(SPEC), build(SPEC.replace("gradient_normalization: {type: clip_l2_per_layer, threshold: 0.01}\n", ""))
    before = {name: value.detach().clone() for name, value in model.module.named_parameters()}
    loss = plain._scorer(plain.module(FEATURES), LABELS)
    gradients = dict(zip(before, torch.autograd.grad(loss, list(plain.module.parameters())), strict=True))

    model.step((FEATURES, LABELS))

    moved = {name: before[name] - value.detach() for name, value in model.module.named_parameters()}
    norm = torch.cat([gradients["clipped.weight"].reshape(-1), gradients["clipped.bias"]]).norm()
    assert norm > 0.01
    torch.testing.assert_close(moved["clipped.weight"], gradients["clipped.weight"] * 0.01 / norm + 0.1 * before["clipped.weight"])
    torch.testing.assert_close(moved["clipped.bias"], gradients["clipped.bias"] * 0.01 / norm)
    for name in ("own.weight", "own.bias"):
        torch.testing.assert_close(moved[name], gradients[name] / gradients[name].norm())
    for name in ("free.weight", "free.bias"):
        torch.testing.assert_close(moved[name], gradients[name])


def test_running_statistics_are_not_normalised():
    """DL4J clips their steps as if they were gradients; here they move by decay."""
    model = build(SPEC)
    hidden = {}
    model.module.get_submodule("norm").register_forward_hook(lambda _module, inputs, _output: hidden.update(x=inputs[0].detach()))

    model.step((FEATURES, LABELS))

    torch.testing.assert_close(model.module.get_buffer("norm.running_mean"), 0.1 * hidden["x"].mean(0))


def test_weights_and_biases_with_different_updaters_are_one_layer():
    model = build(SPEC + "bias_updater: {type: adam, learning_rate: 0.1}\n")
    seen = []
    model.optimizer.register_step_pre_hook(
        lambda *_: seen.append(torch.cat([value.grad.reshape(-1) for name, value in model.module.named_parameters() if name.startswith("clipped.")]).norm())
    )

    model.step((FEATURES, LABELS))

    assert float(seen[0]) == pytest.approx(0.01, rel=1e-9)


def test_origins_tell_who_set_it():
    plan = plan_of(SPEC)

    assert str(plan.origins[("layers", 0, "gradient_normalization")]) == "network-wide, <spec>:6:25"
    assert str(plan.origins[("gradient_normalization", "threshold")]) == "<spec>:6:62"
    assert str(plan.origins[("layers", 1, "gradient_normalization")]) == "<spec>:9:64"
    assert plan.as_dict()["layers"][0]["gradient_normalization"] == {"type": "clip_l2_per_layer", "threshold": 0.01}
    assert plan.as_dict()["layers"][3]["gradient_normalization"] == "none"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("{type: clip_l2_per_layer, threshold: 0}", "gradient_normalization.threshold must be greater than 0, got 0"),
        ("{type: clip_l2_per_layer, threshold: -1}", "gradient_normalization.threshold must be greater than 0, got -1"),
        ("{type: renormalize_l2_per_layer, threshold: 1}", "gradient_normalization.threshold must be left out: renormalize_l2_per_layer has no `threshold`"),
        ("clip_l2", 'gradient_normalization must be the name of a gradient normalization, got "clip_l2"'),
        ("0.5", "gradient_normalization must be the name of a gradient normalization or a mapping with `type`, got 0.5"),
    ],
)
def test_what_is_none_is_refused(said, message):
    with pytest.raises(SpecError) as refusal:
        plan_of(SPEC.replace("{type: clip_l2_per_layer, threshold: 0.01}", said))

    assert [problem.message for problem in refusal.value.problems] == [message]


def test_dl4js_word_for_the_threshold_is_answered():
    with pytest.raises(SpecError) as refusal:
        plan_of(SPEC + "gradient_normalization_threshold: 1\n")

    assert [problem.help for problem in refusal.value.problems] == ["did you mean `gradient_normalization`?"]
