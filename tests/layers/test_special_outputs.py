"""Outputs whose loss is more than that of an output and a label: centres, one class, boxes."""

import json
import zipfile

import numpy as np
import pytest
import torch
from conformance.cases import Case
from conformance.check import assert_close, batch, load
from torch import Tensor, nn

from netspec import SpecError, build
from netspec.errors import DataError
from netspec.interop import dl4j
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, translators
from netspec.modules.center_loss_output import CenterLoss, CenterLossOutput
from netspec.modules.ocnn_output import OcnnOutput, OneClass
from netspec.modules.yolo2_output import Boxes, BoxLoss, best, overlap
from netspec.read import plan_of

CENTER = {"type": "center_loss_output", "n_out": 2, "loss": "negative_log_likelihood", "alpha": 0.5, "center_weight": 0.1}
FEATURES = torch.tensor([[1.0, 2.0], [3.0, 0.0], [0.0, 4.0]], dtype=torch.float64)
CLASSES = torch.tensor([0, 1, 0])


def refusal(spec):
    with pytest.raises(SpecError) as refused:
        plan_of(spec)
    return [problem.message for problem in refused.value.problems]


def imported(case: str, folder) -> tuple[Case, dl4j.Imported]:
    recorded, path = Case.of(case), folder / "before.zip"
    path.write_bytes(recorded.read("before.zip"))
    return recorded, load(path, recorded)


def centred() -> CenterLossOutput:
    module = CenterLossOutput(2, 2, bias=True).double()
    module.centers.copy_(torch.tensor([[1.0, 1.0], [0.0, 1.0]]))
    return module


def test_the_distance_from_the_centre_of_its_class_is_added_for_each_example():
    module = centred().eval()
    plain = nn.CrossEntropyLoss()
    loss = CenterLoss(lambda z, y, mask=None: plain(z, y), module, alpha=0.5, weight=0.1)
    output = module(FEATURES)
    apart = (0 + 1) + (9 + 1) + (1 + 9)  # (1,2) and (0,4) from (1,1), (3,0) from (0,1)

    torch.testing.assert_close(loss(output, CLASSES, None, FEATURES), plain(output, CLASSES) + 0.5 * 0.1 * apart / 3)


def test_centres_move_towards_their_examples_in_training_only_and_after_they_were_used():
    module = centred()
    loss = CenterLoss(lambda z, y, mask=None: z.sum() * 0, module, alpha=0.5, weight=2.0)

    before = loss(module.eval()(FEATURES), CLASSES, None, FEATURES)
    assert module.centers.tolist() == [[1.0, 1.0], [0.0, 1.0]]
    after = loss(module.train()(FEATURES), CLASSES, None, FEATURES)

    assert before == after
    first = [1 - 0.5 * ((1 - 1) + (1 - 0)) / 3, 1 - 0.5 * ((1 - 2) + (1 - 4)) / 3]
    second = [0 - 0.5 * (0 - 3) / 2, 1 - 0.5 * (1 - 0) / 2]
    torch.testing.assert_close(module.centers, torch.tensor([first, second], dtype=torch.float64))


def test_masked_examples_neither_count_nor_move_centres():
    module, mask = centred(), torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64)
    loss = CenterLoss(lambda z, y, mask=None: z.sum() * 0, module, alpha=1.0, weight=2.0)

    found = loss(module(FEATURES), CLASSES, mask, FEATURES)

    assert found.item() == pytest.approx(1 / 3)
    assert module.centers.tolist() == [[1.0, 1.0 - (1 - 2) / 2], [0.0, 1.0]]


def test_features_are_what_the_layer_is_given_and_the_error_goes_back_through_them():
    model = build({"input": 2, "data_type": "float64", "layers": [{"type": "dense", "n_out": 2, "activation": "tanh"}, CENTER]})
    network, scorer = model.module.eval(), model._scored()
    weight = network.get_parameter("dense_1.weight")
    hidden = torch.tanh(FEATURES @ weight.T)
    expected = nn.functional.cross_entropy(network.center_loss_output_1(hidden), CLASSES) + 0.05 * hidden.square().sum(1).mean()

    score = scorer(network(FEATURES), CLASSES)

    torch.testing.assert_close(score, expected)
    torch.testing.assert_close(*(torch.autograd.grad(one, weight)[0] for one in (score, expected)))


