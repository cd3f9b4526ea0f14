"""One case through import, prediction, score, gradient and training steps, each level that its verdict calls comparable."""

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from conformance.cases import Case

from netspec.errors import NetspecError
from netspec.interop import dl4j
from netspec.interop.dl4j.parameters import flat_gradients
from netspec.shapes import Recurrent, Shape, from_sizes


def check(case: Case, folder: Path) -> None:
    """Raises: Unspoken for what netspec does not have; AssertionError where a figure differs."""
    path = folder / "before.zip"
    path.write_bytes(case.read("before.zip"))
    if case.level("import").refused or case.level("output").refused:
        with pytest.raises(NetspecError):
            load(path, case)
        return
    model = load(path, case)
    for level in (parameters, outputs, score, gradient, steps, pretraining):
        level(case, model)


def load(path: Path, case: Case) -> dl4j.Imported:
    """The model; what the file does not tell (size of images, release) is answered as a user would."""
    shapes = {}
    for name, inputs in arrays(case, "input", 0).items():
        shape = shape_of(inputs, path) if inputs.ndim in (4, 5) else None
        if shape is not None:
            shapes[name or "input"] = shape
    try:
        model = dl4j.load(path, input=shapes)
    except NetspecError as error:
        if "the file does not hold it" in str(error):
            model = dl4j.load(path, input={name or "input": shape_of(inputs, path) for name, inputs in arrays(case, "input", 0).items()})
        elif "must tell its release" in str(error):
            model = dl4j.load(path, input=shapes, era=case.about["dl4j"])
        else:
            raise
    return model


def shape_of(inputs: np.ndarray, path: Path) -> Shape | None:
    """The shape of DL4J's array, whose sequences are features × steps, and whose channels may be last."""
    if inputs.ndim == 3:
        return Recurrent(inputs.shape[1])
    sizes = inputs.shape[1:]
    return from_sizes((sizes[-1], *sizes[:-1]) if channels_last(path) else sizes)


def channels_last(path: Path) -> bool:
    with ZipFile(path) as file:
        return any(f'"{word}"' in file.read("configuration.json").decode() for word in ("NHWC", "NDHWC"))


def parameters(case: Case, model: dl4j.Imported) -> None:
    if case.has("params"):
        assert_close(dl4j.flat_parameters(model), case.array("params"), 1e-15, "parameters as read")  # a logarithm of a deviation is taken back


def outputs(case: Case, model: dl4j.Imported) -> None:
    level = case.level("output")
    if not level.compared:
        return
    for number in range(case.about["batches"]):
        predicted = model.predict(features(case, model, number), mask=masks(case, model, "input", number))
        label_masks = arrays(case, "label_mask", number) if level.only == "unmasked" else {}
        for name, wanted in arrays(case, "output", number).items():
            ours = predicted if not isinstance(predicted, dict) else predicted[_ours(model, name)]
            counted = over(label_masks[name], wanted) if name in label_masks else True
            found = dl4j.output(model, _ours(model, name), ours.numpy())
            assert_close(found * counted, wanted * counted, level.tolerance(model.plan.data_type), f"output {name} of batch {number}")


