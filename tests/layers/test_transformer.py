"""transformer_encoder, transformer_decoder and positional_encoding beside torch's own layers and the formulas."""

from math import cos, sin
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from netspec import build
from netspec.construct import build_network
from netspec.errors import DataError, SpecError
from netspec.network import Network
from netspec.read import plan_of

SIZE, HEADS = 6, 3
each_norm = pytest.mark.parametrize("norm", ["pre", "post"])
each_way = pytest.mark.parametrize("causal", [False, True])


def network(*layers: dict[str, Any], inputs: tuple[str, ...] = ("x",), length: int | None = 5, size: int = SIZE, **head: Any) -> Network:
    shape = {"type": "recurrent", "size": size} | ({} if length is None else {"length": length})
    said = {"seed": 3, "data_type": "float64", "input": dict.fromkeys(inputs, shape), **head, "layers": list(layers)}
    return build_network(plan_of(said)).eval()


def layer(tag: str, **words: Any) -> dict[str, Any]:
    return {"type": tag, "name": "it", "heads": HEADS, "feed_forward": 8, "bias_init": {"type": "normal", "std": 0.5}, **words}


def values(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def oracle(kind: type[nn.Module], ours: Network, norm: str) -> nn.Module:
    found = kind(SIZE, HEADS, 8, dropout=0.0, activation="gelu", norm_first=norm == "pre", batch_first=True, dtype=torch.float64).eval()
    found.load_state_dict(ours.get_submodule("it").state_dict())
    return found


@each_norm
@each_way
def test_an_encoder_layer_is_torchs(norm: str, causal: bool) -> None:
    ours = network(layer("transformer_encoder", norm=norm, causal=causal, activation="gelu"))
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64) if causal else None
    input = values(4, 5, SIZE)

    torch.testing.assert_close(ours(input), oracle(nn.TransformerEncoderLayer, ours, norm)(input, mask))


@each_norm
@each_way
def test_a_decoder_layer_with_a_memory_is_torchs(norm: str, causal: bool) -> None:
    ours = network(layer("transformer_decoder", norm=norm, causal=causal, activation="gelu", input=["x", "memory"]), inputs=("x", "memory"), length=None)
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64) if causal else None
    target, memory, seen = values(4, 5, SIZE), values(4, 7, SIZE, seed=1), torch.tensor([[1, 1, 1, 1, 0, 0, 0]]).expand(4, 7)

    expected = oracle(nn.TransformerDecoderLayer, ours, norm)(target, memory, mask, memory_key_padding_mask=seen == 0)

    torch.testing.assert_close(ours({"x": target, "memory": memory}, {"memory": seen}), expected)


def test_a_decoder_without_a_memory_is_a_causal_encoder() -> None:
    decoder = network(layer("transformer_decoder"))
    encoder = network(layer("transformer_encoder", causal=True))
    input = values(2, 5, SIZE)

    assert torch.equal(decoder(input), encoder(input))


@each_norm
@pytest.mark.parametrize("tag", ["transformer_encoder", "transformer_decoder"])
def test_a_causal_layer_does_not_look_ahead(tag: str, norm: str) -> None:
    ours, input = network(layer(tag, norm=norm, causal=True)), values(2, 5, SIZE)
    changed = input.clone()
    changed[:, 3:] = 7.0

    before, after = ours(input), ours(changed)

    torch.testing.assert_close(before[:, :3], after[:, :3])
    assert (before[:, 3:] - after[:, 3:]).abs().min() > 0


@each_norm
@each_way
@pytest.mark.parametrize("tag", ["transformer_encoder", "transformer_decoder"])
@pytest.mark.parametrize("steps", [slice(0, 3), slice(2, 5)], ids=["first", "last"])
def test_masked_steps_are_not_there(tag: str, norm: str, causal: bool, steps: slice) -> None:
    ours, input = network(layer(tag, norm=norm, causal=causal), layer(tag, norm=norm, causal=causal, name="second"), length=None), values(2, 5, SIZE)
    mask = torch.zeros(2, 5)
    mask[:, steps] = 1

    torch.testing.assert_close(ours(input, mask)[:, steps], ours(input[:, steps]))


