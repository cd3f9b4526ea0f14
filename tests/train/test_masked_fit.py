"""Training and evaluation with masks: padding changes nothing, wherever the examples come from."""

from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from netspec import build
from netspec.errors import DataError

STEPS = {"type": "recurrent", "size": 2}
SPEC = {
    "seed": 3,
    "updater": "adam",
    "data_type": "float64",
    "layers": [{"type": "lstm", "n_out": 4}, {"type": "output", "n_out": 2, "loss": "negative_log_likelihood"}],
}


def drawn(count: int, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    features = torch.randn((count, steps, 2), dtype=torch.float64, generator=generator)
    return features, (features.sum(-1).cumsum(1) > 0).long()


def padded(features: torch.Tensor, labels: torch.Tensor, more: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The same sequences with steps behind them that do not count."""
    count, steps = labels.shape
    mask = torch.ones(count, steps + more)
    mask[:, steps:] = 0
    wrong = torch.full((count, more, 2), 1e3, dtype=torch.float64)
    return torch.cat([features, wrong], 1), torch.cat([labels, torch.ones(count, more).long()], 1), mask


def model(**more: Any):
    return build({**SPEC, "input": STEPS, "train": {"batch_size": 4, "epochs": 2}, **more})


def losses(history: Any) -> list[float]:
    return [record.loss for record in history.epochs]


def test_training_with_padding_is_training_without() -> None:
    plain, masked, (features, labels) = model(), model(), drawn(10, 5)
    long, wrong, mask = padded(features, labels)

    alone = losses(plain.fit(features, labels))
    assert losses(masked.fit(long, wrong, mask=mask)) == pytest.approx(alone, rel=1e-12)
    assert losses(model().fit(long, wrong, label_mask=mask)) == pytest.approx(alone, rel=1e-12)
    for ours, theirs in zip(masked.module.parameters(), plain.module.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_gradients_of_several_masked_batches_may_be_accumulated() -> None:
    (features, labels), train = drawn(10, 5), {"batch_size": 2, "accumulate": 2, "epochs": 2}
    long, wrong, mask = padded(features, labels)

    assert losses(model(train=train).fit(long, wrong, mask=mask)) == pytest.approx(losses(model(train=train).fit(features, labels)), rel=1e-12)


def test_windows_of_masked_sequences_are_those_of_the_sequences_alone() -> None:
    (features, labels), tbptt = drawn(10, 6), {"forward": 3}
    long, wrong, mask = padded(features, labels, more=2)
    plain, masked = (model(tbptt=tbptt, updater={"type": "sgd", "learning_rate": 0.1}) for _ in range(2))

    assert losses(masked.fit(long, wrong, mask=mask)) == pytest.approx(losses(plain.fit(features, labels)), rel=1e-12)


def test_what_is_masked_is_not_counted_in_evaluation() -> None:
    ours, (features, labels) = model(), drawn(10, 5)
    long, wrong, mask = padded(features, labels)
    plain = ours.evaluate(features, labels)

    for masks in ({"mask": mask}, {"label_mask": mask}, {"mask": mask, "label_mask": mask}):
        found = ours.evaluate(long, wrong, **masks)
        assert found.loss == pytest.approx(plain.loss)
        assert found.evaluation.confusion == plain.evaluation.confusion
        assert found.accuracy == plain.accuracy


def test_validation_has_masks_of_its_own() -> None:
    (features, labels), plain, masked = drawn(10, 5), model(), model()
    long, wrong, mask = padded(features, labels)

    alone = plain.fit(features, labels, validation=(features[:4], labels[:4]))
    found = masked.fit(features, labels, validation=(long[:4], wrong[:4], mask[:4]))

    assert [record.validation_loss for record in found.epochs] == pytest.approx([record.validation_loss for record in alone.epochs])


def test_a_dataset_and_a_loader_may_hold_masks_too() -> None:
    features, labels = drawn(10, 5)
    long, wrong, mask = padded(features, labels)
    kept = TensorDataset(long, wrong, mask, mask)
    unshuffled = {"batch_size": 4, "epochs": 1, "shuffle": False}
    alone = losses(model(train=unshuffled).fit(features, labels))

    assert losses(model(train=unshuffled).fit(kept)) == pytest.approx(alone)
    assert losses(model(train=unshuffled).fit(DataLoader(kept, batch_size=4))) == pytest.approx(alone)
    assert model().evaluate(kept).loss == pytest.approx(model().evaluate(features, labels).loss)


def test_masks_of_zeros_alone_are_refused() -> None:
    features, labels = drawn(4, 5)

    with pytest.raises(DataError, match="mask must have something that counts, got zeros alone"):
        model().fit(features, labels, mask=torch.zeros(4, 5))
    with pytest.raises(DataError, match="label_mask must have something that counts, got zeros alone"):
        model().evaluate(features, labels, label_mask=torch.zeros(4, 5))


def test_masks_beside_a_loader_are_refused() -> None:
    features, labels = drawn(4, 5)

    with pytest.raises(DataError, match="labels and masks must come from the loader, beside the features"):
        model().fit(DataLoader(TensorDataset(features, labels)), mask=torch.ones(4, 5))
