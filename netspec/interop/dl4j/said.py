"""A JSON object of DL4J's, read field by field with its types checked, and remembering what was read."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from netspec.dl4j_classes import class_called
from netspec.errors import DataError, NetspecError
from netspec.words import shown

_LARGEST = 10**9


class Unspoken(NetspecError):
    """A class or a setting of DL4J's that netspec has no word for."""

    exit_code = 1

    def __init__(self, what: str, place: str) -> None:
        known = class_called(what.split(" ", 1)[0])
        why = f"{known.reason}; " if known and known.reason else ""
        super().__init__(f"{place} must be something netspec has, got {what}", help=f"{why}--skip-unknown leaves it out")
        self.what, self.place = what, place


class Said:
    """One JSON object at its place; `place` is what messages call it."""

    def __init__(self, values: Mapping[str, Any], place: str) -> None:
        self.values, self.place = values, place
        self.read: set[str] = set()

    @classmethod
    def of(cls, value: object, place: str) -> "Said":
        """The object, refused when it is none. Raises: DataError."""
        if not isinstance(value, Mapping):
            raise DataError(f"{place} must be an object, got {shown(value)}")
        return cls(value, place)

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def raw(self, key: str) -> Any:
        """The value as it is; None where it is absent or null."""
        self.read.add(key)
        return self.values.get(key)

    def ignore(self, *keys: str) -> None:
        """Count fields as read that mean nothing here."""
        self.read.update(keys)

    def unread(self) -> Iterator[str]:
        """Fields with a value that nobody asked for."""
        return (key for key, value in self.values.items() if key not in self.read and value is not None)

    @property
    def java(self) -> str:
        """Full name of the object's class, which distributions call their type. Raises: DataError."""
        return self.text("@class" if "@class" in self or "type" not in self else "type")

    @property
    def simple(self) -> str:
        """Name of the object's class without its package. Raises: DataError."""
        return self.java.rsplit(".", 1)[-1]

    def text(self, key: str, default: str | None = None) -> str:
        """A text. Raises: DataError."""
        value = self._value(key, default)
        if isinstance(value, str):
            return value
        raise self._wrong(key, "a text", value)

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number. Raises: DataError."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value) or abs(value) > 1e300:
            raise self._wrong(key, "a number", value)
        return value

    def number_or_none(self, key: str) -> float | None:
        """A number, or None where the file says NaN, which is DL4J's way to say nothing. Raises: DataError."""
        value = self.raw(key)
        return None if value is None or value in ("NaN", "Infinity") else self.number(key)

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number that a size or a count can be. Raises: DataError."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            raise self._wrong(key, "a whole number", value)
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false. Raises: DataError."""
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(key, "true or false", value)

    def sizes(self, key: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Whole numbers, one an axis. Raises: DataError."""
        value = self._value(key, default)
        found = tuple(value) if isinstance(value, list | tuple) else (value,)
        if not found or any(isinstance(size, bool) or not isinstance(size, int) or abs(size) > _LARGEST for size in found):
            raise self._wrong(key, "whole numbers", value)
        return found

    def inner(self, key: str) -> "Said | None":
        """An object inside, or None where it is absent or null. Raises: DataError."""
        value = self.raw(key)
        return None if value is None else Said.of(value, f"{self.place}: {key}")

    def inners(self, key: str) -> list["Said"]:
        """A list of objects, empty where it is absent or null. Raises: DataError."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(key, "a list", value)
        return [Said.of(item, f"{self.place}: {key} {index}") for index, item in enumerate(value)]

    def _value(self, key: str, default: Any) -> Any:
        value = self.raw(key)
        return default if value is None else value

    def _wrong(self, key: str, wanted: str, value: object) -> DataError:
        return DataError(f"{self.place}: {key} must be {wanted}, got {'nothing' if value is None else shown(value)}")
