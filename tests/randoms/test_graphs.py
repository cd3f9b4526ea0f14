"""Graphs: in which order DL4J goes through them, and so draws."""

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest

from netspec.randoms.dl4j import first_come
from netspec.read import plan_of


def configurations(shared, group: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every recorded graph that says its own order."""
    with ZipFile(shared / "dl4j" / "conformance" / f"{group}.zip") as archive:
        for name in archive.namelist():
            if name.endswith("/before.zip"):
                with ZipFile(io.BytesIO(archive.read(name))) as model:
                    found = json.loads(model.read("configuration.json"))
                if "topologicalOrderStr" in found:
                    yield name, found


@pytest.mark.parametrize("group", ["graphs", "vertices", "attention"])
def test_every_recorded_graph_has_the_order_of_the_queue(shared, group):
    found = dict(configurations(shared, group))

    for name, said in found.items():
        taken = dict.fromkeys(said["networkInputs"], ()) | {vertex: tuple(said["vertexInputs"][vertex]) for vertex in said["vertices"]}
        assert first_come(taken) == said["topologicalOrderStr"], name
    assert found


def test_a_list_stays_a_list():
    layers = [{"type": "dense", "n_out": 3, "activation": "relu"} for _ in range(4)] + [{"type": "output", "n_out": 2, "loss": "mse"}]
    spec = {"seed": 1, "input": 3, "layers": layers}
    ours, dl4js = (plan_of(spec | {"random": random}) for random in ("netspec", "dl4j"))

    assert [node.name for node in ours.nodes] == [node.name for node in dl4js.nodes]
