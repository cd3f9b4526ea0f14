"""Text to values and places, overrides, and `base`."""

from pathlib import Path

import pytest

from netspec.errors import Position, SpecError, UsageError
from netspec.source import Source, from_file, from_mapping, from_text, with_overrides
from netspec.spec import parse

TEXT = """\
seed: 7
updater: adam
layers:
  - type: dense
    n_out: 1000
    activation: relu
  - {type: output, n_out: 10, loss: mse}
train: {batch_size: 128, epochs: 15}
"""
SOURCE = from_text(TEXT, "a.yaml")


def at(position: Position | None) -> tuple[int, int, int]:
    assert position is not None
    return position.line, position.column, position.length


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("seed",), (1, 7, 1), (1, 1, 4)),
        (("updater",), (2, 10, 4), (2, 1, 7)),
        (("layers",), (4, 3, 1), (3, 1, 6)),
        (("layers", 0), (4, 5, 1), (4, 5, 1)),
        (("layers", 0, "n_out"), (5, 12, 4), (5, 5, 5)),
        (("layers", 1), (7, 5, 1), (7, 5, 1)),
        (("layers", 1, "loss"), (7, 37, 3), (7, 31, 4)),
        (("train", "epochs"), (8, 34, 2), (8, 26, 6)),
        ((), (1, 1, 1), (1, 1, 1)),
    ],
)
def test_each_value_and_key_has_its_place(path: tuple[str | int, ...], value: tuple[int, int, int], key: tuple[int, int, int]) -> None:
    assert at(SOURCE.position(path)) == value
    assert at(SOURCE.position(path, key=True)) == key


@pytest.mark.parametrize(
    ("path", "place"), [(("layers", 0, "kernel"), (4, 5)), (("train", "seed"), (8, 1)), (("updater", "beta1"), (2, 1)), (("nothing", "here"), (1, 1))]
)
def test_what_is_not_written_stands_where_its_block_does(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert at(SOURCE.position(path))[:2] == place


def test_quoted_text_is_as_long_as_its_quotes() -> None:
    source = from_text("name: 'a b'\nother: \"c\\u00e9\"\n")

    assert source.values == {"name": "a b", "other": "cé"}
    assert at(source.position(("name",))) == (1, 7, 5)
    assert at(source.position(("other",))) == (2, 8, 9)


def test_a_byte_order_mark_moves_nothing() -> None:
    assert at(from_text("\ufeffseed: 7\n").position(("seed",))) == (1, 7, 1)


def test_json_indented_with_tabs_is_read() -> None:
    source = from_text('{\n\t"seed": 7,\n\t"layers": [{"type": "loss"}]\n}')

    assert source.values == {"seed": 7, "layers": [{"type": "loss"}]}
    assert at(source.position(("seed",))) == (2, 10, 1)


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("seed=8", ("seed",), 8),
        ("train.epochs=3", ("train", "epochs"), 3),
        ("layers.0.n_out=256", ("layers", 0, "n_out"), 256),
        ("l2=1e-4", ("l2",), 1e-4),
        ("name=a=b", ("name",), "a=b"),
        ("name='x: y'", ("name",), "x: y"),
        ("seed=", ("seed",), None),
        ("train.shuffle=false", ("train", "shuffle"), False),
        ("outputs=[a, b]", ("outputs",), ["a", "b"]),
        ("updater={type: sgd, learning_rate: 0.1}", ("updater",), {"type": "sgd", "learning_rate": 0.1}),
        ("data.split.validation=0.1", ("data",), {"split": {"validation": 0.1}}),
        ("layers.0.activation.alpha=0.2", ("layers", 0, "activation"), {"type": "relu", "alpha": 0.2}),
        ("updater.beta1=0.8", ("updater",), {"type": "adam", "beta1": 0.8}),
        ("layers.2={type: loss, loss: mse}", ("layers", 2), {"type": "loss", "loss": "mse"}),
        ("layers.1.type=loss", ("layers", 1, "type"), "loss"),
    ],
)
def test_a_setting_overrides_one_value(setting: str, path: tuple[str | int, ...], value: object) -> None:
    changed = with_overrides(SOURCE, [setting])

    assert changed.get(path) == value
    assert not changed.problems
    assert SOURCE.values == from_text(TEXT).values
    others = {key: item for key, item in SOURCE.values.items() if key != path[0]}
    assert {key: item for key, item in changed.values.items() if key != path[0]} == others


