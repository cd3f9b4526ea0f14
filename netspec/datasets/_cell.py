"""A cell's text as a number."""


def number_in(cell: str) -> float | None:
    """The number a cell says, None for a word.

    >>> number_in(" 1e3 "), number_in("abc"), number_in("1_000")
    (1000.0, None, None)
    """
    try:
        number = float(cell)
    except ValueError:
        return None
    return None if "_" in cell else number  # Python reads 1_000 as a number
