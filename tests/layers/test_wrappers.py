"""Layers around layers: what they compute, and that the layer inside is a layer like any other to the network."""

import pytest
import torch
from torch import nn

from netspec import SpecError, build
from netspec.errors import UsageError
from netspec.read import plan_of
from netspec.report.explain import explain_path, explain_plan

F, N, T, EXAMPLES = 3, 4, 5, 6
SEQUENCE = {"type": "recurrent", "size": F}


def drawn(*sizes, seed=0):
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def model(layer, **whole):
    return build({"input": SEQUENCE, "seed": 1, "data_type": "float64", "layers": [{"name": "it", **layer}], **whole})


def trained(layer, steps=1, **whole):
    """Two of the same model, the second after these steps."""
    spec = {"input": SEQUENCE, "seed": 1, "data_type": "float64", "updater": "sgd", "learning_rate": 0.1, **whole}
    output = {"type": "output", "n_out": 2, "loss": "mse", "activation": "identity", "l2": 0, "constraints": []}
    before, after = (build(spec | {"layers": [{"name": "it", **layer}, output]}) for _ in range(2))
    for _ in range(steps):
        after.step((drawn(EXAMPLES, T, F), drawn(EXAMPLES, T, 2, seed=1)))
    return before, after


@pytest.mark.parametrize("mask", [None, torch.tensor([[1.0] * 5, [1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [1, 0, 0, 0, 0], [1] * 5, [1] * 4 + [0]])])
def test_both_directions_side_by_side_are_torchs_bidirectional_lstm(mask):
    built = model({"type": "bidirectional", "layer": {"type": "lstm", "n_out": N}}).module
    theirs, steps = nn.LSTM(F, N, batch_first=True, bidirectional=True).double(), drawn(EXAMPLES, T, F)
    for way, suffix in (("ahead", ""), ("back", "_reverse")):
        ours = built.it.get_submodule(way)
        names = {"weight_ih_l0": ours.weight, "weight_hh_l0": ours.recurrent_weight, "bias_ih_l0": ours.bias, "bias_hh_l0": torch.zeros_like(ours.bias)}
        theirs.load_state_dict({name + suffix: value.detach() for name, value in names.items()}, strict=False)
    lengths = torch.full((EXAMPLES,), T) if mask is None else mask.sum(1).long()
    packed = nn.utils.rnn.pack_padded_sequence(steps, lengths, batch_first=True, enforce_sorted=False)

    wanted = nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)[0]

    torch.testing.assert_close(built(steps, mask), wanted)


@pytest.mark.parametrize(
    ("mode", "combined"),
    [("add", lambda one, other: one + other), ("mul", lambda one, other: one * other), ("average", lambda one, other: (one + other) / 2)],
)
def test_both_directions_may_become_one(mode, combined):
    built = model({"type": "bidirectional", "layer": {"type": "gru", "n_out": N}, "mode": mode})
    module, steps = built.module.it, drawn(EXAMPLES, T, F)

    torch.testing.assert_close(module(steps), combined(module.ahead(steps), module.back(steps.flip(1)).flip(1)))
    assert str(built.plan.node("it").output) == f"Tx{N}"


def test_both_directions_have_weights_of_their_own_from_one_word():
    module = model({"type": "bidirectional", "layer": {"type": "lstm", "n_out": N, "forget_gate_bias": 3.0}}).module.it

    assert not torch.equal(module.ahead.weight, module.back.weight)
    assert module.ahead.bias.tolist() == module.back.bias.tolist() == [0.0] * N + [3.0] * N + [0.0] * 2 * N


def test_a_layer_for_vectors_works_step_by_step():
    built = model({"type": "time_distributed", "layer": {"type": "dense", "n_out": 2, "activation": "softmax", "has_layer_norm": True}}).module
    steps = drawn(EXAMPLES, T, F)

    wanted = torch.stack([torch.softmax(built.it.layer(steps[:, step]), -1) for step in range(T)], 1)

    torch.testing.assert_close(built(steps), wanted)


CONV = {"type": "conv", "n_out": 2, "kernel": 1, "activation": "tanh"}


