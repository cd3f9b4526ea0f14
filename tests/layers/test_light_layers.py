"""Layers of a formula or two, against torch and calculations by hand."""

import pytest
import torch
from torch import nn

from netspec import SpecError, build
from netspec.errors import DataError
from netspec.modules.dense import NormalizedLinear
from netspec.read import plan_of


def model(layer, shape="4"):
    return build({"input": shape, "data_type": "float64", "layers": [{"name": "it", **layer}]})


def drawn(*sizes):
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


SEQUENCE = {"type": "recurrent", "size": 1, "length": 3}


def test_a_layer_norm_inside_dense_normalises_the_products_before_the_bias():
    layer, features = NormalizedLinear(3, 4, bias=True).double(), drawn(5, 3)
    nn.init.normal_(layer.gain)

    wanted = nn.functional.layer_norm(features @ layer.weight.T, (4,), layer.gain, eps=0) + layer.bias

    torch.testing.assert_close(layer(features), wanted)


def test_a_single_unit_cannot_be_normalised():
    with pytest.raises(SpecError, match=r"layers\.0\.has_layer_norm must be false for a single unit"):
        plan_of({"input": 3, "layers": [{"type": "dense", "n_out": 1, "activation": "tanh", "has_layer_norm": True}]})


@pytest.mark.parametrize("shape", ["4", {"type": "recurrent", "size": 4}])
def test_batch_norm_takes_features_of_vectors_and_of_steps_alike(shape):
    ours, theirs = model({"type": "batch_norm"}, shape).module, nn.BatchNorm1d(4).double()
    steps = drawn(6, 5, 4)

    rows = steps.reshape(30, 4)
    found = ours(rows if shape == "4" else steps).reshape(30, 4)

    torch.testing.assert_close(found, theirs(rows))
    torch.testing.assert_close(ours.it.running_mean, theirs.running_mean)


def test_an_embedding_is_a_row_of_its_table_plus_the_bias():
    module = model({"type": "embedding", "vocabulary": 5, "n_out": 2, "has_bias": True, "bias_init": 0.5, "activation": "tanh"}, "1").module

    found = module(torch.tensor([[3.0], [0.0]], dtype=torch.float64))

    torch.testing.assert_close(found, torch.tanh(module.it.weight[[3, 0]] + 0.5))


@pytest.mark.parametrize("shape", ["3", SEQUENCE])
def test_indices_of_a_sequence_may_lie_in_a_row(shape):
    module = model({"type": "embedding_sequence", "vocabulary": 5, "n_out": 2}, shape).module
    indices = torch.tensor([[3.0, 0.0, 1.0]], dtype=torch.float64)

    found = module(indices if shape == "3" else indices[..., None])

    assert torch.equal(found, module.it.weight[torch.tensor([[3, 0, 1]])])


@pytest.mark.parametrize(
    ("index", "help_"),
    [(8.0, "the embedding's vocabulary must be at least 9 for these data"), (-1.0, None), (0.5, None), (float("inf"), None), (float("nan"), None)],
)
def test_what_is_no_index_is_refused(index, help_):
    module = model({"type": "embedding", "vocabulary": 5, "n_out": 2}, "1").module

    with pytest.raises(DataError, match=f"indices must be whole numbers from 0 to 4, got {index:g} to {index:g}") as caught:
        module(torch.tensor([[index]], dtype=torch.float64))
    assert caught.value.help == help_


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        ({"type": "embedding", "vocabulary": 5, "n_out": 2}, "3", "layers.0 must have one index as input, got 3"),
        ({"type": "prelu", "shared_axes": 4}, "2x3x4", "layers.0.shared_axes must be at most 3, the last axis of 2x3x4, got 4"),
        ({"type": "local_response_norm", "size": 4}, "2x3x4", "layers.0.size must be odd, so that as many channels are on each side, got 4"),
        (
            {"type": "prelu"},
            {"type": "recurrent", "size": 3},
            "layers.0.shared_axes must have the axis of the steps (1), as the length of Tx3 varies",
        ),
    ],
    ids=["embedding", "prelu", "local_response_norm", "prelu of any length"],
)
def test_what_does_not_fit_is_refused_by_name(layer, shape, message):
    with pytest.raises(SpecError) as refused:
        plan_of({"input": shape, "layers": [layer]})

    assert [problem.message for problem in refused.value.problems] == [message]


def test_indices_are_not_rounded_to_half_precision():
    with pytest.raises(SpecError, match="data_type must be float32 or float64: bfloat16 rounds the indices that embedding_1 takes"):
        plan_of({"input": 1, "data_type": "bfloat16", "layers": [{"type": "embedding", "vocabulary": 500, "n_out": 2}]})


def test_slopes_by_channel_are_torchs_prelu():
    module, features = model({"type": "prelu", "shared_axes": [2, 3], "weight_init": 0.25}, "3x4x5").module, drawn(2, 3, 4, 5)

    torch.testing.assert_close(module(features), nn.PReLU(3).double()(features))


def test_slopes_start_at_0_whatever_the_network_says():
    plan = plan_of({"input": 4, "weight_init": "xavier", "layers": [{"type": "prelu", "name": "it"}]})

    assert plan.node("it").layer.weight_init.value == 0


def test_elementwise_multiplication_weighs_each_feature():
    module, features = model({"type": "elementwise_multiplication", "activation": "tanh", "bias_init": 0.5}).module, drawn(3, 4)

    torch.testing.assert_close(module(features), torch.tanh(features * module.it.weight + 0.5))


def test_a_vector_is_repeated_step_by_step():
    found = model({"type": "repeat_vector", "times": 3}).module(drawn(2, 4))

    assert torch.equal(found, torch.stack([drawn(2, 4)] * 3, 1))


def test_local_response_norm_does_not_divide_alpha_by_its_size():
    features = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64).reshape(1, 3, 1, 1)

    found = model({"type": "local_response_norm", "size": 3, "k": 1.0, "alpha": 0.5, "beta": 1.0}, "3x1x1").module(features)

    torch.testing.assert_close(found.flatten(), torch.tensor([1 / 3.5, 2 / 8, 3 / 7.5], dtype=torch.float64))