@each_way
def test_a_sequence_that_is_masked_altogether_stays_finite(causal: bool) -> None:
    ours = network(layer("transformer_decoder", input=["x", "memory"], causal=causal), inputs=("x", "memory"))

    found = ours({"x": values(2, 5, SIZE), "memory": values(2, 5, SIZE)}, {"x": torch.zeros(2, 5), "memory": torch.zeros(2, 5)})

    assert found.isfinite().all()


@each_norm
@each_way
@pytest.mark.parametrize("masked", [False, True])
def test_prediction_without_gradients_is_the_same_function(norm: str, causal: bool, masked: bool) -> None:
    """torch has another kernel for it."""
    ours, input, mask = network(layer("transformer_encoder", norm=norm, causal=causal)), values(2, 5, SIZE), torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]])
    with_gradients = ours(input, mask if masked else None)

    with torch.no_grad():
        without = ours(input, mask if masked else None)

    torch.testing.assert_close(without[:, :3], with_gradients[:, :3])


def test_initial_weights_are_drawn_by_matrix() -> None:
    ours = network({"type": "transformer_encoder", "name": "it", "heads": 4, "feed_forward": 400}, size=200)
    parameters = dict(ours.get_submodule("it").named_parameters())

    stds = {name: parameter.std().item() for name, parameter in parameters.items() if parameter.dim() == 2}
    assert stds == pytest.approx(
        {
            "self_attn.in_proj_weight": (2 / (200 + 200)) ** 0.5,
            "self_attn.out_proj.weight": (2 / (200 + 200)) ** 0.5,
            "linear1.weight": (2 / (200 + 400)) ** 0.5,
            "linear2.weight": (2 / (400 + 200)) ** 0.5,
        },
        rel=0.02,
    )
    assert {name: parameter.unique().tolist() for name, parameter in parameters.items() if parameter.dim() == 1 and "norm" in name} == {
        "norm1.weight": [1], "norm1.bias": [0], "norm2.weight": [1], "norm2.bias": [0],
    }  # fmt: skip
    assert not any(parameter.any() for name, parameter in parameters.items() if parameter.dim() == 1 and "norm" not in name)


def test_the_hidden_layer_is_four_times_as_wide_where_nothing_is_said() -> None:
    ours = network({"type": "transformer_encoder", "name": "it", "heads": 2})

    assert tuple(ours.get_parameter("it.linear1.weight").shape) == (4 * SIZE, SIZE)


def test_dropout_acts_inside_and_not_on_the_input() -> None:
    ours = network({"type": "dense", "n_out": SIZE, "activation": "tanh"}, layer("transformer_encoder"), dropout=0.25)
    inside = ours.get_submodule("it")
    assert isinstance(inside, nn.TransformerEncoderLayer)

    assert {inside.dropout.p, inside.dropout1.p, inside.dropout2.p, inside.self_attn.dropout} == {0.25}
    assert list(ours.dropouts) == []
    input = values(2, 5, SIZE)
    assert torch.equal(ours(input), ours(input))
    ours.train()
    assert not torch.equal(ours(input), ours(input))


def test_the_activation_is_that_of_the_hidden_layer() -> None:
    ours = network(layer("transformer_encoder", activation="tanh", norm="post"))
    inside, input = ours.get_submodule("it"), values(2, 5, SIZE)
    assert isinstance(inside, nn.TransformerEncoderLayer)

    summed = inside.norm1(input + inside.self_attn(input, input, input)[0])

    torch.testing.assert_close(ours(input), inside.norm2(summed + inside.linear2(torch.tanh(inside.linear1(summed)))))


def test_muon_moves_the_matrices_and_the_other_updater_the_rest() -> None:
    layers = [{"type": "transformer_encoder", "name": "it", "heads": 2}, {"type": "output", "n_out": 3, "loss": "mse"}]
    model = build({"updater": "muon", "bias_updater": "adam", "input": {"type": "recurrent", "size": SIZE, "length": 5}, "layers": layers}, device="cpu")

    matrices = {name for group in model.optimizer.param_groups if "momentum" in group for name in group["names"]}

    assert {name for name in matrices if name.startswith("it.")} == {f"it.{name}" for name in (
        "self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight")}  # fmt: skip
    assert {name for group in model.optimizer.param_groups for name in group["names"]} == {name for name, _ in model.module.named_parameters()}


