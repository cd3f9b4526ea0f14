"""Plain scalars by YAML 1.2's core rules, and what is too doubtful to accept.

A number is decimal; `true`, `false`, `null` are what they say; everything else is text. What YAML 1.1 or another
reader would take for something else (`010`, `0x10`, `1_000`, a date) is refused instead of guessed at.
"""

import re
from math import isfinite
from typing import NamedTuple

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_OTHER_INT = re.compile(r"[-+]?(0[0-9_]+|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|[0-9][0-9_]*_[0-9_]*)")
_NOT_FINITE = re.compile(r"[-+]?(\.inf|\.nan|inf|infinity|nan)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?")
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_LONGEST_INT = 30
_CURLY = "“”‘’„«"
_PLAIN_QUOTES = "use plain quotes, \" or ', or none"


class Complaint(NamedTuple):
    """Why a scalar or key is refused, and what to write instead."""

    message: str
    help: str | None = None


def read_scalar(text: str, *, plain: bool) -> tuple[int | float | str | bool | None, Complaint | None]:
    """The value of a scalar; with a complaint, the value is what was probably meant, so that reading can go on."""
    if not plain:
        return _joined(text), None
    if text in _WORDS:
        return _WORDS[text], None
    if _INT.fullmatch(text):
        return _whole(text)
    if _OTHER_INT.fullmatch(text):
        meant = _meant(text)
        return meant, Complaint(f"must be a plain decimal number, got {text}", f"write {meant}")
    if _NOT_FINITE.fullmatch(text):
        return 1.0, Complaint(f"must be a finite number, got {text}", "quote it if it is text" if text.isalpha() else None)
    if _FLOAT.fullmatch(text):
        return _real(text)
    return _text(text)


def _text(text: str) -> tuple[str, Complaint | None]:
    if _DATE.fullmatch(text):
        return text, Complaint(f"must not be a date, got {text}", f'quote it if it is text: "{text}"')
    if text[0] in _CURLY:
        return text[1:-1], Complaint(f"must not begin with a typographic quote, got {text}", _PLAIN_QUOTES)
    return text, None


def _whole(text: str) -> tuple[int, Complaint | None]:
    digits = len(text.lstrip("+-"))
    if digits > _LONGEST_INT:
        return 1, Complaint(f"must be a number of at most {_LONGEST_INT} digits, got {digits:,} digits")
    return int(text), None


def _real(text: str) -> tuple[float, Complaint | None]:
    value = float(text)
    if isfinite(value):
        return value, None
    return 1.0, Complaint(f"must be a finite number, got {text[:40]}")


def _meant(text: str) -> int:
    digits = text.replace("_", "")
    try:
        return int(digits, 10) if digits.lstrip("+-").isdigit() else int(digits, 0)
    except ValueError:
        return 1


def _joined(text: str) -> str:
    """JSON writes characters beyond U+FFFF as two escapes; put the halves together."""
    return text if text.isprintable() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check_key(key: str, *, plain: bool) -> Complaint | None:
    """Why this cannot be a key; None when it can."""
    if key == "<<" and plain:
        return Complaint("a merge key (<<) is not supported", "write the values out, or use `base: other.yaml`")
    if plain and key in _WORDS:
        return Complaint(f"a key must be a name, got {key or 'nothing'}")
    if _KEY.fullmatch(key):
        return None
    strange = next((char for char in key if not (char.isascii() and (char.isalnum() or char in "_-"))), "")
    if not strange:
        return Complaint("a key must be a name, got an empty one")
    hint = f"U+{ord(strange):04X}" if not (strange.isascii() and strange.isprintable()) else f'"{strange}"'
    return Complaint(f"a key must be letters, digits, _ or -, got {hint} in it", _key_help(key))


def _key_help(key: str) -> str | None:
    if ":" in key:
        return f"a colon needs a space after it: {key.replace(':', ': ', 1)}"
    if key[0] in _CURLY:
        return _PLAIN_QUOTES
    if _KEY.fullmatch(joined := "_".join(key.split())):
        return f"write {joined}"
    return "an invisible or foreign character: delete it and type the key again" if not key.isascii() else None
