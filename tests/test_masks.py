"""Masks on their way through a network, against calculations by hand."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from netspec import build
from netspec.errors import DataError
from netspec.modules.masks import ended, union
from netspec.modules.state import Stateful, carrying
from netspec.network import Around, Masking, Network

STEPS = {"type": "recurrent", "size": 2}
SEQUENCE = torch.tensor([[[1.0, -2.0], [3.0, 4.0], [5.0, 1.0]], [[2.0, 2.0], [7.0, -1.0], [9.0, 9.0]]])
END = torch.tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
HOLE = torch.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
NOTHING_OF_THE_SECOND = torch.tensor([[1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])


def network(*layers: dict[str, Any], input: Any = STEPS) -> Network:
    return build({"input": input, "layers": list(layers)}).module.eval()


class Heard(nn.Module):
    """Hands its input on, and remembers which mask it was called with."""

    def forward(self, *inputs: Tensor, **masks: Any) -> Tensor:
        self.masks = masks
        return inputs[0]


def test_a_module_is_called_with_its_inputs_mask_only_where_there_is_one() -> None:
    whole, heard = Network(("a",), ("x",), {}), Heard()
    whole.add("x", ("a",), heard, Around(masking=Masking(takes="one")))

    whole(SEQUENCE)
    assert heard.masks == {}
    whole(SEQUENCE, HOLE)
    assert heard.masks["mask"] is HOLE


def test_a_module_of_several_inputs_is_called_with_a_mask_for_each() -> None:
    whole, heard = Network(("a", "b"), ("x",), {}), Heard()
    whole.add("x", ("a", "b"), heard, Around(masking=Masking(takes="several")))

    whole({"a": SEQUENCE, "b": SEQUENCE}, {"b": END})

    assert heard.masks == {"mask": (None, END)}


def test_a_layer_behind_one_that_ends_the_mask_hears_nothing_of_it() -> None:
    whole, heard = Network(("a",), ("y",), {}), Heard()
    whole.add("x", ("a",), nn.Identity(), Around(masking=Masking(ended)))
    whole.add("y", ("x",), heard, Around(masking=Masking(takes="one")))

    whole(SEQUENCE, END)

    assert heard.masks == {}


def test_masks_that_come_through_are_told_by_output() -> None:
    both = network({"type": "loss", "loss": "mse", "name": "each"}, {"type": "global_pooling", "input": "input"}, {"type": "loss", "loss": "mse"})

    assert both.propagate(SEQUENCE, END)[1].keys() == {"each"}
    assert both.propagate(SEQUENCE)[1] == {}


def test_dense_is_0_at_masked_steps_and_never_looks_at_what_stands_there() -> None:
    layer = network({"type": "dense", "n_out": 3, "activation": "sigmoid"})
    broken = SEQUENCE.masked_fill(END.unsqueeze(-1) == 0, torch.nan)

    found = layer(broken, END)
    found.sum().backward()

    torch.testing.assert_close(found, layer(SEQUENCE) * END.unsqueeze(-1))
    assert all(bool(parameter.grad.isfinite().all()) for parameter in layer.parameters() if parameter.grad is not None)


def test_a_mask_of_examples_may_have_one_axis_or_two() -> None:
    layer, features = network({"type": "dense", "n_out": 3, "activation": "identity"}, input=2), SEQUENCE[:, 0]
    mask = torch.tensor([1.0, 0.0])

    torch.testing.assert_close(layer(features, mask), layer(features, mask.unsqueeze(1)))
    assert layer(features, mask)[1].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("mask", "wanted"), [(END, [[5, 1], [7, -1]]), (HOLE, [[5, 1], [7, -1]]), (NOTHING_OF_THE_SECOND, [[3, 4], [0, 0]])])
def test_the_last_time_step_is_the_last_that_counts(mask: Tensor, wanted: list[list[float]]) -> None:
    assert network({"type": "last_time_step"})(SEQUENCE, mask).tolist() == wanted


def test_a_last_time_step_that_ignores_masks_is_the_last_there_is() -> None:
    assert network({"type": "last_time_step", "masking": "ignore"})(SEQUENCE, END).tolist() == [[5, 1], [9, 9]]


@pytest.mark.parametrize(
    ("mask", "wanted"),
    [(END, [[[5, 1], [3, 4], [1, -2]], [[7, -1], [2, 2], [0, 0]]]), (HOLE, [[[5, 1], [0, 0], [1, -2]], [[0, 0], [7, -1], [0, 0]]])],
)
def test_reversal_turns_round_the_steps_that_count_and_leaves_the_others_0(mask: Tensor, wanted: list[Any]) -> None:
    assert network({"type": "reverse_time_series"})(SEQUENCE, mask).tolist() == wanted


@pytest.mark.parametrize(
    ("pooling", "wanted"),
    [("max", [[5, 1], [7, -1]]), ("avg", [[3, -0.5], [7, -1]]), ("sum", [[6, -1], [7, -1]]), ("pnorm", [[26**0.5, 5**0.5], [7, 1]])],
)
def test_global_pooling_leaves_out_what_is_masked(pooling: str, wanted: list[list[float]]) -> None:
    layer = network({"type": "global_pooling", "pooling": pooling, **({"p": 2.0} if pooling == "pnorm" else {})})

    torch.testing.assert_close(layer(SEQUENCE, HOLE), torch.tensor(wanted, dtype=torch.float32))
    assert layer(SEQUENCE, NOTHING_OF_THE_SECOND)[1].tolist() == [0, 0]


def test_global_pooling_of_images_divides_by_the_positions_that_count() -> None:
    layer, image = network({"type": "global_pooling", "pooling": "avg"}, input="1x2x2"), torch.tensor([[[[1.0, 2.0], [3.0, 8.0]]]])

    assert layer(image, torch.tensor([[[[1.0, 0.0]]]])).tolist() == [[2]]  # the left column
    assert layer(image, torch.tensor([[[[1.0, 1.0], [0.0, 1.0]]]])).item() == pytest.approx(11 / 3)


def test_what_is_combined_counts_where_any_input_does_and_everywhere_where_one_has_no_mask() -> None:
    assert union((END, HOLE), ()).tolist() == [[1, 1, 1], [1, 1, 0]]
    assert union((END, None), ()) is None


def test_a_stack_of_masks_is_taken_apart_again() -> None:
    whole = network(
        {"type": "stack", "input": ["a", "b"]}, {"type": "unstack", "part": 1, "parts": 2}, {"type": "last_time_step"}, input={"a": STEPS, "b": STEPS}
    )
    inputs = {"a": SEQUENCE, "b": SEQUENCE}

    assert whole(inputs, {"b": END}).tolist() == [[5, 1], [7, -1]]
    assert whole(inputs, {"a": END}).tolist() == [[5, 1], [9, 9]]


def test_a_duplicated_vector_counts_where_its_sequence_does() -> None:
    layers = {"type": "duplicate_to_time_series", "input": ["vector", "steps"]}, {"type": "global_pooling", "pooling": "sum"}
    whole = network(*layers, input={"vector": 2, "steps": STEPS})

    assert whole({"vector": SEQUENCE[:, 0], "steps": SEQUENCE}, {"steps": END}).tolist() == [[3, -6], [4, 4]]


class Sum(Stateful):
    """The running sum over steps."""

    def forward(self, input: Tensor) -> Tensor:
        state = self.carried(input)
        sums = input.cumsum(1) + (0 if state is None else state[0].unsqueeze(1))
        self.keep(sums[:, -1])
        return sums


def test_state_goes_from_window_to_window_and_no_further() -> None:
    module = Sum()
    with carrying(nn.Sequential(module)):
        windows = [module(window) for window in SEQUENCE.split(2, dim=1)]

    torch.testing.assert_close(torch.cat(windows, 1), SEQUENCE.cumsum(1))
    torch.testing.assert_close(module(SEQUENCE), SEQUENCE.cumsum(1))


def test_no_error_goes_back_into_the_window_before() -> None:
    module, before = Sum(), SEQUENCE.clone().requires_grad_()
    with carrying(module):
        module(before)
        assert not module(SEQUENCE).requires_grad


def test_a_window_of_other_sequences_is_refused() -> None:
    module = Sum()
    with carrying(module):
        module(SEQUENCE)
        with pytest.raises(DataError, match="a window must go on with the 2 sequences of the window before it, got 1"):
            module(SEQUENCE[:1])


def mask_behind(layer: dict[str, Any], mask: list[float], input: Any = None) -> list[float]:
    """What a layer makes of one sequence's mask."""
    whole = network(layer, input=input or {"type": "recurrent", "size": 1})
    values, masks = {"input": torch.ones(1, len(mask), 1)}, {"input": torch.tensor([mask])}
    whole.steps[0].run_masked(values, masks)
    return masks[whole.steps[0].name][0].tolist()


