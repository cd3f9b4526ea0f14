"""Every network that DL4J recorded, through the bridge: predictions, scores, gradients, training steps, updater state.

`NETSPEC_DL4J_CASES=folder` runs other cases of the same form. A case whose only obstacle is a word that netspec does not have is listed
in not_spoken.txt, which may only shrink: `pytest tests/conformance --forget-spoken` takes out of it what is spoken by now.
"""

from pathlib import Path

import pytest
from conformance.cases import FOLDER, SHARED, Case, networks
from conformance.check import check

from netspec.interop.dl4j.said import Unspoken

LIST = Path(__file__).parent / "not_spoken.txt"
LISTED = frozenset(LIST.read_text(encoding="utf-8").split()) if LIST.is_file() else frozenset()
NAMES = networks() or [pytest.param("", marks=pytest.mark.skip(reason="needs ../shared beside the repository"))]


@pytest.mark.parametrize("name", NAMES)
def test_dl4j_and_netspec_agree(name, tmp_path, spoken):
    try:
        check(Case.of(name), tmp_path)
    except Unspoken as error:
        if name in LISTED or FOLDER != SHARED:
            pytest.skip(f"not spoken yet: {error.what}")
        raise
    spoken.append(name)
    assert name not in LISTED, f"{name} is spoken now: take it out of {LIST.name} with --forget-spoken"
