"""What all tests share: the folder beside the repository, and golden files."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

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


Oracle = Callable[[dict[str, Any]], dict[str, Any]]
OLDEST_JAVA = 17


@pytest.fixture(scope="session")
def oracle(shared: Path) -> Iterator[Oracle]:
    """DL4J itself: `oracle(request)` is its answer; what both mean stands in ../shared/dl4j/runtime/README.md."""
    program, java = shared / "dl4j" / "runtime" / "oracle", shutil.which("java")
    if java is None or not program.is_file():
        pytest.skip("needs Java and DL4J's runtime in ../shared")
    version = re.search(r'version "(\d+)', subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr)
    if version is None or int(version[1]) < OLDEST_JAVA:
        pytest.skip(f"needs Java {OLDEST_JAVA} or later")
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        question, reply = process.stdin, process.stdout
        assert question is not None
        assert reply is not None

        def ask(request: dict[str, Any]) -> dict[str, Any]:
            question.write(json.dumps(request) + "\n")
            question.flush()
            answer: dict[str, Any] = json.loads(reply.readline())
            assert answer["ok"], answer
            return answer

        yield ask


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
