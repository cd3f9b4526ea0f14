"""What all tests share: the folder beside the repository, and golden files."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from differential.oracle import Oracle, available

from netspec.families import FAMILIES

GOLDEN = Path(__file__).resolve().parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the code says now into tests/golden; review the difference")
    parser.addoption("--forget-spoken", action="store_true", help="take cases of tests/conformance that are spoken by now out of its list")


@pytest.fixture(scope="session")
def shared() -> Path:
    """`../shared` beside the repository: reference texts and DL4J's recordings."""
    folder = Path(__file__).resolve().parents[1] / ".." / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared beside the repository")
    return folder


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    """DL4J itself."""
    if not available():
        pytest.skip("needs ../shared beside the repository, and Java")
    started = Oracle()
    yield started
    started.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden(name, text)`: the text is what tests/golden/<name> holds."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text + "\n", encoding="utf-8")
        assert path.is_file(), f"{path.name} is missing; write it with --update-golden and review it"
        assert text + "\n" == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def own_words() -> Iterator[None]:
    """Components that the test defines are forgotten after it; netspec's own stay, since modules are imported once."""
    before = {family: set(family.registry) for family in FAMILIES}
    yield
    for family, known in before.items():
        foreign = [word for word, member in family.registry.items() if word not in known and not member.__module__.startswith("netspec.")]
        for word in foreign:
            del family.registry[word]
