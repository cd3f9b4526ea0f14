"""What holds for every activation."""

import pytest
import torch
from pydantic import ValidationError

from netspec.activations import Activation
from netspec.suggestions import for_name

TAGS = Activation.tags()


def test_the_first_vocabulary_is_there():
    assert {"identity", "relu", "leakyrelu", "tanh", "sigmoid", "softmax", "elu", "selu", "gelu", "swish"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
class TestEveryActivation:
    def test_it_survives_the_round_trip(self, tag):
        activation = Activation.parse(tag)
        assert Activation.parse(activation.model_dump(exclude_none=True)) == activation
        assert Activation.parse(activation.model_dump(mode="json", exclude_none=True)) == activation
        assert hash(activation) == hash(Activation.parse(tag))

    def test_it_keeps_shape_and_type_and_has_no_parameters(self, tag):
        function = Activation.parse(tag).build()
        for shape in ((2, 3), (2, 4, 3), (2, 3, 4, 4)):
            output = function(torch.ones(shape, dtype=torch.float64))
            assert (output.shape, output.dtype) == (torch.Size(shape), torch.float64)
        assert not list(function.parameters())

    def test_its_derivative_is_that_of_its_value(self, tag):
        points = torch.tensor([[-3.1, -0.7, -0.05], [0.04, 0.6, 2.9]], dtype=torch.float64, requires_grad=True)
        assert torch.autograd.gradcheck(Activation.parse(tag).build().eval(), points)  # what draws while training does not in test mode

    def test_an_unknown_field_is_refused(self, tag):
        with pytest.raises(ValidationError) as refusal:
            Activation.parse({"type": tag, "bogus": 1})
        assert [(error["type"], error["loc"]) for error in refusal.value.errors()] == [("extra_forbidden", ("bogus",))]

    def test_its_class_says_what_it_computes(self, tag):
        assert len(Activation.member(tag).__doc__) > 5


@pytest.mark.parametrize("word", ["rellu", "soft_max", "Tanh"])
def test_a_misspelt_activation_gets_the_nearest_name(word):
    with pytest.raises(ValidationError):
        Activation.parse(word)
    nearest = {"rellu": "relu", "soft_max": "softmax", "Tanh": "tanh"}[word]
    assert f"`{nearest}`" in for_name(Activation, word).splitlines()[0]
