"""What a layer says of learning from its input alone does nothing where no layer does so, and that is told."""

import pytest

from netspec import build
from netspec.plan import Plan
from netspec.read import plan_of

VAE = "type: variational_autoencoder, n_out: 2, encoder: 3, decoder: 3, reconstruction: gaussian"


def planned(*layers: str, train: str = "{batch_size: 10, epochs: 2}", rest: str = "") -> Plan:
    lines = "".join(f"  - {{{layer}}}\n" for layer in (*layers, "type: output, n_out: 3, loss: negative_log_likelihood"))
    return plan_of(f"updater: adam\nactivation: sigmoid\nlayers:\n{lines}data: iris\n{rest}" + (f"train: {train}\n" if train else ""))


def told(found: Plan) -> list[str]:
    return [problem.message for problem in found.warnings]


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("type: autoencoder, n_out: 3, corruption: 0.2", "corruption, which does"),
        ("type: autoencoder, n_out: 3, corruption: 0.3", "corruption, which does"),  # said, though it is the default
        ("type: autoencoder, n_out: 3, sparsity: 0.1", "sparsity, which does"),
        ("type: autoencoder, n_out: 3, loss: xent, sparsity_weight: 2.0, sparsity: 0.1", "sparsity, sparsity_weight and loss, which do"),
        ("type: autoencoder, n_out: 3, visible_bias_init: 0.5", "visible_bias_init, which does"),
        (VAE, "decoder and reconstruction, which do"),
        (f"{VAE}, num_samples: 4", "decoder, reconstruction and num_samples, which do"),
    ],
)
def test_what_only_pre_training_looks_at_is_told_of_without_it(layer: str, said: str) -> None:
    found = planned("type: dense, n_out: 5", layer)

    assert told(found) == [f"layers.1 says {said} nothing without train.pretrain"]
    (problem,) = found.warnings
    assert (problem.severity, problem.help) == ("warning", "for example train: {pretrain: 10}, epochs in which it learns from its input alone")
    assert problem.position is not None
    assert problem.position.line == 5
    assert problem.path == ("layers", 1, said.replace(",", " ").split()[0])


@pytest.mark.parametrize("layer", ["type: autoencoder, n_out: 3, corruption: 0.2, loss: xent", VAE])
@pytest.mark.parametrize(("train", "rest"), [("{batch_size: 10, epochs: 2, pretrain: 1}", ""), ("", "")])
def test_it_is_not_told_of_where_layers_learn_so_or_nothing_is_trained(layer: str, train: str, rest: str) -> None:
    assert told(planned(layer, train=train, rest=rest)) == []


def test_what_the_spec_does_not_say_is_not_told_of() -> None:
    assert told(planned("type: autoencoder, n_out: 3")) == []


def test_a_layer_that_may_have_learned_so_elsewhere_is_let_be(tmp_path) -> None:
    before = {"seed": 1, "input": 4, "activation": "sigmoid", "layers": [{"type": "autoencoder", "n_out": 3, "name": "a", "corruption": 0.1}]}
    build(before).save(tmp_path / "w.safetensors")

    layer = "type: autoencoder, n_out: 3, name: a, corruption: 0.1"
    assert told(planned(layer, rest=f"transfer: {{weights: {tmp_path / 'w.safetensors'}, new: output_1}}\n")) == []
    assert len(told(planned(layer))) == 1


def test_copies_of_a_layer_are_told_of_once() -> None:
    copies = "type: repeat, times: 3, layers: [{type: autoencoder, n_out: 4, corruption: 0.2}]"

    assert told(planned(copies)) == ["layers.0.layers.0 says corruption, which does nothing without train.pretrain"]