@pytest.mark.parametrize(
    ("layer", "mask", "wanted"),
    [
        ({"type": "conv", "n_out": 1, "kernel": 2, "activation": "identity"}, [1, 0, 0, 1], [1, 0, 1]),
        ({"type": "conv", "n_out": 1, "kernel": 2, "stride": 2, "activation": "identity"}, [1, 0, 0, 0, 0, 1], [1, 0, 1]),
        ({"type": "conv", "n_out": 1, "kernel": 2, "dilation": 2, "activation": "identity"}, [1, 0, 0, 0, 1], [1, 0, 1]),
        ({"type": "conv", "n_out": 1, "kernel": 3, "mode": "same", "activation": "identity"}, [1, 0, 0, 1], [1, 0, 0, 1]),
        ({"type": "conv", "n_out": 1, "kernel": 3, "mode": "causal", "activation": "identity"}, [1, 0, 0, 1], [1, 0, 0, 1]),
        ({"type": "subsampling", "kernel": 2}, [1, 1, 1, 0, 0, 0], [1, 1, 0]),
        ({"type": "deconv", "n_out": 1, "kernel": 2, "stride": 2, "activation": "identity"}, [1, 0, 1], [1, 1, 0, 0, 1, 1]),
        ({"type": "deconv", "n_out": 1, "kernel": 2, "activation": "identity"}, [1, 0, 0], [1, 1, 0, 0]),
        ({"type": "upsampling", "size": 2}, [1, 0], [1, 1, 0, 0]),
        ({"type": "zero_padding", "padding": [1, 2]}, [1, 0], [1, 1, 0, 0, 0]),
        ({"type": "cropping", "cropping": [1, 2]}, [1, 0, 1, 1, 1], [0, 1]),
    ],
)
def test_the_mask_moves_as_the_steps_do(layer: dict[str, Any], mask: list[float], wanted: list[float]) -> None:
    assert mask_behind(layer, [float(value) for value in mask]) == wanted


