"""What holds for every loss, over every activation."""

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation
from netspec.losses import Loss

TAGS = Loss.tags()
LABELS = {"classes": [[1.0, 0.0, 0.0], [0.2, 0.5, 0.3]], "probabilities": [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]], "values": [[5.5, -4.0, 6.0], [-7.0, 4.5, 5.0]]}
POINTS = [[0.3, 0.6, 0.45], [0.7, 0.2, 0.55]]
"""In (0, 1), so that every activation gives a number whose logarithm is finite."""


def test_the_first_vocabulary_is_there():
    assert {"negative_log_likelihood", "xent", "mse", "mae"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
class TestEveryLoss:
    def test_it_survives_the_round_trip(self, tag):
        loss = Loss.parse(tag)
        assert Loss.parse(loss.model_dump()) == Loss.parse(loss.model_dump(mode="json")) == loss

    @pytest.mark.parametrize("activation", Activation.tags())
    def test_its_gradient_is_that_of_its_value(self, tag, activation):
        loss, points = Loss.parse(tag), torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
        function = loss.build(Activation.parse(activation))
        labels = torch.tensor(LABELS[loss.of], dtype=torch.float64)
        assert torch.autograd.gradcheck(lambda z: function(z, labels), points)

    def test_it_gives_one_number_an_example_that_hangs_on_it_alone(self, tag):
        loss, points = Loss.parse(tag), torch.tensor(POINTS, dtype=torch.float64)
        function, labels = loss.build(Activation.parse(loss.activation)), torch.tensor(LABELS[loss.of], dtype=torch.float64)
        losses = function(points, labels)
        assert losses.shape == (2,)
        torch.testing.assert_close(function(points[1:], labels[1:]), losses[1:])

    @pytest.mark.parametrize("activation", Activation.tags())
    def test_its_mean_is_the_mean_over_the_examples(self, tag, activation):
        loss, points = Loss.parse(tag), torch.tensor(POINTS, dtype=torch.float64)
        labels, after = torch.tensor(LABELS[loss.of], dtype=torch.float64), Activation.parse(activation)
        torch.testing.assert_close(loss.build_mean(after)(points, labels), loss.build(after)(points, labels).sum() / 2)

    def test_its_mean_over_sequences_counts_examples_not_steps(self, tag):
        loss, points = Loss.parse(tag), torch.tensor([POINTS, POINTS, POINTS], dtype=torch.float64)
        labels, after = torch.tensor([LABELS[loss.of]] * 3, dtype=torch.float64), Activation.parse(loss.activation)
        torch.testing.assert_close(loss.build_mean(after)(points, labels), loss.build(after)(points[0], labels[0]).sum())

    def test_labels_may_have_another_data_type(self, tag):
        loss, points = Loss.parse(tag), torch.tensor(POINTS)
        function, labels = loss.build(Activation.parse(loss.activation)), torch.tensor(LABELS[loss.of], dtype=torch.float64)
        assert function(points, labels).dtype == torch.float32

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Loss.parse({"type": tag, "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]
