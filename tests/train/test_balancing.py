"""`class_weights: balanced`: the rarer a class is among the training examples, the more each of them counts."""

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.utils.data import DataLoader, TensorDataset
from train.resuming import assert_same_wherever_it_is_stopped

from netspec import build
from netspec.errors import DataError, SpecError, UsageError
from netspec.interop import dl4j

OUTPUT = {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "class_weights": "balanced"}
LABELS = torch.tensor([0] * 12 + [1] * 5 + [2] * 3)


def spec(output=OUTPUT, **train):
    return {
        "seed": 5,
        "updater": "adam",
        "learning_rate": 0.05,
        "input": 4,
        "data_type": "float64",
        "layers": [{"type": "dense", "n_out": 6, "activation": "tanh"}, output],
        "train": {"batch_size": 8, "epochs": 2} | train,
    }


def features(count=20):
    return torch.randn((count, 4), dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("one_hot", [False, True])
def test_the_weights_are_scikit_learns(one_hot):
    expected = compute_class_weight("balanced", classes=np.arange(3), y=LABELS.numpy())
    said = OUTPUT | {"loss": {"type": "negative_log_likelihood", "weights": expected.tolist()}}
    del said["class_weights"]
    balanced, weighted = build(spec()), build(spec(said))
    labels = torch.nn.functional.one_hot(LABELS).double() if one_hot else LABELS
    for model in (balanced, weighted):
        model.fit(features(), labels)

    assert [record.loss for record in balanced.history.epochs] == pytest.approx([record.loss for record in weighted.history.epochs], rel=1e-12)
    assert balanced.evaluate(features(), LABELS).loss == pytest.approx(weighted.evaluate(features(), LABELS).loss, rel=1e-12)


def test_the_weights_are_those_of_the_spec_s_own_training_examples():
    data = {"type": "iris", "split": {"test": 0.2}}
    model = build({key: value for key, value in spec().items() if key != "input"} | {"data": data})
    model.fit()
    labels = model.data().train.labels.numpy()

    found = model._scorer.outputs["output_1"].loss.weights
    assert found == pytest.approx(compute_class_weight("balanced", classes=np.arange(3), y=labels).tolist(), rel=1e-12)


def test_stopped_anywhere_it_ends_the_same(tmp_path):
    assert_same_wherever_it_is_stopped(spec(), (features(), LABELS), tmp_path)


def test_before_training_there_is_nothing_to_score_with():
    with pytest.raises(UsageError, match="class_weights: balanced follows from training labels, and there were none yet"):
        build(spec()).evaluate(features(), LABELS)


def test_a_class_without_examples_is_refused():
    with pytest.raises(DataError, match="training examples of every class of output_1, and class 2 has none"):
        build(spec()).fit(features(), LABELS.clamp(max=1))


def test_a_loader_does_not_tell_its_labels():
    with pytest.raises(UsageError, match="needs all labels at once"):
        build(spec()).fit(DataLoader(TensorDataset(features(), LABELS), batch_size=4))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"loss": {"type": "negative_log_likelihood", "weights": [1.0, 2.0, 3.0]}}, "layers.1.class_weights must be left out: the loss has `weights`"),
        ({"loss": "mse"}, "layers.1.class_weights must be left out: mse weighs no classes"),
        ({"loss": "xent"}, "layers.1.class_weights must be left out: xent weighs no classes"),
        ({"class_weights": "equal"}, 'layers.1.class_weights must be balanced, got "equal"'),
    ],
)
def test_what_cannot_be_balanced_is_refused(more, message):
    with pytest.raises(SpecError) as refusal:
        build(spec(OUTPUT | more))

    assert message in [problem.message for problem in refusal.value.problems]


def test_dl4j_has_no_such_word(tmp_path):
    with pytest.raises(DataError, match="class_weights must be left out, as DL4J has no such word"):
        dl4j.save(build(spec()), tmp_path / "model.zip")