def test_features_are_those_behind_dropout():
    model = build({"input": 2, "data_type": "float64", "layers": [{**CENTER, "dropout": 0.5}]})
    network, scorer = model.module.train(), model._scored()
    heard = []
    network.center_loss_output_1.register_forward_pre_hook(lambda _, given: heard.append(given[0]))

    score = scorer(output := network(FEATURES), CLASSES)

    expected = nn.functional.cross_entropy(output, CLASSES) + 0.05 * heard[0].square().sum(1).mean()
    torch.testing.assert_close(score, expected)


def test_centres_are_kept_with_the_weights_and_frozen_with_the_layer():
    spec = {"input": 2, "updater": "sgd", "learning_rate": 0.1, "layers": [{"type": "dense", "n_out": 2, "activation": "tanh"}, CENTER]}
    moved, still = build(spec), build({**spec, "layers": [spec["layers"][0], {**CENTER, "frozen": True}]})

    for model in (moved, still):
        model.step((FEATURES.numpy(), CLASSES.numpy()))

    assert moved.module.state_dict()["center_loss_output_1.centers"].abs().sum() > 0
    assert still.module.state_dict()["center_loss_output_1.centers"].abs().sum() == 0


@pytest.mark.parametrize("case", ["layers_output/center_loss", "layers_output/center_loss_strong", "era-1.0.0-beta4/center_loss"])
def test_weights_move_as_in_dl4j_and_centres_by_as_many_times_as_there_are_examples(case, shared, tmp_path):
    recorded, model = imported(case, tmp_path)
    before, theirs = dl4j.flat_parameters(model), recorded.array("params_after")[0]
    trained, examples = dl4j.is_trained(model), len(recorded.array("label0"))

    model.step(batch(recorded, model, 0))

    ours = dl4j.flat_parameters(model)
    assert_close(ours[trained], theirs[trained], 1e-8, "weights")
    assert_close((ours - before)[~trained], examples * (theirs - before)[~trained], 1e-8, "centres")


def test_one_output_has_no_centres_of_several_classes():
    assert refusal({"input": 2, "layers": [{**CENTER, "n_out": 1, "loss": "xent"}]}) == ["layers.0.n_out must be 2 or more, one output for each class, got 1"]


def one_class(window: int = 4) -> OcnnOutput:
    module = OcnnOutput(2, 2, nn.Sigmoid(), initial_r=0.3, window=window).double()
    with torch.no_grad():
        module.weight.copy_(torch.tensor([1.0, -2.0]))
        module.hidden_weight.copy_(torch.tensor([[0.5, 0.0], [0.0, 0.25]]))
        module.r.fill_(0.3)
    return module


def test_the_one_class_score_calculated_by_hand():
    module = one_class().eval()
    hidden = torch.sigmoid(FEATURES * torch.tensor([0.5, 0.25]))
    outputs = hidden[:, 0] - 2 * hidden[:, 1]
    short = (0.3 - outputs).clamp(min=0).mean()

    found = OneClass(module, nu=0.25)(module(FEATURES), torch.zeros(3, 1))

    torch.testing.assert_close(module(FEATURES)[:, 0], outputs)
    torch.testing.assert_close(found, (0.5 * 5 + 0.5 * (0.25 + 0.0625) + short / 0.25 - 0.3) / 3)


def test_r_becomes_a_quantile_of_the_outputs_whenever_the_window_is_full_of_new_ones():
    module = one_class(window=4)
    loss = OneClass(module, nu=0.5)

    loss(torch.tensor([[1.0], [5.0], [2.0]], dtype=torch.float64), torch.zeros(3, 1))
    assert module.r.item() == pytest.approx(0.3)
    loss(torch.tensor([[8.0], [3.0], [4.0]], dtype=torch.float64), torch.zeros(3, 1))
    assert module.r.item() == 3.5  # the median of 2, 8, 3, 4
    loss(torch.tensor([[-9.0], [-9.0], [-9.0]], dtype=torch.float64), torch.zeros(3, 1))
    assert module.r.item() == 3.5
    module.eval()
    loss(torch.full((9, 1), -9.0, dtype=torch.float64), torch.zeros(9, 1))
    assert module.r.item() == 3.5


