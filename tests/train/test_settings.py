"""The words of `train:` that change how long and in what arithmetic one trains."""

from itertools import pairwise

import pytest
import torch

from netspec import build
from netspec.errors import Diverged, SpecError, UsageError
from netspec.train.history import Epoch, History
from netspec.train.loss_scale import MOST_SKIPPED, LossScale
from netspec.train.state import capture
from netspec.train.stopping import Stopping
from netspec.training import seconds

SPEC = {
    "seed": 5,
    "updater": "nesterovs",
    "learning_rate": 0.05,
    "momentum": 0.9,
    "input": 4,
    "layers": [{"type": "dense", "n_out": 6, "activation": "relu"}, {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}],
}


def spec(**train):
    return {**SPEC, "train": {"batch_size": 8, "epochs": 3} | train}


def examples(count=28, dtype=torch.float32):
    features = torch.randn((count, 4), dtype=dtype, generator=torch.Generator().manual_seed(1))
    return features, features[:, :3].argmax(1)


def history(*losses):
    return History([Epoch(number, 1.0, 1.0, 1.0, 8, 0.1, validation_loss=loss) for number, loss in enumerate(losses, 1)])


@pytest.mark.parametrize(
    ("losses", "patience", "least_gain", "ended"),
    [
        ((3.0, 2.0, 1.0), 2, 0.0, False),
        ((3.0, 3.0), 2, 0.0, False),
        ((3.0, 3.0, 3.0), 2, 0.0, True),
        ((3.0, 4.0, 2.9, 3.5), 2, 0.0, False),
        ((3.0, 2.9, 2.8), 2, 0.5, True),
        ((3.0, 2.4, 2.3), 2, 0.5, False),
        ((float("nan"), float("nan")), 2, 0.0, True),
    ],
)
def test_patience_counts_epochs_without_a_gain(losses, patience, least_gain, ended):
    reason = Stopping(patience, least_gain).reason(history(*losses).epochs, elapsed=0)

    assert (reason is not None) == ended


def test_training_ends_after_epochs_without_a_gain_and_keeps_the_best():
    features, labels = examples()
    model = build(spec(epochs=30, early_stopping={"patience": 2, "least_gain": 10.0}))
    found = model.fit(features, labels, validation=examples(9))

    assert len(found.epochs) == 3
    assert found.ended == "the validation loss had not gained for 2 epochs"
    best = min(found.epochs, key=lambda record: record.validation_loss)
    assert found.best == best.epoch
    assert model.evaluate(*examples(9)).loss == pytest.approx(best.validation_loss, rel=1e-6)


def test_early_stopping_needs_something_to_look_at():
    with pytest.raises(UsageError, match="needs examples"):
        build(spec(early_stopping={"patience": 2})).fit(*examples())


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ({"early_stopping": {"patience": 1}}, "early_stopping must be left out without a validation split"),
        ({"keep": "best"}, "keep must be last without a validation split"),
        ({"max_time": "soon"}, "must be a time like 90s"),
        ({"max_time": "0s"}, "must be a time like 90s"),
        ({"accumulate": 0}, "must be greater than 0"),
        ({"compile": "fast"}, "must be default, reduce-overhead or max-autotune"),
    ],
)
def test_what_cannot_be_is_refused(train, message):
    with pytest.raises(SpecError, match=message):
        build({key: value for key, value in spec(**train).items() if key != "input"} | {"data": "digits"})


def test_autocast_beside_another_number_format_is_refused():
    with pytest.raises(SpecError, match="autocast must be left out: data_type is bfloat16"):
        build(spec(autocast="bfloat16") | {"data_type": "bfloat16"})


@pytest.mark.parametrize(("text", "expected"), [("90s", 90), ("30m", 1800), ("2h", 7200), ("1h30m", 5400), ("1d", 86400), ("0.5h", 1800)])
def test_durations_are_in_seconds(text, expected):
    assert seconds(text) == expected


def test_the_time_limit_ends_training_in_the_middle_of_an_epoch():
    features, labels = examples(8 * 200)
    found = build(spec(epochs=10_000, max_time="0.3s")).fit(features, labels)

    assert found.ended == "the time limit of 0.3 s was reached"
    assert len(found.epochs) < 10_000


def test_time_before_a_resume_counts():
    model, other = build(spec(epochs=50, max_time="1h")), build(spec(epochs=50, max_time="1h"))
    model.fit(*examples(), epochs=1)
    model.progress.clock.spent = 3600
    other.restore(capture(model._training(), model.progress, {}))

    assert other.fit(*examples()).ended == "the time limit of 3600 s was reached"


