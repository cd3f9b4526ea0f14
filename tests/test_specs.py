"""Every spec that is shipped validates, is commented, builds without memory, and learns from one batch."""

from math import prod
from pathlib import Path

import pytest
import torch

from netspec import build, load
from netspec.construct import build_network
from netspec.plan import Plan
from netspec.resolve import resolve
from netspec.scored import ScoredLayer
from netspec.shapes import FeedForward, features

FOLDER = Path(__file__).resolve().parents[1] / "specs"
SPECS = sorted(FOLDER.glob("*.yaml"))

PARAMETERS = {
    "mlp_single_layer": 784 * 1000 + 1000 + 1000 * 10 + 10,
    "mlp_500": 784 * 500 + 500 + 500 * 10 + 10,
    "mlp_512_256": 784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10,
    "mlp_400_200_100": 784 * 400 + 400 + 400 * 200 + 200 + 200 * 100 + 100 + 100 * 10 + 10,
    "cnn_3x3_dropout": 9 * 32 + 32 + 32 * 9 * 64 + 64 + 12 * 12 * 64 * 128 + 128 + 128 * 10 + 10,  # 28 → 26 → 24 → 12
    "cnn_5x5": 25 * 32 + 32 + 32 * 25 * 64 + 64 + 4 * 4 * 64 * 256 + 256 + 256 * 10 + 10,  # 28 → 24 → 12 → 8 → 4
    "cnn_small": 9 * 16 + 16 + 16 * 9 * 32 + 32 + 7 * 7 * 32 * 128 + 128 + 128 * 10 + 10,  # 28 → 28 → 14 → 14 → 7
    "mlp_1000_adam": 784 * 1000 + 1000 + 1000 * 10 + 10,
    "capsules": 9 * 32 + 32 + 32 * 9 * 64 + 64 + 32 * 8 * 160,  # 8 → 6 → 2: 8 kinds at 4 places
    "iris": 4 * 16 + 16 + 16 * 3 + 3,
    "two_heads": 64 * 32 + 32 + 32 * 10 + 10 + 32 * 1 + 1,
    "two_outputs": 3 * 16 + 16 + 16 * 3 + 3 + 16 * 1 + 1,
    "pretrained": (64 * 32 + 32 + 64) + (32 * 16 + 16 + 32) + 16 * 10 + 10,  # each autoencoder with a bias of its reconstruction
    "schedule": 64 * 64 + 64 + 64 * 10 + 10,
    "layer_rates": 64 * 64 + 64 + 64 * 32 + 32 + 32 * 10 + 10,
    "resnet18_cifar": 3 * 9 * 64
    + 2 * 64
    + 4 * (64 * 9 * 64 + 2 * 64)  # two blocks of two convolutions, each with a batch_norm
    + sum(half * 9 * all_ + 3 * all_ * 9 * all_ + half * all_ + 5 * 2 * all_ for half, all_ in ((64, 128), (128, 256), (256, 512)))
    + 512 * 10
    + 10,
    "transformer_classifier": 5001 * 64 + 2 * (4 * (64 * 64 + 64) + 64 * 128 + 128 + 128 * 64 + 64 + 2 * 2 * 64) + 2 * 64 + 64 * 2 + 2,
    "gpt_small": 46 * 128 + 64 * 128 + 4 * (4 * 128 * 128 + 2 * 128 * 512 + 2 * 128) + 128 + 128 * 46,
    "unet": 9 * (16 + 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128)
    + 2 * (16 + 32 + 64 + 128)  # down
    + sum(4 * 2 * n * n + 9 * (2 * n * n + n * n) + 3 * n for n in (64, 32, 16))
    + 16 * 2
    + 2,  # up: from 2n, beside n, and together 2n to n
    "cnn_augmented": 9 * 16 + 16 + 16 * 9 * 32 + 32 + 7 * 7 * 32 * 128 + 128 + 128 * 10 + 10,  # 28 → 28 → 14 → 14 → 7
    "char_lstm": 4 * 128 * (46 + 128 + 1) + 4 * 128 * (128 + 128 + 1) + 128 * 46 + 46,
}
"""Weights and biases, counted by hand."""

