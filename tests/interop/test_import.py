"""`netspec import`: the spec that it writes, the folder it leaves, what it refuses; `netspec check-import`."""

import json
import zipfile
from dataclasses import asdict

import pytest
import torch

from netspec import build, load
from netspec.cli import invoke
from netspec.interop import dl4j
from netspec.interop.dl4j.folder import read_run


def taken(shared, group, entry, path):
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / f"{group}.zip") as archive:
        path.write_bytes(archive.read(entry))
    return path


LENET = """\
# imported from model.zip, DL4J 1.0.0-M2.1

seed: 12345
data_type: float64
input: 1x8x8
activation: relu
bias_init: 0.1
updater: nesterovs
learning_rate: 0.05

layers:
  - {type: conv, n_out: 3, kernel: 3}
  - {type: subsampling, kernel: 2}
  - {type: conv, n_out: 4, kernel: 2}
  - {type: subsampling, kernel: 2, stride: 1}
  - {type: dense, n_out: 5, activation: tanh}
  - {type: output, n_out: 3, loss: {type: negative_log_likelihood, clip: 1.0e-10}}
"""


def test_the_spec_says_no_default_and_a_layer_is_a_line(shared, tmp_path, capsys):
    model = taken(shared, "layers_conv", "net_lenet/before.zip", tmp_path / "model.zip")

    assert invoke(["import", str(model), "-o", str(tmp_path / "lenet"), "-q"]) == 0

    assert (tmp_path / "lenet" / "spec.yaml").read_text(encoding="utf-8") == LENET
    assert capsys.readouterr().out == LENET


def test_the_folder_holds_the_network_that_the_file_holds(shared, tmp_path):
    model = taken(shared, "updaters", "blocks_adam_adam_nesterovs_adam/after.zip", tmp_path / "model.zip")
    assert invoke(["import", str(model), "-o", str(tmp_path / "net"), "-q"]) == 0

    again = build(load(tmp_path / "net" / "spec.yaml")).load(tmp_path / "net" / "weights.safetensors")

    direct = dl4j.load(model)
    features = torch.randn(3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(again.predict(features), direct.predict(features))
    assert [path.name for path in (tmp_path / "net" / "checkpoints").iterdir()] == ["step-00000010-00000"]


@pytest.mark.parametrize("case", ["layers_conv/conv2d_nhwc", "graphs/branches_deep_first"])
def test_a_folder_remembers_all_that_an_export_needs(shared, tmp_path, case):
    group, name = case.split("/")
    model = taken(shared, group, f"{name}/before.zip", tmp_path / "model.zip")
    assert invoke(["import", str(model), "-o", str(tmp_path / "net"), "-q"]) == 0

    assert json.dumps(asdict(read_run(tmp_path / "net")[1])) == json.dumps(asdict(dl4j.load(model).memory))


def test_nothing_is_overwritten(shared, tmp_path, capsys):
    model = taken(shared, "updaters", "sgd_default/before.zip", tmp_path / "model.zip")

    assert invoke(["import", str(model), "-o", str(tmp_path)]) == 2
    assert "is not empty; nothing is overwritten" in capsys.readouterr().err


def test_a_layer_of_ones_own_is_refused_by_name(shared, tmp_path, capsys):
    model = shared / "dl4j" / "fixtures" / "100a" / "CustomLayerExample_100a.bin"

    assert invoke(["import", str(model), "-o", str(tmp_path / "out")]) == 1
    assert "got CustomLayer" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_release_that_the_file_does_not_tell_is_asked_for(shared, tmp_path, capsys):
    model = taken(shared, "era-1.0.0-beta7", "conv1d/before.zip", tmp_path / "model.zip")
    if "Convolution1DLayer" not in zipfile.ZipFile(model).read("configuration.json").decode():
        pytest.skip("the case is another")

    code = invoke(["import", str(model), "-o", str(tmp_path / "out")])

    assert code == 1
    assert "--era" in capsys.readouterr().err or "Convolution1DLayer" in capsys.readouterr().err


def test_check_import_tells_whether_dl4j_predicted_the_same(shared, tmp_path, capsys):
    case = "updaters", "blocks_adam_adam_nesterovs_adam"
    model, features, right, wrong = (
        str(taken(shared, case[0], f"{case[1]}/{entry}", tmp_path / entry)) for entry in ("before.zip", "input0.npy", "output0.npy", "output1.npy")
    )

    assert invoke(["check-import", model, "--input", features, "--expect", right]) == 0
    assert capsys.readouterr().out.startswith("agrees: by ")
    assert invoke(["check-import", model, "--input", features, "--expect", wrong]) == 1
    assert capsys.readouterr().out.startswith("differs: by ")
