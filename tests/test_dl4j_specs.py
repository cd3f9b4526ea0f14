"""DL4J's classic examples as specs: right without a warning, as large as counted by hand, with its settings, and able to learn."""

import importlib.util
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from netspec import build, load
from netspec.plan import Plan
from netspec.resolve import resolve
from netspec.scored import ScoredLayer
from netspec.shapes import Convolutional, FeedForward, Recurrent, Shape

FOLDER = Path(__file__).resolve().parents[1] / "specs" / "dl4j"
SPECS = sorted(FOLDER.glob("*.yaml"))


def lstm(inputs: int, units: int) -> int:
    """Four gates, each with weights of input and state and a bias."""
    return 4 * units * (inputs + units + 1)


def dense(inputs: int, units: int) -> int:
    return inputs * units + units


LENET = 25 * 20 + 20 + 20 * 25 * 50 + 50 + dense(4 * 4 * 50, 500) + dense(500, 10)  # 28 → 24 → 12 → 8 → 4
CIFAR = [(9, 3, 32), (1, 32, 16), (9, 16, 64), (1, 64, 32), (9, 32, 128), (1, 128, 64), (1, 64, 10)]
YOLO = [3, 16, 32, 64, 128, 256, 512, 1024, 1024]
VGG = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
PARAMETERS = {
    "addition_seq2seq": lstm(14, 128) + lstm(14 + 128, 128) + dense(128, 14),
    "captcha": dense(25, 48) + dense(48 * 25, 64) + dense(64 * 9, 128) + dense(128 * 5 * 17, 512) + 6 * dense(512, 10),  # 60×160 → 28×78 → 12×37 → 5×17
    "center_loss_lenet": dense(25, 32) + dense(25 * 32, 64) + dense(4 * 4 * 64, 256) + dense(256, 2) + dense(2, 10),
    "cifar_classifier": sum(dense(size * before, after) + 2 * after for size, before, after in CIFAR) + dense(490, 10),  # 32 → 16 → 18 → 9 → 11 → 13 → 15 → 7
    "conv1d_uci_sequence": dense(3, 1) + dense(58, 6),
    "csv_data": dense(1, 1) + dense(1, 1),
    "early_stopping_mnist": dense(25, 20) + dense(12 * 12 * 20, 500) + dense(500, 10),
    "generate_txt": lstm(46, 200) + lstm(200, 200) + dense(200, 46),
    "image_drawer": dense(2, 1000) + 4 * dense(1000, 1000) + dense(1000, 3),
    "imdb_cnn": 20001 * 300 + sum(dense(size * 300, 100) for size in (3, 4, 5)) + dense(300, 2),
    "imdb_rnn": 20001 * 300 + lstm(300, 256) + dense(256, 2),
    "iris_classifier": dense(4, 3) + dense(3, 3) + dense(3, 3),
    "lenet_mnist": LENET,
    "lenet_mnist_relu": LENET,
    "linear_classifier": dense(2, 20) + dense(20, 2),
    "math_functions": dense(1, 50) + dense(50, 50) + dense(50, 1),
    "memorize_sequence": lstm(21, 50) + lstm(50, 50) + dense(50, 21),
    "mlp_mnist_single_layer": dense(784, 1000) + dense(1000, 10),
    "mlp_mnist_two_layer": dense(784, 500) + dense(500, 100) + dense(100, 10),
    "mnist_autoencoder": dense(784, 250) + dense(250, 10) + dense(10, 250) + dense(250, 784),
    "moon_classifier": dense(2, 50) + dense(50, 2),
    "saturn_classifier": dense(2, 20) + dense(20, 2),
    "sequence_anomaly": lstm(1, 100) + lstm(100, 80) + lstm(80, 5) + lstm(5, 80) + lstm(80, 100) + dense(100, 1),
    "sum": dense(2, 10) + dense(10, 1),
    "tiny_yolo": sum(9 * before * after + 2 * after for before, after in pairwise(YOLO)) + dense(1024, 75),
    "train_news": 5001 * 100 + lstm(100, 200) + dense(200, 2),
    "uci_sequence": lstm(1, 10) + dense(10, 6),
    "vae_mnist_anomaly": 2 * (dense(784, 256) + dense(256, 256)) + 2 * dense(256, 32) + dense(32, 256) - dense(784, 256) + dense(256, 784),
    "vgg16_transfer": sum(dense(9 * before, after) for before, after in pairwise(VGG)) + dense(7 * 7 * 512, 4096) + dense(4096, 4096) + dense(4096, 5),
    "weighted_loss": dense(2, 5) + dense(5, 2),
    "xor": dense(2, 4) + dense(4, 2),
}
"""Weights and biases, counted by hand."""

