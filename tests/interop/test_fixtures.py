"""The models and recordings that DL4J's own tests publish, of 0.5.0 to 1.0.0-beta4: imported, predicted with, trained on as recorded."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from netspec import build
from netspec.datasets import Places
from netspec.datasets.mnist import Mnist
from netspec.generators.dl4j import Shuffles
from netspec.interop import dl4j
from netspec.interop.dl4j.bridge import parse_shapes
from netspec.interop.dl4j.buffers import read_array
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.said import Unspoken

IMPORTED = {
    "050/050_ModelSerializer_Regression_CNN_1.zip": None,
    "050/050_ModelSerializer_Regression_MLP_1.zip": None,
    "050/050_ModelSerializer_Regression_MLP_2.zip": None,
    "060/060_ModelSerializer_Regression_CNN_1.zip": None,
    "060/060_ModelSerializer_Regression_LSTM_1.zip": None,
    "060/060_ModelSerializer_Regression_MLP_1.zip": None,
    "060/060_ModelSerializer_Regression_MLP_2.zip": None,
    "080/080_ModelSerializer_Regression_CNN_1.zip": None,
    "080/080_ModelSerializer_Regression_LSTM_1.zip": None,
    "080/080_ModelSerializer_Regression_MLP_1.zip": None,
    "080/080_ModelSerializer_Regression_MLP_2.zip": None,
    "100a/upsampling/net.bin": None,
    "100b4/SyntheticCNN_100b4.bin": "1x28x28",
    "100b4/VaeMNISTAnomaly_100b4.bin": None,
    "integration/LenetMnist/config.mlc.json": None,
    "integration/MLPMnist/Model_RANDOM_INIT_UNTRAINED.zip": None,
    "integration/MLPMnist/config.mlc.json": None,
    "integration/MLPMoon/Model_RANDOM_INIT_UNTRAINED.zip": None,
    "integration/MLPMoon/config.mlc.json": None,
    "integration/RnnCsvSequenceClassification1/Model_RANDOM_INIT_UNTRAINED.zip": None,
    "integration/RnnCsvSequenceClassification1/config.mlc.json": None,
}
"""Every file there with a network in it that is DL4J's own, and the shape of its input where the file does not tell."""

OF_ONES_OWN = ["100a/CustomLayerExample_100a.bin", "100b4/CustomLayerExample_100b4_double.bin", "100b4/CustomLayerExample_100b4_float.bin"]


@pytest.fixture(scope="module")
def fixtures(request) -> Path:
    return request.getfixturevalue("shared") / "dl4j" / "fixtures"


@pytest.fixture(scope="session", autouse=True)
def _shared_first(shared):
    """Without the recordings there is nothing to test here."""


def array(path: Path) -> np.ndarray:
    return read_array(path.read_bytes()).values


@pytest.mark.parametrize("name", IMPORTED)
def test_the_spec_of_each_file_is_as_short_as_a_person_would_write_it(fixtures, golden, name):
    text = dl4j.import_file(fixtures / name, shapes=parse_shapes(IMPORTED[name])).text

    golden(f"dl4j/{name.replace('/', '-').rsplit('.', 1)[0]}.yaml", text.rstrip("\n"))


def test_no_file_is_forgotten(fixtures):
    networks = {str(path.relative_to(fixtures)) for pattern in ("**/*.zip", "**/config*.json", "**/net.bin", "*/*_100*.bin") for path in fixtures.glob(pattern)}

    assert {name for name in networks if "_Input_" not in name and "_Output_" not in name} == {*IMPORTED, *OF_ONES_OWN}


@pytest.mark.parametrize("name", OF_ONES_OWN)
def test_a_layer_class_of_ones_own_is_refused_by_name(fixtures, name):
    with pytest.raises(Unspoken, match=r"layer 1 .* must be something netspec has, got CustomLayer"):
        dl4j.load(fixtures / name)


COUNTS = {"CNN_1": 10184, "MLP_1": 41, "MLP_2": 41, "LSTM_1": 477}


