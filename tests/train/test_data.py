"""Reading a data set for a plan: splits, resizing, scaling, stand-ins, checks against the network."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from netspec import build
from netspec.datasets import Examples, Loaded, Places, Split, Unavailable
from netspec.errors import DataError
from netspec.generators.netspec import OwnChance
from netspec.read import plan_of
from netspec.train.batches import Resident
from netspec.train.data import prepare
from netspec.train.scaling import Scaling
from netspec.train.splitting import split

NETWORK = {"layers": [{"type": "output", "n_out": 10, "loss": "negative_log_likelihood"}]}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path, tmp_path, download=False)


def labelled(counts: list[int]) -> Loaded:
    labels = np.repeat(np.arange(len(counts)), counts)
    return Loaded(Examples(np.arange(len(labels), dtype=np.float32)[:, None], labels), None, tuple("abcdefgh"[: len(counts)]))


def test_a_split_takes_the_same_share_of_every_class():
    train, validation, test = split(labelled([50, 100, 30]), Split(validation=0.25, test=0.2), seed=3)

    assert validation is not None
    assert np.bincount(test.labels).tolist() == [10, 20, 6]
    assert np.bincount(validation.labels).tolist() == [10, 20, 6]
    assert np.bincount(train.labels).tolist() == [30, 60, 18]


def test_a_split_loses_and_repeats_nothing():
    parts = split(labelled([7, 9, 11]), Split(validation=0.3, test=0.3), seed=3)

    rows = np.concatenate([part.features[:, 0] for part in parts if part is not None])

    assert sorted(rows.tolist()) == list(range(27))


def test_a_split_is_drawn_by_the_seed():
    one, same, other = (split(labelled([50, 50]), Split(test=0.5), seed)[2].features for seed in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_split_that_leaves_nothing_is_refused():
    with pytest.raises(DataError, match=r"data\.split\.validation must leave examples in both parts: 0.01 of 8 is 0"):
        split(labelled([5, 5]), Split(validation=0.01, test=0.2), seed=0)


def test_a_set_that_cannot_be_had_is_replaced_and_it_is_said(places):
    plan = plan_of({**NETWORK, "data": {"type": "mnist", "otherwise": "digits"}}, places)

    prepared = prepare(plan, places)

    assert (prepared.name, prepared.instead_of) == ("digits", "mnist")
    assert "mnist" in prepared.why
    assert prepared.train.features.shape[1:] == (1, 28, 28)
    assert len(prepared.train) + len(prepared.test) == 1797


@pytest.mark.parametrize(("said", "stand_in"), [({"type": "mnist"}, True), ({"type": "mnist", "otherwise": "digits"}, False)])
def test_without_a_stand_in_its_absence_is_an_error(places, said, stand_in):
    plan = plan_of({**NETWORK, "data": said}, places)

    with pytest.raises(Unavailable, match="mnist"):
        prepare(plan, places, stand_in=stand_in)


def test_images_are_resized_as_pillow_does_it(places):
    """Bilinear with antialiasing; Pillow rounds after each axis, so one grey level of 256 is allowed."""
    plan = plan_of({**NETWORK, "data": {"type": "digits", "resize": "20x24"}}, places)
    small = plan_of({**NETWORK, "data": "digits"}, places)

    sized, stored = prepare(plan, places).test.features[0, 0], prepare(small, places).test.features[0, 0]

    expected = np.asarray(Image.fromarray(stored.numpy()).resize((24, 20), Image.Resampling.BILINEAR), dtype=int)
    assert np.abs(sized.numpy().astype(int) - expected).max() <= 1


def test_bytes_stay_bytes_until_they_are_trained_on(places):
    prepared = prepare(plan_of({**NETWORK, "data": {"type": "digits", "normalize": {"type": "scale", "low": -1}}}, places), places)

    assert prepared.train.features.dtype == torch.uint8
    assert prepared.pending is not None
    scaling = prepared.scaling.to(torch.device("cpu"), torch.float32)
    batch = next(Resident(prepared.train.features, prepared.train.labels, 50, torch.float32, scaling).epoch(0))[0]
    torch.testing.assert_close(batch, prepared.train.features[:50].float() / 127.5 - 1)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_features_scaled_at_once_and_batch_by_batch_are_the_same_bit_by_bit(dtype, monkeypatch):
    stored = torch.randint(0, 256, (103, 3, 5, 7), generator=torch.Generator().manual_seed(1)).to(dtype)
    scaling = Scaling(torch.tensor([1 / 255, 0.3, 7.1]).reshape(3, 1, 1), torch.tensor([-0.7, 0.1, 3.3]).reshape(3, 1, 1))
    before = stored.clone()

    at_once = [features for features, *_ in Resident(stored, torch.arange(103), 10, torch.float32, scaling, order=OwnChance(1).order).epoch(0)]
    monkeypatch.setattr("netspec.train.batches.READY_BYTES", 103 * 3 * 5 * 7 * 4 - 1)
    one_by_one = [features for features, *_ in Resident(stored, torch.arange(103), 10, torch.float32, scaling, order=OwnChance(1).order).epoch(0)]

    assert torch.equal(torch.cat(at_once), torch.cat(one_by_one))
    assert torch.equal(stored, before)


def test_a_resident_epoch_gathers_in_the_order_of_seed_and_epoch():
    part = torch.arange(10).float()[:, None], torch.arange(10)
    batches = Resident(*part, 4, torch.float32, order=OwnChance(3).order)

    seen = [labels for _, labels, *_ in batches.epoch(2)]

    assert [len(labels) for labels in seen] == [4, 4, 2]
    assert len(batches) == 3
    assert torch.equal(torch.cat(seen), OwnChance(3).order(2, 10))
    assert not torch.equal(OwnChance(3).order(2, 10), OwnChance(3).order(1, 10))


def test_drop_last_leaves_the_small_batch_out():
    batches = Resident(torch.zeros(10, 1), torch.zeros(10), 4, torch.float32, drop_last=True)

    assert [len(labels) for _, labels, *_ in batches.epoch(0)] == [4, 4]
    assert len(batches) == 2


def test_scaling_is_affine():
    scaling = Scaling(torch.tensor([2.0, 3.0]), torch.tensor([1.0, -1.0]))

    torch.testing.assert_close(scaling(torch.tensor([[1, 2]], dtype=torch.uint8), torch.float32), torch.tensor([[3.0, 5.0]]))


def test_the_best_validation_epoch_is_kept():
    """A rate that explodes: the first epochs are the best, and their weights come back."""
    spec = {
        **NETWORK,
        "updater": "sgd",
        "learning_rate": {"type": "map", "values": {"0": 0.1, "2": 300.0}, "per": "epoch"},
        "data": {"type": "digits", "split": {"validation": 0.2}},
        "train": {"batch_size": 64, "epochs": 4},
    }
    model = build(spec)

    history = model.fit()

    losses = [record.validation_loss for record in history.epochs]
    assert history.best == 1 + losses.index(min(losses))
    assert history.best in (1, 2)
    again = build(spec)
    again.fit(epochs=history.best)
    for name, value in again.module.state_dict().items():
        assert torch.equal(value, model.module.state_dict()[name])


@pytest.mark.parametrize(("loss", "labels"), [("xent", (0, 1.5)), ("xent", (-0.5, 1)), ("sigmoid_focal", (3, 1))])
def test_labels_of_a_loss_on_probabilities_are_probabilities(loss: str, labels: tuple[float, float], tmp_path: Path) -> None:
    rows = "".join(f"{number},{labels[number % 2]}\n" for number in range(6))
    (tmp_path / "t.csv").write_text(f"x,y\n{rows}", encoding="utf-8")
    data = {"type": "csv", "path": str(tmp_path / "t.csv"), "task": "regression"}
    layers = [{"type": "output", "n_out": 1, "loss": loss}]
    model = build({"updater": "adam", "data": data, "layers": layers, "train": {"batch_size": 2, "epochs": 1}})

    with pytest.raises(DataError, match=rf"the labels of csv must be from 0 to 1, for the loss {loss} of output_1, got ") as refused:
        model.fit()
    assert refused.value.help == "for numbers, say loss: mse"


def test_labels_between_no_and_yes_are_probabilities(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n0,0\n1,0.25\n2,1\n", encoding="utf-8")
    data = {"type": "csv", "path": str(tmp_path / "t.csv"), "task": "regression"}
    layers = [{"type": "output", "n_out": 1, "loss": "xent"}]
    build({"updater": "adam", "data": data, "layers": layers, "train": {"batch_size": 3, "epochs": 1}}).fit()