TRAINING = {  # updater, rate, batch size, epochs, seed: as the examples have them
    "early_stopping_mnist": ("nesterovs", 0.02, 25, 100, 12345),
    "imdb_cnn": ("adam", 0.01, 32, 1, 12345),
    "imdb_rnn": ("adam", 0.005, 64, 1, 0),
    "lenet_mnist": ("adam", 0.001, 64, 1, 123),
    "lenet_mnist_relu": ("nesterovs", 0.06, 54, 1, 1234),
    "linear_classifier": ("nesterovs", 0.01, 50, 30, 123),
    "math_functions": ("nesterovs", 0.01, 100, 2000, 12345),
    "memorize_sequence": ("rmsprop", 0.001, 1, 100, 123),
    "mlp_mnist_single_layer": ("nesterovs", 0.006, 128, 15, 123),
    "mlp_mnist_two_layer": ("nadam", 0.001, 64, 15, 123),
    "moon_classifier": ("nesterovs", 0.005, 50, 100, 123),
    "saturn_classifier": ("nesterovs", 0.005, 50, 30, 123),
    "sum": ("nesterovs", 0.01, 100, 200, 12345),
    "uci_sequence": ("nadam", 0.001, 10, 40, 123),
    "conv1d_uci_sequence": ("nadam", 0.001, 10, 40, 123),
    "xor": ("sgd", 0.1, 4, 10000, 123),
}

SMALL = [path for path in SPECS if "path: data/" in path.read_text(encoding="utf-8") and path.stem != "image_drawer"]
every_spec = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_OFFLINE", "1")


@every_spec
def test_the_spec_is_right_without_a_warning_and_has_the_parameters_counted_by_hand(path: Path) -> None:
    plan = resolve(load(path))

    assert plan.warnings == ()
    assert plan.parameters == PARAMETERS[path.stem]


