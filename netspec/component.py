"""Components: one class per word of the spec language, found by its tag.

A family is a folder (`netspec/layers/`), a tag is a module's name (`dense`), and looking a tag up imports
that one module: validating a spec costs the same with 20 components as with 300. Subclassing registers, so
a layer defined in a test, in a plug-in file or in an installed package (entry-point group
`netspec.components`) is a word like any other. A spec itself can only name components, never load code.
"""

import builtins
import importlib
import sys
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from netspec.errors import UsageError
from netspec.words import with_article

T = TypeVar("T")


class Inherit(NamedTuple):
    """Marks a field that takes the network's value of the same name where a layer does not set it."""

    from_network: bool = True
    """False: the value is only ever the layer's own or its default (the activation of an output)."""

    but_the_first: bool = False
    """True: the first layer that has the field does not inherit it (dropout would hit the raw input)."""


Inherited = Annotated[T, Inherit()]
"""`activation: Inherited[Activation] = unset()`: the layer's own value, else the network's, else the default."""


def unset(**constraints: Any) -> Any:
    """Default of a field that may stay unsaid: absent until the resolver fills it; a written null is refused."""
    return Field(default=None, **constraints)


class Frozen(BaseModel):
    """Strict and immutable: no coercion, no unknown keys, no NaN; a change is a copy."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True, defer_build=True)


def refuse(message: str, *, kind: str = "rule", help: str | None = None, at: tuple[str | int, ...] = (), got: object = None) -> ValidationError:
    """A refusal for use inside validators, `message` in the grammar `must <rule>`, placed at the field `at`."""
    error = PydanticCustomError(kind, "{message}", {"message": message, "help": help})
    return ValidationError.from_exception_data("spec", [InitErrorDetails(type=error, loc=at, input=got)])


class Component(Frozen):
    """Base of all components. A family is a direct subclass with `family` and `noun`; a member adds `type`.

    A subclass between the two that has a `noun` of its own is a kind: a field of it takes the family's members of that kind.
    """

    family: ClassVar[str]
    """Folder of the family, also its name."""

    noun: ClassVar[str]
    """What one member is called in messages."""

    alias: ClassVar[str | None] = None
    """A second word for the same component; it is replaced by the tag on load."""

    registry: ClassVar[dict[str, builtins.type["Component"]]] = {}
    """Members defined so far, by tag and alias; one dictionary for each family."""

    type: str

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "family" in cls.__dict__:
            cls.registry = {}
        elif tag := cls.tag():
            for name in filter(None, (tag, cls.alias)):
                _register(cls, name)

    @classmethod
    def tag(cls) -> str | None:
        """The word this component is called by, or None for an abstract base."""
        annotation = cls.model_fields["type"].annotation
        return str(get_args(annotation)[0]) if get_origin(annotation) is Literal else None

    @classmethod
    def tags(cls) -> list[str]:
        """Every tag of the family, without importing its members; of a kind, every tag of its members."""
        known = sorted({*_listing(cls.family), *_plugins(cls.family), *(member.tag() or "" for member in cls.registry.values())})
        return known if "family" in cls.__dict__ else [tag for tag in known if cls.member(tag)]

    @classmethod
    def member(cls, tag: str) -> "builtins.type[Self] | None":
        """The component called `tag`, importing at most its own module; None when there is none."""
        for look in (_nothing, _import_module, _import_plugin, _import_family):
            look(cls.family, tag)
            if (found := cls.registry.get(tag)) and issubclass(found, cls):
                return found
        return None

    @classmethod
    def members(cls) -> "list[builtins.type[Self]]":
        """Every member, imported; for listings only."""
        return [member for tag in cls.tags() if (member := cls.member(tag))]

    @classmethod
    def from_plain(cls, value: object) -> object:
        """Rewrites the family's short forms (a bare number, say) into a mapping; others are returned as they are."""
        return value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if cls.tag() is None and "noun" in cls.__dict__:
            return core_schema.no_info_plain_validator_function(cls.parse)
        return handler(source)

    @classmethod
    def parse(cls, value: object) -> Self:
        """A member from what a spec says: a bare word, a mapping with `type`, or a component itself.

        Raises: ValidationError, with locations relative to `value`.
        """
        if isinstance(value, cls):
            return value
        plain = cls.from_plain(value)
        if isinstance(plain, str):
            member = cls._known(plain, at=())
            return member.model_validate({"type": member.tag()})
        if not isinstance(plain, Mapping):
            raise refuse(f"must be the name of {with_article(cls.noun)} or a mapping with `type`", kind="component", got=value)
        if not isinstance(plain.get("type"), str):
            raise cls._untyped(plain)
        member = cls._known(plain["type"], at=("type",))
        return member.model_validate({**plain, "type": member.tag()})

    @classmethod
    def _untyped(cls, plain: Mapping[str, object]) -> ValidationError:
        if "type" in plain:
            return refuse(f"must be the name of {with_article(cls.noun)}", at=("type",), got=plain["type"])
        return refuse(f"must have a `type`, the name of {with_article(cls.noun)}", kind="untyped", got=dict(plain))

    @classmethod
    def _known(cls, word: str, at: tuple[str, ...]) -> builtins.type[Self]:
        member = cls.member(word)
        if member is None:
            raise refuse(f"must be the name of {with_article(cls.noun)}", at=at, got=word)
        return member


