"""`netspec profile`: the time of a step by phase, its FLOPs, and the machine's own rate."""

import json

import pytest
import torch

SPEC = """\
name: small
updater: adam
activation: relu
layers:
  - {type: conv, n_out: 3, kernel: 3}
  - {type: dense, n_out: 5, dropout: 0.2}
  - {type: output, n_out: 10, loss: negative_log_likelihood}
data: digits
train: {batch_size: 100, epochs: 1}
"""
PRODUCTS = 36 * 9 * 3 * 2 + (36 * 3) * 5 * 3 + 5 * 10 * 3
"""Of one 8×8 image: 3 filters of 3×3 at 6×6 places, then 108 → 5 → 10; forward, weights' gradients, inputs' but for the first."""


@pytest.fixture
def spec(place):
    (place / "small.yaml").write_text(SPEC, encoding="utf-8")
    return "small.yaml"


@pytest.mark.parametrize("together", [1, 3])
def test_the_document_has_times_and_the_flops_of_forward_and_backward(together, spec, netspec):
    said = netspec("profile", spec, "--steps", "4", "--json", "--set", f"train.accumulate={together}")

    document = json.loads(said.out)
    assert said.code == 0
    assert (document["name"], document["steps"], document["examples"], document["device"]) == ("small", 4, 100 * together, "cpu")
    assert list(document["seconds"]) == ["data", "forward", "backward", "update"]
    assert all(seconds > 0 for seconds in document["seconds"].values())
    assert document["flops"] == 2 * PRODUCTS * 100 * together
    assert document["peak"] > document["flops"] / sum(document["seconds"].values())


def test_shares_add_up_and_lines_are_short(spec, netspec):
    said = netspec("profile", spec, "--steps", "3")
    rows = {words[0]: words[1:] for line in said.out.splitlines() if len(words := line.split()) == 3}

    assert said.code == 0
    assert set(rows) == {"data", "forward", "backward", "update", "step"}
    parts = [row for phase, row in rows.items() if phase != "step"]
    assert sum(float(milliseconds) for milliseconds, _ in parts) == pytest.approx(float(rows["step"][0]), abs=0.003)
    assert sum(int(share.removesuffix("%")) for _, share in parts) == pytest.approx(100, abs=2)
    assert max(map(len, said.out.splitlines())) <= 80


def test_more_steps_than_an_epoch_has_are_no_matter(spec, netspec):
    said = netspec("profile", spec, "--steps", "5", "--json", "--set", "train.batch_size=1200")  # two batches an epoch
    assert json.loads(said.out)["steps"] == 5


def test_rounder_numbers_are_compared_with_a_product_in_them(spec, netspec, monkeypatch):
    formats, product = [], torch.mm

    def recorded(left, right):
        if len(left) == 2048:
            formats.append(left.dtype)
        return product(left, right)

    monkeypatch.setattr(torch, "mm", recorded)
    assert netspec("profile", spec, "--steps", "1", "--set", "train.autocast=bfloat16").code == 0
    assert set(formats) == {torch.bfloat16}


def test_nothing_is_left_behind(spec, netspec, place):
    before = sorted(place.rglob("*"))
    netspec("profile", spec, "--steps", "1")
    assert sorted(place.rglob("*")) == before


def test_a_network_alone_has_no_steps(spec, netspec):
    said = netspec("profile", spec, "--unset", "train")
    assert said.code == 1
    assert "train must be set" in said.err


@pytest.mark.parametrize("arguments", [["nosuch.yaml"], ["small.yaml", "--steps", "0"]])
def test_a_wrong_use_is_refused(arguments, spec, netspec):
    assert netspec("profile", *arguments).code == 2


def test_what_autocast_rounds_is_counted_all_the_same(spec, netspec):
    counted = [json.loads(netspec("summary", spec, "--json", "--set", f"data_type={kind}").out)["flops"] for kind in ("float32", "float64")]
    counted.append(json.loads(netspec("summary", spec, "--json", "--set", "train.autocast=bfloat16").out)["flops"])
    assert len(set(counted)) == 1