def test_the_last_setting_of_a_value_wins_and_removals_come_first() -> None:
    assert with_overrides(SOURCE, ["seed=1", "seed=2"]).get(("seed",)) == 2
    assert with_overrides(SOURCE, ["train.epochs=2"], ["train"]).get(("train",)) == {"epochs": 2}


def test_an_override_is_a_place_of_its_own() -> None:
    changed = with_overrides(SOURCE, ["layers.0.n_out=ten"])
    value, key = changed.position(("layers", 0, "n_out")), changed.position(("layers", 0, "n_out"), key=True)

    assert str(value) == "--set layers.0.n_out=ten"
    assert at(value) == (1, 22, 3)
    assert at(key) == (1, 7, 14)
    assert value is not None
    assert value.lines[0][value.column - 1 :][: value.length] == "ten"


def test_what_an_override_makes_has_its_place() -> None:
    changed = with_overrides(SOURCE, ["data.split.test=0.1"])

    assert str(changed.position(("data",), key=True)) == "--set data.split.test=0.1"
    assert str(changed.position(("train",))) == "a.yaml:8:8"


def test_inner_values_of_an_override_have_their_places() -> None:
    position = with_overrides(SOURCE, ["updater={type: sgd, learning_rate: x}"]).position(("updater", "learning_rate"))

    assert position is not None
    assert position.lines[0][position.column - 1 :] == "x}"


@pytest.mark.parametrize(("removal", "path"), [("seed", ("seed",)), ("train.epochs", ("train", "epochs")), ("layers.0.n_out", ("layers", 0, "n_out"))])
def test_a_removal_removes_one_value(removal: str, path: tuple[str | int, ...]) -> None:
    changed = with_overrides(SOURCE, removals=[removal])

    assert not changed.has(path)
    assert SOURCE.has(path)


def test_a_removed_item_of_a_list_lets_the_rest_move_up() -> None:
    assert with_overrides(SOURCE, removals=["layers.0"]).get(("layers", 0, "type")) == "output"


@pytest.mark.parametrize("setting", ["seed", "=3", "", "a b"])
def test_a_setting_without_path_or_sign_is_a_wrong_use(setting: str) -> None:
    with pytest.raises(UsageError, match="--set must be path=value"):
        with_overrides(SOURCE, [setting])


@pytest.mark.parametrize("removal", ["sede", "layers.9", "layers.x", "seed.deeper", "", "train.epochs.x"])
def test_a_removal_of_nothing_is_a_wrong_use(removal: str) -> None:
    with pytest.raises(UsageError, match="there is nothing at"):
        with_overrides(SOURCE, removals=[removal])


@pytest.mark.parametrize(
    ("setting", "said", "caret"),
    [
        ("layers.99.n_out=1", "layers.99 must be an item of layers, which has 2", "99"),
        ("layers.x=1", "layers.x must be an item of layers, which has 2", "x"),
        ("layers.3={}", "layers.3 must be an item of layers, which has 2", "3"),
        ("updater={type: adam", "the { opened here is never closed", "{"),
        ("name=a: b: c", "a second `: ` cannot stand here", ":"),
    ],
)
def test_a_setting_that_cannot_be_followed_is_refused_at_its_place(setting: str, said: str, caret: str) -> None:
    with pytest.raises(SpecError) as caught:
        with_overrides(SOURCE, [setting])
    (problem,) = caught.value.problems

    assert problem.message == said
    assert problem.position is not None
    assert problem.position.override
    assert problem.position.lines[0][problem.position.column - 1 :][: problem.position.length] == caret


def test_a_doubtful_value_of_a_setting_is_refused_by_its_path() -> None:
    with pytest.raises(SpecError, match=r"--set layers\.0\.n_out=010: error: layers\.0\.n_out must be a plain decimal number, got 010"):
        parse(with_overrides(from_mapping({"layers": [{"type": "loss"}]}), ["layers.0.n_out=010"]))


def test_an_override_mends_what_could_not_be_read() -> None:
    source = from_text("seed: 010\nname: 0x10\ninput: 4\n")

    assert len(source.problems) == 2
    assert [problem.path for problem in with_overrides(source, ["seed=10"]).problems] == [("name",)]


