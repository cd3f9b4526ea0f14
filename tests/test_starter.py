"""First specs run as they are written: the starter, and the one made for a table."""

from pathlib import Path

import pytest

from netspec import DataError, UsageError, build, load
from netspec.datasets.csv import Csv
from netspec.starter import from_table, starter

FLOWERS = "length,width,color,species\n" + "5.1,3.5,red,setosa\n4.9,3.0,blue,virginica\n" * 10
PRICES = "rooms,area,price\n" + "".join(f"{k % 5},{20 + k * 1.5},{100_000 + 917 * k}\n" for k in range(40))


def written(folder: Path, table: str, name: str = "table.csv") -> str:
    """The spec for a table with this text."""
    path = folder / name
    path.write_text(table, encoding="utf-8")
    return from_table(path, folder)


def data_of(spec: str) -> Csv:
    data = load(spec).data
    assert isinstance(data, Csv)
    return data


def trained(spec: str, folder: Path) -> object:
    """The evaluation after two epochs; the spec is read from a file in `folder`."""
    path = folder / "made.yaml"
    path.write_text(spec, encoding="utf-8")
    model = build(path)
    model.fit(epochs=2)
    return model.evaluate().evaluation.as_dict()


def test_the_starter_learns_the_digits_in_its_own_epochs() -> None:
    model = build(load(starter()))
    model.fit()
    assert model.evaluate().accuracy > 0.9  # a tenth by chance; k-nearest neighbours reach 0.98


def test_the_starter_is_short_and_says_what_each_part_is() -> None:
    lines = starter().splitlines()
    assert len(lines) < 32
    assert sum("#" in line for line in lines) >= 10
    assert max(map(len, lines)) <= 120


def test_words_in_the_last_column_are_classes_and_words_before_it_categories(tmp_path: Path) -> None:
    spec = written(tmp_path, FLOWERS)
    data = data_of(spec)
    assert (data.path, data.label, data.categorical, data.task) == ("table.csv", "species", ("color",), "classification")
    assert load(spec).layers[-1].n_out == 2
    assert load(spec).layers[-1].loss.type == "negative_log_likelihood"
    assert trained(spec, tmp_path)["examples"] == 4  # a fifth of 20


def test_many_numbers_in_the_last_column_are_values(tmp_path: Path) -> None:
    spec = written(tmp_path, PRICES)
    assert data_of(spec).task == "regression"
    assert (load(spec).layers[-1].n_out, load(spec).layers[-1].loss.type) == (1, "mse")
    assert trained(spec, tmp_path)


@pytest.mark.parametrize(
    ("labels", "task", "outputs"),
    [
        ([0, 1, 2] * 10, "classification", 3),
        ([1, 2, 5] * 10, "classification", 3),
        ([0.5, 1.5] * 15, "regression", 1),
        (list(range(30)), "regression", 1),  # each comes once
        ([*range(21)] * 3, "regression", 1),  # more than 20 different ones
        ([*range(20)] * 3, "classification", 20),
    ],
)
def test_few_whole_numbers_that_come_again_are_classes(labels: list[float], task: str, outputs: int, tmp_path: Path) -> None:
    spec = written(tmp_path, "x,y\n" + "".join(f"{k}.25,{label}\n" for k, label in enumerate(labels)))
    assert data_of(spec).task == task
    assert load(spec).layers[-1].n_out == outputs


@pytest.mark.parametrize(("separator", "said"), [(";", ";"), ("\t", "\t"), ("|", "|"), (",", ",")])
def test_the_separator_is_read_off_the_first_line(separator: str, said: str, tmp_path: Path) -> None:
    spec = written(tmp_path, FLOWERS.replace(",", separator))
    assert data_of(spec).separator == said
    assert trained(spec, tmp_path)


@pytest.mark.parametrize(
    ("rows", "header", "label", "categorical"),
    [
        ("5,5,0\n4,1,1\n", False, 2, ()),  # one number twice names no two columns
        ("5.1,red,a\n4.1,blue,b\n", False, 2, (1,)),
        ("2019,2020,kind\n1,2,a\n3,4,b\n", True, "kind", ()),  # years can be names
    ],
)
def test_a_first_line_of_data_is_no_header(rows: str, header: bool, label: str | int, categorical: tuple[int, ...], tmp_path: Path) -> None:
    spec = written(tmp_path, rows + "".join(rows.splitlines(keepends=True)[-2:]) * 8)
    data = data_of(spec)
    assert (data.header, data.label, data.categorical) == (header, label, categorical)
    assert trained(spec, tmp_path)


def test_columns_called_alike_are_named_by_index(tmp_path: Path) -> None:
    data = data_of(written(tmp_path, FLOWERS.replace("length,width,color", "x,x,x")))
    assert data.categorical == (2,)


@pytest.mark.parametrize("header", ['a,"say ""x"", then #y",k,l', "a,é: ü,k,l", "a,no,1e3,null"])
def test_names_that_yaml_would_misread_are_quoted(header: str, tmp_path: Path) -> None:
    table = FLOWERS.replace("length,width,color,species", header).replace("3.5", "low").replace("3.0", "high")
    spec = written(tmp_path, table)
    assert len(data_of(spec).categorical) == 2
    assert trained(spec, tmp_path)


def test_a_line_break_in_a_name_does_not_break_the_spec(tmp_path: Path) -> None:
    spec = written(tmp_path, FLOWERS.replace("species", '"spe\ncies"'))
    assert data_of(spec).label == "spe\ncies"


def test_the_path_is_relative_to_where_the_spec_will_stand(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "specs").mkdir()
    table = tmp_path / "tables" / "1 plain.csv"
    table.write_text(FLOWERS, encoding="utf-8")
    spec = from_table(table, tmp_path / "specs")
    assert data_of(spec).path == "../tables/1 plain.csv"
    assert load(spec).name == "1_plain"
    assert trained(spec, tmp_path / "specs")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "must hold rows, got an empty file"),
        ("a\n1\n2\n", "at least two columns, got one"),
        ("a,b\n1,2\n", "at least 10 rows to learn from, got 1"),
        ("a,b\n" + "1,2\n" * 20, "at least two values to tell apart, got only 2"),
        ("a,b\n" + "1,x\n" * 20, "at least two values to tell apart, got only x"),
        ("a,b\n" + "1,x\n" * 12 + "1\n", ":14: must have 2 cells like the first line, got 1"),
        ("a,b\n" + "1,x\n" * 12 + ",y\n", ':14: column "a" must not be empty'),
        ("a,b\n" + "".join(f"name{k},{k % 2}\n" for k in range(12)), 'column "a" must hold numbers, or words that come again, got 12 different words'),
        ("a,b\n" + "".join(f"1,name{k}\n" for k in range(12)), 'column "b" must hold numbers, or words that come again'),
        ('a,b\n1,"x\n', "must be a record of cells"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_by_name(table: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        written(tmp_path, table)
    assert message in str(caught.value)
    assert "table.csv" in str(caught.value)


def test_a_column_of_numbers_with_one_word_in_it_names_the_line_of_the_word(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        written(tmp_path, "a,b\n" + "".join(f"{k}.5,{k % 2}\n" for k in range(12)) + "?,1\n")
    assert caught.value.help is not None
    assert caught.value.help.startswith('line 14 holds "?"')


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(DataError, match=":2: must be text in UTF-8"):
        from_table(tmp_path / "table.csv", tmp_path)


def test_a_missing_table_is_a_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        from_table(tmp_path / "none.csv", tmp_path)