def _register(cls: type[Component], name: str) -> None:
    known = cls.registry.get(name)
    if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"two {cls.family} are called {name}: {known.__module__} and {cls.__module__}")
    cls.registry[name] = cls


def _nothing(family: str, tag: str) -> None:
    """What is registered already needs no import."""


def _import_module(family: str, tag: str) -> None:
    if tag in _listing(family):
        importlib.import_module(f"netspec.{family}.{tag}")


def _import_plugin(family: str, tag: str) -> None:
    if load := _plugins(family).get(tag):
        load()


def _import_family(family: str, tag: str) -> None:
    """The word may be an alias, which only its module knows."""
    for name in _listing(family):
        importlib.import_module(f"netspec.{family}.{name}")


@cache
def _listing(family: str) -> frozenset[str]:
    folder = Path(__file__).parent / family
    return frozenset(path.stem for path in folder.iterdir() if path.suffix == ".py" and not path.name.startswith("_"))


@cache
def _plugins(family: str) -> dict[str, Callable[[], Any]]:
    """Installed plug-ins: an entry point `layers.my_layer = "my_package.my_layer"` in group `netspec.components`."""
    from importlib.metadata import entry_points  # 15 ms, for words that netspec itself does not have

    found = entry_points(group="netspec.components")
    return {point.name.split(".", 1)[1]: point.load for point in found if point.name.startswith(f"{family}.")}


def load_plugin(path: Path) -> None:
    """Run a Python file that defines components (`--plugin my_layers.py`).

    Raises: UsageError when the file is missing or cannot be run.
    """
    import importlib.util

    name = f"netspec_plugin_{path.stem}"
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None or not path.is_file():
        raise UsageError(f"--plugin must name a Python file, got {path}")
    module = importlib.util.module_from_spec(found)
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"the plug-in {path} cannot be run: {type(error).__name__}: {error}") from error


def help_of(model: type[BaseModel], field: str) -> str | None:
    """Docstring under a field, from the class that declares it: the help text of errors, `explain` and the schema."""
    return next((text for base in model.__mro__ if (text := _field_docs(base).get(field))), None)


@cache
def _field_docs(cls: type) -> dict[str, str]:
    import ast  # for help texts only, like inspect
    import inspect

    if not issubclass(cls, BaseModel) or cls is BaseModel:
        return {}
    try:
        body = ast.parse(dedent(inspect.getsource(cls))).body[0].body  # type: ignore[attr-defined]  # a class statement has a body
    except (OSError, TypeError, SyntaxError):
        return {}
    return {
        said.target.id: " ".join(str(doc.value.value).split())
        for said, doc in pairwise(body)
        if isinstance(said, ast.AnnAssign) and isinstance(said.target, ast.Name)
        if isinstance(doc, ast.Expr) and isinstance(doc.value, ast.Constant)
    }
