"""A layer of one's own: one class, no other file touched; from a test module, a plug-in file, an installed package."""

import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import netspec.component as components
from netspec import build
from netspec.cli import invoke
from netspec.errors import SpecError, UsageError
from netspec.layers import ActivatedLayer, Inferred, Layer, Parameter
from netspec.read import plan_of
from netspec.shapes import FeedForward


class GainModule(nn.Module):
    """x·w, one factor for each feature."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(size))

    def forward(self, input: Tensor) -> Tensor:
        return input * self.weight


@pytest.fixture(scope="module", autouse=True)
def _own_layer() -> Iterator[None]:
    class Gain(ActivatedLayer):
        """activation(times · w·x). Shape: F → F."""

        type: Literal["own_gain"] = "own_gain"
        takes = (FeedForward,)

        times: float = 1.0
        """Factor that is not trained."""

        def infer(self, *inputs: FeedForward) -> Inferred:
            return Inferred(inputs[0], {"weight": Parameter((inputs[0].size,))})

        def build(self, *inputs: FeedForward) -> nn.Module:
            return GainModule(inputs[0].size)

    yield
    Layer.registry.pop("own_gain")


SPEC = """\
input: 4
updater: adam
learning_rate: 0.05
l2: 1e-4
weight_init: {type: constant, value: 0.5}
layers:
  - {type: own_gain, activation: tanh, l2: 0.25, dropout: 0.1}
  - {type: output, n_out: 2, loss: negative_log_likelihood}
train: {batch_size: 10, epochs: 20}
"""


def test_an_own_layer_is_trained_from_a_spec() -> None:
    model = build(SPEC, device="cpu")
    features = np.random.default_rng(1).normal(size=(60, 4)).astype(np.float32)
    labels = (features[:, 0] > 0).astype(np.int64)

    weight = model.module.get_parameter("own_gain_1.weight")
    assert torch.equal(weight, torch.full((4,), 0.5))

    before = model.score((features, labels))
    model.fit(features, labels)

    assert model.score((features, labels)) < 0.8 * before
    assert not torch.equal(weight, torch.full((4,), 0.5))


def test_an_own_layer_inherits_and_is_explained_like_any_other() -> None:
    node = plan_of(SPEC).node("own_gain_1")

    assert node.size == 4
    assert node.layer.model_dump()["updater"]["type"] == "adam"
    assert node.layer.model_dump()["l2"]["value"] == 0.25
    assert "own_gain" in Layer.tags()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{type: own_gain, activation: tanh, times: x}", 'layers.0.times must be a number, got "x"'),
        ("{type: own_gain}", "layers.0.activation must be set, on the layer or network-wide"),
        ("{type: own_gian, activation: tanh}", 'layers.0.type must be the name of a layer, got "own_gian"'),
    ],
)
def test_mistakes_in_an_own_layer_are_told_like_any_other(words: str, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan_of(f"input: 4\nlayers:\n  - {words}\n")

    assert [problem.message for problem in caught.value.problems] == [said]


def test_help_comes_from_the_own_layers_docstrings() -> None:
    with pytest.raises(SpecError) as caught:
        plan_of("input: 4\nlayers:\n  - {type: own_gain, activation: tanh, times: true}\n")

    assert caught.value.problems[0].help == "factor that is not trained"


def test_two_layers_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="two layers are called own_gain"):

        class Other(Layer):
            """Another."""

            type: Literal["own_gain"] = "own_gain"


PLUGIN = '''
"""A plug-in."""
from typing import Literal

from netspec.layers import Inferred, Layer
from netspec.shapes import FeedForward


class Reverse(Layer):
    """x backwards."""

    type: Literal["plugged_reverse"] = "plugged_reverse"
    takes = (FeedForward,)

    def infer(self, *inputs):
        return Inferred(inputs[0])

    def build(self, *inputs):
        from torch import nn

        return nn.Identity()
'''
PLUGGED = (
    "updater: adam\nlayers:\n  - plugged_reverse\n  - {type: output, n_out: 3, loss: negative_log_likelihood}\ndata: iris\ntrain: {batch_size: 30, epochs: 1}\n"
)


@pytest.fixture
def plugged() -> Iterator[None]:
    yield
    Layer.registry.pop("plugged_reverse", None)
    sys.modules.pop("netspec_plugin_mine", None)


def test_a_plugin_file_brings_a_layer_to_the_command_line(tmp_path: Path, plugged: None, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text(PLUGIN)
    (tmp_path / "x.yaml").write_text(PLUGGED)
    spec, plugin = str(tmp_path / "x.yaml"), ["--plugin", str(tmp_path / "mine.py")]

    assert invoke(["validate", spec]) == 1
    assert invoke(["validate", spec, *plugin]) == 0
    assert capsys.readouterr().out == f"{spec}: ok\n"
    assert invoke(["run", spec, *plugin, "--runs", str(tmp_path / "runs"), "--device", "cpu", "--quiet"]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("raise ValueError('no')", "cannot be run: ValueError: no"),
        ("def (", "cannot be run: SyntaxError"),
        ("import nowhere_at_all", "cannot be run: ModuleNotFoundError"),
    ],
)
def test_a_plugin_that_cannot_be_run_is_a_wrong_use(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(content)

    with pytest.raises(UsageError, match=said):
        components.load_plugin(tmp_path / "mine.py")


@pytest.mark.parametrize("name", ["none.py", "folder"])
def test_a_plugin_that_is_not_there_is_a_wrong_use(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(UsageError, match="--plugin must name a Python file"):
        components.load_plugin(tmp_path / name)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "a_package.py").write_text(PLUGIN.replace("plugged_reverse", "installed_reverse"))
    monkeypatch.syspath_prepend(tmp_path)
    point = importlib.metadata.EntryPoint("layers.installed_reverse", "a_package:Reverse", "netspec.components")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [point] if group == point.group else [])
    components._plugins.cache_clear()
    yield
    components._plugins.cache_clear()
    Layer.registry.pop("installed_reverse", None)
    sys.modules.pop("a_package", None)


def test_an_installed_package_brings_a_layer(installed: None) -> None:
    assert "installed_reverse" in Layer.tags()
    assert "a_package" not in sys.modules

    plan = plan_of("input: 4\nlayers:\n  - installed_reverse\n  - {type: output, n_out: 3, loss: mse}\n")

    assert [node.name for node in plan.nodes] == ["installed_reverse_1", "output_1"]
    assert "a_package" in sys.modules
