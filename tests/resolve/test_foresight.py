"""A network that learns what comes next is told of layers that see it already."""

from pathlib import Path

import pytest

from netspec.plan import Plan
from netspec.read import plan_of

POEM = "otto's mops trotzt\notto: fort mops fort\n"
TOKENS = 1 + len(set(POEM))
LSTM = "{type: lstm, n_out: 4}"


def planned(folder: Path, *layers: str, data: str = "{type: text, path: poem.txt, by: character, length: 9}") -> Plan:
    (folder / "poem.txt").write_text(POEM, encoding="utf-8")
    out = f"{{type: output, n_out: {TOKENS}, loss: negative_log_likelihood}}"
    lines = "".join(f"  - {layer}\n" for layer in (*layers, out))
    (folder / "x.yaml").write_text(f"activation: tanh\nlayers:\n{lines}data: {data}\n", encoding="utf-8")
    return plan_of(folder / "x.yaml")


def told(found: Plan) -> list[str]:
    assert all(problem.severity == "warning" for problem in found.warnings)
    return [problem.message for problem in found.warnings]


def sees(*paths: str) -> list[str]:
    return [f"{path} sees the steps it is to tell: each label is what comes next" for path in paths]


@pytest.mark.parametrize(
    "layer",
    [
        "{type: bidirectional, layer: {type: gru, n_out: 4}}",
        "{type: graves_bidirectional_lstm, n_out: 4}",
        "{type: mask_zero, layer: {type: bidirectional, layer: {type: gru, n_out: 4}}}",
        "{type: self_attention, n_out: 4}",
        "{type: recurrent_attention, n_out: 4}",
        "{type: transformer_encoder, heads: 1}",
        "{type: transformer_decoder, heads: 1, causal: false}",
        "{type: conv, n_out: 4, kernel: 3, mode: same}",
        "{type: conv, n_out: 4, kernel: 2}",
        "{type: depthwise, kernel: 3, padding: 1}",
        "{type: subsampling, kernel: 3, stride: 1, mode: same}",
        "{type: deconv, n_out: 4, kernel: 3, mode: same}",
        "{type: cropping, cropping: [1, 0]}",
        "{type: l2_normalize}",
        "{type: reverse_time_series}",
    ],
)
def test_a_layer_that_looks_ahead_is_told_of(layer: str, tmp_path: Path) -> None:
    found = planned(tmp_path, LSTM, layer)

    assert told(found) == sees("layers.1")
    (problem,) = found.warnings
    assert problem.position is not None
    assert problem.position.line == 4
    assert problem.help == "what looks back only: a recurrent layer in one direction, causal: true, mode: causal"


@pytest.mark.parametrize(
    "layer",
    [
        LSTM,
        "{type: graves_lstm, n_out: 4}",
        "{type: mask_zero, layer: {type: gru, n_out: 4}}",
        "{type: time_distributed, layer: {type: dense, n_out: 4}}",
        "{type: transformer_encoder, heads: 1, causal: true}",
        "{type: transformer_decoder, heads: 1}",
        "{type: positional_encoding}",
        "{type: conv, n_out: 4, kernel: 3, mode: causal}",
        "{type: conv, n_out: 4, kernel: 1}",
        "{type: subsampling, kernel: 3, stride: 1, mode: causal}",
        "{type: deconv, n_out: 4, kernel: 1}",
        "{type: zero_padding, padding: [1, 0]}",
        "{type: cropping, cropping: [0, 1]}",
        "{type: l2_normalize, over: features}",
        "layer_norm",
        "batch_norm",
    ],
)
def test_a_layer_that_looks_back_is_not(layer: str, tmp_path: Path) -> None:
    assert told(planned(tmp_path, LSTM, layer)) == []


def test_zeros_in_front_make_up_for_a_window_that_is_not_causal(tmp_path: Path) -> None:
    conv = "{type: conv, n_out: 4, kernel: 3}"

    assert told(planned(tmp_path, "{type: zero_padding, padding: [2, 0]}", conv)) == []
    assert told(planned(tmp_path, conv, "{type: zero_padding, padding: [2, 0]}")) == []
    assert told(planned(tmp_path, "{type: zero_padding, padding: [1, 1]}", conv)) == sees("layers.1")


def test_each_is_told_of_once_wherever_it_stands(tmp_path: Path) -> None:
    copies = "{type: repeat, times: 3, layers: [{type: transformer_encoder, heads: 1}]}"
    found = planned(tmp_path, LSTM, copies, "{type: self_attention, n_out: 4}")

    assert told(found) == sees("layers.1.layers.0", "layers.2")


def test_what_has_become_of_the_whole_sequence_sees_it_at_every_step(tmp_path: Path) -> None:
    layers = (
        "{type: lstm, n_out: 4, name: first}",
        "{type: last_time_step, name: last}",
        "{type: duplicate_to_time_series, input: [last, first], name: again}",
        "{type: merge, input: [first, again]}",
    )

    assert told(planned(tmp_path, *layers)) == sees("layers.1")


def test_what_no_output_is_made_of_is_not_told_of(tmp_path: Path) -> None:
    """The reversed steps go nowhere but into an output without a loss."""
    side = ("{type: reverse_time_series, name: side}", "{type: lstm, n_out: 4, input: input, name: way}")
    (tmp_path / "poem.txt").write_text(POEM, encoding="utf-8")
    out = f"{{type: output, n_out: {TOKENS}, loss: negative_log_likelihood, name: out}}"
    lines = "".join(f"  - {layer}\n" for layer in (*side, out))
    data = "{type: text, path: poem.txt, by: character, length: 9}"
    (tmp_path / "x.yaml").write_text(f"layers:\n{lines}outputs: [side, out]\ndata: {data}\n", encoding="utf-8")

    assert told(plan_of(tmp_path / "x.yaml")) == []


def test_labels_that_are_not_what_comes_next_may_be_seen_from_everywhere(tmp_path: Path) -> None:
    rows = "".join(f"{step},{step % TOKENS}\n" for step in range(TOKENS))
    for number in range(2):
        (tmp_path / "steps").mkdir(exist_ok=True)
        (tmp_path / "steps" / f"{number}.csv").write_text("a,y\n" + rows, encoding="utf-8")
    data = "{type: csv_sequence, path: steps, label: y, label_per: step, header: true}"

    assert told(planned(tmp_path, LSTM, "{type: bidirectional, layer: {type: gru, n_out: 4}}", data=data)) == []