def files(folder: Path, **texts: str) -> Source:
    """Write `<name>.yaml` files; the first is read."""
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return from_file(folder / f"{next(iter(texts))}.yaml")


def test_maps_of_a_base_merge_and_everything_else_replaces(tmp_path: Path) -> None:
    source = files(
        tmp_path,
        a="base: b.yaml\nseed: 2\nlayers: [x]\ntrain: {epochs: 3}\n",
        b="seed: 1\nl2: 0.1\nlayers: [p, q]\ntrain: {epochs: 1, batch_size: 5}\n",
    )

    assert source.values == {"seed": 2, "l2": 0.1, "layers": ["x"], "train": {"epochs": 3, "batch_size": 5}}
    assert source.based
    assert str(source.position(("l2",))) == f"{tmp_path / 'b.yaml'}:2:5"
    assert str(source.position(("train", "epochs"))) == f"{tmp_path / 'a.yaml'}:4:17"
    assert str(source.position(("train", "batch_size"))) == f"{tmp_path / 'b.yaml'}:4:32"


@pytest.mark.parametrize(
    ("over", "under", "merged"),
    [
        ("{type: sgd, learning_rate: 0.1}", "{type: adam, beta1: 0.8}", {"type": "sgd", "learning_rate": 0.1}),
        ("{type: adam, beta2: 0.9}", "{type: adam, beta1: 0.8}", {"type": "adam", "beta1": 0.8, "beta2": 0.9}),
        ("{beta2: 0.9}", "{type: adam, beta1: 0.8}", {"type": "adam", "beta1": 0.8, "beta2": 0.9}),
        ("sgd", "{type: adam, beta1: 0.8}", "sgd"),
        ("{type: sgd}", "adam", {"type": "sgd"}),
    ],
)
def test_a_changed_type_resets_its_block(over: str, under: str, merged: object, tmp_path: Path) -> None:
    assert files(tmp_path, a=f"base: b.yaml\nupdater: {over}\n", b=f"updater: {under}\n").values == {"updater": merged}


def test_a_base_may_have_a_base(tmp_path: Path) -> None:
    source = files(tmp_path, a="base: b.yaml\nx: 1\n", b="base: c.yaml\ny: 2\nx: 5\n", c="z: 3\ny: 5\n")

    assert source.values == {"x": 1, "y": 2, "z": 3}


def test_a_base_is_relative_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.yaml").write_text("base: c.yaml\n")
    (tmp_path / "deep" / "c.yaml").write_text("seed: 9\n")

    assert files(tmp_path, a="base: deep/b.yaml\n").values == {"seed": 9}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"a": "base: b.yaml\n", "b": "base: a.yaml\n"}, "b.yaml:1:7: error: base must not lead back to the file itself"),
        ({"a": "base: a.yaml\n"}, "a.yaml:1:7: error: base must not lead back to the file itself"),
        ({"a": "seed: 1\nbase: none.yaml\n"}, "a.yaml:2:7: error: base must be a spec file: there is no file "),
        ({"a": "base: 3\n"}, "base must be the relative path of a .yaml or .json file, got 3"),
        ({"a": "base: [b.yaml]\n"}, "base must be the relative path of a .yaml or .json file, got "),
        ({"a": "base: b.txt\n"}, 'base must be the relative path of a .yaml or .json file, got "b.txt"'),
        ({"a": "base: b.yaml\n", "b": "- x\n"}, "b.yaml:1:1: error: a spec must be a mapping of keys to values, got a list"),
    ],
)
def test_a_base_that_cannot_be_had_is_refused(texts: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        files(tmp_path, **texts)

    assert said in str(caught.value)


def test_what_cannot_be_read_in_a_base_is_said_with_its_file(tmp_path: Path) -> None:
    source = files(tmp_path, a="base: b.yaml\n", b="seed: 010\n")

    assert [str(problem.position) for problem in source.problems] == [f"{tmp_path / 'b.yaml'}:1:7"]


def test_a_mapping_from_python_is_copied() -> None:
    layers = [{"type": "dense"}]
    source = from_mapping({"layers": layers, "outputs": ("a", "b")})
    with_overrides(source, ["layers.0.type=loss"])

    assert layers == [{"type": "dense"}]
    assert source.values["outputs"] == ["a", "b"]
    assert source.position(("layers",)) is None
