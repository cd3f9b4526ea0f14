"""--forget-spoken: take the cases that are spoken by now out of the list; it is written anew when it is missing."""

from pathlib import Path

import pytest

LIST = Path(__file__).parent / "not_spoken.txt"


@pytest.fixture(scope="session")
def spoken(request: pytest.FixtureRequest):
    found: list[str] = []
    yield found
    if request.config.getoption("--forget-spoken"):
        listed = LIST.read_text(encoding="utf-8").split() if LIST.is_file() else []
        LIST.write_text("".join(f"{name}\n" for name in listed if name not in found), encoding="utf-8")