def test_each_step_of_a_film_is_an_image():
    layers = [
        {"type": "time_distributed", "to": "2x4x5", "layer": {"type": "conv", "n_out": 3, "kernel": 2, "activation": "softmax"}},
        {"type": "time_distributed", "to": "3x3x4", "layer": {"type": "subsampling", "kernel": [3, 2], "pooling": "avg"}},
    ]
    built = build({"input": {"type": "recurrent", "size": 40}, "seed": 1, "data_type": "float64", "layers": layers})
    film, conv = drawn(EXAMPLES, T, 2, 4, 5), built.module.time_distributed_1.layer

    images = torch.softmax(nn.functional.conv2d(film.flatten(0, 1), conv.weight, conv.bias), 1)
    wanted = nn.functional.avg_pool2d(images, (3, 2)).reshape(EXAMPLES, T, 6)

    torch.testing.assert_close(built.module(film.reshape(EXAMPLES, T, 40)), wanted)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_steps_of_one_value_are_masked(value):
    inside = {"type": "lstm", "n_out": N}
    built, plain = model({"type": "mask_zero", "layer": inside, "value": value}).module, model(inside).module
    plain.it.load_state_dict(built.it.layer.state_dict())
    steps, mask = drawn(EXAMPLES, T, F), torch.ones(EXAMPLES, T, dtype=torch.float64)
    steps[0, 1], steps[1, 3:], steps[2, 2, :2] = value, value, value
    mask[0, 1], mask[1, 3:] = 0, 0
    before = torch.ones_like(mask)
    before[3, 0] = 0

    torch.testing.assert_close(built(steps), plain(steps, mask))
    torch.testing.assert_close(built(steps, before), plain(steps, mask * before))
    alone = model({"type": "mask_zero", "layer": inside, "value": value, "masking": "ignore"}).module
    alone.load_state_dict(built.state_dict())
    torch.testing.assert_close(alone(steps, before), plain(steps, mask))


def test_a_mask_layer_makes_masked_steps_zero():
    steps, mask = drawn(2, 3, F), torch.tensor([[1.0, 0, 1], [0, 1, 1]])

    torch.testing.assert_close(model({"type": "mask"}).module(steps, mask), steps * mask[..., None])
    assert torch.equal(model({"type": "mask"}).module(steps), steps)


def test_the_layer_inside_inherits_and_says_its_own():
    layer = {"type": "bidirectional", "layer": {"type": "lstm", "n_out": N, "l2": 0.25}}
    plan = model(layer, activation="softsign", weight_init="ones", l1=0.5, updater="adam").plan

    inside = plan.node("it").layer.layer

    assert (inside.activation.type, inside.weight_init.type, inside.updater.type) == ("softsign", "ones", "adam")
    assert (inside.l1.start, inside.l2.start, inside.gate_activation.type) == (0.5, 0.25, "sigmoid")
    assert plan.node("it").layer.weighted is inside


def test_words_beside_the_updater_of_the_layer_inside_are_its_own():
    inside = {"type": "lstm", "n_out": N, "updater": "nesterovs", "learning_rate": 0.5, "momentum": 0.25}
    layer = model({"type": "bidirectional", "layer": inside}, updater="adam").plan.node("it").layer.layer

    assert (layer.updater.type, layer.updater.learning_rate.start, layer.updater.momentum.start) == ("nesterovs", 0.5, 0.25)


def test_a_rate_of_the_layer_inside_moves_both_directions_by_it():
    layer = {"type": "bidirectional", "layer": {"type": "gru", "n_out": N}}
    faster = {"type": "bidirectional", "layer": {"type": "gru", "n_out": N, "learning_rate": 0.3}}
    (before, slow), (_, fast) = trained(layer), trained(faster)

    for (name, start), one, three in zip(before.module.it.named_parameters(), slow.module.it.parameters(), fast.module.it.parameters(), strict=True):
        torch.testing.assert_close(three - start, 3 * (one - start), msg=name)


def test_regularisation_and_constraints_of_the_layer_inside_hold_in_both_directions():
    inside = {"type": "simple_rnn", "n_out": N}
    plain, held = trained({"type": "bidirectional", "layer": inside}), trained({"type": "bidirectional", "layer": inside | {"l2": 0.5}})
    bound = trained({"type": "bidirectional", "layer": inside | {"constraints": {"type": "max_norm", "max": 0.01}}})[1]

    for way in ("ahead", "back"):
        start = plain[0].module.it.get_submodule(way).recurrent_weight
        ends = [pair[1].module.it.get_submodule(way).recurrent_weight for pair in (plain, held)]
        torch.testing.assert_close(ends[1], ends[0] - 0.1 * 0.5 * start)
        assert bound.module.it.get_submodule(way).recurrent_weight.norm(dim=1).max() <= 0.01


def test_a_frozen_wrapper_stays_as_it_is():
    before, after = trained({"type": "bidirectional", "layer": {"type": "lstm", "n_out": N}, "frozen": True})

    for one, other in zip(before.module.it.parameters(), after.module.it.parameters(), strict=True):
        assert torch.equal(one, other)


def test_dropout_and_weight_noise_of_the_layer_inside_act_in_training_only():
    steps = drawn(EXAMPLES, T, F)
    for word, value in (("dropout", 0.5), ("weight_noise", {"type": "drop_connect", "rate": 0.5})):
        module = model({"type": "bidirectional", "layer": {"type": "lstm", "n_out": N, word: value}}).module

        assert not torch.equal(module.train()(steps), module.eval()(steps))
        assert torch.equal(module.eval()(steps), module.eval()(steps))