TRAINING = {  # updater, rate, batch size, epochs: as the sources have them
    "mlp_single_layer": ("nesterovs", 0.006, 128, 15),
    "mlp_500": ("adam", 0.001, 100, 5),
    "mlp_512_256": ("adam", 0.001, 64, 10),
    "mlp_400_200_100": ("sgd", 0.1, 64, 20),
    "cnn_3x3_dropout": ("sgd", 0.01, 64, 10),
    "cnn_5x5": ("adam", 0.001, 100, 10),
    "cnn_small": ("adam", 0.001, 64, 5),
}

BATCH = 8
"""Examples of a step."""

every_spec = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETSPEC_OFFLINE", "1")


def plan_of(path: Path) -> Plan:
    return resolve(load(path))


@every_spec
def test_the_spec_is_right_without_a_warning_and_has_the_parameters_counted_by_hand(path: Path) -> None:
    plan = plan_of(path)
    assert plan.warnings == ()
    assert plan.parameters == PARAMETERS[path.stem]


@every_spec
def test_the_spec_is_named_like_its_file_and_says_its_idea_first(path: Path) -> None:
    assert load(path).name == path.stem
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", TRAINING)
def test_the_spec_trains_as_its_source_does(name: str) -> None:
    plan = plan_of(FOLDER / f"{name}.yaml")
    assert plan.updater is not None
    assert plan.train is not None
    assert (plan.updater.type, plan.updater.learning_rate.start, plan.train.batch_size, plan.train.epochs) == TRAINING[name]
    assert "Source:" in (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@every_spec
def test_the_network_builds_on_the_meta_device(path: Path) -> None:
    plan = plan_of(path)
    network = build_network(plan, "meta")
    assert {parameter.device.type for parameter in network.parameters()} == {"meta"}
    assert sum(parameter.numel() for parameter in network.parameters()) == PARAMETERS[path.stem]
    shape = next(iter(plan.inputs.values()))
    found = network(torch.empty(3, *shape.dims, device="meta"))
    outputs = found if isinstance(found, dict) else {plan.outputs[0]: found}
    assert {name: tuple(value.shape) for name, value in outputs.items()} == {name: (3, *plan.node(name).output.dims) for name in plan.outputs}


def labels_for(plan: Plan, name: str, examples: int) -> torch.Tensor:
    """Random ones: class indices by step or position, or numbers."""
    layer, shape = plan.node(name).layer, plan.node(name).output
    assert isinstance(layer, ScoredLayer)
    positions = () if isinstance(shape, FeedForward) else shape.sides
    return torch.randint(features(shape), (examples, *positions)) if layer.loss.takes_indices else torch.randint(2, (examples, *shape.dims)).float()


def inputs_for(plan: Plan, examples: int) -> torch.Tensor:
    """Random numbers, or random indices where the first layer takes some."""
    first, shape = plan.nodes[0].layer, next(iter(plan.inputs.values()))
    if first.takes_indices:
        return torch.randint(getattr(first, "vocabulary"), (examples, *shape.dims)).float()  # noqa: B009  # only layers with indices have one
    return torch.rand(examples, *shape.dims)


@every_spec
def test_one_step_on_random_data_moves_every_parameter_and_lowers_the_loss_of_that_batch(path: Path) -> None:
    torch.manual_seed(5)
    model = build(path, device="cpu")
    plan = model.plan
    inputs = inputs_for(plan, BATCH)
    labels = {name: labels_for(plan, name, BATCH) for name in plan.outputs}
    before = {name: parameter.detach().clone() for name, parameter in model.module.named_parameters()}
    model.module.train(any(node.layer.least_batch > 1 for node in plan.nodes))  # else without dropout, so that the two losses are of one function
    losses = []
    for _ in range(4):
        loss = model._scorer(model.module(inputs), labels)
        losses.append(loss.item())
        model.optimizer.zero_grad()
        loss.backward()
        model.optimizer.step()
    assert losses[-1] < losses[0]
    assert prod(before[next(iter(before))].shape) > 0
    still = {f"{node.name}.{name}" for node, name, parameter in plan.each_parameter() if parameter.pretrained}
    assert {name for name, parameter in model.module.named_parameters() if torch.equal(before[name], parameter)} == still
