"""`transfer: {weights: …}`: a network begins with weights that were learned elsewhere; some of it is frozen, some drawn anew."""

import json
import shutil

import pytest
import torch
from conformance.cases import Case
from safetensors.torch import load_file

from netspec import build, load
from netspec.cli import invoke
from netspec.errors import DataError, SpecError
from netspec.interop import dl4j

FIRST, SECOND = {"type": "dense", "n_out": 6, "name": "first"}, {"type": "dense", "n_out": 5, "name": "second"}
LAST = {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "name": "last"}
OTHER = LAST | {"n_out": 2}
SOURCE = {"seed": 1, "input": 4, "updater": "adam", "activation": "tanh", "layers": [FIRST, SECOND, LAST]}


@pytest.fixture
def weights(tmp_path):
    """Weights of a network that was trained a little."""
    model = build(SOURCE)
    model.fit(torch.randn((20, 4), generator=torch.Generator().manual_seed(1)), torch.arange(20) % 3, epochs=2)
    model.save(tmp_path / "source.safetensors")
    return tmp_path / "source.safetensors"


def spec(source, /, *layers, **transfer):
    return SOURCE | {"seed": 2, "layers": list(layers) or SOURCE["layers"], "transfer": {"weights": str(source)} | transfer}


def test_every_layer_begins_with_what_the_source_has_for_it(weights):
    found = build(spec(weights)).module.state_dict()

    assert {name: value.tolist() for name, value in found.items()} == {name: value.tolist() for name, value in load_file(weights).items()}


def test_a_path_alone_will_do(weights):
    short = build(SOURCE | {"transfer": str(weights)})

    assert torch.equal(short.module.get_parameter("last.weight"), load_file(weights)["last.weight"])


def test_what_is_new_is_drawn_as_without_a_source(weights):
    found = build(spec(weights, FIRST, SECOND, OTHER, new="last")).module.state_dict()
    fresh = build(SOURCE | {"seed": 2, "layers": [FIRST, SECOND, OTHER]}).module.state_dict()

    assert torch.equal(found["last.weight"], fresh["last.weight"])
    assert torch.equal(found["second.weight"], load_file(weights)["second.weight"])


def test_layers_may_be_dropped_and_put_between(weights):
    between = {"type": "dense", "n_out": 5, "name": "between"}

    assert torch.equal(build(spec(weights, FIRST, OTHER, new="last")).module.get_parameter("first.weight"), load_file(weights)["first.weight"])
    assert torch.equal(build(spec(weights, FIRST, SECOND, between, LAST, new="between")).module.get_parameter("last.bias"), load_file(weights)["last.bias"])


def test_all_up_to_a_layer_is_frozen(weights):
    model = build(spec(weights, FIRST, SECOND, OTHER, new="last", freeze_up_to="second"))
    before = {name: value.clone() for name, value in model.module.state_dict().items()}
    model.fit(torch.randn(8, 4), torch.arange(8) % 2, epochs=2)

    assert {name for name, value in model.module.state_dict().items() if not torch.equal(value, before[name])} == {"last.weight", "last.bias"}
    assert "up to second" in str(model.plan.origins[("layers", 0, "frozen")])


def test_a_graph_is_frozen_with_all_that_comes_before_and_nothing_beside(weights):
    layers = [
        {"type": "dense", "n_out": 6, "name": "first", "input": "input"},
        {"type": "dense", "n_out": 2, "name": "beside", "input": "input"},
        {"type": "dense", "n_out": 5, "name": "second", "input": "first"},
        {"type": "merge", "name": "both", "input": ["second", "beside"]},
        {"type": "output", "n_out": 3, "loss": "negative_log_likelihood", "name": "end", "input": "both"},
    ]
    plan = build(spec(weights, *layers, new=["beside", "end"], freeze_up_to="second")).plan

    assert {node.name for node in plan.nodes if node.layer.frozen} == {"first", "second"}