def test_explain_says_who_set_what_of_the_layer_inside():
    spec = "input: {type: recurrent, size: 3}\nl2: 0.5\nlayers:\n  - {type: bidirectional, layer: {type: lstm, n_out: 4}}\n  - {type: loss, loss: mse}\n"
    plan = plan_of(spec)

    assert "lstm" in explain_plan(plan).plain
    assert "4" in explain_path(plan, ("layers", 0, "layer", "n_out")).plain
    assert "network-wide" in explain_path(plan, ("layers", 0, "layer", "l2")).plain


def test_it_cannot_go_on_where_a_window_ended():
    layers = [{"type": "lstm", "n_out": 2}, {"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2}}]
    built = build({"input": SEQUENCE, "data_type": "float64", "layers": layers})
    before = built.predict(drawn(2, T, F))

    with pytest.raises(UsageError, match="needs whole sequences"), built.carrying():
        pass
    built.predict(drawn(2, T, F))
    assert torch.equal(built.predict(drawn(2, T, F)), before)


@pytest.mark.parametrize("around", [lambda layer: layer, lambda layer: {"type": "mask_zero", "layer": layer}])
def test_a_layer_that_begins_at_the_end_sees_whole_sequences_only(around):
    layers = [around({"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2}}), {"type": "output", "n_out": 1, "loss": "mse"}]

    with pytest.raises(SpecError, match=r"tbptt must be left out: .* needs whole sequences"):
        plan_of({"input": SEQUENCE, "layers": layers, "tbptt": {"forward": 3}})


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({"type": "bidirectional", "layer": {"type": "dense", "n_out": 2}}, r'layers\.0\.layer must be a recurrent layer in one direction: .*, got "dense"'),
        ({"type": "bidirectional", "layer": {"type": "graves_bidirectional_lstm", "n_out": 2}}, r"layers\.0\.layer must be a recurrent layer in one direction"),
        ({"type": "bidirectional", "layer": {"type": "lstm"}}, r"layers\.0\.layer\.n_out must be set"),
        ({"type": "bidirectional", "layer": {"type": "lstm", "n_out": 0}}, r"layers\.0\.layer\.n_out must be greater than 0, got 0"),
        ({"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2, "n_in": 7}}, r"layers\.0\.layer\.n_in must be 3"),
        (
            {"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2, "frozen": True}},
            r"layers\.0\.layer\.frozen must be said outside, on the bidirectional",
        ),
        ({"type": "bidirectional", "layer": {"type": "lstm", "n_out": 2}, "mode": "max"}, r"layers\.0\.mode must be"),
        ({"type": "bidirectional", "layer": {"type": "lstn", "n_out": 2}}, r'layers\.0\.layer.* must be the name of a layer, got "lstn"'),
        ({"type": "bidirectional"}, r"layers\.0\.layer must be set"),
        ({"type": "time_distributed", "layer": {"type": "lstm", "n_out": 2}}, r"layers\.0\.layer must be a layer for flat vectors, or with `to` for images"),
        ({"type": "time_distributed", "layer": {"type": "output", "n_out": 2, "loss": "mse"}}, r"layers\.0\.layer must be a layer for flat vectors"),
        ({"type": "time_distributed", "layer": {"type": "repeat_vector", "times": 2}}, r"layers\.0\.layer must be a layer for flat vectors"),
        ({"type": "time_distributed", "layer": CONV}, r"layers\.0\.layer must be a layer that takes a flat vector, got \"conv\""),
        ({"type": "time_distributed", "layer": CONV, "to": "1x2x2"}, r"layers\.0\.to must have as many values as a step of the input, 3, got \"1x2x2\""),
        ({"type": "time_distributed", "layer": CONV, "to": "3"}, r"layers\.0\.to must"),
        (
            {"type": "time_distributed", "layer": CONV | {"dropout": {"type": "spatial", "rate": 0.5}}, "to": "1x1x3"},
            r"layers\.0\.layer\.dropout must drop numbers",
        ),
        ({"type": "time_distributed", "layer": {"type": "dense", "n_out": 2}}, r"layers\.0\.layer\.activation must be set"),
        ({"type": "mask_zero", "layer": {"type": "dense", "n_out": 2, "activation": "tanh"}}, r"layers\.0\.layer must be a layer that obeys the masks"),
        ({"type": "mask_zero", "layer": {"type": "lstm", "n_out": 2, "masking": "ignore"}}, r"layers\.0\.layer must be a layer that obeys the masks"),
    ],
)
def test_what_cannot_be_inside_is_refused(layer, message):
    with pytest.raises(SpecError, match=message):
        plan_of({"input": SEQUENCE, "layers": [layer]})
