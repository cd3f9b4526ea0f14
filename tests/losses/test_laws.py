"""What holds for every loss, over every activation."""

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation
from netspec.errors import DataError
from netspec.losses import Loss

TAGS = Loss.tags()
LABELS = {"classes": [[1.0, 0.0, 0.0], [0.2, 0.5, 0.3]], "probabilities": [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], "values": [[5.5, -4.0, 6.0], [-7.0, 4.5, 5.0]]}
POINTS = [[0.3, 0.6, 0.45], [0.7, 0.2, 0.55]]
"""In (0, 1), so that most activations give a number whose logarithm is finite."""

SETTINGS = {"mixture_density": {"mixtures": 1, "label_width": 1}}
"""What a member must be told; all others need nothing."""

OWN_LABELS = {
    "hinge": [[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]],
    "squared_hinge": [[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]],
    "kl_divergence": [[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]],
    "mixture_density": [[1.5], [-0.5]],
    "msle": [[5.5, 0.5, 6.0], [0.0, 4.5, 5.0]],
    "multi_label": [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
    "poisson": [[5.0, 0.0, 6.0], [1.0, 4.0, 5.0]],
    "wasserstein": [[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]],
}
ABOVE = {"msle": -1.0, "poisson": 0.0}
"""Losses whose outputs must be above a number."""

OF_THE_BATCH = {"fmeasure"}
"""Losses that are one number for the whole minibatch."""


def example(tag: str, **settings: object) -> Loss:
    return Loss.parse({"type": tag, **SETTINGS.get(tag, {}), **settings})


def labels_of(tag: str) -> torch.Tensor:
    return torch.tensor(OWN_LABELS.get(tag, LABELS[example(tag).of]), dtype=torch.float64)


def points(**options: bool) -> torch.Tensor:
    return torch.tensor(POINTS, dtype=torch.float64, **options)


def fits(tag: str, activation: str) -> bool:
    return bool((Activation.parse(activation).build()(points()) > ABOVE.get(tag, -torch.inf)).all())


def weighted() -> list[str]:
    return [tag for tag in TAGS if "weights" in Loss.member(tag).model_fields]


def test_the_first_vocabulary_is_there():
    assert {"negative_log_likelihood", "xent", "mse", "mae"} <= set(TAGS)


def test_nearly_every_activation_fits_nearly_every_loss():
    assert sum(not fits(tag, activation) for tag in TAGS for activation in Activation.tags()) <= 3


@pytest.mark.parametrize("tag", TAGS)
class TestEveryLoss:
    def test_its_gradient_is_that_of_its_value(self, tag):
        """After every activation, under a mask of any numbers."""
        labels, mask = labels_of(tag), torch.tensor([0.3, 0.8], dtype=torch.float64)
        for activation in Activation.tags():
            function = example(tag).build(Activation.parse(activation))
            if fits(tag, activation):
                assert torch.autograd.gradcheck(lambda z, of=function: of(z, labels, mask), points(requires_grad=True)), activation

    def test_it_survives_the_round_trip(self, tag):
        loss = example(tag)
        assert Loss.parse(loss.model_dump(exclude_none=True)) == Loss.parse(loss.model_dump(mode="json", exclude_none=True)) == loss

    def test_it_gives_one_number_an_example_that_hangs_on_it_alone(self, tag):
        loss, labels = example(tag), labels_of(tag)
        function = loss.build(Activation.parse(loss.activation))
        losses = function(points(), labels)
        assert losses.shape == (2,)
        if tag in OF_THE_BATCH:
            assert losses[0] == losses[1]
        else:
            torch.testing.assert_close(function(points()[1:], labels[1:]), losses[1:])

    def test_its_mean_is_the_mean_over_the_examples(self, tag):
        loss, labels = example(tag), labels_of(tag)
        for activation in Activation.tags():
            after = Activation.parse(activation)
            if fits(tag, activation):
                torch.testing.assert_close(loss.build_mean(after)(points(), labels), loss.build(after)(points(), labels).sum() / 2)

    def test_its_mean_over_sequences_counts_examples_not_steps(self, tag):
        loss, z, labels = example(tag), points().expand(3, 2, 3), labels_of(tag)
        after = Activation.parse(loss.activation)
        found = loss.build_mean(after)(z, labels.expand(3, *labels.shape))
        torch.testing.assert_close(found, loss.build(after)(z[0], labels).sum() / (2 if tag in OF_THE_BATCH else 1))

    def test_labels_may_have_another_data_type(self, tag):
        loss = example(tag)
        assert loss.build(Activation.parse(loss.activation))(points().float(), labels_of(tag)).dtype == torch.float32

    def test_what_is_masked_counts_nothing(self, tag):
        loss, labels, z = example(tag), labels_of(tag), points(requires_grad=True)
        function, mask = loss.build(Activation.parse(loss.activation)), torch.tensor([0.0, 1.0])
        masked = function(z, labels, mask)
        masked.sum().backward()
        assert (z.grad[0] == 0).all()
        expected = function(points()[1:], labels[1:])
        torch.testing.assert_close(masked[1:].detach(), expected)
        assert masked[0] == (masked[1] if tag in OF_THE_BATCH else 0)
        torch.testing.assert_close(function(points(), labels, mask[:, None]), masked.detach())

    def test_a_mask_of_ones_changes_nothing(self, tag):
        loss, labels = example(tag), labels_of(tag)
        function = loss.build(Activation.parse(loss.activation))
        torch.testing.assert_close(function(points(), labels, torch.ones(2)), function(points(), labels))

    def test_masked_steps_are_left_out_of_the_sum(self, tag):
        """The loss of a sequence is the sum over its unmasked steps."""
        loss, labels = example(tag), labels_of(tag)
        function, mask = loss.build(Activation.parse(loss.activation)), torch.tensor([[0.0, 1.0]])
        losses = function(points()[None], labels[None], mask)
        torch.testing.assert_close(losses, function(points()[1:], labels[1:]))

    @pytest.mark.parametrize("shape", [(3,), (2, 2), (1,), (2, 1, 1)])
    def test_a_mask_of_another_shape_is_refused(self, tag, shape):
        loss = example(tag)
        with pytest.raises(DataError, match="a mask must have the shape of the labels, or one number for each example, step or position"):
            loss.build(Activation.parse(loss.activation))(points(), labels_of(tag), torch.ones(shape))

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            example(tag, bogus=1)
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]


