"""Truncated back-propagation against torch's own LSTM, with its state handed on by hand."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from netspec import SpecError, build
from netspec.errors import DataError
from netspec.truncation import Truncation

STEPS = {"type": "recurrent", "size": 2}
LSTM = {"type": "lstm", "n_out": 3, "name": "cells"}
OUT = {"type": "output", "n_out": 2, "loss": "mse", "name": "out"}


def spec(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"input": STEPS, "updater": "sgd", "learning_rate": 0.1, "data_type": "float64", "seed": 3, "layers": list(layers) or [LSTM, OUT], **more}


def drawn(*sizes: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(sizes, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


class Plain(nn.Module):
    """The same network of torch's modules, with the state in its hands."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        ours = model.module
        self.cells, self.out = nn.LSTM(2, 3, batch_first=True).double(), nn.Linear(3, 2).double()
        with torch.no_grad():
            for name, weight in (("weight_ih_l0", ours.cells.weight), ("weight_hh_l0", ours.cells.recurrent_weight), ("bias_ih_l0", ours.cells.bias)):
                getattr(self.cells, name).copy_(weight)
            self.cells.bias_hh_l0.zero_().requires_grad_(False)
        self.out.load_state_dict(ours.out.state_dict())

    def forward(self, features: torch.Tensor, state: Any) -> tuple[torch.Tensor, Any]:
        hidden, state = self.cells(features, state)
        return self.out(hidden), tuple(part.detach() for part in state)


