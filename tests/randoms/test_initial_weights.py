"""Initial weights of layers that DL4J did not record: DL4J begins with the same, given the configuration that netspec exports."""

import zipfile
from typing import Any

import numpy as np
import pytest

from netspec import build
from netspec.interop import dl4j

SEQUENCE = {"type": "recurrent", "size": 3, "length": 4}
MSE = {"type": "loss", "loss": "mse"}
CLASSES = {"type": "output", "n_out": 2, "loss": "mcxent"}
DENSE = {"type": "dense", "n_out": 3, "activation": "tanh"}
PRIMARY = {"type": "dl4j_primary_capsules", "kernel": [2, 3], "channels": 2, "capsule_size": 3}
NETWORKS: dict[str, tuple[Any, list[dict[str, Any]]]] = {
    "self_attention": (SEQUENCE, [{"type": "self_attention", "n_out": 4, "heads": 2}, CLASSES]),
    "learned_self_attention": (SEQUENCE, [{"type": "learned_self_attention", "n_out": 4, "heads": 2, "queries": 3}, CLASSES]),
    "recurrent_attention": (SEQUENCE, [{"type": "recurrent_attention", "n_out": 4, "heads": 2}, CLASSES]),
    "capsules": ("2x5x5", [PRIMARY, {"type": "capsule", "capsules": 2, "capsule_size": 4}, {"type": "capsule_strength"}, {"type": "loss", "loss": "mcxent"}]),
    "locally_connected 1": (SEQUENCE, [{"type": "locally_connected", "n_out": 2, "kernel": 2, "activation": "tanh"}, MSE]),
    "locally_connected 2": ("2x4x3", [{"type": "dl4j_locally_connected", "n_out": 2, "kernel": [2, 1], "stride": [2, 1], "activation": "tanh"}, MSE]),
    "ocnn_output": (4, [DENSE, {"type": "ocnn_output", "hidden_size": 3}]),
    "center_loss_output": (4, [DENSE, {"type": "center_loss_output", "n_out": 3, "loss": "mcxent"}]),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_begins_with_dl4js_weights(name, oracle, tmp_path):
    shape, layers = NETWORKS[name]
    spec = {"random": "dl4j", "seed": 123, "data_type": "float64", "updater": "sgd", "learning_rate": 0.1, "input": shape, "layers": layers}
    model, path, out = build(spec), tmp_path / "model.zip", tmp_path / "out"
    dl4j.save(model, path)
    with zipfile.ZipFile(path) as file:
        configuration = file.extract("configuration.json", tmp_path)
    out.mkdir()

    oracle.request(conf=configuration, out=str(out), batches=[], steps=0)

    np.testing.assert_allclose(dl4j.flat_parameters(model), np.load(out / "params.npy").ravel(), rtol=0, atol=1e-14)