@pytest.mark.parametrize(("release", "name"), [(release, name) for release in ("050", "060", "080") for name in COUNTS if (release, name) != ("050", "LSTM_1")])
def test_parameters_and_updater_state_are_the_ones_written(fixtures, release, name):
    count = COUNTS[name]

    model = dl4j.load(fixtures / release / f"{release}_ModelSerializer_Regression_{name}.zip")

    assert dl4j.flat_parameters(model).tolist() == list(range(1, count + 1))
    if model.trainer is not None and model.plan.updater.type == "rmsprop":
        assert dl4j.updater_state(model, era=Era.V0_8_0).tolist() == list(range(1, count + 1))


def test_a_convolution_network_of_the_alpha_predicts_and_learns_as_recorded(fixtures):
    folder = fixtures / "100a" / "upsampling"
    model, features, labels = dl4j.load(folder / "net.bin"), array(folder / "in.bin"), array(folder / "labels.bin")

    assert model.predict(features).numpy() == pytest.approx(array(folder / "out.bin"), abs=1e-6)
    assert dl4j.flat_gradient(model, (features, labels)) == pytest.approx(array(folder / "gradient.bin").ravel(), abs=1e-6)


@pytest.mark.parametrize(("name", "shape"), [("SyntheticCNN", "1x28x28"), ("VaeMNISTAnomaly", None)])
def test_a_network_of_beta4_predicts_as_recorded(fixtures, name, shape):
    folder = fixtures / "100b4"
    model = dl4j.load(folder / f"{name}_100b4.bin", input=shape)

    found = model.predict(dl4j.features(model, array(folder / f"{name}_Input_100b4.bin"))).numpy()

    assert dl4j.output(model, model.plan.outputs[0], found) == pytest.approx(array(folder / f"{name}_Output_100b4.bin"), abs=1e-6)


class Integration:
    """One of DL4J's integration tests: a folder of what was recorded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def untrained(self) -> dl4j.Imported:
        return dl4j.load(self.folder / "Model_RANDOM_INIT_UNTRAINED.zip")

    def array(self, name: str) -> np.ndarray:
        return array(self.folder / f"{name}.bin")

    @property
    def curve(self) -> list[float]:
        return [float(score) for score in (self.folder / "trainingCurve.csv").read_text().split(",")]

    def counts(self) -> list[list[int]]:
        """DL4J's confusion matrix: by actual class, predicted classes and how often."""
        stored = json.loads((self.folder / "evaluation" / "0.Evaluation.json").read_text())["confusion"]
        found = np.zeros((len(stored["classes"]),) * 2, int)
        for actual, (predicted, counts) in stored["matrix"].items():
            np.add.at(found, (int(actual), predicted), counts)
        return found.tolist()


def curve(model, batches) -> list[float]:
    """The score before each step."""
    return [model.step(batch) for batch in batches]


def confusion(model, features, labels) -> list[list[int]]:
    counted = model.evaluate(torch.as_tensor(features), torch.as_tensor(labels)).evaluation
    return [list(row) for row in counted.confusion]


@pytest.fixture(scope="module")
def mnist(fixtures):
    """MNIST as DL4J's iterator gives it with seed 12345: pixels divided by 255, both parts shuffled."""
    places = Places(fixtures.parents[1] / "data", Path(), download=False)
    read = Mnist.parse("mnist").load(places)

    def part(examples):
        order = Shuffles(12345).order(0, len(examples.labels))
        return examples.features[order].astype(np.float32) / np.float32(255), examples.labels[order]

    return part(read.train), part(read.test)


def in_batches(features, labels, size, count):
    return [(features[start : start + size], labels[start : start + size]) for start in range(0, size * count, size)]


def test_mlp_mnist(fixtures, mnist):
    recorded, ((images, labels), _) = Integration(fixtures / "integration" / "MLPMnist"), mnist
    rows, model = images.reshape(len(images), -1), recorded.untrained()

    for case, count in enumerate((1, 10)):
        assert model.predict(rows[:count]).numpy() == pytest.approx(recorded.array(f"predictions/output_{case}_0"), abs=1e-6)
    assert dl4j.flat_gradient(model, (rows[:10], labels[:10])) == pytest.approx(recorded.array("flattenedGradients").ravel(), abs=1e-6)
    assert curve(model, in_batches(rows, labels, 16, 32)) == pytest.approx(recorded.curve, abs=1e-5)
    assert dl4j.flat_parameters(model) == pytest.approx(recorded.array("paramsPostTrain").ravel(), abs=1e-5)
    assert confusion(model, rows[:160], labels[:160]) == recorded.counts()