def loss_of(output: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Summed over the steps, divided by the outputs and the examples."""
    return mse_loss(output, labels, reduction="sum") / 2 / len(output)


@pytest.mark.parametrize(("steps", "windows"), [(8, [(0, 3), (3, 6), (6, 8)]), (6, [(0, 3), (3, 6)]), (2, [(0, 2)])])
def test_each_window_is_an_update_from_the_state_the_one_before_ended_in(steps: int, windows: list[tuple[int, int]]) -> None:
    model = build(spec(tbptt={"forward": 3}))
    plain, features, labels = Plain(model), drawn(4, steps, 2), drawn(4, steps, 2, seed=1)
    optimizer, state, total = torch.optim.SGD([p for p in plain.parameters() if p.requires_grad], lr=0.1), None, 0.0
    for start, end in windows:
        optimizer.zero_grad()
        output, state = plain(features[:, start:end], state)
        loss = loss_of(output, labels[:, start:end])
        loss.backward()
        optimizer.step()
        total += loss.item()

    assert model.step((features, labels)) == pytest.approx(total)
    torch.testing.assert_close(model.module.cells.recurrent_weight, plain.cells.weight_hh_l0)
    torch.testing.assert_close(model.module.out.weight, plain.out.weight)
    assert model._trainer.iteration == len(windows)


def test_errors_go_back_as_far_as_backward_says() -> None:
    model = build(spec(tbptt={"forward": 5, "backward": 2}))
    plain, features, labels = Plain(model), drawn(4, 5, 2), drawn(4, 5, 2, seed=1)
    optimizer, state, loss = torch.optim.SGD([p for p in plain.parameters() if p.requires_grad], lr=0.1), None, 0.0
    for start, end in [(0, 1), (1, 3), (3, 5)]:
        output, state = plain(features[:, start:end], state)
        loss = loss + loss_of(output, labels[:, start:end])
    loss.backward()
    optimizer.step()

    assert model.step((features, labels)) == pytest.approx(loss.item())
    torch.testing.assert_close(model.module.cells.recurrent_weight, plain.cells.weight_hh_l0)


def test_windows_as_long_as_the_sequence_are_plain_back_propagation() -> None:
    cut, whole, batch = build(spec(tbptt={"forward": 20})), build(spec()), (drawn(4, 5, 2), drawn(4, 5, 2, seed=1))

    assert cut.step(batch) == whole.step(batch)
    for ours, theirs in zip(cut.module.parameters(), whole.module.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_next_batch_begins_with_new_states() -> None:
    model, batch = build(spec(tbptt={"forward": 2}, learning_rate=1e-12)), (drawn(4, 5, 2), drawn(4, 5, 2, seed=1))

    assert model.step(batch) == pytest.approx(model.step(batch), rel=1e-9)


def test_masks_and_class_indices_are_cut_with_the_steps() -> None:
    out = {**OUT, "loss": "negative_log_likelihood"}
    model, features = build(spec(LSTM, out, tbptt={"forward": 2}, learning_rate=1e-12)), drawn(2, 3, 2)
    labels, mask = torch.tensor([[0, 1, 0], [1, 1, 0]]), torch.tensor([[1.0, 1, 1], [1, 1, 0]])
    logits = model.module(features, mask)

    rows = mask != 0
    wanted = cross_entropy(logits[rows], labels[rows], reduction="sum") / 2

    assert model.step((features, labels, mask)) == pytest.approx(wanted.item(), rel=1e-9)
    assert model.step((features, labels, None, mask)) == pytest.approx(wanted.item(), rel=1e-9)


def test_a_flat_input_beside_the_sequence_goes_into_each_window_whole() -> None:
    layers = [{"type": "duplicate_to_time_series", "input": ["flat", "steps_"], "name": "same"}, {**LSTM, "input": "same"}, OUT]
    inputs = {"flat": 3, "steps_": STEPS}
    cut, whole = (build({**spec(*layers, learning_rate=1e-12, **more), "input": inputs}) for more in ({"tbptt": {"forward": 2}}, {}))
    batch = ({"flat": drawn(4, 3), "steps_": drawn(4, 5, 2)}, drawn(4, 5, 2, seed=1))

    assert cut.step(batch) == pytest.approx(whole.step(batch), rel=1e-9)


def test_a_prediction_goes_on_where_the_one_before_ended_while_states_are_carried() -> None:
    model, features = build(spec()), drawn(4, 5, 2)

    with model.carrying():
        parts = [model.predict(features[:, :2]), model.predict(features[:, 2:])]

    torch.testing.assert_close(torch.cat(parts, 1), model.predict(features))
    assert not torch.allclose(model.predict(features[:, 2:]), parts[1])


def test_all_sequences_are_predicted_together_while_states_are_carried() -> None:
    model, features = build(spec()), drawn(1500, 4, 2)

    with model.carrying():
        parts = [model.predict(features[:, :2]), model.predict(features[:, 2:])]

    torch.testing.assert_close(torch.cat(parts, 1), model.predict(features))


def test_sequences_of_other_lengths_than_their_labels_are_refused() -> None:
    shorter = {"type": "conv", "n_out": 2, "kernel": 2, "activation": "identity"}
    with pytest.raises(DataError, match="features and labels must have as many steps, to be cut into windows, got 4 and 5"):
        build(spec(shorter, OUT, tbptt={"forward": 2})).step((drawn(2, 5, 2), drawn(2, 4, 2)))


def problems(said: dict[str, Any]) -> list[str]:
    with pytest.raises(SpecError) as caught:
        build(said)
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (spec(tbptt={"forward": 2, "backward": 3}), "tbptt.backward must be at most forward (2), got 3"),
        (spec(tbptt={"forward": 0}), "tbptt.forward must be greater than 0, got 0"),
        (spec(tbptt={"backward": 2}), "tbptt.forward must be set"),
        ({**spec(OUT, tbptt={"forward": 2}), "input": 2}, "tbptt must be left out: no input is a sequence"),
        (spec({"type": "last_time_step"}, OUT, tbptt={"forward": 2}), "tbptt must be left out: last_time_step_1 (last_time_step) needs whole sequences"),
        (
            spec({"type": "reverse_time_series"}, OUT, tbptt={"forward": 2}),
            "tbptt must be left out: reverse_time_series_1 (reverse_time_series) needs whole sequences",
        ),
        (
            {**spec({**OUT, "input": "a"}, {**OUT, "name": "other", "input": "b"}, tbptt={"forward": 2}), "input": {"a": STEPS, "b": 2}},
            "tbptt must be left out: the output other is no sequence",
        ),
        (
            spec(tbptt={"forward": 2}, train={"epochs": 1, "batch_size": 2, "accumulate": 2}),
            "train.accumulate must be 1 with tbptt, where each window is an update, got 2",
        ),
        (spec(tbptt={"forward": 2}, iterations=3), "iterations must be 1 with tbptt, where each window is an update, got 3"),
    ],
)
def test_what_cannot_be_cut_into_windows_is_refused(said: dict[str, Any], complaint: str) -> None:
    assert problems(said) == [complaint]


def test_pieces_are_counted_from_the_end_of_a_window() -> None:
    assert Truncation(forward=4, backward=3).windows(6) == [[(0, 1), (1, 4)], [(4, 6)]]
