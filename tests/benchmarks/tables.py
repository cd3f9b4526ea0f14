"""What the commands of this folder share: machine and versions in words, and a table's place in README."""

import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"


def machine() -> str:
    """Processor and how many cores of it this process may use."""
    return f"{_processor()}, {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor() or platform.machine())


def versions(*packages: str) -> str:
    """Versions of netspec, of these packages, and of Python."""
    from netspec import __version__

    return ", ".join([f"netspec {__version__}", *(f"{package} {version(package)}" for package in packages), f"Python {platform.python_version()}"])


def into_readme(name: str, text: str) -> None:
    """Put the text between README's marks of this name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = README.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        sys.exit(f"error: {README.name} has no {begin} with {end} below it")
    README.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def say(text: str) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