def test_one_class_gradients_are_the_derivatives():
    module = one_class().eval()
    names = [name for name, _ in module.named_parameters()]

    def computed(given: Tensor, *weights: Tensor) -> Tensor:
        with torch.nn.utils.stateless._reparametrize_module(module, dict(zip(names, weights, strict=True))):
            return OneClass(module, 0.25)(module(given), torch.zeros(3, 1))

    assert torch.autograd.gradcheck(computed, [array.detach().clone().requires_grad_() for array in (FEATURES, *module.parameters())])


@pytest.mark.parametrize("case", ["layers_output/ocnn", "layers_output/ocnn_no_r"])
def test_one_class_weights_and_r_move_as_in_dl4j(case, shared, tmp_path):
    recorded, model = imported(case, tmp_path)

    model.step(batch(recorded, model, 0))

    own = 3 + 4 * 3 + 1
    assert_close(dl4j.flat_parameters(model)[-own:], recorded.array("params_after")[0][-own:], 1e-8, case)


def test_a_one_class_network_goes_on_with_its_window():
    layers = [{"type": "dense", "n_out": 3, "activation": "tanh"}, {"type": "ocnn_output", "hidden_size": 2, "window_size": 8}]
    spec = {"input": 2, "updater": "sgd", "learning_rate": 0.01, "layers": layers}
    model, data = build(spec), (np.ones((3, 2), np.float32), np.ones((3, 1), np.float32))
    for _ in range(2):
        model.step(data)

    again = build(spec)
    again.module.load_state_dict(model.module.state_dict())
    for one in (model, again):
        one.step(data)

    assert model.module.get_buffer("ocnn_output_1.seen").item() == 0
    assert torch.equal(model.module.get_parameter("ocnn_output_1.r"), again.module.get_parameter("ocnn_output_1.r"))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"nu": 0.0}, "layers.0.nu must be greater than 0, got 0"),
        ({"nu": 1.5}, "layers.0.nu must be at most 1, got 1.5"),
        ({"loss": "mse"}, "layers.0.loss"),
    ],
)
def test_what_makes_no_one_class_network_is_refused(said, message):
    found = refusal({"input": 2, "layers": [{"type": "ocnn_output", "hidden_size": 2, **said}]})

    assert len(found) == 1
    assert found[0].startswith(message)


PRIORS = ((1.0, 2.0), (2.0, 1.0))
YOLO = {"type": "yolo2_output", "priors": [list(pair) for pair in PRIORS]}


def logit(value: float) -> float:
    return float(torch.logit(torch.tensor(value, dtype=torch.float64)))


def one_cell(first: tuple[float, ...], second: tuple[float, ...]) -> Tensor:
    """Pre-activations of a grid of one cell, in which boxes have x, y, width, height, confidence, and two classes of the same logits."""
    values = []
    for (x, y, width, height, confidence), (prior_width, prior_height) in zip((first, second), PRIORS, strict=True):
        sizes = [float(np.log(width / prior_width)), float(np.log(height / prior_height))]
        values += [logit(x), logit(y), *sizes, logit(confidence), 0.0, 0.0]
    return torch.tensor(values, dtype=torch.float64).reshape(1, 14, 1, 1)


def test_boxes_are_predicted_as_the_paper_has_it():
    found = Boxes(PRIORS)(one_cell((0.5, 0.25, 1.0, 3.0, 0.8), (0.1, 0.9, 4.0, 1.0, 0.3))).flatten()

    torch.testing.assert_close(found, torch.tensor([0.5, 0.25, 1, 3, 0.8, 0.5, 0.5, 0.1, 0.9, 4, 1, 0.3, 0.5, 0.5], dtype=torch.float64))


def test_the_loss_of_a_cell_calculated_by_hand():
    boxes = one_cell((0.5, 0.5, 1.0, 1.0, 0.8), (0.5, 0.5, 4.0, 1.0, 0.3))
    label = torch.tensor([0.0, 0.0, 1.0, 0.5, 0.0, 1.0], dtype=torch.float64).reshape(1, 6, 1, 1)  # 1 wide, ½ high, about (½, ¼), of the second class
    coordinates = 0.25**2 + (1 - 0.5**0.5) ** 2  # of the first box, which overlaps with half of its area; the second with an eighth
    responsible = 5.0 * coordinates + (0.8 - 0.5) ** 2 + 2 * 0.5**2

    found = BoxLoss(Boxes(PRIORS), 5.0, 0.5)(boxes, label)

    assert found.item() == pytest.approx(responsible + 0.5 * 0.3**2)


