"""Networks with several inputs and outputs, from arrays by name to the figures of each output."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from torch.utils.data import DataLoader, Dataset

from netspec import build
from netspec.errors import DataError, SpecError, UsageError
from netspec.model import Model

NETWORK = """\
name: several
seed: 3
updater: sgd
learning_rate: 0.1
activation: tanh
layers:
  - {name: a, type: dense, n_out: 6, input: left}
  - {name: b, type: dense, n_out: 6, input: right}
  - {name: both, type: merge, input: [a, b]}
  - {name: kind, type: output, n_out: 3, input: both, loss: negative_log_likelihood}
  - {name: flag, type: output, n_out: 1, input: both, loss: xent, loss_weight: 0.5}
  - {name: size, type: output, n_out: 2, input: both, loss: mse, loss_weight: 0.25}
"""
INPUT = "input: {left: 4, right: 5}\n"
DATA = """\
data:
  type: arrays
  features: {left: left.npy, right: right.npy}
  labels: {kind: kind.npy, flag: flag.npy, size: size.npy}
"""
TRAIN = "train: {batch_size: 16, epochs: 3}\n"


def examples(count: int = 64, seed: int = 0) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    draw = np.random.default_rng(seed)
    left, right = draw.normal(size=(count, 4)).astype(np.float32), draw.normal(2, 3, size=(count, 5)).astype(np.float32)
    size = np.stack([left.sum(1), right.mean(1)], axis=1).astype(np.float32)
    return {"left": left, "right": right}, {"kind": left[:, :3].argmax(1), "flag": (right[:, 0] > 2).astype(np.int64), "size": size}


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """`files(data=…, more=…)`: the path of the spec, its arrays beside it."""

    def write(data: str = DATA, more: str = TRAIN, network: str = NETWORK) -> Path:
        for name, array in {**examples()[0], **examples()[1]}.items():
            np.save(tmp_path / f"{name}.npy", array)
        path = tmp_path / "several.yaml"
        path.write_text(network + data + more, encoding="utf-8")
        return path

    return write


def by_hand(model: Model, features: dict[str, torch.Tensor], labels: dict[str, torch.Tensor]) -> torch.Tensor:
    logits = model.module(features)
    kind = cross_entropy(logits["kind"], labels["kind"])
    flag = binary_cross_entropy_with_logits(logits["flag"], labels["flag"].float().unsqueeze(1))
    return kind + 0.5 * flag + 0.25 * mse_loss(logits["size"], labels["size"])  # the mean over outputs too, as DL4J's LossMSE


def tensors(arrays: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def test_fit_does_what_a_loop_by_hand_does() -> None:
    features, labels = examples()
    fitted, looped = (build(NETWORK + INPUT + "train: {batch_size: 16, epochs: 2, shuffle: false}\n") for _ in range(2))

    history = fitted.fit(features, labels)
    steps = torch.optim.SGD(looped.module.parameters(), 0.1)
    losses = []
    for _epoch in range(2):
        for start in range(0, 64, 16):
            batch = [{name: values[start : start + 16] for name, values in tensors(part).items()} for part in (features, labels)]
            steps.zero_grad()
            loss = by_hand(looped, *batch)
            loss.backward()
            steps.step()
            losses.append(float(loss.detach()))

    assert [record.loss for record in history.epochs] == pytest.approx([np.mean(losses[:4]), np.mean(losses[4:])], rel=1e-5)
    for ours, theirs in zip(fitted.module.parameters(), looped.module.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-6)


def test_each_output_is_evaluated_by_its_own_metric() -> None:
    model = build(NETWORK + INPUT)
    features, labels = examples(200, seed=1)
    result, predicted = model.evaluate(features, labels), model.predict(features)

    assert list(result.outputs) == ["kind", "flag", "size"]
    assert {name: list(judged.evaluations) for name, judged in result.outputs.items()} == {
        "kind": ["classification"],
        "flag": ["classification"],
        "size": ["regression"],
    }
    assert result["kind"].figure("accuracy") == pytest.approx(metrics.accuracy_score(labels["kind"], predicted["kind"].argmax(1)))
    assert result.figure("flag.f1") == pytest.approx(metrics.f1_score(labels["flag"], predicted["flag"][:, 0] > 0.5))
    assert result.figure("size.mse") == pytest.approx(metrics.mean_squared_error(labels["size"], predicted["size"]), rel=1e-5)
    assert result["kind"].loss == pytest.approx(-float(predicted["kind"].log()[range(200), labels["kind"]].mean()), rel=1e-5)
    assert result.loss == pytest.approx(result["kind"].loss + 0.5 * result["flag"].loss + 0.25 * result["size"].loss)
    with torch.no_grad():
        assert result.loss == pytest.approx(float(by_hand(model, tensors(features), tensors(labels))), rel=1e-5)
        assert model.score((features, labels)) == pytest.approx(result.loss, rel=1e-5)


def test_a_map_gives_outputs_metrics_of_their_own() -> None:
    model = build(NETWORK + INPUT + "evaluation: {kind: [{type: classification, top_n: 2}, roc], flag: roc}\n")
    features, labels = examples(100, seed=2)
    result, predicted = model.evaluate(features, labels), model.predict(features)

    assert result.figure("kind.auc") == pytest.approx(metrics.roc_auc_score(labels["kind"], predicted["kind"], multi_class="ovr"), abs=1e-6)
    assert result.figure("flag.auc") == pytest.approx(metrics.roc_auc_score(labels["flag"], predicted["flag"][:, 0]))
    assert result.figure("kind.top_2_accuracy") == pytest.approx(metrics.top_k_accuracy_score(labels["kind"], predicted["kind"], k=2))


def test_the_table_has_a_part_for_each_output() -> None:
    result = build(NETWORK + INPUT).evaluate(*examples())
    lines = result.table().splitlines()

    heads = [line for line in lines if line.startswith(("kind ", "flag ", "size "))]
    assert [head.split()[:2] for head in heads] == [["kind", "loss"], ["flag", "loss"], ["size", "loss"]]
    assert sum(line.startswith("64 examples, ") for line in lines) == 3
    assert list(json.loads(json.dumps(result.as_dict()))["outputs"]) == ["kind", "flag", "size"]


def test_the_result_of_several_outputs_asks_which_one_is_meant() -> None:
    result = build(NETWORK + INPUT).evaluate(*examples())

    for mistake in (lambda: result.accuracy, lambda: result.figure("f1"), lambda: result.evaluation):
        with pytest.raises(UsageError, match=r"^the network has several outputs, kind, flag and size$"):
            mistake()
    with pytest.raises(UsageError, match=r"^there is no output colour$"):
        result["colour"]
    with pytest.raises(UsageError, match=r"^the evaluation has no figure auc$"):
        result["kind"].figure("auc")


@pytest.mark.parametrize("as_loader", [False, True])
def test_datasets_and_loaders_of_mappings_train_as_arrays_do(as_loader: bool) -> None:
    features, labels = examples()

    class Pairs(Dataset[Any]):
        def __len__(self) -> int:
            return 64

        def __getitem__(self, row: int) -> Any:
            return {name: values[row] for name, values in features.items()}, {name: values[row] for name, values in labels.items()}

    spec = NETWORK + INPUT + "train: {batch_size: 16, epochs: 2, shuffle: false}\n"
    ours, theirs = build(spec), build(spec)
    ours.fit(features, labels)
    theirs.fit(DataLoader(Pairs(), batch_size=16) if as_loader else Pairs())

    assert theirs.evaluate(Pairs()).loss == pytest.approx(ours.evaluate(features, labels).loss)


def test_validation_and_early_stopping_look_at_the_sum_of_the_losses() -> None:
    model = build(NETWORK + INPUT + "train: {batch_size: 16, epochs: 9, early_stopping: {patience: 2, least_gain: 100.0}}\n")
    held = examples(40, seed=5)
    history = model.fit(*examples(), validation=held)

    assert len(history.epochs) == 3
    best = min(history.epochs, key=lambda record: record.validation_loss)
    result = model.evaluate(*held)
    assert history.best == best.epoch
    assert result.loss == pytest.approx(best.validation_loss, rel=1e-6)
    assert best.validation_figures["kind.accuracy"] == pytest.approx(result.figure("kind.accuracy"))
    assert best.validation_accuracy is None


def test_a_data_set_of_files_trains_as_its_arrays_do(files: Callable[..., Path]) -> None:
    split = DATA + "  split: {test: 0.25}\n"
    ours, theirs = build(files(split)), build(NETWORK + INPUT + TRAIN)
    ours.fit()
    part = ours.data().train
    theirs.fit(part.features, part.labels)

    assert len(part) == 48
    assert ours.evaluate().loss == pytest.approx(theirs.evaluate(ours.data().test.features, ours.data().test.labels).loss)


def test_a_split_takes_the_classes_of_the_first_output_that_has_some_in_proportion(files: Callable[..., Path]) -> None:
    model = build(
        files(DATA.replace("{kind: kind.npy, flag: flag.npy, size: size.npy}", "{size: size.npy, kind: kind.npy, flag: flag.npy}") + "  split: {test: 0.25}\n")
    )
    whole, aside = np.bincount(examples()[1]["kind"]), np.bincount(model.data().test.labels["kind"])

    assert aside.sum() == 16
    assert (np.abs(aside - whole / 4) < 1).all()


def test_streaming_gives_the_same_training(files: Callable[..., Path]) -> None:
    held, streamed = (build(files(f"{DATA}  resident: {resident}\n  workers: 0\n  normalize: standardize\n")) for resident in ("true", "false"))

    assert [record.loss for record in held.fit().epochs] == pytest.approx([record.loss for record in streamed.fit().epochs], rel=1e-5)
    assert not streamed.data().resident


def test_each_input_is_scaled_by_its_own_statistics(files: Callable[..., Path], tmp_path: Path) -> None:
    model = build(files(DATA + "  normalize: standardize\n"))
    train = model.data().train

    for values in train.features.values():
        assert values.mean(0).numpy() == pytest.approx(np.zeros(values.shape[1]), abs=1e-6)
        assert values.std(0, unbiased=False).numpy() == pytest.approx(np.ones(values.shape[1]), abs=1e-5)
    features = examples(8, seed=9)[0]
    model.save(tmp_path / "weights.safetensors")
    again = build(files(DATA + "  normalize: standardize\n")).load(tmp_path / "weights.safetensors")
    for name, values in model.predict(features).items():
        assert torch.equal(values, again.predict(features)[name])


def test_a_change_of_any_array_changes_the_digest(files: Callable[..., Path], tmp_path: Path) -> None:
    path = files()
    before = build(path).data().digest
    sizes = examples()[1]["size"]
    sizes[7, 1] += 1
    np.save(tmp_path / "size.npy", sizes)

    assert build(path).data().digest != before


@pytest.mark.parametrize(
    ("features", "labels", "message"),
    [
        ({"left": 4}, None, "features must be a mapping with left and right, got left"),
        ({"left": 4, "right": 5, "top": 1}, None, "features must be a mapping with left and right, got left, right and top"),
        ({"left": 4, "right": 3}, None, "features['right'] must be N×5, got 64×3"),
        (None, {"kind": 3}, "labels must be a mapping with kind, flag and size, got kind"),
        (None, {"kind": 3, "flag": 1, "size": 3}, "labels['size'] must be N×2, the outputs of size, or N class indices, got 64×3"),
    ],
)
def test_what_is_missing_or_of_another_shape_is_called_by_name(features: Any, labels: Any, message: str) -> None:
    model, given = build(NETWORK + INPUT), examples()
    for place, sizes in ((0, features), (1, labels)):
        if sizes is not None:
            given[place].clear()
            given[place].update({name: np.zeros((64, size), np.float32) for name, size in sizes.items()})
    with pytest.raises(DataError) as refused:
        model.fit(*given)

    assert str(refused.value) == message


def test_arrays_of_other_lengths_are_refused() -> None:
    model, (features, labels) = build(NETWORK + INPUT), examples()
    with pytest.raises(DataError, match=r"^features must be as many by every name, got 60 of left and 64 of right$"):
        model.fit(features | {"left": features["left"][:60]}, labels)
    with pytest.raises(DataError, match=r"^features and labels must be as many, got 60 and 64$"):
        model.fit({name: values[:60] for name, values in features.items()}, labels)
    with pytest.raises(DataError, match=r"^features must be a mapping with left and right, got one array$"):
        model.evaluate(features["left"], labels)
    with pytest.raises(DataError, match=r"^labels\['kind'\] must be class indices from 0 to 2, got 0 to 7$"):
        model.evaluate(features, labels | {"kind": np.arange(64) % 8})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (DATA.replace("left: left.npy, ", ""), 'layers.0.input must be the name of a layer or an input, got "left"'),
        (DATA.replace("left:", "lift:"), 'layers.0.input must be the name of a layer or an input, got "left"'),
        (DATA.replace(", size: size.npy", ""), "data.labels must name the outputs with a loss, kind, flag and size, got flag and kind"),
        (DATA.replace("kind:", "sort:"), "data.labels must name the outputs with a loss, kind, flag and size, got flag, size and sort"),
        (DATA.replace("{kind: kind.npy, flag: flag.npy, size: size.npy}", "kind.npy"), "data must have labels for each output, kind, flag and size"),
        (DATA.replace("kind: kind.npy", "kind: size.npy"), "layers.3.loss must be a loss on values: the labels of arrays are numbers"),
        (DATA.replace("size: size.npy", "size: left.npy"), "layers.5.n_out must be 4, one output for each value of arrays, got 2"),
        (DATA.replace("kind: kind.npy", "kind: no.npy"), "data.labels.kind must be readable: "),
        (DATA.replace("kind: kind.npy", "kind: 3"), "data.labels.kind must be the name of a .npy file, got 3"),
        (
            DATA.replace("{kind: kind.npy, flag: flag.npy, size: size.npy}", "3"),
            "data.labels must be a .npy file, or a mapping from the names of inputs or outputs",
        ),
        (DATA + "  resize: 8x8\n", "data.resize must be left out: arrays holds several inputs"),
        (
            DATA + "  test_features: {left: left.npy}\n  test_labels: {kind: kind.npy, flag: flag.npy, size: size.npy}\n",
            "data must be readable: test_features must have the names of features, left and right, got left",
        ),
        (DATA + "evaluation: {colour: roc}\n", 'evaluation.colour must name an output with a loss, got "colour"'),
    ],
)
def test_a_data_set_that_does_not_fit_is_refused_where_it_is_said(data: str, message: str, files: Callable[..., Path]) -> None:
    with pytest.raises(SpecError) as refused:
        build(files(data))

    assert any(problem.message.startswith(message) for problem in refused.value.problems), refused.value


def test_files_of_other_lengths_are_refused(files: Callable[..., Path], tmp_path: Path) -> None:
    path = files()
    np.save(tmp_path / "right.npy", np.zeros((60, 5), np.float32))

    with pytest.raises(SpecError, match=r"right\.npy: must hold as many examples as .*left\.npy, 64, got 60"):
        build(path)


def test_inputs_that_the_spec_says_too_must_be_those_of_the_data(files: Callable[..., Path]) -> None:
    assert build(files(INPUT + DATA)).plan.inputs == build(files()).plan.inputs
    with pytest.raises(SpecError, match=r"input\.right must be 5, the shape of the data, got 6"):
        build(files(INPUT.replace("right: 5", "right: 6") + DATA))
    with pytest.raises(SpecError, match=r"input must name the inputs of the data, left and right, or be left out, got left and top"):
        build(files("input: {left: 4, top: 5}\n" + DATA))


def test_pretraining_takes_mappings_too() -> None:
    model = build(
        "seed: 1\nupdater: sgd\nlearning_rate: 0.1\ninput: {left: 4, right: 5}\nlayers:\n"
        "  - {name: a, type: autoencoder, n_out: 3, input: left, activation: sigmoid}\n"
        "  - {name: b, type: dense, n_out: 3, input: right, activation: tanh}\n"
        "  - {name: both, type: merge, input: [a, b]}\n  - {type: output, n_out: 3, input: both, loss: negative_log_likelihood}\n"
    )

    assert len(model.pretrain(examples()[0], epochs=2).pretraining) == 2


def test_metrics_may_be_asked_for_beside_the_specs() -> None:
    model, (features, labels) = build(NETWORK + INPUT), examples(100, seed=2)
    result = model.evaluate(features, labels, evaluation={"flag": ["roc", {"type": "calibration", "bins": 4}]})

    assert list(result["flag"].evaluations) == ["roc", "calibration"]
    assert list(result["kind"].evaluations) == ["classification"]
    assert len(result["flag"].evaluations["calibration"].counts[0]) == 4
    assert result.figure("flag.auc") == pytest.approx(metrics.roc_auc_score(labels["flag"], model.predict(features)["flag"][:, 0]))
    assert model.evaluate(features, labels)["flag"].figures().keys() == build(NETWORK + INPUT).evaluate(features, labels)["flag"].figures().keys()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("rock", 'evaluation must be the name of a metric, got "rock"'),
        ({"kind": [{"type": "roc", "steps": 0}]}, "evaluation.kind.0.steps must be greater than 0, got 0"),
        ({"colour": "roc"}, "evaluation.colour must name an output with a loss"),
        ({"kind": "regression"}, "regression must be another: the labels are classes, for the output kind"),
        ({"kind": {"type": "classification", "top_n": 4}}, "classification.top_n must be at most 3, as there are outputs, for the output kind"),
    ],
)
def test_metrics_that_do_not_fit_are_refused_by_evaluate(said: Any, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        build(NETWORK + INPUT).evaluate(*examples(), evaluation=said)

    assert str(refused.value) == message


def test_a_table_feeds_several_inputs_and_outputs(tmp_path: Path) -> None:
    features, labels = examples()
    columns = [*features["left"].T, *features["right"].T, labels["kind"], labels["flag"], *labels["size"].T]
    names = ["l0", "l1", "l2", "l3", "r0", "r1", "r2", "r3", "r4", "kind", "flag", "s0", "s1"]
    np.savetxt(tmp_path / "table.csv", np.stack(columns, axis=1), delimiter=",", header=",".join(names), comments="", fmt="%.9g")
    data = """\
data:
  type: csv
  path: table.csv
  features: {left: [l0, l1, l2, l3], right: [r0, r1, r2, r3, r4]}
  label: {kind: kind, flag: flag, size: [s0, s1]}
  task: {size: regression}
  split: {test: 0.25}
"""
    (tmp_path / "several.yaml").write_text(NETWORK + data + TRAIN, encoding="utf-8")
    model = build(tmp_path / "several.yaml")
    model.fit()
    part, result = model.data().test, model.evaluate()

    assert result.loss == pytest.approx(model.evaluate(part.features, part.labels).loss)
    assert result["kind"].evaluations["classification"].names == ("0", "1", "2")
    assert result["size"].evaluations["regression"].examples == 16