def test_mlp_moon(fixtures):
    data = fixtures / "integration" / "data"
    recorded = Integration(fixtures / "integration" / "MLPMoon")
    train, test = (np.loadtxt(data / f"moon_data_{part}.csv", delimiter=",", dtype=np.float32) for part in ("train", "eval"))
    (features, labels), (others, other_labels) = ((part[:, 1:], part[:, 0].astype(np.int64)) for part in (train, test))
    model = recorded.untrained()

    for case, count in enumerate((1, 10)):
        assert model.predict(others[:count]).numpy() == pytest.approx(recorded.array(f"predictions/output_{case}_0"), abs=1e-6)
    assert dl4j.flat_gradient(model, (others[:5], other_labels[:5])) == pytest.approx(recorded.array("flattenedGradients").ravel(), abs=1e-6)
    assert curve(model, in_batches(features, labels, 32, 63)) == pytest.approx(recorded.curve, abs=1e-5)
    assert dl4j.flat_parameters(model) == pytest.approx(recorded.array("paramsPostTrain").ravel(), abs=1e-5)
    assert confusion(model, others, other_labels) == recorded.counts()


def test_lenet_mnist_from_its_seed(fixtures, mnist):
    recorded, ((images, labels), (test, test_labels)) = Integration(fixtures / "integration" / "LenetMnist"), mnist
    values = dl4j.import_file(recorded.folder / "config.mlc.json").values
    model = build({**values, "random": {"type": "dl4j", "era": "1.0.0-beta"}})

    assert model.predict(images[:1]).numpy() == pytest.approx(recorded.array("predictions/output_0_0"), abs=1e-6)
    assert model.predict(images[8:16]).numpy() == pytest.approx(recorded.array("predictions/output_1_0"), abs=1e-6)
    gradient = dl4j.flat_gradient(model, (test[:8], test_labels[:8]))
    for name, part in parts_of(gradient).items():
        if (recorded.folder / "gradients" / f"{name}.bin").is_file():
            wanted = recorded.array(f"gradients/{name}")
            assert part == pytest.approx(wanted.ravel(order="F" if name.startswith("5") else "C"), abs=2e-6), name
    assert curve(model, in_batches(images, labels, 16, 60)) == pytest.approx(recorded.curve, abs=1e-5)
    assert confusion(model, test[:320], test_labels[:320]) == recorded.counts()


def parts_of(gradient):
    """The flat gradient by parameter: biases of convolutions come first."""
    sizes = {"0_b": 20, "0_W": 500, "2_b": 50, "2_W": 25000, "4_W": 400000, "4_b": 500, "5_W": 5000, "5_b": 10}
    starts = np.cumsum([0, *sizes.values()])
    return {name: gradient[start : start + size] for (name, size), start in zip(sizes.items(), starts, strict=False)}


def sequences(folder: Path, count: int):
    """Sequences of a number a line, N×T×1, and their classes."""
    features = np.stack([np.loadtxt(folder / "features" / f"{index}.csv", dtype=np.float32) for index in range(count)])[..., None]
    return features, np.array([int((folder / "labels" / f"{index}.csv").read_text()) for index in range(count)])


def test_rnn_csv_sequences(fixtures):
    recorded = Integration(fixtures / "integration" / "RnnCsvSequenceClassification1")
    model = recorded.untrained()
    (train, labels), (test, test_labels) = (
        sequences(fixtures / "integration" / "data" / "uci_seq" / part, count) for part, count in (("train", 450), ("test", 150))
    )
    mean, deviation = train.mean(dtype=np.float64), train.std(dtype=np.float64)
    train, test = (((part - mean) / deviation).astype(np.float32) for part in (train, test))

    assert model.predict(train[:10]).numpy() == pytest.approx(recorded.array("predictions/output_0_0"), abs=1e-6)
    assert dl4j.flat_gradient(model, (train[:10], labels[:10])) == pytest.approx(recorded.array("flattenedGradients").ravel(), abs=1e-4)
    assert curve(model, in_batches(train, labels, 10, 45)) == pytest.approx(recorded.curve, abs=1e-5)
    assert dl4j.flat_parameters(model) == pytest.approx(recorded.array("paramsPostTrain").ravel(), abs=1e-5)
    assert confusion(model, test, test_labels) == recorded.counts()
