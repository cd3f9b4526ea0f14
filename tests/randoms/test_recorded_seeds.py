"""Every recorded network that says what its seed gave: imported, its weights are drawn anew and are DL4J's, or the layer is refused by name."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from netspec.errors import NetspecError
from netspec.interop import dl4j
from netspec.randoms.dl4j import Dl4j
from netspec.resolve import resolve

OF_ANOTHER_SEED = "graphs/seed_from_list"
"""toComputationGraph() keeps the parameters of the list and writes the time of day for its seed."""


def cases(folder: Path) -> Iterator[tuple[str, bytes, np.ndarray]]:
    for group in sorted(folder.glob("*.zip")):
        with ZipFile(group) as archive:
            for name in (name for name in archive.namelist() if name.endswith("/seed_params.npy")):
                case = name.removesuffix("/seed_params.npy")
                yield f"{group.stem}/{case}", archive.read(f"{case}/before.zip"), np.load(io.BytesIO(archive.read(name))).ravel()


def declared_so(path: Path, order: list[str]) -> bool:
    """Whether a graph was declared in the order that its spec has: DL4J draws in that of declaration, which a spec does not keep."""
    with ZipFile(path) as model:
        declared = [name for name in json.loads(model.read("configuration.json")).get("vertices", ()) if name in order]
    return declared == [name for name in order if name in declared]


def drawn(path: Path) -> np.ndarray | None:
    """The parameters that the file's seed gives; None for what netspec, or this source, does not speak."""
    try:
        loaded = dl4j.load(path)
        plan = resolve(loaded.plan.spec.model_copy(update={"random": Dl4j()}))
    except NetspecError:
        return None
    if not declared_so(path, [node.name for node in plan.nodes]):
        return None
    fresh = dl4j.Imported(plan, device="cpu")
    fresh.memory = loaded.memory
    return dl4j.flat_parameters(fresh)


def test_recorded_networks_begin_as_their_seed_says(shared, tmp_path):
    path, compared = tmp_path / "before.zip", list[str]()
    for name, content, theirs in cases(shared / "dl4j" / "conformance"):
        path.write_bytes(content)
        if (ours := drawn(path)) is not None and name != OF_ANOTHER_SEED:
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-14 if ours.dtype == np.float64 else 1e-6, err_msg=name)
            compared.append(name)

    assert {f"layers_rnn/{name}" for name in ("seed_lstm_recurrent_init", "seed_graves_lstm", "seed_bidirectional", "mask_zero_lstm")} <= set(compared)