def over(mask: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """1 where DL4J's label mask is not 0, with the axes of the output; steps are DL4J's last axis."""
    counted = (mask != 0).astype(wanted.dtype)
    return counted if counted.ndim == wanted.ndim else np.expand_dims(counted, 1)


def score(case: Case, model: dl4j.Imported) -> None:
    level, about = case.level("score"), case.about
    recorded = about.get("score_of_batch_test_mode", [about["score_test_mode"]] if "score_test_mode" in about else [])
    if not level.compared or "epoch" in level.only or not arrays(case, "label", 0):
        return
    for number, wanted in enumerate(recorded):
        assert_close(model.score(batch(case, model, number)), wanted, level.tolerance(model.plan.data_type), f"score of batch {number}")


def gradient(case: Case, model: dl4j.Imported) -> None:
    level = case.level("gradient")
    if not level.compared or not case.has("gradient"):
        return
    found = dl4j.flat_gradient(model, batch(case, model, 0))
    wanted = case.array("gradient").reshape(-1)
    trained = dl4j.is_trained(model)
    if level.only == "the output layer's own parameters":
        above = sum(array.size for array in last_layers(case))
        trained[: len(trained) - above] = False
    assert_close(found[trained], wanted[trained], level.tolerance(model.plan.data_type), "gradient")


def last_layers(case: Case) -> list[np.ndarray]:
    """Parameters of the last layer, as empty arrays of their shapes."""
    table = case.about["param_table"]
    last = list(table)[-1].split("_")[0]
    return [np.empty(shape) for name, shape in table.items() if name.split("_")[0] == last]


def steps(case: Case, model: dl4j.Imported) -> None:
    level, about = case.level("steps"), case.about
    if level.refused:
        with pytest.raises(NetspecError):
            model.step(batch(case, model, 0))
        return
    if not level.compared or not case.has("params_after") or "pretrain_steps" in about:
        return
    tolerance = level.tolerance(model.plan.data_type)
    (first_window if level.only == "first update" and model.plan.tbptt else each_step)(case, model, tolerance)


def each_step(case: Case, model: dl4j.Imported, tolerance: float) -> None:
    """The recorded steps, one after another."""
    level, scores, about = case.level("steps"), case.level("score"), case.about
    for _ in range(about.get("training_forward_before_steps", 0)):
        model.module.train()(torch.as_tensor(features(case, model, 0)))
    for number, wanted in enumerate(case.array("params_after")):
        _set_counters(model, about, number)
        found = model.step(batch(case, model, _batch_of(about, number)))
        if scores.compared and not scores.only and "score_of_step" in about:
            bound = max(scores.tolerance(model.plan.data_type), tolerance)
            assert_close(found, about["score_of_step"][number], bound, f"score of step {number}")
        assert_close(dl4j.flat_parameters(model), wanted, tolerance, f"parameters after step {number}")
        if level.only == "first update":
            return
    if case.has("updater_state_after") and level.only != "all but updater_state_after":
        assert_close(dl4j.updater_state(model, era=model.report.era), case.array("updater_state_after"), tolerance, "updater state")


def pretraining(case: Case, model: dl4j.Imported) -> None:
    """A layer that learns from its input alone."""
    about, level = case.about, case.level("steps")
    if "pretrain_steps" not in about or not level.compared:
        return
    trainer = model._pretrainer.at_start(model.plan.nodes[about["trained_layer_of_step"][0]].name)
    trainer.ready()
    tolerance, pieces = level.tolerance(model.plan.data_type), dl4j.bridge._pieces(model)
    for number, wanted in enumerate(case.array("params_after")):
        rows = torch.as_tensor(features(case, model, number % about["pretrain_batches"]))
        penalty = trainer.penalty_of_next()
        loss = float(trainer.step(rows, rows))
        if number == 0:
            own = sum(one.piece.size for one in pieces if one.node.name == trainer.layer)
            assert_close(flat_gradients(model.module, pieces)[:own] * len(rows), case.array("gradient_of_layer_0"), tolerance, "gradient")
        assert_close(loss + penalty, about["score_of_step"][number], tolerance, f"score of step {number}")
        assert_close(dl4j.flat_parameters(model), wanted, tolerance, f"parameters after step {number}")


def first_window(case: Case, model: dl4j.Imported, tolerance: float) -> None:
    """Of truncated back-propagation: the update of a sequence's first window."""
    features, labels, *both = batch(case, model, 0)
    window = slice(0, model.plan.tbptt.forward)
    found = model.step((features[:, window], labels[:, window], *(mask if mask is None else mask[:, window] for mask in both)))
    assert_close(found, case.about["score_of_update"][0], tolerance, "score of the first window")
    assert_close(dl4j.flat_parameters(model), case.array("params_of_update")[0], tolerance, "parameters after the first window")


def _set_counters(model: dl4j.Imported, about: dict[str, Any], number: int) -> None:
    """Epochs move when DL4J's did; a rate is set when it was."""
    if "epoch_of_step" in about:
        model.progress_to(about["iteration_of_step"][number], about["epoch_of_step"][number])
    rate = about.get("set_learning_rate", {}).get(str(number))
    for group in model.optimizer.param_groups if rate is not None else ():
        group["lr"] = rate


def _batch_of(about: dict[str, Any], number: int) -> int:
    return about["batch_of_step"][number] if "batch_of_step" in about else number % about["batches"]


def arrays(case: Case, kind: str, number: int) -> dict[str, np.ndarray]:
    """Inputs, labels or outputs of a batch by DL4J's names; a list has one of each."""
    if case.has(f"{kind}{number}"):
        return {"": case.array(f"{kind}{number}")}
    names = case.about.get("inputs" if kind.startswith("input") else "outputs", [])
    return {name: case.array(f"{kind}{number}_{index}") for index, name in enumerate(names) if case.has(f"{kind}{number}_{index}")}


def _ours(model: dl4j.Imported, name: str) -> str:
    return next((ours for ours, theirs in model.memory.names.items() if theirs == name), model.plan.outputs[0])


def features(case: Case, model: dl4j.Imported, number: int) -> Any:
    found = arrays(case, "input", number)
    named = {_ours(model, name): array for name, array in found.items()}
    return dl4j.features(model, next(iter(found.values())) if len(found) == 1 else named)


def masks(case: Case, model: dl4j.Imported, kind: str, number: int) -> Any:
    """Masks of a batch's inputs or labels, where there are any."""
    found = arrays(case, f"{kind}_mask", number)
    named = {_ours(model, name): array for name, array in found.items()}
    several = len(model.plan.inputs if kind == "input" else model.plan.outputs) > 1
    return dl4j.masks(model, named if several else next(iter(found.values()))) if found else None


def batch(case: Case, model: dl4j.Imported, number: int) -> tuple[Any, ...]:
    found = arrays(case, "label", number)
    named = {_ours(model, name): array for name, array in found.items()}
    labels = dl4j.labels(model, next(iter(found.values())) if len(found) == 1 else named)
    return features(case, model, number), labels, masks(case, model, "input", number), masks(case, model, "label", number)


def assert_close(found: Any, wanted: Any, tolerance: float, what: str) -> None:
    """Equal to a fraction of the largest value."""
    ours, theirs = np.asarray(found, np.float64), np.asarray(wanted, np.float64)
    if theirs.ndim != ours.ndim:
        theirs = theirs.reshape(-1)
    assert ours.shape == theirs.shape, what
    if not theirs.size:
        return
    largest = np.abs(theirs).max() or 1.0
    assert np.array_equal(np.isnan(ours), np.isnan(theirs)), what
    apart = np.nanmax(np.abs(ours - theirs)) / largest
    assert apart <= tolerance, f"{what}: {apart:.3g} of the largest value, at most {tolerance:g} allowed"