@pytest.mark.parametrize("tag", weighted())
class TestEveryLossWithWeights:
    def test_weights_of_1_change_nothing_and_those_of_2_double_it(self, tag):
        labels = labels_of(tag)
        plain, ones, twos = (example(tag, **said) for said in ({}, {"weights": [1, 1, 1]}, {"weights": [2.0, 2.0, 2.0]}))
        plain, ones, twos = (loss.build(Activation.parse(loss.activation))(points(), labels) for loss in (plain, ones, twos))
        torch.testing.assert_close(ones, plain)
        torch.testing.assert_close(twos, 2 * plain)

    def test_each_weight_is_that_of_an_output(self, tag):
        """The loss is linear in the weights, so that those of single outputs add up."""
        labels, tiny = labels_of(tag), 1e-12
        parts = [example(tag, weights=[1.0 if index == output else tiny for index in range(3)]) for output in range(3)]
        losses = [loss.build(Activation.parse(loss.activation))(points(), labels) for loss in parts]
        whole = example(tag, weights=[1.0, 0.5, 2.0])
        expected = losses[0] + 0.5 * losses[1] + 2 * losses[2]
        torch.testing.assert_close(whole.build(Activation.parse(whole.activation))(points(), labels), expected, rtol=1e-9, atol=1e-9)

    def test_a_mask_of_single_outputs_leaves_their_terms_out(self, tag):
        labels, mask = labels_of(tag), torch.tensor([[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
        parts = [example(tag, weights=[1.0 if index == output else 1e-12 for index in range(3)]) for output in range(3)]
        terms = torch.stack([loss.build(Activation.parse(loss.activation))(points(), labels) for loss in parts], dim=1)
        loss = example(tag)
        masked = loss.build(Activation.parse(loss.activation))(points(), labels, mask)
        torch.testing.assert_close(masked, (terms * mask).sum(1), rtol=1e-9, atol=1e-9)

    @pytest.mark.parametrize("weights", [[], [1.0, 0.0, 1.0], [1.0, -1.0, 1.0], [1.0, "2", 1.0], 2.0, [float("nan")] * 3])
    def test_weights_must_be_a_list_of_numbers_above_0(self, tag, weights):
        with pytest.raises(ValidationError) as refusal:
            example(tag, weights=weights)
        assert {error["loc"][0] for error in refusal.value.errors()} == {"weights"}
