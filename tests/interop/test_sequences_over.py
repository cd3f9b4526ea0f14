"""What networks over sequences say beside their layers: windows of truncated back-propagation, and what masks do."""

import json
import zipfile
from typing import Any

import pytest
import torch

from netspec import build
from netspec.errors import DataError
from netspec.interop import dl4j

STEPS = {"type": "recurrent", "size": 2}
OUT = {"type": "output", "n_out": 2, "loss": "mse"}


def taken(shared, group, case, path):
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / f"{group}.zip") as archive:
        path.write_bytes(archive.read(f"{case}/before.zip"))
    return dl4j.import_file(path)


def exported(model, path) -> dict[str, Any]:
    dl4j.save(model, path)
    return json.loads(zipfile.ZipFile(path).read("configuration.json"))


def spec(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"input": STEPS, "updater": "sgd", "learning_rate": 0.1, "layers": [*layers, OUT], **more}


def test_windows_come_from_a_file(shared, tmp_path):
    found = taken(shared, "tbptt", "lstm_3_3_t8", tmp_path / "model.zip")

    assert found.values["tbptt"] == {"forward": 3}


def test_a_backward_length_that_had_no_effect_is_left_out_and_said(shared, tmp_path):
    found = taken(shared, "tbptt", "lstm_4_2_t9", tmp_path / "model.zip")

    assert found.values["tbptt"] == {"forward": 4}
    assert "tbpttBackLength has no effect in this release" in found.report.text()


def test_windows_go_to_a_file_and_come_back(tmp_path):
    model = build(spec({"type": "lstm", "n_out": 3}, tbptt={"forward": 7}))

    written = exported(model, tmp_path / "model.zip")

    assert (written["backpropType"], written["tbpttFwdLength"], written["tbpttBackLength"]) == ("TruncatedBPTT", 7, 7)
    assert dl4j.load(tmp_path / "model.zip").plan.tbptt.forward == 7


def test_a_backward_length_without_effect_in_dl4j_is_refused(tmp_path):
    model = build(spec({"type": "lstm", "n_out": 3}, tbptt={"forward": 7, "backward": 2}))

    with pytest.raises(DataError, match=r"tbptt\.backward must be 7 like forward, got 2"):
        dl4j.save(model, tmp_path / "model.zip")


def test_a_convolution_of_dl4j_ignores_masks_and_an_output_of_steps_too(shared, tmp_path):
    found = taken(shared, "layers_conv", "conv1d_mask", tmp_path / "model.zip")

    assert [layer.get("masking") for layer in found.values["layers"]] == ["ignore", "ignore", "ignore"]


def test_batch_normalization_ignores_masks_where_it_is_of_steps(shared, tmp_path):
    of_steps = taken(shared, "layers_rnn", "batch_norm_after_lstm", tmp_path / "steps.zip")
    of_vectors = taken(shared, "era-1.0.0-M1.1", "dense_batchnorm", tmp_path / "vectors.zip")

    assert [layer["masking"] for layer in of_steps.values["layers"] if layer["type"] == "batch_norm"] == ["ignore"]
    assert all("masking" not in layer for layer in of_vectors.values["layers"])


@pytest.mark.parametrize(("masking", "wanted"), [("obey", "input"), ("ignore", None)])
@pytest.mark.parametrize("tag", ["last_time_step", "reverse_time_series"])
def test_a_vertex_names_the_input_whose_mask_it_takes(tag, masking, wanted, tmp_path):
    model = build(spec({"type": "time_distributed", "layer": {"type": "dense", "n_out": 2, "activation": "tanh"}}, {"type": tag, "masking": masking}))

    vertices = exported(model, tmp_path / "model.zip")["vertices"]

    assert [vertex.get("maskArrayInputName") for vertex in vertices.values() if "TimeS" in vertex["@class"]] == [wanted]
    assert next(node.layer.masking for node in dl4j.load(tmp_path / "model.zip").plan.nodes if node.layer.type == tag) == masking


def test_an_imported_network_predicts_with_masks_as_what_was_exported_does(tmp_path):
    model = build(spec({"type": "time_distributed", "layer": {"type": "dense", "n_out": 2, "activation": "tanh"}}, {"type": "last_time_step"}))
    dl4j.save(model, tmp_path / "model.zip")
    features, mask = torch.randn(3, 4, 2, generator=torch.Generator().manual_seed(0)), torch.tensor([[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 1, 1]])

    torch.testing.assert_close(dl4j.load(tmp_path / "model.zip").predict(features, mask=mask), model.predict(features, mask=mask))
