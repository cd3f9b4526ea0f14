"""Masks that come from Python: the loss is that of what counts, and what no mask can be is refused."""

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, mse_loss

from netspec import build
from netspec.errors import DataError

STEPS = {"type": "recurrent", "size": 2}
DENSE = {"type": "dense", "n_out": 3, "activation": "tanh", "name": "dense"}
PER_STEP = {"input": STEPS, "layers": [DENSE, {"type": "output", "name": "out", "n_out": 2, "loss": "negative_log_likelihood"}]}
POOLED = {"input": STEPS, "layers": [DENSE, {"type": "global_pooling"}, {"type": "output", "name": "out", "n_out": 2, "loss": "mse"}]}
FLAT = {"input": 2, "layers": [DENSE, {"type": "output", "name": "out", "n_out": 2, "loss": "mse"}]}
IMAGE = {"input": "1x2x3", "layers": [{"type": "global_pooling"}, {"type": "output", "n_out": 2, "loss": "mse"}]}
TWO = {
    "input": {"a": STEPS, "b": STEPS},
    "layers": [
        {"type": "output", "name": "x", "input": "a", "n_out": 2, "loss": "mse"},
        {"type": "output", "name": "y", "input": "b", "n_out": 2, "loss": "mse"},
    ],
}
MASK = torch.tensor([[1.0, 1, 1], [1, 0, 0]])


def model(spec: dict[str, Any]):
    return build({"updater": "sgd", "learning_rate": 0.1, "data_type": "float64", "seed": 3, **spec})


def drawn(*sizes: int) -> torch.Tensor:
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(0))


def test_the_loss_is_summed_over_the_steps_that_count_and_divided_by_all_examples() -> None:
    ours, features, labels = model(PER_STEP), drawn(2, 3, 2), torch.tensor([[0, 1, 1], [1, 0, 1]])

    logits = ours.module(features, MASK)
    wanted = (cross_entropy(logits[0], labels[0], reduction="sum") + cross_entropy(logits[1, :1], labels[1, :1], reduction="sum")) / 2

    assert ours.score((features, labels, MASK)) == pytest.approx(wanted.item())


def test_a_label_mask_takes_the_place_of_the_mask_that_comes_through() -> None:
    ours, features, labels = model(PER_STEP), drawn(2, 3, 2), torch.tensor([[0, 1, 1], [1, 0, 1]])
    label_mask = torch.tensor([[0, 0, 1], [0, 0.5, 0]])

    logits = ours.module(features, MASK)
    wanted = (cross_entropy(logits[0, 2], labels[0, 2]) + 0.5 * cross_entropy(logits[1, 1], labels[1, 1])) / 2

    assert ours.score((features, labels, MASK, label_mask)) == pytest.approx(wanted.item())


def test_an_output_that_ignores_masks_is_trained_on_every_step() -> None:
    layers = [DENSE, {**PER_STEP["layers"][1], "masking": "ignore"}]
    ours, features, labels = model({**PER_STEP, "layers": layers}), drawn(2, 3, 2), torch.tensor([[0, 1, 1], [1, 0, 1]])

    wanted = cross_entropy(ours.module(features, MASK).flatten(0, 1), labels.flatten(), reduction="sum") / 2

    assert ours.score((features, labels, MASK)) == pytest.approx(wanted.item())


def test_a_step_moves_the_weights_as_if_masked_steps_were_not_there() -> None:
    whole, masked, features, labels = model(PER_STEP), model(PER_STEP), drawn(2, 3, 2), torch.tensor([[0, 1, 1], [1, 0, 1]])

    whole.step((features[:, :2], labels[:, :2]))
    masked.step((features.masked_fill(torch.tensor([[[0], [0], [1]]] * 2) != 0, torch.nan), labels, torch.tensor([[1, 1, 0]] * 2)))

    for ours, theirs in zip(masked.module.parameters(), whole.module.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_an_example_is_predicted_with_its_padding_as_it_is_without() -> None:
    ours, features = model(POOLED), drawn(2, 3, 2)

    padded = ours.predict(features, mask=MASK)

    torch.testing.assert_close(padded[1:], ours.predict(features[1:, :1]))


def test_more_examples_than_a_batch_of_evaluation_are_predicted_each_with_its_mask() -> None:
    ours, features = model(POOLED), drawn(2050, 3, 2)
    mask = (torch.arange(2050 * 3).reshape(2050, 3) % 4 != 0).to(torch.float64)

    torch.testing.assert_close(ours.predict(features, mask=mask)[-1:], ours.predict(features[-1:], mask=mask[-1:]))


def test_examples_may_have_weights() -> None:
    ours, features, labels = model(FLAT), drawn(3, 2), drawn(3, 2)
    wanted = (mse_loss(ours.predict(features), labels, reduction="none").mean(1) * torch.tensor([2.0, 0.0, 0.5])).mean()

    for weights in ([2.0, 0.0, 0.5], [[2.0], [0.0], [0.5]]):
        assert ours.score((features, labels, None, np.array(weights))) == pytest.approx(wanted.item())


def test_each_input_and_each_output_may_have_a_mask_of_its_own() -> None:
    ours, features = model(TWO), {"a": drawn(2, 3, 2), "b": drawn(2, 3, 2)}
    labels = {"x": drawn(2, 3, 2), "y": drawn(2, 3, 2) + 1}
    rows = MASK != 0
    found = ours.module(features)

    squares = {name: mse_loss(found[name], labels[name], reduction="none").mean(-1) for name in labels}
    assert ours.score((features, labels, {"a": MASK})) == pytest.approx(((squares["x"][rows].sum() + squares["y"].sum()) / 2).item())
    assert ours.score((features, labels, {"a": MASK}, {"y": MASK})) == pytest.approx(((squares["x"][rows].sum() + squares["y"][rows].sum()) / 2).item())


def test_a_mask_of_columns_leaves_the_others_out_of_a_loss_over_positions() -> None:
    ours = model({"input": "2x2x3", "layers": [{"type": "conv", "n_out": 2, "kernel": 1, "activation": "tanh"}, {"type": "loss", "loss": "mse"}]})
    features, labels = drawn(2, 2, 2, 3), drawn(2, 2, 2, 3) + 1
    mask = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]).reshape(2, 1, 1, 3)

    squares = mse_loss(ours.predict(features), labels, reduction="none").mean(1)
    wanted = (squares[0, :, [0, 2]].sum() + squares[1, :, 1].sum()) / 2

    assert ours.score((features, labels, mask)) == pytest.approx(wanted.item())


