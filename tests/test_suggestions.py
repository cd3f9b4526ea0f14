"""What a refusal says for keys of other tools, and for keys that nobody knows."""

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