def test_a_layers_own_word_about_freezing_counts(weights):
    plan = build(spec(weights, FIRST | {"frozen": False}, SECOND, LAST, freeze_up_to="second")).plan

    assert [node.name for node in plan.nodes if node.layer.frozen] == ["second"]


def test_a_block_is_frozen_and_new_by_its_name(tmp_path):
    block = {"type": "repeat", "times": 2, "name": "trunk", "layers": [{"type": "dense", "n_out": 4, "name": "inner"}]}
    source = build(SOURCE | {"layers": [block, LAST]})
    source.save(tmp_path / "blocks.safetensors")

    kept = build(spec(tmp_path / "blocks.safetensors", block, OTHER, new="last", freeze_up_to="trunk"))
    anew = build(spec(tmp_path / "blocks.safetensors", block, LAST, new="trunk"))

    name = next(name for name in source.module.state_dict() if "inner" in name and name.endswith("weight"))
    assert {node.layer.type for node in kept.plan.nodes if node.layer.frozen} == {"dense"}
    assert torch.equal(kept.module.state_dict()[name], source.module.state_dict()[name])
    assert not torch.equal(anew.module.state_dict()[name], source.module.state_dict()[name])


@pytest.mark.parametrize(
    ("layers", "transfer", "message", "help_"),
    [
        (
            (FIRST, SECOND, OTHER),
            {},
            "layers.2 must have the sizes that it has in the source of the weights: last.weight is 3x5 there, 2x5 here",
            "list it under transfer.new to draw its weights anew: new: [last]",
        ),
        (
            (FIRST, SECOND | {"name": "secnd"}, LAST),
            {},
            "layers.1 must be in the source of the weights, which has no secnd.weight",
            "list it under transfer.new, or give it the name that it has there: second",
        ),
        ((), {"freeze_up_to": "scond"}, 'transfer.freeze_up_to must name layers, got "scond"', "did you mean `second`?"),
        ((), {"new": ["lst"]}, 'transfer.new must name layers, got "lst"', "did you mean `last`?"),
        ((), {"weights": "nowhere"}, "transfer.weights must be a run folder or a safetensors file: there is no nowhere", None),
        ((), {"weights": 3}, "transfer.weights must be text, got 3", "a run folder, a folder"),
        ((), {"freze": "first"}, "transfer.freze must be left out", "transfer has freeze_up_to, new and weights"),
    ],
)
def test_what_the_source_cannot_give_is_refused_at_its_place(weights, layers, transfer, message, help_):
    with pytest.raises(SpecError) as refusal:
        build(spec(weights, *layers, **transfer))

    found = {problem.message: problem.help for problem in refusal.value.problems}
    assert any(said.startswith(message) for said in found), found
    assert help_ is None or any(help_ in (told or "") for told in found.values()), found


@pytest.mark.parametrize("content", [b"", b"no safetensors file", (2**40).to_bytes(8, "little"), (2).to_bytes(8, "little") + b"[]"])
def test_a_file_that_is_something_else_is_refused(tmp_path, content):
    (tmp_path / "odd").write_bytes(content)

    with pytest.raises(SpecError, match=r"transfer\.weights must be a safetensors file, and .*odd is none"):
        build(spec(tmp_path / "odd"))


def test_weights_without_the_statistics_that_a_layer_has_are_refused(tmp_path):
    """Sizes of statistics are known when the network is built."""
    from safetensors.torch import save_file

    norm = {"type": "batch_norm", "name": "norm"}
    build(SOURCE | {"layers": [norm, LAST]}).save(tmp_path / "whole")
    save_file({name: value for name, value in load_file(tmp_path / "whole").items() if "running" not in name}, tmp_path / "part")

    with pytest.raises(DataError, match=r"must have norm\.running_mean as the network has it, \(4,\); it is not there"):
        build(spec(tmp_path / "part", norm, LAST))


