"""Write a network and its training job in one YAML file; netspec checks, builds, trains and evaluates it on PyTorch.

from netspec import build, load

model = build(load("specs/mlp_single_layer.yaml"))
model.fit()
print(model.evaluate().table())
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from netspec.threads import spin_shortly

if TYPE_CHECKING:
    from netspec.errors import DataError as DataError
    from netspec.errors import NetspecError as NetspecError
    from netspec.errors import Problem as Problem
    from netspec.errors import RunError as RunError
    from netspec.errors import SpecError as SpecError
    from netspec.errors import UsageError as UsageError
    from netspec.model import Model as Model
    from netspec.model import build as build
    from netspec.plan import Plan as Plan
    from netspec.read import load as load
    from netspec.result import Result as Result
    from netspec.spec import Spec as Spec

__version__ = "0.1.0"

spin_shortly()

_HOMES = {
    "DataError": "errors",
    "Model": "model",
    "NetspecError": "errors",
    "Plan": "plan",
    "Problem": "errors",
    "Result": "result",
    "RunError": "errors",
    "Spec": "spec",
    "SpecError": "errors",
    "UsageError": "errors",
    "build": "model",
    "load": "read",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605  # the names come from one table, which a test compares with the imports above


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for, so that `validate` never pays for torch."""
    if name not in _HOMES:
        raise AttributeError(f"module netspec has no attribute {name}")
    return getattr(import_module(f"netspec.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
