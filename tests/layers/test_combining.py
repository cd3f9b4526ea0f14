"""Layers with several inputs: what they compute, calculated by hand, and what they refuse."""

import pytest
import torch

from netspec import SpecError, build
from netspec.modules.reshape import Reshape
from netspec.read import plan_of


def network(*layers, **inputs):
    return {"input": inputs, "data_type": "float64", "layers": list(layers)}


def refusal(spec):
    with pytest.raises(SpecError) as refused:
        plan_of(spec)
    return [problem.message for problem in refused.value.problems]


ONE, OTHER = torch.tensor([[1.0, -2.0], [3.0, 4.0]]), torch.tensor([[5.0, 6.0], [-7.0, 4.0]])


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"type": "add"}, [[6.0, 4.0], [-4.0, 8.0]]),
        ({"type": "subtract"}, [[-4.0, -8.0], [10.0, 0.0]]),
        ({"type": "product"}, [[5.0, -12.0], [-21.0, 16.0]]),
        ({"type": "average"}, [[3.0, 2.0], [-2.0, 4.0]]),
        ({"type": "max"}, [[5.0, 6.0], [3.0, 4.0]]),
        ({"type": "merge"}, [[1.0, -2.0, 5.0, 6.0], [3.0, 4.0, -7.0, 4.0]]),
        ({"type": "stack"}, [[1.0, -2.0], [3.0, 4.0], [5.0, 6.0], [-7.0, 4.0]]),
        ({"type": "l2"}, [[80.0**0.5], [10.0]]),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_two_arrays_become_one(said, wanted):
    model = build(network({**said, "input": ["a", "b"]}, a=2, b=2))

    found = model.module({"a": ONE, "b": OTHER})

    torch.testing.assert_close(found, torch.tensor(wanted))


def test_what_is_stacked_comes_apart_again():
    layers = [{"type": "stack", "input": ["a", "b"]}, {"type": "unstack", "part": 1, "parts": 2}]

    assert torch.equal(build(network(*layers, a=2, b=2)).module({"a": ONE, "b": OTHER}), OTHER)


def test_the_gradient_of_a_distance_of_0_is_0():
    model = build(network({"type": "l2", "input": ["a", "b"]}, a=2, b=2))
    same = ONE.clone().requires_grad_()

    model.module({"a": same, "b": ONE}).sum().backward()

    assert torch.equal(same.grad, torch.zeros(2, 2))


@pytest.mark.parametrize(("order", "wanted"), [("c", [[0, 1, 2], [3, 4, 5]]), ("f", [[0, 2, 4], [1, 3, 5]])])
def test_reshape_counts_as_numpy_does(order, wanted):
    found = Reshape((2, 3), order, features_first=False)(torch.arange(6).reshape(1, 6))

    assert found.tolist() == [wanted]


def test_reshape_counts_features_first_as_dl4j_does():
    steps_by_features = Reshape((3, 2), "c", features_first=True)(torch.arange(6).reshape(1, 6))

    assert steps_by_features.tolist() == [torch.arange(6).reshape(2, 3).T.tolist()]


def test_a_reshape_to_an_image_and_back_changes_nothing():
    layers = [{"type": "reshape", "to": "2x3x4", "order": "f"}, {"type": "reshape", "to": 24, "order": "f"}]
    features = torch.arange(48.0).reshape(2, 24)

    assert torch.equal(build(network(*layers, a=24)).module(features), features)


@pytest.mark.parametrize(
    ("layer", "inputs", "message"),
    [
        ({"type": "add", "input": ["a"]}, {"a": 2}, "layers.0.input must name two or more layers or inputs"),
        ({"type": "subtract", "input": ["a", "b", "c"]}, {"a": 2, "b": 2, "c": 2}, "layers.0.input must name exactly 2 layers or inputs, got 3"),
        ({"type": "add", "input": ["a", "b"]}, {"a": 2, "b": 3}, "layers.0.input must be arrays of the same sizes, or 1 in place of a size, got 2 and 3"),
        (
            {"type": "max", "input": ["a", "b"]},
            {"a": 2, "b": "2x3x3"},
            "layers.0.input must be arrays of one kind, got a flat vector (2) and an image (2x3x3)",
        ),
        (
            {"type": "merge", "input": ["a", "b"]},
            {"a": "2x3x3", "b": "2x4x3"},
            "layers.0.input must be arrays that differ in their features only, got 2x3x3 and 2x4x3",
        ),
        ({"type": "stack", "input": ["a", "b"]}, {"a": 2, "b": 3}, "layers.0.input must be arrays of one shape, got 2 and 3"),
        ({"type": "subset", "first": 2, "last": 5}, {"a": 5}, "layers.0.last must be at most 4, the last of 5 features, got 5"),
        ({"type": "subset", "first": 3, "last": 2}, {"a": 5}, "layers.0.first must be at most `last` (2), got 3"),
        ({"type": "unstack", "part": 2, "parts": 2}, {"a": 5}, "layers.0.part must be less than `parts` (2), got 2"),
        ({"type": "reshape", "to": "2x2x2"}, {"a": 5}, 'layers.0.to must have as many values as its input, 5 (5), got "2x2x2"'),
        ({"type": "reshape", "to": "wide"}, {"a": 5}, 'layers.0.to must be sizes like 784, 20x8 or 1x28x28, got "wide"'),
        (
            {"type": "duplicate_to_time_series", "input": ["a", "b"]},
            {"a": 2, "b": 3},
            "layers.0.input must be a flat vector, then a sequence, got a flat vector, then a flat vector",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else "",
)
def test_what_does_not_fit_is_refused_by_name(layer, inputs, message):
    assert refusal(network(layer, **inputs)) == [message]


def test_a_stack_is_not_combined_with_what_is_not_stacked():
    layers = [{"type": "stack", "name": "s", "input": ["a", "b"]}, {"type": "add", "input": ["s", "a"]}]

    assert refusal(network(*layers, a=2, b=2)) == ["layers.1.input must have as many rows for each example, and s has 2, a 1"]


def test_an_output_of_stacked_examples_is_refused_where_there_is_data():
    layers = [{"type": "stack", "input": ["input", "input"]}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}]

    assert "layers.1 must have one row for each example of the data, and its input has 2" in refusal({"updater": "adam", "layers": layers, "data": "iris"})