def test_an_import_from_dl4j_is_a_source(shared, tmp_path):
    """DL4J's own transfer of the same source: what it kept is what is taken over, what it froze is frozen."""
    case = Case.of("training_forms/transfer_nout_replace_output")
    for name in ("source", "before"):
        (tmp_path / f"{name}.zip").write_bytes(case.read(f"{name}.zip"))
    theirs = dl4j.load(tmp_path / "before.zip")
    assert invoke(["import", str(tmp_path / "source.zip"), "-o", str(tmp_path / "net"), "-q"]) == 0
    said = load(tmp_path / "net" / "spec.yaml").model_dump(mode="json", exclude_unset=True)
    names = [node.name for node in theirs.plan.nodes]
    said["layers"][-1]["n_out"] = theirs.plan.nodes[-1].output.size
    ours = build(said | {"transfer": {"weights": str(tmp_path / "net"), "new": names[-1], "freeze_up_to": names[0]}})

    assert [bool(node.layer.frozen) for node in ours.plan.nodes] == [bool(node.layer.frozen) for node in theirs.plan.nodes]
    kept = [name for name in ours.module.state_dict() if not name.startswith(names[-1])]
    assert kept
    assert all(torch.equal(ours.module.state_dict()[name], theirs.module.state_dict()[name]) for name in kept)


FIRST_RUN = """
seed: 1
updater: adam
activation: tanh
layers:
  - {type: dense, n_out: 6, name: trunk}
  - {type: output, n_out: 3, loss: negative_log_likelihood}
data: {type: iris, split: {test: 0.2}}
train: {batch_size: 30, epochs: 3}
"""
SECOND_RUN = FIRST_RUN.replace("seed: 1", "seed: 2\ntransfer: {weights: runs/latest, freeze_up_to: trunk, new: output_1}")


@pytest.fixture
def second(tmp_path, monkeypatch):
    """A run that began with what another had learned; the other is gone, and `latest` is the run itself."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "first.yaml").write_text(FIRST_RUN, encoding="utf-8")
    (tmp_path / "second.yaml").write_text(SECOND_RUN, encoding="utf-8")
    assert invoke(["run", "first.yaml", "-q"]) == 0
    first = (tmp_path / "runs" / "latest").resolve()
    taken = load_file(first / "weights.safetensors")
    assert invoke(["run", "second.yaml", "-q"]) == 0
    shutil.rmtree(first)
    return (tmp_path / "runs" / "latest").resolve(), taken


def test_a_run_goes_on_from_another_and_keeps_what_it_began_with(second, capsys):
    folder, taken = second
    began, ended = load_file(folder / "start.safetensors"), load_file(folder / "weights.safetensors")

    assert torch.equal(began["trunk.weight"], taken["trunk.weight"])
    assert torch.equal(ended["trunk.weight"], taken["trunk.weight"])
    assert not torch.equal(began["output_1.weight"], taken["output_1.weight"])
    capsys.readouterr()
    assert json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["accuracy"] > 0
    assert invoke(["verify", str(folder)]) == 0
    assert "bit-identical" not in capsys.readouterr().err  # though a spec without a name is called after its file


def test_a_run_whose_source_is_gone_is_resumed_to_the_same_end(second):
    folder, _ = second
    expected = (folder / "weights.safetensors").read_bytes()
    (folder / "evaluation.json").unlink()
    shutil.rmtree(folder / "checkpoints")

    assert invoke(["resume", str(folder), "-q"]) == 0
    assert (folder / "weights.safetensors").read_bytes() == expected


def test_a_run_that_was_stopped_is_no_source_yet(second, tmp_path, capsys):
    folder, _ = second
    (folder / "weights.safetensors").unlink()

    assert invoke(["validate", "second.yaml"]) == 1
    told = capsys.readouterr()
    said = told.out + told.err
    assert "transfer.weights must hold weights" in said
    assert "netspec resume" in said
