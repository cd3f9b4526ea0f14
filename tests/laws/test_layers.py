"""What every layer must obey, from one table: a layer without a row fails the completeness test."""

from typing import Any

import pytest
import torch
from pydantic import ValidationError

from netspec.construct import build_network
from netspec.errors import SpecError
from netspec.layers import Layer
from netspec.plan import Plan
from netspec.read import plan_of
from netspec.scored import ScoredLayer

CASES: list[tuple[dict[str, Any], str]] = [
    ({"type": "dense", "n_out": 5, "activation": "tanh"}, "7"),
    ({"type": "dense", "n_out": 5, "activation": "tanh", "has_bias": False}, "7"),
    ({"type": "conv", "n_out": 4, "kernel": 3, "activation": "tanh"}, "2x7x8"),
    ({"type": "conv", "n_out": 4, "kernel": [2, 3], "stride": [2, 1], "padding": [1, 0], "dilation": 2, "activation": "tanh"}, "2x9x11"),
    ({"type": "conv", "n_out": 4, "kernel": 4, "stride": 2, "mode": "same", "groups": 2, "activation": "tanh"}, "2x7x8"),
    ({"type": "conv", "n_out": 4, "kernel": 3, "mode": "same", "has_bias": False, "activation": "tanh"}, "2x7x8"),
    ({"type": "subsampling", "kernel": 2}, "2x7x8"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 3, "stride": 2, "padding": 1}, "2x7x8"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 3, "stride": 2, "mode": "same"}, "2x6x8"),
    ({"type": "subsampling", "kernel": 3, "stride": 2, "mode": "same"}, "2x6x8"),
    ({"type": "conv", "n_out": 4, "kernel": 3, "stride": 2, "mode": "causal", "activation": "tanh"}, "9x2"),
    ({"type": "conv", "n_out": 4, "kernel": 3, "padding": 1, "groups": 2, "activation": "tanh"}, "9x2"),
    ({"type": "conv", "n_out": 3, "kernel": [1, 2, 3], "stride": [1, 2, 1], "mode": "same", "activation": "tanh"}, "2x3x4x5"),
    ({"type": "conv", "n_out": 3, "kernel": 2, "activation": "tanh"}, "2x3x4x5"),
    ({"type": "deconv", "n_out": 3, "kernel": [3, 2], "stride": 2, "padding": [1, 0], "dilation": [1, 2], "activation": "tanh"}, "2x4x3"),
    ({"type": "deconv", "n_out": 3, "kernel": [4, 1], "stride": [1, 3], "mode": "same", "activation": "tanh"}, "2x4x3"),
    ({"type": "deconv", "n_out": 3, "kernel": 2, "stride": 2, "has_bias": False, "activation": "tanh"}, "2x2x3x2"),
    ({"type": "deconv", "n_out": 3, "kernel": 3, "stride": 2, "mode": "same", "activation": "tanh"}, "5x2"),
    ({"type": "depthwise", "depth_multiplier": 2, "kernel": 3, "stride": 2, "mode": "same", "activation": "tanh"}, "2x7x8"),
    ({"type": "depthwise", "kernel": 2, "has_bias": False, "activation": "tanh"}, "6x3"),
    ({"type": "separable", "n_out": 3, "depth_multiplier": 2, "kernel": [3, 2], "stride": 2, "mode": "same", "activation": "tanh"}, "2x7x8"),
    ({"type": "separable", "n_out": 3, "kernel": 2, "mode": "causal", "has_bias": False, "activation": "tanh"}, "6x2"),
    ({"type": "subsampling", "kernel": 2, "dilation": 2, "stride": 1, "padding": 1}, "2x3x4x5"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 3, "stride": 2, "mode": "same", "count_padding": True}, "7x2"),
    ({"type": "subsampling", "pooling": "avg", "kernel": 2, "dilation": 2, "stride": 1}, "2x5x6"),
    ({"type": "subsampling", "pooling": "sum", "kernel": 2, "mode": "causal", "stride": 1}, "6x2"),
    ({"type": "subsampling", "pooling": "pnorm", "p": 3.0, "kernel": 2, "stride": 1, "padding": 1}, "2x3x4"),
    ({"type": "subsampling", "pooling": "pnorm", "p": 2.0, "kernel": [1, 2, 2], "mode": "same"}, "2x2x3x4"),
    ({"type": "global_pooling"}, "2x3x4"),
    ({"type": "global_pooling", "pooling": "avg", "collapse_dimensions": False}, "5x3"),
    ({"type": "global_pooling", "pooling": "pnorm", "p": 3.0}, "2x2x3x4"),
    ({"type": "global_pooling", "pooling": "sum"}, "5x3"),
    ({"type": "upsampling", "size": [2, 3]}, "2x3x4"),
    ({"type": "upsampling", "size": 2}, "5x3"),
    ({"type": "upsampling", "size": [1, 2, 3]}, "2x2x3x2"),
    ({"type": "zero_padding", "padding": [1, 2, 0, 3]}, "2x3x4"),
    ({"type": "zero_padding", "padding": [2, 1]}, "5x3"),
    ({"type": "zero_padding", "padding": [1, 0, 2]}, "2x2x3x2"),
    ({"type": "cropping", "cropping": [1, 2, 0, 1]}, "2x5x4"),
    ({"type": "cropping", "cropping": [1, 2]}, "5x3"),
    ({"type": "cropping", "cropping": 1}, "2x3x4x3"),
    ({"type": "locally_connected", "n_out": 3, "kernel": [2, 3], "stride": [2, 1], "mode": "same", "activation": "tanh"}, "2x5x4"),
    ({"type": "locally_connected", "n_out": 3, "kernel": 2, "padding": 1, "dilation": 2, "has_bias": False, "activation": "tanh"}, "6x2"),
    ({"type": "dl4j_locally_connected", "n_out": 2, "kernel": 2, "activation": "tanh"}, "2x4x3"),
    ({"type": "space_to_batch", "blocks": [2, 3], "padding": [0, 1, 1, 1]}, "2x5x4"),
    ({"type": "space_to_depth", "block": 2}, "3x4x6"),
    ({"type": "group_norm", "groups": 2}, "4x3x5"),
    ({"type": "group_norm", "groups": 1, "epsilon": 1e-3}, "6"),
    ({"type": "batch_norm"}, "7"),
    ({"type": "batch_norm", "gamma": 2.0, "beta": 0.5, "decay": 0.5}, "2x7x8"),
    ({"type": "batch_norm", "lock_gamma_beta": True}, "2x7x8"),
    ({"type": "dropout", "rate": 0.5}, "7"),
    ({"type": "dropout", "dropout": {"type": "spatial", "rate": 0.5}}, "2x7x8"),
    ({"type": "activation", "activation": "tanh"}, "2x7x8"),
    ({"type": "flatten"}, "2x7x8"),
    ({"type": "flatten"}, "5x3"),
    ({"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}, "7"),
    ({"type": "output", "n_out": 3, "loss": "mse", "has_bias": False}, "7"),
    ({"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}, "5x4"),
    ({"type": "loss", "loss": "mse"}, "7"),
    ({"type": "loss", "loss": "negative_log_likelihood"}, "2x3x4"),
    ({"type": "loss", "loss": "xent"}, "2x3x4x2"),
    ({"type": "loss", "loss": "mse"}, "5x3"),
    ({"type": "merge"}, "7 5"),
    ({"type": "merge"}, "4x3 4x2 4x5"),
    ({"type": "merge"}, "2x7x8 3x7x8"),
    ({"type": "add"}, "7 7 7"),
    ({"type": "add"}, "2x7x8 2x7x8"),
    ({"type": "subtract"}, "7 7"),
    ({"type": "product"}, "7 1"),
    ({"type": "product"}, "3x7x8 3x1x1"),
    ({"type": "average"}, "4x3 4x3"),
    ({"type": "max"}, "7 7"),
    ({"type": "l2"}, "7 7"),
    ({"type": "l2"}, "2x7x8 2x7x8"),
    ({"type": "subset", "first": 1, "last": 3}, "7"),
    ({"type": "subset", "last": 1}, "4x3"),
    ({"type": "stack"}, "7 7 7"),
    ({"type": "unstack", "part": 0, "parts": 1}, "7"),
    ({"type": "scale", "factor": -2.5}, "7"),
    ({"type": "shift", "offset": 0.5}, "2x7x8"),
    ({"type": "l2_normalize"}, "2x7x8"),
    ({"type": "l2_normalize", "over": "features"}, "2x7x8"),
    ({"type": "reshape", "to": "2x3x4"}, "24"),
    ({"type": "reshape", "to": 12, "order": "f"}, "4x3"),
    ({"type": "reshape", "to": "6x2", "features_first": True}, "12"),
    ({"type": "last_time_step"}, "4x3"),
    ({"type": "reverse_time_series"}, "4x3"),
    ({"type": "duplicate_to_time_series"}, "7 4x3"),
    ({"type": "dense", "n_out": 5, "activation": "tanh", "has_layer_norm": True}, "7"),
    ({"type": "dense", "n_out": 5, "activation": "tanh", "has_layer_norm": True, "has_bias": False}, "4x3"),
    ({"type": "batch_norm"}, "4x3"),
    ({"type": "batch_norm"}, "2x3x4x5"),
    ({"type": "embedding", "vocabulary": 6, "n_out": 3}, "1"),
    ({"type": "embedding", "vocabulary": 6, "n_out": 3, "has_bias": True, "activation": "tanh"}, "1"),
    ({"type": "embedding_sequence", "vocabulary": 6, "n_out": 3, "has_bias": True}, "4x1"),
    ({"type": "embedding_sequence", "vocabulary": 6, "n_out": 3}, "4"),
    ({"type": "elementwise_multiplication", "activation": "tanh"}, "7"),
    ({"type": "elementwise_multiplication", "activation": "tanh"}, "4x3"),
    ({"type": "prelu", "weight_init": 0.25}, "7"),
    ({"type": "prelu", "shared_axes": [2, 3]}, "2x7x8"),
    ({"type": "prelu", "shared_axes": 1}, "4x3"),
    ({"type": "repeat_vector", "times": 3}, "7"),
    ({"type": "autoencoder", "n_out": 5, "activation": "sigmoid"}, "7"),
    ({"type": "variational_autoencoder", "n_out": 2, "encoder": [6, 5], "decoder": 4, "reconstruction": "gaussian", "activation": "tanh"}, "7"),
    ({"type": "layer_norm"}, "7"),
    ({"type": "layer_norm", "has_bias": False}, "4x3"),
    ({"type": "layer_norm"}, "2x7x8"),
    ({"type": "residual", "layers": [{"type": "dense", "n_out": 7, "activation": "tanh"}], "activation": "tanh"}, "7"),
    ({"type": "residual", "layers": [{"type": "conv", "n_out": 2, "kernel": 3, "mode": "same", "activation": "tanh"}]}, "2x7x8"),
    ({"type": "transformer_encoder", "heads": 2}, "4x6"),
    ({"type": "transformer_encoder", "heads": 3, "feed_forward": 5, "norm": "post", "causal": True, "activation": "gelu", "has_bias": False}, "4x6"),
    ({"type": "transformer_decoder", "heads": 2}, "4x6"),
    ({"type": "transformer_decoder", "heads": 3, "norm": "post", "feed_forward": 5}, "4x6 3x6"),
    ({"type": "positional_encoding"}, "4x3"),
    ({"type": "positional_encoding", "encoding": "learned", "length": 4}, "4x3"),
    ({"type": "local_response_norm", "alpha": 0.5, "size": 3}, "4x7x8"),
    ({"type": "bidirectional", "layer": {"type": "lstm", "n_out": 3}}, "4x2"),
    ({"type": "bidirectional", "layer": {"type": "gru", "n_out": 3, "activation": "softsign"}, "mode": "mul"}, "4x2"),
    ({"type": "time_distributed", "layer": {"type": "dense", "n_out": 3, "activation": "tanh"}}, "4x2"),
    ({"type": "time_distributed", "to": "1x2x3", "layer": {"type": "conv", "n_out": 3, "kernel": 2, "activation": "tanh"}}, "4x6"),
    ({"type": "mask_zero", "layer": {"type": "bidirectional", "layer": {"type": "simple_rnn", "n_out": 3}, "mode": "average"}}, "4x2"),
    ({"type": "mask"}, "4x2"),
    ({"type": "lstm", "n_out": 3}, "4x2"),
    ({"type": "lstm", "n_out": 3, "activation": "softsign", "gate_activation": "hardsigmoid"}, "4x2"),
    ({"type": "graves_lstm", "n_out": 3}, "4x2"),
    ({"type": "graves_bidirectional_lstm", "n_out": 3, "masking": "reset"}, "4x2"),
    ({"type": "gru", "n_out": 3}, "4x2"),
    ({"type": "gru", "n_out": 3, "activation": "swish"}, "4x2"),
    ({"type": "simple_rnn", "n_out": 3}, "4x2"),
    ({"type": "simple_rnn", "n_out": 3, "activation": "sigmoid"}, "4x2"),
    ({"type": "simple_rnn", "n_out": 3, "has_layer_norm": True, "recurrent_weight_init": "identity"}, "4x2"),
    ({"type": "primary_capsules", "kernel": 2, "stride": 2, "channels": 2, "capsule_size": 3}, "2x5x4"),
    ({"type": "primary_capsules", "kernel": [2, 3], "mode": "same", "channels": 2, "capsule_size": 2, "use_relu": True, "leak": 0.2}, "2x3x4"),
    ({"type": "dl4j_primary_capsules", "kernel": 2, "padding": 1, "channels": 2, "capsule_size": 3, "has_bias": False}, "2x3x4"),
    ({"type": "capsule", "capsules": 3, "capsule_size": 2}, "4x3"),
    ({"type": "capsule", "capsules": 2, "capsule_size": 5, "routings": 1, "has_bias": True}, "4x3"),
    ({"type": "capsule_strength"}, "4x3"),
    ({"type": "center_loss_output", "n_out": 3, "loss": "negative_log_likelihood"}, "7"),
    ({"type": "ocnn_output", "hidden_size": 4}, "7"),
    ({"type": "yolo2_output", "priors": [[1.0, 2.0], [2.0, 0.5]]}, "14x3x4"),
    ({"type": "self_attention", "n_out": 6, "heads": 3}, "4x3"),
    ({"type": "self_attention", "project_input": False}, "4x3"),
    ({"type": "learned_self_attention", "n_out": 4, "heads": 2, "head_size": 3, "queries": 3}, "5x3"),
    ({"type": "learned_self_attention", "project_input": False, "queries": 2}, "5x3"),
    ({"type": "recurrent_attention", "n_out": 4, "heads": 2}, "5x3"),
    ({"type": "recurrent_attention", "project_input": False, "has_bias": False, "activation": "softsign"}, "5x3"),
    ({"type": "attention", "n_out": 4, "heads": 2}, "4x3 5x2 5x6"),
    ({"type": "attention", "project_input": False}, "4x3 5x3"),
]
ONLY_IN_THE_SCORE = {"it.r"}
"""Where an output begins to be one of the class: the output itself does not depend on it."""

each_case = pytest.mark.parametrize(("said", "shape"), CASES, ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())))


def plan(said: dict[str, Any], shape: str, seed: int = 1) -> Plan:
    """`shape` is that of the input, or of several, with a space between; two sizes are a sequence, steps x features."""
    inputs = {f"in{number}": as_said(one) for number, one in enumerate(shape.split())}
    return plan_of({"input": inputs, "seed": seed, "data_type": "float64", "layers": [{"name": "it", "input": list(inputs), **said}]})


def as_said(shape: str) -> object:
    length, _, size = shape.partition("x")
    return {"type": "recurrent", "length": int(length), "size": int(size)} if shape.count("x") == 1 else shape


def batch(of: Plan, examples: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    if of.node("it").layer.takes_indices:
        return {name: torch.randint(0, 6, (examples, *shape.dims), generator=generator).double() for name, shape in of.inputs.items()}
    return {name: torch.randn((examples, *shape.dims), dtype=torch.float64, generator=generator) for name, shape in of.inputs.items()}


def test_every_layer_has_a_row() -> None:
    own = {member.tag() for member in Layer.members() if member.__module__.startswith("netspec.")}

    assert {said["type"] for said, _ in CASES} | {"repeat"} == own  # a repeat is no layer of the network: tests/resolve/test_blocks.py


@each_case
def test_what_it_dumps_it_reads_back(said: dict[str, Any], shape: str) -> None:
    layer = Layer.parse(said)

    assert Layer.parse(layer.model_dump(mode="json", exclude_unset=True) | {"type": said["type"]}) == layer


@each_case
@pytest.mark.parametrize("examples", [2, 5])
def test_the_inferred_shape_is_the_real_one(said: dict[str, Any], shape: str, examples: int) -> None:
    resolved = plan(said, shape)

    output, node = build_network(resolved)(batch(resolved, examples)), resolved.node("it")

    assert tuple(output.shape) == (examples * node.rows, *node.output.dims)


@each_case
def test_the_inferred_parameters_are_the_real_ones(said: dict[str, Any], shape: str) -> None:
    node = plan(said, shape).node("it")

    real = {name: tuple(parameter.shape) for name, parameter in node.layer.build(*node.shapes).named_parameters()}

    assert {name: parameter.shape for name, parameter in node.parameters.items()} == real


@each_case
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(said: dict[str, Any], shape: str) -> None:
    one, same, other = (build_network(plan(said, shape, seed)).state_dict() for seed in (1, 1, 2))

    assert all(torch.equal(one[name], same[name]) for name in one)
    node = plan(said, shape).node("it")
    drawn = [name for name, parameter in node.parameters.items() if parameter.role == "weight" and node.layer.weighted.weight_init.type != "constant"]
    assert not any(torch.equal(one[f"it.{name}"], other[f"it.{name}"]) for name in drawn)


@each_case
def test_a_gradient_reaches_every_parameter_and_the_input(said: dict[str, Any], shape: str) -> None:
    resolved = plan(said, shape)
    network, features = build_network(resolved), {name: array.requires_grad_() for name, array in batch(resolved, 4).items()}

    torch.manual_seed(0)  # a spatial dropout may drop every channel
    output = network(features)
    (output * torch.randn(output.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(3))).sum().backward()

    assert all(array.grad is not None and array.grad.abs().sum() > 0 for array in gradients_expected(resolved, features))
    moved = {f"{node.name}.{name}" for node, name, parameter in resolved.each_parameter() if not parameter.pretrained} - ONLY_IN_THE_SCORE
    assert {name for name, parameter in network.named_parameters() if parameter.grad is not None and parameter.grad.abs().sum() > 0} == moved


@each_case
def test_its_gradients_are_those_of_finite_differences(said: dict[str, Any], shape: str) -> None:
    """Of all outputs by all inputs and parameters, along random directions, in test mode."""
    resolved = plan(said, shape)
    network, features = build_network(resolved).eval(), batch(resolved, 2)
    parameters = {name: value.detach().clone() for name, value in network.named_parameters()}
    moved = {} if resolved.node("it").layer.takes_indices else features

    def output(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip([*moved, *parameters], values, strict=True))
        weights = {name: given[name] for name in parameters}
        return torch.func.functional_call(network, weights, ({name: given.get(name, array) for name, array in features.items()},))

    points = [array.clone().requires_grad_() for array in (*moved.values(), *parameters.values())]
    assert torch.autograd.gradcheck(output, points, fast_mode=True)


def gradients_expected(of: Plan, features: dict[str, torch.Tensor]) -> list[torch.Tensor]:
    """Inputs that a gradient reaches: no indices, and no sequence that only lends its length."""
    layer = of.node("it").layer
    lends = layer.type == "duplicate_to_time_series"
    return [] if layer.takes_indices else [array for array in features.values() if not (lends and array.dim() == 3)]


@each_case
def test_prediction_does_not_depend_on_the_rest_of_the_batch(said: dict[str, Any], shape: str) -> None:
    resolved = plan(said, shape)
    network, features = build_network(resolved).eval(), batch(resolved, 6)

    few = network({name: array[:2] for name, array in features.items()})
    torch.testing.assert_close(network(features)[:2], few[:2], rtol=1e-12, atol=1e-12)


@each_case
def test_an_unknown_word_is_refused(said: dict[str, Any], shape: str) -> None:
    with pytest.raises(ValidationError, match=r"extra_forbidden|Extra inputs"):
        Layer.parse({**said, "nonsense": 1})


@each_case
def test_an_input_it_cannot_take_is_refused_by_name(said: dict[str, Any], shape: str) -> None:
    layer = Layer.parse(said)
    others = {"5": "a flat vector", "2x3x5": "an image", "2x2x3x5": "a volume"}
    kinds = {kind.kind for kind in layer.takes}
    refused = [text for text, kind in others.items() if kind not in kinds and "a flat vector" not in kinds]

    for text in refused:
        with pytest.raises(SpecError, match=rf"layers\.0 must have .* as input, and in0 gives {others[text]}"):
            plan(said, text)
    assert refused or "a flat vector" in kinds


@each_case
def test_only_outputs_hold_their_activation_back(said: dict[str, Any], shape: str) -> None:
    resolved = plan(said, shape)
    network = build_network(resolved).eval()
    features = batch(resolved, 3)

    raw, layer = network(features), resolved.node("it").layer
    activated = network.activate(raw)

    if isinstance(layer, ScoredLayer):
        torch.testing.assert_close(activated, layer.build_prediction()(raw))
    else:
        assert torch.equal(activated, raw)
