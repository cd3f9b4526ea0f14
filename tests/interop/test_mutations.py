"""Recorded models, damaged at random: each is read or refused with a reason, in bounded memory, and never ends in a traceback."""

import io
import json
import random
import resource
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from conformance.cases import Case, networks
from interop.test_bad_files import mutated, written

from netspec.errors import NetspecError
from netspec.interop import dl4j

ODD = [None, -1, 0, 1, 1e308, -1e-9, "NaN", "x", "", [], {}, True, False, 10**9, 2**31, 2**63, [1, 2, 3], {"a": 1}, 0.5, [-1, -1], [0], ["x"]]
"""What may stand where something else should."""

MEMORY = 1 << 20
"""KiB that the process may grow by; the largest of the recorded models has some thousand numbers."""


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """Of everything in a tree."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


def misquoted(text: bytes, draw: random.Random) -> bytes:
    """A configuration in which a value is missing, stands somewhere else, or is another."""
    tree = json.loads(text)
    for _ in range(draw.randrange(1, 3)):
        *path, last = draw.choice(list(places(tree)))
        owner = tree
        for key in path:
            owner = owner[key]
        kind = draw.randrange(4)
        if kind == 0:
            del owner[last]
        elif kind == 1 and isinstance(owner, dict):
            owner[draw.choice(list(owner))] = owner[last]
        else:
            owner[last] = draw.choice(ODD)
    return json.dumps(tree).encode()


def damaged(path, draw: random.Random, names: list[str]) -> str:
    """One recorded model with something wrong; its name."""
    name = draw.choice(names)
    whole = Case.of(name).read("before.zip")
    kind = draw.choice(["configuration", "configuration", "configuration", "entry", "zip"])
    if kind == "zip":
        path.write_bytes(mutated(whole, draw))
        return name
    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        entries = {entry: file.read(entry) for entry in file.namelist()}
    entry = "configuration.json" if kind == "configuration" else draw.choice(sorted(entries))
    entries[entry] = misquoted(entries[entry], draw) if kind == "configuration" else mutated(entries[entry], draw)
    written(path, entries.items())
    return name


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("count", [pytest.param(150, id="150"), pytest.param(2000, id="2000", marks=pytest.mark.slow)])
def test_a_damaged_model_is_read_or_refused(shared, tmp_path, count):
    path, names, codes = tmp_path / "damaged.zip", networks(), list[int]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed in range(count):
        name = damaged(path, random.Random(seed), names)
        try:
            dl4j.load(path)
        except NetspecError as error:
            codes.append(error.exit_code)
        except Exception as error:
            raise AssertionError(f"seed {seed}, {name}") from error

    assert 0 < len(codes) < count
    assert set(codes) == {1}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


def test_sizes_that_the_numbers_do_not_fit_are_refused_before_anything_is_made_for_them(shared, tmp_path):
    with zipfile.ZipFile(io.BytesIO(Case.of("updaters/blocks_adam_adam_nesterovs_adam").read("before.zip"))) as file:
        entries = {entry: file.read(entry) for entry in file.namelist()}
    tree = json.loads(entries["configuration.json"])
    for conf, (before, units) in zip(tree["confs"], [(4, 40_000), (40_000, 40_000)], strict=False):
        conf["layer"] |= {"nin": before, "nout": units}
    entries["configuration.json"] = json.dumps(tree).encode()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(NetspecError, match=r"coefficients.bin must hold 1,600,"):
        dl4j.load(written(tmp_path / "large.zip", entries.items()))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held < MEMORY