def test_without_an_object_only_confidence_costs():
    found = BoxLoss(Boxes(PRIORS), 5.0, 0.5)(one_cell((0.5, 0.5, 1.0, 1.0, 0.8), (0.5, 0.5, 4.0, 1.0, 0.3)), torch.zeros(1, 6, 1, 1))

    assert found.item() == pytest.approx(0.5 * (0.8**2 + 0.3**2))


def test_masked_cells_cost_nothing():
    loss, boxes = BoxLoss(Boxes(PRIORS), 5.0, 0.5), torch.randn(2, 14, 3, 4, dtype=torch.float64)
    mask = torch.zeros(2, 1, 3, 4)
    mask[1, 0, 2, 3] = 1

    found = loss(boxes, torch.zeros(2, 6, 3, 4), mask)

    torch.testing.assert_close(found, loss(boxes[1:, :, 2:, 3:], torch.zeros(1, 6, 1, 1)) / 2)


def test_overlap_is_the_shared_area_over_that_of_both():
    one, other, apart = (torch.tensor(sides).reshape(1, 1, 4, 1, 1) for sides in ([0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 2.0], [5.0, 5.0, 6.0, 6.0]))

    assert overlap(one, other).item() == pytest.approx(1 / 5)
    assert overlap(one, apart).item() == 0


def test_the_label_that_is_predicted_is_the_most_confident_box_measured_in_cells():
    output = torch.zeros(1, 14, 2, 3)
    output[0, :7, 1, 2] = torch.tensor([0.5, 0.25, 1.0, 2.0, 0.4, 1.0, 0.0])
    output[0, 7:, 1, 2] = torch.tensor([0.5, 0.5, 2.0, 1.0, 0.6, 0.2, 0.8])

    assert best(PRIORS, output)[0, :, 1, 2].tolist() == pytest.approx([1.5, 1.0, 3.5, 2.0, 0.2, 0.8])


def test_gradients_of_boxes_are_the_derivatives():
    generator = torch.Generator().manual_seed(5)
    boxes = torch.randn(2, 14, 2, 3, dtype=torch.float64, generator=generator, requires_grad=True)
    labels = torch.zeros(2, 6, 2, 3, dtype=torch.float64)
    labels[0, :, 1, 2] = torch.tensor([1.4, 0.9, 2.9, 1.8, 1.0, 0.0])
    labels[1, :, 0, 0] = torch.tensor([0.0, 0.1, 1.2, 0.7, 0.0, 1.0])

    assert torch.autograd.gradcheck(lambda given: BoxLoss(Boxes(PRIORS), 5.0, 0.5)(given, labels), [boxes])


def test_boxes_are_trained():
    spec = {"input": "2x3x4", "updater": "adam", "layers": [{"type": "conv", "n_out": 14, "kernel": 1, "activation": "identity"}, YOLO]}
    model, labels = build(spec), np.zeros((5, 6, 3, 4), np.float32)
    labels[:, :, 1, 2] = [1.4, 0.9, 2.9, 1.8, 1.0, 0.0]
    images = np.random.default_rng(1).normal(size=(5, 2, 3, 4)).astype(np.float32)

    scores = [model.step((images, labels)) for _ in range(30)]

    assert scores[-1] < scores[0]
    assert model.predict(images).shape == (5, 14, 3, 4)


@pytest.mark.parametrize("shape", [(5, 14, 3, 4), (5, 6, 3, 3)])
def test_labels_that_are_no_boxes_are_refused(shape):
    spec = {"input": "2x3x4", "updater": "adam", "layers": [{"type": "conv", "n_out": 14, "kernel": 1, "activation": "identity"}, YOLO]}

    with pytest.raises(DataError, match="labels must be N×6×3×4"):
        build(spec).step((np.zeros((5, 2, 3, 4), np.float32), np.zeros(shape, np.float32)))