def test_a_convolution_sees_0_at_masked_steps_unless_it_ignores_masks() -> None:
    layer = {"type": "conv", "n_out": 2, "kernel": 2, "activation": "identity"}
    obeying, ignoring = network(layer), network({**layer, "masking": "ignore"})
    ignoring.load_state_dict(obeying.state_dict())

    torch.testing.assert_close(obeying(SEQUENCE, HOLE), obeying(SEQUENCE * HOLE.unsqueeze(-1)))
    torch.testing.assert_close(ignoring(SEQUENCE, HOLE), obeying(SEQUENCE))


@pytest.mark.parametrize(("pooling", "wanted"), [("max", [[1, -2], [7, -1]]), ("avg", [[1, -2], [7, -1]]), ("sum", [[1, -2], [7, -1]])])
def test_pooling_takes_what_counts_in_a_window(pooling: str, wanted: list[list[float]]) -> None:
    layer = network({"type": "subsampling", "kernel": 2, "pooling": pooling, "stride": 2})

    assert layer(SEQUENCE, HOLE)[:, 0].tolist() == wanted


def test_a_window_of_masked_steps_alone_is_pooled_to_0() -> None:
    assert network({"type": "subsampling", "kernel": 2, "stride": 1})(SEQUENCE, NOTHING_OF_THE_SECOND)[1].tolist() == [[0, 0], [0, 0]]


def test_batch_norm_learns_from_the_steps_that_count() -> None:
    layer, counted = build({"input": STEPS, "layers": [{"type": "batch_norm", "decay": 0.0}]}).module.train(), SEQUENCE[HOLE != 0]

    found = layer(SEQUENCE, HOLE)[HOLE != 0]

    torch.testing.assert_close(found, nn.functional.batch_norm(counted, None, None, training=True))
    torch.testing.assert_close(layer.batch_norm_1.running_mean, counted.mean(0))
    torch.testing.assert_close(layer.batch_norm_1.running_var, counted.var(0, correction=0))


def test_batch_norm_refuses_to_learn_from_a_single_step() -> None:
    layer = build({"input": STEPS, "layers": [{"type": "batch_norm"}]}).module.train()

    with pytest.raises(DataError, match="at least 2 steps or examples that count, to normalise by, got 1"):
        layer(SEQUENCE, torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