@pytest.mark.parametrize(
    ("spec", "features", "mask", "complaint"),
    [
        (PER_STEP, (2, 3, 2), torch.ones(2, 4), "mask must be 2×3, got 2×4"),
        (PER_STEP, (2, 3, 2), torch.ones(2, 3, 1), "mask must be 2×3, got 2×3×1"),
        (PER_STEP, (2, 3, 2), torch.ones(3, 3), "mask must be 2×3, got 3×3"),
        (PER_STEP, (2, 3, 2), MASK * 0.5, "mask must hold 0 and 1, got 0.5"),
        (PER_STEP, (2, 3, 2), -MASK, "mask must hold 0 and 1, got -1"),
        (PER_STEP, (2, 3, 2), MASK / 0, "mask must hold 0 and 1, got inf"),
        (PER_STEP, (2, 3, 2), {"steps": MASK}, r"mask must name inputs of the network \(input\), got steps"),
        (FLAT, (2, 2), torch.ones(2, 2), "mask must be 2 or 2×1, got 2×2"),
        (IMAGE, (2, 1, 2, 3), torch.ones(2, 1, 3, 2), "mask must be 2×1×2×3, 2×1×2×1, 2×1×1×3 or 2×1×1×1, got 2×1×3×2"),
    ],
)
def test_a_mask_that_does_not_fit_its_input_is_refused(spec: dict[str, Any], features: tuple[int, ...], mask: Any, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        model(spec).predict(drawn(*features), mask=mask)


@pytest.mark.parametrize(
    ("spec", "labels", "label_mask", "complaint"),
    [
        (FLAT, drawn(2, 2), torch.ones(3), "label_mask must be 2, 2×1 or 2×2, got 3"),
        (FLAT, drawn(2, 2), torch.tensor([1.0, -1.0]), "label_mask must hold numbers from 0, got -1"),
        (FLAT, drawn(2, 2), torch.tensor([1.0, torch.nan]), "label_mask must hold numbers from 0, got nan"),
        (FLAT, drawn(2, 2), torch.tensor([1.0, torch.inf]), "label_mask must hold numbers from 0, got inf"),
        (FLAT, drawn(2, 2), {"output": torch.ones(2)}, r"label_mask must name outputs of the network \(out\), got output"),
    ],
)
def test_a_label_mask_that_does_not_fit_its_output_is_refused(spec: dict[str, Any], labels: torch.Tensor, label_mask: Any, complaint: str) -> None:
    with pytest.raises(DataError, match=complaint):
        model(spec).score((drawn(2, 2), labels, None, label_mask))


def test_of_several_masks_the_wrong_one_is_named() -> None:
    features = {"a": drawn(2, 3, 2), "b": drawn(2, 3, 2)}

    with pytest.raises(DataError, match=r"mask\['b'\] must be 2×3, got 2×4"):
        model(TWO).predict(features, mask={"a": MASK, "b": torch.ones(2, 4)})
    with pytest.raises(DataError, match=r"label_mask\['y'\] must hold numbers from 0, got -1"):
        model(TWO).score((features, {"x": drawn(2, 3, 2), "y": drawn(2, 3, 2)}, None, {"y": -MASK}))


def test_one_mask_for_several_inputs_is_refused() -> None:
    with pytest.raises(DataError, match="mask must be a mapping with some of a and b, got one array"):
        model(TWO).predict({"a": drawn(2, 3, 2), "b": drawn(2, 3, 2)}, mask=MASK)
