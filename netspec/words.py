"""Words and numbers as people read them: the nearest name, a value in a message, a count of bytes."""

from collections.abc import Iterable


def nearest(word: str, among: Iterable[str]) -> str | None:
    """The closest name, or None when all are far."""
    names = sorted(among)
    same = [name for name in names if _bare(name) == _bare(word)]
    if same:
        return same[0]
    from difflib import get_close_matches  # on the error path only: it costs milliseconds

    found = get_close_matches(word.strip().lower(), names, n=1, cutoff=0.65)
    return found[0] if found else None


def sized(sizes: Iterable[int], *, none: str = "one number") -> str:
    """The sizes of an array.

    >>> sized((2, 3)), sized(())
    ('2×3', 'one number')
    """
    return "×".join(map(str, sizes)) or none


def _bare(word: str) -> str:
    return word.strip().lower().replace("_", "").replace("-", "")


def shown(value: object, limit: int = 40) -> str:
    """A value as a message shows it: text in quotes, mappings and lists by what they are, never long.

    >>> shown("ten"), shown(-10), shown(True), shown(None), shown({"a": 1}), shown([1, 2])
    ('"ten"', '-10', 'true', 'nothing', 'a mapping', '[1, 2]')
    """
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return _shown_list(value, limit)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = _as_json(value) if isinstance(value, bool | str) else str(value)
    text = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)
    if len(text) <= limit:
        return text
    return text[: limit - 2] + '…"' if isinstance(value, str) else text[: limit - 1] + "…"


def _as_json(value: bool | str) -> str:
    import json  # in messages only, like difflib

    return json.dumps(value, ensure_ascii=False)


def _shown_list(values: "list[object] | tuple[object, ...]", limit: int) -> str:
    text = "[" + ", ".join(shown(value, limit) for value in values[:9]) + "]"
    return text if len(text) <= limit and len(values) < 9 else "a list"


def listed(names: Iterable[str], last: str = "or") -> str:
    """Names as a sentence has them.

    >>> listed(["sgd"]), listed(["sgd", "adam"]), listed(["a", "b", "c"], "and")
    ('sgd', 'sgd or adam', 'a, b and c')
    """
    *head, tail = list(names) or ["none"]
    return f"{', '.join(head)} {last} {tail}" if head else tail


def with_article(noun: str) -> str:
    """A noun with `a` or `an`.

    >>> with_article("layer"), with_article("updater")
    ('a layer', 'an updater')
    """
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def plural(count: int, noun: str) -> str:
    """A count with its noun.

    >>> plural(1, "problem"), plural(3, "problem")
    ('1 problem', '3 problems')
    """
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def in_bytes(count: float) -> str:
    """A size in bytes, in the unit that reads best.

    >>> in_bytes(512), in_bytes(3_180_000), in_bytes(3.1e12)
    ('512 B', '3.2 MB', '3.1 TB')
    """
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if count < 1000 or unit == "TB":
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError


def in_short(count: int) -> str:
    """A large count in three digits and the sign of a power of ten.

    >>> in_short(0), in_short(999), in_short(27_262_976), in_short(1_110_845_440)
    ('0', '999', '27.3 M', '1.11 G')
    """
    for power, sign in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if count >= 10**power:
            return f"{count / 10**power:#.3g}".rstrip(".") + f" {sign}"
    return str(count)


def in_time(seconds: float) -> str:
    """A duration in the unit that reads best.

    >>> in_time(0.0042), in_time(7.25), in_time(125), in_time(7325)
    ('4 ms', '7.2 s', '2 min 5 s', '2 h 2 min')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
