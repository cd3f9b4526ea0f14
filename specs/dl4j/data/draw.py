"""Draws the small data sets in this folder: `python draw.py [folder]`. They are what Deeplearning4j's examples learn from, in small.

Everything comes from formulas, so that the specs beside it run anywhere; the sonnets are Shakespeare's.
"""

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np

Row = tuple[object, ...]
CHART = 60
"""Steps of a control chart."""


def line(draw: Random) -> Row:
    """Which side of a line a point lies on: the label, then x and y."""
    x, y = draw.random(), draw.random()
    return int(x + y > 1), f"{x:.4f}", f"{y:.4f}"


def moon(draw: Random) -> Row:
    """One of two half circles, one upside down in the other."""
    label, angle = draw.randrange(2), math.pi * draw.random()
    x, y = (math.cos(angle), math.sin(angle)) if label == 0 else (1 - math.cos(angle), 0.5 - math.sin(angle))
    return label, f"{x + draw.gauss(0, 0.1):.4f}", f"{y + draw.gauss(0, 0.1):.4f}"


def saturn(draw: Random) -> Row:
    """A ball, or the ring around it."""
    label, angle = draw.randrange(2), 2 * math.pi * draw.random()
    radius = 4 * math.sqrt(draw.random()) if label == 0 else draw.uniform(8, 11)
    return label, f"{radius * math.cos(angle):.4f}", f"{radius * math.sin(angle):.4f}"


def straight(draw: Random) -> Row:
    """x and 3x − 2, measured with an error."""
    x = draw.uniform(0, 10)
    return f"{x:.4f}", f"{3 * x - 2 + draw.gauss(0, 0.2):.4f}"


def wave(draw: Random) -> Row:
    """x and sin(x) / x."""
    x = draw.uniform(-10, 10)
    return f"{x:.4f}", f"{math.sin(x) / x:.4f}"


def total(draw: Random) -> Row:
    """Two numbers and their sum."""
    one, other = draw.uniform(0, 3), draw.uniform(0, 3)
    return f"{one:.4f}", f"{other:.4f}", f"{one + other:.4f}"


def write(folder: Path, name: str, rows: Iterator[Row], header: str = "") -> None:
    """A CSV file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [header] * bool(header) + [",".join(map(str, row)) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(folder: Path, name: str, row: Callable[[Random], Row], header: str = "", **counts: int) -> None:
    """`<name>_train.csv` and so on; `<name>.csv` where there is one file."""
    for number, (part, count) in enumerate(counts.items()):
        draw = Random(f"{name}/{number}")
        write(folder, f"{name}_{part}.csv" if len(counts) > 1 else f"{name}.csv", (row(draw) for _ in range(count)), header)


def chart(kind: str, draw: Random) -> list[float]:
    """A synthetic control chart. Source: Alcock & Manolopoulos, Hellenic Conference on Informatics, 1999; UCI, doi 10.24432/C59G75."""
    wave, period, slope, height, at = (draw.uniform(*bounds) for bounds in ((10, 15), (10, 15), (0.2, 0.5), (7.5, 20), (20, 40)))
    shapes: dict[str, Callable[[int], float]] = {
        "normal": lambda _: 0,
        "cyclic": lambda step: wave * math.sin(2 * math.pi * step / period),
        "increasing": lambda step: slope * step,
        "decreasing": lambda step: -slope * step,
        "upward": lambda step: height * (step > at),
        "downward": lambda step: -height * (step > at),
    }
    return [30 + 2 * draw.uniform(-3, 3) + shapes[kind](step) for step in range(CHART)]


def charts(folder: Path, part: str, count: int) -> None:
    """A file for each chart: every step with the chart's class."""
    kinds = ("normal", "cyclic", "increasing", "decreasing", "upward", "downward")
    for number in range(count):
        kind = kinds[number % len(kinds)]
        steps = chart(kind, Random(f"{part}/{number}"))
        write(folder, f"charts/{part}/{number}.csv", ((f"{value:.4f}", kind) for value in steps), "value,kind")


WORDS = {"negative": ("dull", "slow", "bad", "boring", "weak"), "positive": ("great", "funny", "good", "moving", "bright")}


def reviews(folder: Path, part: str, count: int) -> None:
    """Films that somebody liked, or did not."""
    for kind, words in WORDS.items():
        for number in range(count):
            draw = Random(f"{part}/{kind}/{number}")
            text = f"I saw this film {draw.choice(('today', 'twice', 'last year'))}. The {draw.choice(('plot', 'cast', 'music'))} was {draw.choice(words)}"
            text += f" and the {draw.choice(('end', 'hero', 'villain'))} {draw.choice(words)}, if you ask me.\n"
            path = folder / "reviews" / part / kind / f"{number}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def picture(folder: Path) -> None:
    """A red sun over a green field, pixel by pixel: where, and which colour."""
    side = 32
    places = np.stack(np.meshgrid(*[np.linspace(-1, 1, side)] * 2), axis=-1).reshape(-1, 2)
    sun, field = ((places - (0.2, -0.3)) ** 2).sum(1) < 0.2, places[:, 1] > 0.5
    colours = np.where(sun[:, None], (0.9, 0.2, 0.1), np.where(field[:, None], (0.1, 0.6, 0.2), (0.4, 0.6, 0.9)))
    np.savez(folder / "picture.npz", features=places.astype(np.float32), labels=colours.astype(np.float32))


def main(folder: Path) -> None:
    """Everything but the sonnets."""
    table(folder, "linear", line, train=1000, eval=200)
    table(folder, "moon", moon, train=1000, eval=200)
    table(folder, "saturn", saturn, train=1000, eval=200)
    table(folder, "straight", straight, "x,y", all=100)
    table(folder, "wave", wave, "x,y", all=200)
    table(folder, "sums", total, "one,other,sum", all=200)
    write(folder, "xor.csv", iter([(0, 0, 0), (1, 0, 1), (0, 1, 1), (1, 1, 0)]))
    for part, count, documents in (("train", 60, 36), ("test", 30, 6)):
        charts(folder, part, count)
        reviews(folder, part, documents)
    picture(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent)
