"""DL4J loads what netspec exports, predicts the same and trains on to the same parameters: every recorded network that netspec speaks."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from conformance.cases import Case, networks
from conformance.check import arrays, assert_close, batch, features, load, masks, over

from netspec import build
from netspec.errors import DataError
from netspec.interop import dl4j

STEPS = 3
SOME = 6
"""One in so many is asked in the default run."""


def agrees(oracle, name, folder):
    case, source, exported = Case.of(name), folder / "before.zip", folder / "exported.zip"
    source.write_bytes(case.read("before.zip"))
    model = load(source, case)
    if not export_goes(model, exported):
        assert model.plan.training_order != "modern"
        return
    model = load(exported, case)
    batches = [described(case, number) for number in range(case.about.get("batches", 0))]
    steps = STEPS if batches and all(labels for _, labels, *_ in batches) and case.level("steps").said == "match" else 0
    answer = oracle.ask(exported, batches, folder, steps=steps)
    tolerance, bound = (1e-10, 1e-8) if model.plan.data_type == "float64" else (1e-5, 1e-5)
    tolerance, bound = max(tolerance, case.level("output").stated or 0), max(bound, case.level("steps").stated or 0)
    outputs = case.level("output")
    for number in range(0 if "corrected" in outputs.said and not outputs.only else len(batches)):
        predicted = model.predict(features(case, model, number), mask=masks(case, model, "input", number))
        found = [predicted[output] for output in model.plan.outputs] if isinstance(predicted, dict) else [predicted]
        for index, (output, mask) in enumerate(zip(found, batches[number][3] or [None] * len(found), strict=True)):
            wanted = answer[f"output{number}_{index}"]
            counted = 1 if mask is None else over(mask, wanted)  # DL4J's output is 0 where the label mask is
            assert_close(dl4j.output(model, model.plan.outputs[index], output.numpy()) * counted, wanted * counted, tolerance, f"{name}: output")
    for number in range(steps):
        model.step(batch(case, model, number % len(batches)))
        assert_close(dl4j.flat_parameters(model), answer["params_after"][number], bound, f"{name}: parameters after step {number}")


def described(case, number):
    """A batch as DL4J is asked about it."""
    found = [arrays(case, kind, number) for kind in ("input", "label", "input_mask", "label_mask")]
    given, labels = found[0], found[1]
    return list(given.values()), list(labels.values()), [found[2].get(name) for name in given], [found[3].get(name) for name in labels]


def export_goes(model, path):
    """Whether an older network can be said in the form of M2.1: it trains alike in the modern order, and its words are still there."""
    try:
        dl4j.save(model, path)
    except DataError as error:
        if not any(reason in str(error) for reason in ("training_order must be modern", "must use what DL4J has", "iterations must be 1")):
            raise
        return False
    return True


@pytest.mark.parametrize("share", [pytest.param(SOME, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_dl4j_loads_every_export_predicts_and_trains_the_same(oracle, tmp_path, share):
    listed = frozenset((Path(__file__).parents[1] / "conformance" / "not_spoken.txt").read_text(encoding="utf-8").split())
    spoken = [name for name in networks() if name not in listed and not any(Case.of(name).level(level).refused for level in ("import", "output"))]

    assert spoken
    for name in spoken[::share]:
        agrees(oracle, name, tmp_path)


def test_a_layer_that_has_no_name_in_the_file_gets_one_that_is_free(shared, tmp_path):
    path, again = tmp_path / "before.zip", tmp_path / "again.zip"
    path.write_bytes(Case.of("preprocessors/cnn_dense_conv").read("before.zip"))
    model = dl4j.load(path, input="2x3x4")

    dl4j.save(model, again)

    assert str(dl4j.load(again, input="2x3x4").plan.node("layer3").output) == "2"
    assert (dl4j.flat_parameters(dl4j.load(again, input="2x3x4")) == dl4j.flat_parameters(model)).all()


@pytest.mark.parametrize("share", [pytest.param(SOME, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)])
def test_an_m2_1_file_comes_back_with_the_same_bytes_and_the_same_spec(shared, tmp_path, share):
    path, again, compared = tmp_path / "before.zip", tmp_path / "again.zip", 0
    for name in [name for name in networks() if not name.startswith("era-") and not Case.of(name).level("output").refused][::share]:
        case = Case.of(name)
        path.write_bytes(case.read("before.zip"))
        model = load(path, case)
        dl4j.save(model, again)

        with zipfile.ZipFile(path) as before, zipfile.ZipFile(again) as after:
            assert after.read("coefficients.bin") == before.read("coefficients.bin"), name
            if "updaterState.bin" in before.namelist() and not says_less(model):
                assert after.read("updaterState.bin") == before.read("updaterState.bin"), name
        assert says_less(model) or said(load(again, case)) == said(model), name
        compared += 1

    assert compared


def says_less(model):
    """A spec does not say how what stays as it is would be updated; a preprocessor that no layer needs is a layer in it."""
    layers = model.plan.spec.layers
    return model.trainer is None or any(layer.frozen or layer.type in ("flatten", "reshape") for layer in layers)


def said(model):
    """What the spec says; a list that a graph alone can say comes back with names."""
    found = model.plan.spec.model_dump(mode="json", exclude_unset=True)
    if model.memory.kind == "list" or len(model.plan.inputs) == 1:
        found["layers"] = [{word: value for word, value in layer.items() if word not in ("name", "input")} for layer in found["layers"]]
    return found


def test_a_network_that_begins_with_a_flattening_is_a_list(oracle, tmp_path):
    layers = [{"type": "output", "n_out": 2, "loss": "mcxent"}]
    model = build({"input": "1x4x4", "data_type": "float64", "updater": {"type": "sgd", "learning_rate": 0.1}, "layers": layers})
    images = np.random.default_rng(3).normal(size=(3, 1, 4, 4))

    dl4j.save(model, tmp_path / "model.zip")

    answer = oracle.ask(tmp_path / "model.zip", [([images], [])], tmp_path / "asked", steps=0)
    assert answer["kind"] == "list"
    assert_close(model.predict(images).numpy(), answer["output0_0"], 1e-10, "output")


def test_labels_that_are_class_indices_in_the_file_are_so_in_its_export(shared, tmp_path):
    path, again = tmp_path / "before.zip", tmp_path / "again.zip"
    path.write_bytes(Case.of("layers_output/output_sparse_mcxent").read("before.zip"))

    dl4j.save(dl4j.load(path), again)

    with zipfile.ZipFile(again) as file:
        last = json.loads(file.read("configuration.json"))["confs"][-1]["layer"]
    assert last["lossFn"]["@class"] == "org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT"