def test_accumulated_batches_learn_as_one_large_batch():
    """28 examples: two groups of 16, 12 in batches of 8, 8 | 8, 4, against batches of 16 and 12."""
    features, labels = examples(dtype=torch.float64)
    small, large = build(spec(accumulate=2) | {"data_type": "float64"}), build(spec(batch_size=16) | {"data_type": "float64"})
    small.fit(features, labels)
    large.fit(features, labels)

    for one, other in zip(small.module.parameters(), large.module.parameters(), strict=True):
        assert torch.allclose(one, other, rtol=1e-12, atol=1e-14)
    assert [record.loss for record in small.history.epochs] == pytest.approx([record.loss for record in large.history.epochs], rel=1e-12)


@pytest.mark.parametrize("autocast", ["bfloat16", "float16"])
def test_autocast_computes_products_in_fewer_bits_and_keeps_the_weights(autocast):
    features, labels = examples()
    round_, plain = build(spec(autocast=autocast)), build(spec())
    before = round_.module(features), plain.module(features)
    losses = [model.fit(features, labels).epochs[-1].loss for model in (round_, plain)]

    assert before[0].dtype == torch.float32
    assert torch.equal(before[0], before[0].to(getattr(torch, autocast)).float())
    assert not torch.equal(*before)
    assert losses[0] == pytest.approx(losses[1], rel=0.05)
    assert {parameter.dtype for parameter in round_.module.parameters()} == {torch.float32}


def test_steps_whose_gradients_overflow_are_left_out_and_the_factor_halved():
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer, scale = torch.optim.SGD([weight], lr=1.0), LossScale.of("float16", torch.device("cpu"))
    first = scale.scaler.get_scale()
    scale.backward((weight * float("inf")).sum())
    scale.step(optimizer)

    assert weight.tolist() == [1.0, 1.0]
    assert (scale.skipped, scale.scaler.get_scale()) == (1, first / 2)
    weight.grad = None
    scale.backward((weight * 0.5).sum())
    scale.step(optimizer)
    assert (weight.tolist(), scale.skipped) == ([0.5, 0.5], 0)


AROUND = [
    {"updater": {"type": "adamw", "learning_rate": 0.1}, "weight_decay": 0.1},
    {"updater": {"type": "adam", "learning_rate": 0.1}, "l2": 0.1, "l1": 0.1},
    {"updater": {"type": "sgd", "learning_rate": 0.1}, "constraints": [{"type": "max_norm", "max": 0.1}]},
]


@pytest.mark.parametrize("words", AROUND)
def test_a_step_that_is_left_out_moves_no_weight_in_any_other_way(words):
    said = {key: value for key, value in spec(autocast="float16").items() if key not in ("learning_rate", "momentum")}
    trainer = build(said | words)._training()
    weights = list(trainer.network.parameters())
    before = [weight.detach().clone() for weight in weights]
    trainer.loss_scale.backward(sum(weight.sum() for weight in weights) * float("inf"))
    trainer.loss_scale.step(trainer.optimizer)

    assert trainer.loss_scale.skipped == 1
    assert all(torch.equal(weight, was) for weight, was in zip(weights, before, strict=True))


def test_gradients_that_overflow_again_and_again_stop_the_training():
    weight = torch.nn.Parameter(torch.ones(2))
    optimizer, scale = torch.optim.SGD([weight], lr=1.0), LossScale.of("float16", torch.device("cpu"))

    def overflow():
        scale.backward((weight * float("inf")).sum())
        scale.step(optimizer)

    for _ in range(MOST_SKIPPED - 1):
        overflow()
    with pytest.raises(Diverged, match=f"overflowed in {MOST_SKIPPED} steps in a row"):
        overflow()


def test_the_loss_scale_is_part_of_a_checkpoint():
    model, other = build(spec(autocast="float16")), build(spec(autocast="float16"))
    model.fit(*examples())
    trainer = model._training()
    trainer.loss_scale.scaler.update(1024.0)
    other.restore(capture(trainer, model.progress, {}))

    assert other._training().loss_scale.scaler.get_scale() == 1024.0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")
def test_a_compiled_network_learns_the_same():
    features, labels = examples(24)
    compiled, plain = build(spec(compile="default")), build(spec())
    found = [[record.loss for record in model.fit(features, labels).epochs] for model in (compiled, plain)]

    assert found[0] == pytest.approx(found[1], rel=1e-5)
    assert not any("_orig_mod" in name for name in compiled.module.state_dict())


def test_a_changed_rate_is_seen_by_its_own_line(capsys):
    from rich.console import Console

    from netspec.report.progress import TrainingProgress

    told = TrainingProgress(Console(width=80))
    told.begin(100, 10)
    for number, rate in enumerate([0.1, 0.1, 0.05], 1):
        told.epoch(Epoch(number, 0.12345, 0.2, 1.5, 60_000, rate, 0.23456, 0.98765))
    lines = capsys.readouterr().out.splitlines()

    assert ["rate" in line for line in lines] == [True, False, True]
    assert all(len(line) <= 80 for line in lines)
    assert all(one != other for one, other in pairwise(lines))
