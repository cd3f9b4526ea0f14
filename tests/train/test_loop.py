"""The loop against a plain PyTorch loop, and how it stops."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from netspec import build
from netspec.errors import Diverged
from netspec.generators.netspec import OwnChance

SPEC = {
    "seed": 5,
    "updater": "nesterovs",
    "learning_rate": 0.05,
    "momentum": 0.9,
    "l2": 0.01,
    "data_type": "float64",
    "input": 4,
    "layers": [{"type": "dense", "n_out": 6, "activation": "relu"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}],
    "train": {"batch_size": 8, "epochs": 3},
}


def examples(count=30):
    generator = torch.Generator().manual_seed(1)
    features = torch.randn((count, 4), dtype=torch.float64, generator=generator)
    return features, features[:, :3].argmax(1)


def test_three_epochs_are_those_of_a_plain_loop():
    features, labels = examples()
    model, plain = build(SPEC), build(SPEC).module
    weights = [p for name, p in plain.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in plain.named_parameters() if name.endswith("bias")]
    groups = [{"params": weights, "weight_decay": 0.01}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True)
    losses = []
    for epoch in range(3):
        total = 0.0
        for rows in OwnChance(5).order(epoch, 30).split(8):
            optimizer.zero_grad()
            loss = cross_entropy(plain(features[rows]), labels[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / 30)

    history = model.fit(features, labels)

    assert [record.loss for record in history.epochs] == pytest.approx(losses, rel=1e-12)
    for ours, theirs in zip(model.module.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-14)


def test_the_score_is_the_loss_plus_what_l2_adds():
    features, labels = examples()
    model = build(SPEC)
    l2 = sum(p.detach().square().sum() for name, p in model.module.named_parameters() if name.endswith("weight"))
    loss = cross_entropy(model.module(features), labels).detach()

    assert model.score((features, labels)) == pytest.approx(float(loss + 0.5 * 0.01 * l2), rel=1e-12)
    assert model.step((features, labels)) == pytest.approx(float(loss + 0.5 * 0.01 * l2), rel=1e-12)


def test_the_same_seed_trains_to_the_same_weights_and_leaves_torchs_random_state_alone():
    spec = SPEC | {"dropout": 0.5}
    one, other = build(spec), build(spec)
    one.fit(*examples())
    torch.manual_seed(99)
    expected = torch.rand(3)
    torch.manual_seed(99)

    other.fit(*examples())

    assert torch.equal(torch.rand(3), expected)
    for name, value in one.module.state_dict().items():
        assert torch.equal(value, other.module.state_dict()[name])


def test_fitting_twice_goes_on_where_it_stopped():
    whole, halves = build(SPEC), build(SPEC)

    whole.fit(*examples(), epochs=4)
    halves.fit(*examples(), epochs=1)
    halves.fit(*examples(), epochs=3)

    assert [record.epoch for record in halves.history.epochs] == [1, 2, 3, 4]
    for ours, theirs in zip(whole.module.parameters(), halves.module.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_a_schedule_per_epoch_changes_the_rate_between_epochs():
    spec = SPEC | {"learning_rate": {"type": "step", "initial": 0.1, "decay": 0.5, "every": 1, "per": "epoch"}}

    history = build(spec).fit(*examples())

    assert [record.learning_rate for record in history.epochs] == [0.1, 0.05, 0.025]


def test_a_schedule_per_iteration_counts_over_all_epochs():
    spec = SPEC | {"learning_rate": {"type": "map", "values": {"0": 0.1, "4": 0.2, "9": 0.3}}}

    history = build(spec).fit(*examples())  # 4 batches an epoch: the last of each are iterations 3, 7 and 11

    assert [record.learning_rate for record in history.epochs] == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(("poison", "kind"), [(math.nan, "NaN"), (math.inf, "(NaN|infinite)")])
def test_a_loss_that_is_not_finite_stops_and_names_epoch_and_batch(poison, kind):
    features, labels = examples()
    features[OwnChance(5).order(0, 30)[8 * 2]] = poison

    with pytest.raises(Diverged, match=rf"the loss became {kind} in epoch 1, batch 3 at learning_rate 0.05; the last finite loss was .* in batch 2"):
        build(SPEC).fit(features, labels)


def test_a_network_without_updater_says_what_is_missing():
    spec = {"input": 4, "layers": SPEC["layers"]}

    with pytest.raises(Exception, match="names no updater"):
        build(spec).fit(*examples())