@pytest.mark.parametrize(
    ("words", "inputs", "said"),
    [
        ({"heads": 4}, 1, "layers.0.heads must divide the 6 features of a step, got 4"),
        ({"heads": 0}, 1, "layers.0.heads must be greater than 0, got 0"),
        ({"norm": "none"}, 1, "layers.0.norm must be pre or post, got \"none\""),
        ({"dropout": {"type": "gaussian", "rate": 0.5}}, 1,
         'layers.0.dropout must be a number, the same at every step: it acts in several places inside, got "gaussian"'),
        ({"dropout": {"type": "dropout", "rate": {"type": "step", "initial": 0.5, "decay": 0.5, "every": 2, "per": "epoch"}}}, 1,
         'layers.0.dropout must be a number, the same at every step: it acts in several places inside, got "dropout"'),
        ({"input": ["in0", "in1", "in2"]}, 3, "layers.0.input must name the target, or the target and the memory, got 3 names"),
    ],
)  # fmt: skip
def test_what_a_transformer_cannot_be_is_refused(words: dict[str, Any], inputs: int, said: str) -> None:
    shapes = {f"in{number}": {"type": "recurrent", "size": SIZE} for number in range(inputs)}
    with pytest.raises(SpecError) as caught:
        plan_of({"input": shapes, "layers": [{"type": "transformer_decoder", "heads": 2, **words}]})

    assert [problem.message for problem in caught.value.problems] == [said]


def test_a_memory_of_other_features_is_refused() -> None:
    shapes = {"x": {"type": "recurrent", "size": 6}, "memory": {"type": "recurrent", "size": 4}}
    with pytest.raises(SpecError, match=r"layers\.0\.input must name a memory with as many features as the target has: 6, got 4"):
        plan_of({"input": shapes, "layers": [{"type": "transformer_decoder", "heads": 2, "input": ["x", "memory"]}]})


@pytest.mark.parametrize("layer", [{"type": "transformer_decoder", "heads": 2}, {"type": "positional_encoding"}], ids=lambda layer: layer["type"])
def test_sequences_are_not_cut_into_windows_where_steps_need_what_was_before(layer: dict[str, Any]) -> None:
    spec = {"input": {"type": "recurrent", "size": SIZE, "length": 6}, "tbptt": {"forward": 3}}
    with pytest.raises(SpecError, match=rf"tbptt must be left out: {layer['type']}_1 \({layer['type']}\) needs whole sequences$"):
        plan_of(spec | {"layers": [layer, {"type": "output", "n_out": 2, "loss": "mse"}]})


@pytest.mark.parametrize("size", [6, 5])
@pytest.mark.parametrize("length", [5, None])
def test_waves_are_those_of_the_formula(size: int, length: int | None) -> None:
    ours = network({"type": "positional_encoding"}, size=size, length=length)
    expected = [[(sin, cos)[i % 2](t / 10000 ** ((i - i % 2) / size)) for i in range(size)] for t in range(5)]

    found = ours(torch.zeros(2, 5, size, dtype=torch.float64))

    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64).expand(2, 5, size))
    assert torch.equal(ours(torch.zeros(2, 3, size, dtype=torch.float64)), found[:, :3])


def test_learned_places_are_added_from_the_first_step_on() -> None:
    ours, input = network({"type": "positional_encoding", "name": "it", "encoding": "learned", "length": 8}, length=None), values(2, 5, SIZE)
    rows = ours.get_parameter("it.weight")

    assert tuple(rows.shape) == (8, SIZE)
    torch.testing.assert_close(ours(input), input + rows[:5])
    with pytest.raises(DataError, match="sequences must have at most 8 steps, which have learned places, got 9"):
        ours(values(2, 9, SIZE))


@pytest.mark.parametrize(
    ("words", "length", "said"),
    [
        ({"encoding": "learned"}, None, "layers.0.length must be set: how long the input may be is not known"),
        ({"encoding": "learned", "length": 4}, 5, "layers.0.length must be at least 5, the steps of the input, got 4"),
        ({"length": 4}, 5, "layers.0.length must be left out: waves are of any length, got 4"),
        ({"encoding": "rotary"}, 5, 'layers.0.encoding must be sinusoidal or learned, got "rotary"'),
    ],
)
def test_places_that_cannot_be_are_refused(words: dict[str, Any], length: int | None, said: str) -> None:
    with pytest.raises(SpecError) as caught:
        network({"type": "positional_encoding", **words}, length=length)

    assert [problem.message for problem in caught.value.problems] == [said]
