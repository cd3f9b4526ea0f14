"""Features from Python are scaled as the spec's data set says, and saved weights know how."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits, load_iris
from sklearn.preprocessing import StandardScaler

from netspec import build
from netspec.errors import DataError

IRIS = {
    "updater": "adam",
    "data": {"type": "iris", "normalize": "standardize", "split": {"test": 0.2}},
    "layers": [{"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}],
    "train": {"batch_size": 16, "epochs": 1},
}


def stored(model) -> torch.Tensor:
    """The training examples as the data set stores them: what was scaled, scaled back by hand."""
    prepared = model.data()
    return (prepared.train.features - prepared.scaling.offset) / prepared.scaling.factor


def test_predict_scales_by_the_training_examples_as_scikit_learn_would() -> None:
    model = build(IRIS)
    raw = load_iris().data.astype(np.float32)
    scaler = StandardScaler().fit(stored(model).numpy())

    expected = model.module(torch.from_numpy(scaler.transform(raw).astype(np.float32))).softmax(1)

    torch.testing.assert_close(model.predict(raw), expected.detach(), rtol=1e-4, atol=1e-5)


def test_images_are_taken_as_bytes() -> None:
    spec = IRIS | {"data": "digits", "layers": [{"type": "output", "n_out": 10, "loss": "negative_log_likelihood"}]}
    model = build(spec)
    pixels = np.round(load_digits().images[:5, None] * 255 / 16).astype(np.uint8)

    expected = model.module(torch.from_numpy(pixels) / 255).softmax(1)

    torch.testing.assert_close(model.predict(pixels), expected.detach(), rtol=1e-5, atol=1e-6)


def test_score_step_evaluate_and_fit_scale_alike() -> None:
    model, batch = build(IRIS), (load_iris().data.astype(np.float32), load_iris().target)
    loss = -model.predict(batch[0])[torch.arange(150), torch.from_numpy(batch[1])].log().mean()

    assert model.score(batch) == pytest.approx(float(loss), rel=1e-5)
    assert model.evaluate(*batch).loss == pytest.approx(float(loss), rel=1e-5)
    assert model.step(batch) == pytest.approx(float(loss), rel=1e-5)
    whole, plain = build(IRIS), build({name: value for name, value in IRIS.items() if name != "data"} | {"input": 4})
    whole.fit(*batch)
    scaled = whole.data().scaling(torch.from_numpy(batch[0]), torch.float32)
    plain.fit(scaled, batch[1])
    for name, value in plain.module.state_dict().items():
        torch.testing.assert_close(value, whole.module.state_dict()[name])


def test_loaded_weights_bring_their_scaling_and_need_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, raw = build(IRIS), load_iris().data.astype(np.float32)
    expected = model.predict(raw)
    model.save(tmp_path / "w.safetensors")

    again = build(IRIS)
    monkeypatch.setattr(again, "data", lambda **_: pytest.fail("the data were read"))

    assert torch.equal(again.load(tmp_path / "w.safetensors").predict(raw), expected)


def test_without_data_features_are_taken_as_they_are(tmp_path: Path) -> None:
    model = build({"input": 4, "layers": IRIS["layers"]})
    features = torch.randn(5, 4)

    torch.testing.assert_close(model.predict(features), model.module(features).softmax(1).detach())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda content: content[:100], "is not a safetensors file"),
        (lambda content: b"PK" + content, "is not a safetensors file"),
    ],
)
def test_weights_that_are_none_are_refused(tmp_path: Path, spoil, said: str) -> None:
    model, path = build(IRIS), tmp_path / "w.safetensors"
    model.save(path)
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(DataError, match=said):
        build(IRIS).load(path)


def test_weights_of_another_network_are_refused_by_name(tmp_path: Path) -> None:
    build(IRIS).save(tmp_path / "w.safetensors")
    wider = build(IRIS | {"layers": [{"type": "dense", "n_out": 7, "activation": "relu"}, *IRIS["layers"]]})

    with pytest.raises(DataError, match=r"must hold the weights of this network, got no dense_1\.bias"):
        wider.load(tmp_path / "w.safetensors")