@every_spec
def test_the_spec_is_named_like_its_file_says_its_idea_first_and_where_it_is_from(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert load(path).name == path.stem
    assert text.startswith("# ")
    assert "# Source: deeplearning4j-examples, " in text


@pytest.mark.parametrize("name", TRAINING)
def test_the_spec_trains_as_the_example_does(name: str) -> None:
    plan = resolve(load(FOLDER / f"{name}.yaml"))

    assert plan.updater is not None
    assert plan.train is not None
    assert (plan.updater.type, plan.updater.learning_rate.start, plan.train.batch_size, plan.train.epochs, plan.seed) == TRAINING[name]


def features_for(plan: Plan, name: str, shape: Shape) -> torch.Tensor:
    """Two examples; indices where an embedding takes them."""
    dims = [7 if size is None else size for size in shape.dims]
    takers = [node.layer for node in plan.nodes if name in node.inputs]
    return torch.randint(0, 50, (2, *dims)).float() if takers[0].takes_indices else torch.rand(2, *dims)


def labels_for(plan: Plan, name: str, steps: int) -> torch.Tensor:
    node = plan.node(name)
    assert isinstance(node.layer, ScoredLayer)
    if isinstance(node.output, Convolutional):  # boxes: left, top, right, bottom, then classes
        boxes = torch.rand(2, node.layer.loss.labels_for(node.output.channels), *node.output.sides)
        boxes[:, 2:4] += boxes[:, :2]
        return boxes
    sizes = (2, steps) if isinstance(node.output, Recurrent) else (2,)
    return torch.randint(0, node.output.size, sizes) if node.layer.loss.takes_indices else torch.rand(*sizes, node.output.size)


@pytest.mark.parametrize("path", [path for path in SPECS if path.stem != "vae_mnist_anomaly"], ids=lambda path: path.stem)
def test_one_step_moves_every_parameter_but_frozen_ones_and_those_that_only_learn_alone(path: Path) -> None:
    torch.manual_seed(5)
    model = build(path, device="cpu")
    plan = model.plan
    features = {name: features_for(plan, name, shape) for name, shape in plan.inputs.items()}
    steps = next((value.shape[1] for value, shape in zip(features.values(), plan.inputs.values(), strict=True) if isinstance(shape, Recurrent)), 0)
    labels = {name: labels_for(plan, name, steps) for name in plan.outputs}
    before = {name: parameter.detach().clone() for name, parameter in model.module.named_parameters()}
    model.module.train()

    loss = model._scorer(model.module(features), labels)
    loss.backward()
    model.optimizer.step()

    assert torch.isfinite(loss)
    alone = {f"{node.name}.{name}" for node, name, parameter in plan.each_parameter() if parameter.pretrained or node.layer.frozen}
    assert {name for name, parameter in model.module.named_parameters() if torch.equal(before[name], parameter)} == alone


def test_the_network_without_labels_learns_to_give_its_pictures_back() -> None:
    path = FOLDER / "vae_mnist_anomaly.yaml"
    model = build(load(path, settings=["data=digits", "train.pretrain=2"]), device="cpu")
    before = model.evaluate()
    history = model.fit()
    after = model.evaluate()

    assert [record.layer for record in history.records] == ["code", "code"]
    assert after.reconstructions["code"] < before.reconstructions["code"]


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_an_epoch_on_its_own_data_runs_and_is_evaluated(path: Path) -> None:
    model = build(path, device="cpu")

    history = model.fit(epochs=1)

    assert np.isfinite(history.epochs[0].loss)
    assert np.isfinite(model.evaluate().loss)


def test_the_data_are_what_their_script_draws(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("draw", FOLDER / "data" / "draw.py")
    assert spec is not None
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    draw.main(tmp_path)
    drawn = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*")}
    there = {path.relative_to(FOLDER / "data") for path in (FOLDER / "data").rglob("*.*") if "__pycache__" not in path.parts}

    assert there - drawn == {Path("draw.py"), Path("sonnets.txt"), Path("memorize.txt")}
    assert drawn - there == set()
    for name in drawn - {Path("picture.npz")}:
        assert (tmp_path / name).read_text(encoding="utf-8") == (FOLDER / "data" / name).read_text(encoding="utf-8"), name
    with np.load(tmp_path / "picture.npz") as one, np.load(FOLDER / "data" / "picture.npz") as other:
        assert all(np.array_equal(one[key], other[key]) for key in ("features", "labels"))


def test_a_flat_output_is_told_from_one_by_step() -> None:
    """The labels made above have steps only where outputs have."""
    assert isinstance(resolve(load(FOLDER / "uci_sequence.yaml")).node("output_1").output, FeedForward)
    assert isinstance(resolve(load(FOLDER / "generate_txt.yaml")).node("output_1").output, Recurrent)


LEARNED = {  # least accuracy on the examples set aside, after the spec's own training
    "iris_classifier": 0.9,
    "linear_classifier": 0.95,
    "moon_classifier": 0.9,
    "saturn_classifier": 0.99,
    "uci_sequence": 0.6,
    "conv1d_uci_sequence": 0.7,
    "xor": 1.0,
    "generate_txt": 0.2,
    "lenet_mnist": 0.97,
    "mlp_mnist_single_layer": 0.965,
}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", LEARNED)
def test_a_whole_training_learns(name: str, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_DATA", str(shared / "data"))
    model = build(FOLDER / f"{name}.yaml", device="cpu")

    model.fit()

    assert model.evaluate().accuracy >= LEARNED[name]
