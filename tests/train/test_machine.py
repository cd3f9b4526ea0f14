"""What a result depends on beside spec and data, and that a missing package is no error."""

from importlib.metadata import version

import torch

from netspec.train import machine


def test_versions_are_those_that_are_installed(monkeypatch):
    found = machine.depends_on(3, torch.device("cpu"))
    assert {name: found["versions"][name] for name in ("torch", "torchvision")} == {name: version(name) for name in ("torch", "torchvision")}

    monkeypatch.setattr(machine, "_PACKAGES", ("torch", "a-package-that-nobody-made"))
    without = machine.depends_on(3, torch.device("cpu"))["versions"]
    assert without["a-package-that-nobody-made"] == "none"
    assert machine.differences(found, machine.depends_on(3, torch.device("cpu"))) == ["a-package-that-nobody-made was None, is none"]
