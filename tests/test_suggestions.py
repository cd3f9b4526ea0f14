"""What a refusal says for keys of other tools, and for keys that nobody knows."""

from pathlib import Path
from typing import Any

import pytest

from netspec.errors import SpecError
from netspec.layers import Layer
from netspec.read import plan_of

OUTPUT = {"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}


def help_for(layer: dict[str, Any], key: str, **rest: Any) -> str | None:
    with pytest.raises(SpecError) as caught:
        plan_of({"updater": "adam", "activation": "tanh", "input": {"type": "recurrent", "size": 8}, "layers": [layer, OUTPUT], **rest})
    return next(problem.help for problem in caught.value.problems if f"has no `{key}`" in problem.message)


@pytest.mark.parametrize(
    ("layer", "key", "ours"),
    [
        ("transformer_encoder", "nhead", "heads"),
        ("transformer_encoder", "dim_feedforward", "feed_forward"),
        ("embedding_sequence", "num_embeddings", "vocabulary"),
        ("embedding_sequence", "embedding_dim", "n_out"),
        ("variational_autoencoder", "encoderLayerSizes", "encoder"),
        ("variational_autoencoder", "decoder_layer_sizes", "decoder"),
        ("variational_autoencoder", "reconstructionDistribution", "reconstruction"),
        ("autoencoder", "corruptionLevel", "corruption"),
        ("mask_zero", "mask_value", "value"),
        ("bidirectional", "merge_mode", "mode"),
    ],
)
def test_a_key_of_another_tool_is_called_by_our_word(layer: str, key: str, ours: str) -> None:
    assert ours in Layer.member(layer).model_fields  # type: ignore[union-attr]  # there is one
    assert help_for({"type": layer, key: 1}, key) == f"called `{ours}` here"


@pytest.mark.parametrize(
    ("layer", "help_"),
    [
        ({"type": "Softmax"}, "did you mean {type: activation, activation: softmax}?"),
        ({"type": "mse"}, "did you mean {type: loss, loss: mse}?"),
        (
            {"type": "variational_autoencoder", "n_out": 2, "encoder": 3, "decoder": 3, "activation": "tanh", "reconstruction": "mse"},
            "did you mean {type: loss, loss: mse}?",
        ),
    ],
)
def test_an_activation_or_loss_where_its_holder_must_stand_gets_the_holder(layer: dict[str, Any], help_: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan_of({"input": 4, "layers": [layer]})

    assert [problem.help for problem in caught.value.problems] == [help_]


@pytest.mark.parametrize(("said", "ours"), [({"layers": ["concatenate", OUTPUT]}, "merge"), ({"layers": [OUTPUT], "evaluation": "accuracy"}, "classification")])
def test_a_word_of_another_tool_is_called_by_ours(said: dict[str, Any], ours: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan_of({"input": 4, **said})
    assert [problem.help for problem in caught.value.problems] == [f"called `{ours}` here"]


def test_a_layer_without_a_type_may_be_any_that_has_its_words() -> None:
    with pytest.raises(SpecError) as caught:
        plan_of({"input": 4, "layers": [{"heads": 2, "feed_forward": 8, "activation": "relu"}]})

    names = (caught.value.problems[0].help or "").removeprefix("one of ").split(", ")
    assert names[:2] == ["transformer_decoder", "transformer_encoder"]
    assert names[-1] == "…"


@pytest.mark.parametrize(("block", "key", "ours"), [("tbptt", "length", "forward"), ("transfer", "path", "weights")])
def test_blocks_know_their_keys_by_other_names(block: str, key: str, ours: str) -> None:
    assert help_for({"type": "lstm", "n_out": 3}, key, **{block: {key: 4}}) == f"called `{ours}` here"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("features: {l: a, r: b}", "input.r must be taken by a layer"),
        ("features: {l: [a, b]}, label: {k: y}", "data.label must name the outputs with a loss, h, got k"),
    ],
)
def test_inputs_and_labels_of_the_data_that_nobody_takes_are_named(data: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b,y\n1,2,u\n3,4,v\n", encoding="utf-8")
    layers = "[{name: h, type: output, n_out: 2, loss: negative_log_likelihood, input: l}]"
    (tmp_path / "spec.yaml").write_text(f"layers: {layers}\ndata: {{type: csv, path: t.csv, {data}}}\n", encoding="utf-8")

    with pytest.raises(SpecError) as caught:
        plan_of(tmp_path / "spec.yaml")
    assert [problem.message for problem in caught.value.problems] == [message]


@pytest.mark.parametrize(("key", "ours"), [("monitor", "watch"), ("min_delta", "least_gain")])
def test_early_stopping_knows_the_words_of_keras(key: str, ours: str) -> None:
    train = {"batch_size": 2, "epochs": 2, "early_stopping": {"patience": 2, key: "loss"}}

    assert help_for({"type": "lstm", "n_out": 3}, key, train=train) == f"called `{ours}` here"


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("return_sequences", "{type: last_time_step}"),
        ("returnSequences", "{type: last_time_step}"),
        ("num_layers", "{type: repeat, times: …, layers: […]}"),
        ("bidirectional", "{type: bidirectional, layer: {…}}"),
        ("batch_first", "N×T×features"),
        ("d_model", "the layer before"),
    ],
)
def test_what_is_one_key_elsewhere_is_shown_as_it_is_written_here(key: str, part: str) -> None:
    assert part in (help_for({"type": "lstm", "n_out": 3, key: True}, key) or "")


def test_class_weights_under_train_are_sent_to_the_output_layer() -> None:
    train = {"batch_size": 2, "epochs": 2, "class_weights": "balanced"}

    assert help_for({"type": "lstm", "n_out": 3}, "class_weights", train=train) == "write class_weights: balanced on the output layer"


def test_a_key_that_nobody_knows_is_answered_with_what_the_layer_has_of_its_own() -> None:
    own = help_for({"type": "transformer_encoder", "heads": 2, "qqq": 1}, "qqq") or ""

    assert own.startswith("transformer_encoder has ")
    assert {"heads", "feed_forward", "causal"} <= set(own.removeprefix("transformer_encoder has ").split(", "))


@pytest.mark.parametrize(
    ("word", "tag"),
    [("MultiheadAttention", "self_attention"), ("masking", "mask_zero"), ("TransformerEncoderLayer", "transformer_encoder"), ("RnnOutput", "output")],
)
def test_a_layer_of_another_tool_is_called_by_our_word(word: str, tag: str) -> None:
    with pytest.raises(SpecError) as caught:
        plan_of({"input": 4, "layers": [{"type": word}]})

    assert [problem.help for problem in caught.value.problems] == [f"called `{tag}` here"]
    assert tag in Layer.tags()
