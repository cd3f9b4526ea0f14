"""The public names: one table, lazily imported, the same as what a type checker sees."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import netspec
from netspec.errors import NetspecError
from netspec.spec import Spec

SOURCE = Path(str(netspec.__file__)).read_text(encoding="utf-8")


def checked() -> dict[str, str]:
    """Names imported under TYPE_CHECKING, with their modules."""
    block = next(node for node in ast.parse(SOURCE).body if isinstance(node, ast.If))
    return {alias.asname or alias.name: str(node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_the_type_checker_sees_the_same_names() -> None:
    assert sorted(checked()) == netspec.__all__
    assert {f"netspec.{home}" for home in netspec._HOMES.values()} == set(checked().values())
    assert {name: f"netspec.{home}" for name, home in netspec._HOMES.items()} == checked()


@pytest.mark.parametrize("name", netspec.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(netspec, name).__name__ == name
    assert name in dir(netspec)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute bild"):
        netspec.bild  # noqa: B018  # looking it up is the test
    assert not hasattr(netspec, "_secret")


def test_each_error_is_one_of_netspecs() -> None:
    errors = {name: getattr(netspec, name) for name in netspec.__all__ if name.endswith("Error")}

    assert {name: (issubclass(error, NetspecError), error.exit_code) for name, error in errors.items()} == {
        "DataError": (True, 1),
        "NetspecError": (True, 3),
        "RunError": (True, 3),
        "SpecError": (True, 1),
        "UsageError": (True, 2),
    }


def test_verbs_are_functions_and_nouns_are_classes() -> None:
    assert inspect.isfunction(netspec.build)
    assert inspect.isfunction(netspec.load)
    assert netspec.Spec is Spec


@pytest.mark.parametrize("first", ["netspec.construct", "netspec.model, netspec.read, netspec.spec, netspec.plan, netspec.train.loop"])
def test_no_submodule_takes_the_place_of_a_name(first: str) -> None:
    program = f"import {first}\nimport netspec\nprint([type(getattr(netspec, name)).__name__ for name in ('build', 'load', 'Spec', 'Plan', 'Model')])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(str(netspec.__file__)).parents[1])

    assert said.stdout == "['function', 'function', 'ModelMetaclass', 'type', 'type']\n"


def test_no_submodule_is_called_like_a_name() -> None:
    folder = Path(str(netspec.__file__)).parent
    modules = {path.stem for path in folder.glob("*.py")} | {path.name for path in folder.iterdir() if path.is_dir()}

    assert modules & set(netspec.__all__) == set()