@pytest.mark.parametrize(
    ("said", "input", "message"),
    [
        ({}, "13x3x4", "layers.0 must have 2·(5 + classes) channels as input, 5 + classes for each prior, got 13"),
        ({}, "10x3x4", "layers.0 must have 2·(5 + classes) channels as input, 5 + classes for each prior, got 10"),
        ({"priors": []}, "14x3x4", "layers.0.priors must have at least 1 item, got 0"),
        ({"priors": [[1.0, 0.0]]}, "14x3x4", "layers.0.priors.0.1 must be greater than 0, got 0"),
        ({"priors": [1.0, 2.0]}, "14x3x4", ""),
        ({}, "14", "layers.0 must have an image as input, and input gives a flat vector (14)"),
    ],
)
def test_what_has_no_boxes_is_refused(said, input, message):
    found = refusal({"input": input, "layers": [{**YOLO, **said}]})

    assert found[0].startswith(message)


@pytest.mark.parametrize(
    "boxes",
    [
        {"dataType": "DOUBLE", "shape": [2, 2], "data": [1.0, 2.0, 3.0, 1.5]},
        {"dataBuffer": [1.0, 3.0, 2.0, 1.5], "shapeField": [2, 2], "strideField": [1, 2], "orderingField": "f"},
        {"dataBuffer": [1.0, 2.0, 3.0, 1.5], "shapeField": [2, 2], "strideField": [2, 1], "orderingField": "c"},
    ],
)
def test_priors_are_read_in_the_words_of_every_release(boxes):
    java = "org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer"
    said = Said({"@class": java, "boundingBoxes": boxes, "lambdaCoord": 4.0, "lambdaNoObj": 0.25}, "layer 1")

    found = translators("layers")[java].read(said, Reading(Era.M2_1, Report(Era.M2_1, "")))

    assert found == {"type": "yolo2_output", "priors": [[1.0, 2.0], [3.0, 1.5]], "coordinate_weight": 4.0, "no_object_weight": 0.25}


def test_the_plan_shows_one_prior_as_a_pair():
    layer = {"type": "yolo2_output", "priors": [[1.0, 2.0]]}

    assert plan_of({"input": "7x3x4", "layers": [layer]}).as_dict()["layers"][0]["priors"] == [[1.0, 2.0]]


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ({**CENTER, "has_bias": False}, "has_bias must be true, for DL4J"),
        ({"type": "ocnn_output", "hidden_size": 3, "l2": 0.1}, "l2 must be left out, as DL4J has no such word"),
        ({"type": "ocnn_output", "hidden_size": 3, "loss_weight": 2.0}, "loss_weight must be left out"),
    ],
)
def test_an_export_refuses_what_dl4j_does_not_do(layer, message, tmp_path):
    with pytest.raises(DataError, match=message):
        dl4j.save(build({"input": 2, "updater": "sgd", "learning_rate": 0.1, "layers": [layer]}), tmp_path / "model.zip")


def test_penalties_that_dl4js_one_class_output_does_nothing_with_are_left_out(oracle, tmp_path):
    """DL4J itself trains the same with them and without."""
    layer = {"type": "ocnn_output", "hidden_size": 3, "nu": 0.25}
    model = build({"input": 2, "data_type": "float64", "updater": "sgd", "learning_rate": 0.1, "layers": [layer]})
    plain, penalized = tmp_path / "plain.zip", tmp_path / "penalized.zip"
    dl4j.save(model, plain)
    l2 = {"@class": "org.nd4j.linalg.learning.regularization.L2Regularization", "l2": {"@class": "org.nd4j.linalg.schedule.FixedSchedule", "value": 0.5}}
    with zipfile.ZipFile(plain) as file, zipfile.ZipFile(penalized, "w") as other:
        configuration = json.loads(file.read("configuration.json"))
        configuration["confs"][0]["layer"]["regularization"] = [l2]
        for name in file.namelist():
            other.writestr(name, json.dumps(configuration) if name == "configuration.json" else file.read(name))
    pair = FEATURES.numpy(), np.ones((3, 1))

    theirs = oracle.ask(penalized, [([pair[0]], [pair[1]])], tmp_path, steps=2)
    imported = dl4j.load(penalized)
    for step in range(2):
        imported.step(pair)
        assert_close(dl4j.flat_parameters(imported), theirs["params_after"][step], 1e-12, f"step {step}")

    assert [note.text for note in imported.report.notes if "one-class" in note.text] == ["l2: DL4J's one-class output does nothing with them"]
