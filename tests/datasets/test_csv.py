"""Tables in CSV files: what they mean, and every way they can be wrong."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from sklearn.preprocessing import LabelEncoder, OneHotEncoder

from netspec.datasets import DataSet, Places, Unavailable
from netspec.errors import DataError, Refused
from netspec.shapes import FeedForward

IRIS = "length,width,species\n5.1,3.5,setosa\n4.9,3,virginica\n1e1,-2,setosa\n"


@pytest.fixture
def table(tmp_path):
    """`table(text, **fields)`: the data set and its places, the text being its file."""

    def write(text: str | bytes, test: str | None = None, **fields: object) -> tuple[DataSet, Places]:
        (tmp_path / "data.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
        if test is not None:
            (tmp_path / "test.csv").write_bytes(test.encode())
            fields["test_path"] = "test.csv"
        return DataSet.parse({"type": "csv", "path": "data.csv", **fields}), Places(tmp_path, tmp_path)

    return write


def load(made):
    data, places = made
    return data.load(places)


def describe(made):
    data, places = made
    return data.describe(places)


def refused(made) -> DataError:
    data, places = made
    with pytest.raises(DataError) as refusal:
        data.load(places)
    return refusal.value


def test_the_last_column_is_the_label_and_words_are_classes_in_sorted_order(table):
    loaded = load(table(IRIS))
    assert loaded.train.features.tolist() == np.array([[5.1, 3.5], [4.9, 3], [10, -2]], np.float32).tolist()
    assert loaded.train.labels.tolist() == [0, 1, 0]
    assert loaded.class_names == ("setosa", "virginica")
    assert (loaded.train.features.dtype, loaded.train.labels.dtype) == (np.float32, np.int64)
    assert loaded.test is loaded.value_range is None


def test_it_is_described_by_its_header_alone(table):
    described = describe(table("a,b,c\nthis,is\nnot,a,table\n"))
    assert (described.shape, described.classes, described.train, described.test) == (FeedForward(2), None, None, None)


@pytest.mark.parametrize(
    ("label", "features", "names"),
    [
        (0, [[2, 0], [4, 1]], ("1", "3")),
        ("b", [[1, 0], [3, 1]], ("2", "4")),
        (-2, [[1, 0], [3, 1]], ("2", "4")),
        (2, [[1, 2], [3, 4]], ("0", "1")),
    ],
)
def test_the_label_is_named_or_counted_from_either_end(table, label, features, names):
    loaded = load(table("a,b,c\n1,2,0\n3,4,1\n", label=label))
    assert loaded.train.features.tolist() == features
    assert loaded.class_names == names


def test_whole_number_classes_are_sorted_as_numbers_and_one_is_one_however_it_is_written(table):
    loaded = load(table("x,y\n0,10\n0,9\n0,1.0\n0,1\n"))
    assert loaded.class_names == ("1", "9", "10")
    assert loaded.train.labels.tolist() == [2, 1, 0, 0]


def test_numbers_among_words_are_words(table):
    assert load(table("x,y\n0,10\n0,9\n0,ten\n")).class_names == ("10", "9", "ten")


def test_classes_are_those_of_scikit_learns_label_encoder(table):
    words = ["pear", "Äpfel", "apple", "Zebra", "pear", "apple"]
    oracle = LabelEncoder()
    expected = oracle.fit_transform(words)
    loaded = load(table("x,y\n" + "".join(f"{row},{word}\n" for row, word in enumerate(words))))
    assert loaded.train.labels.tolist() == expected.tolist()
    assert loaded.class_names == tuple(oracle.classes_)


def test_regression_takes_labels_as_values(table):
    made = table("x,y\n1,2.5\n3,-4\n", task="regression")
    assert load(made).train.labels.tolist() == [[2.5], [-4.0]]
    assert load(made).train.labels.dtype == np.float32
    assert load(made).class_names == ()
    assert describe(made).targets == 1


def test_a_file_without_a_header_begins_with_data(table):
    loaded = load(table("1,a\n2,b\n", header=False))
    assert loaded.train.features.tolist() == [[1], [2]]


@pytest.mark.parametrize("separator", [";", "\t", " ", "|"])
def test_another_separator_can_be_said(table, separator):
    assert load(table(f"x{separator}y\n1{separator}a\n2{separator}b\n", separator=separator)).train.features.tolist() == [[1], [2]]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffx,y\n1,a\n2,b\n",
        "x,y\r\n1,a\r\n2,b\r\n",
        "x,y\r1,a\r2,b",
        "\nx,y\n\n1,a\n2,b\n\n\n",
        " x , y \n 1 , a \n2,b",
        '"x","y"\n"1","a"\n"2","b"\n',
    ],
    ids=["byte order mark", "windows", "old mac", "blank lines", "spaces", "quotes"],
)
def test_the_same_table_in_other_clothes_is_the_same(table, text):
    loaded = load(table(text, label="y"))
    assert loaded.train.features.tolist() == [[1], [2]]
    assert loaded.class_names == ("a", "b")


def test_categories_become_columns_in_place_as_scikit_learns_one_hot_encoder_makes_them(table):
    colors = ["red", "blue", "red", "green"]
    made = table("a,color,b,y\n" + "".join(f"{row},{color},{-row},{row % 2}\n" for row, color in enumerate(colors)), categorical=["color"])
    one_hot = OneHotEncoder(sparse_output=False).fit_transform([[color] for color in colors])

    features = load(made).train.features

    assert describe(made).shape == FeedForward(5)
    assert features[:, 0].tolist() == [0, 1, 2, 3]
    assert features[:, 1:4].tolist() == one_hot.tolist()
    assert features[:, 4].tolist() == [0, -1, -2, -3]


def test_numeric_categories_are_sorted_as_numbers(table):
    loaded = load(table("size,y\n10,a\n9,b\n", categorical=0))
    assert loaded.train.features.tolist() == [[0, 1], [1, 0]]


def test_the_test_file_is_read_by_the_training_files_classes_and_categories(table):
    made = table("c,x,y\nu,1,no\nv,2,yes\nw,3,no\n", "c,x,y\nw,4,yes\n", categorical=["c"])
    assert load(made).test.features.tolist() == [[0, 0, 1, 4]]
    assert load(made).test.labels.tolist() == [1]
    assert describe(made).test == 1


WRONG = {
    "a word": ("x,y\n1,a\nabc,b\n", {}, 'data.csv:3: column "x" must be a number, got "abc"', "list a column of words in `categorical`"),
    "a word without header": ("1,a\nabc,b\n", {"header": False}, 'data.csv:2: column 0 must be a number, got "abc"', "categorical"),
    "a header not said": ("x,y\n1,a\n", {"header": False}, 'data.csv:1: column 0 must be a number, got "x"', "write `header: true`"),
    "a decimal comma": ("x;y\n3,14;a\n", {"separator": ";"}, 'data.csv:2: column "x" must be a number, got "3,14"', "decimal point"),
    "a word to regress": ("x,y\n1,a\n", {"task": "regression"}, 'data.csv:2: column "y" must be a number, got "a"', "`task: classification`"),
    "an underscore": ("x,y\n1_000,a\n", {}, 'data.csv:2: column "x" must be a number, got "1_000"', "categorical"),
    "an empty cell": ("x,y\n1,a\n ,b\n", {}, 'data.csv:3: column "x" must not be empty', "remove the row"),
    "an empty label": ("x,y\n1,a\n2,\n", {}, 'data.csv:3: column "y" must not be empty', "remove the row"),
    "a NaN label": ("x,y\n1,0\n2,NaN\n", {}, 'data.csv:3: column "y" must be a value, got "NaN"', "remove the row"),
    "a NaN": ("x,y\n1,a\nnan,b\n", {}, 'data.csv:3: column "x" must be a finite number of float32, got nan', "remove the row"),
    "infinity": ("x,y\n1,a\n-inf,b\n", {}, 'data.csv:3: column "x" must be a finite number of float32, got -inf', "remove the row"),
    "too large": ("x,y\n1,a\n1e39,b\n", {}, 'data.csv:3: column "x" must be a finite number of float32, got 1e+39', "remove the row"),
    "a short row": ("x,y\n1,a\n2\n", {}, "data.csv:3: must have 2 cells like the first line, got 1", "stand in quotes"),
    "a long row": ("x,y\n1,a\n2,5,b\n", {}, "data.csv:3: must have 2 cells like the first line, got 3", "decimal point, not a comma"),
    "after a cell of two lines": ('x,t,y\n1,"u\nv",a\nz,w,b\n', {"categorical": ["t"]}, 'data.csv:4: column "x" must be a number, got "z"', "categorical"),
    "an open quote": ('x,y\n1,a\n"2,b\n3,a\n', {}, 'data.csv:3: must be a record of cells: a " without its partner', "doubled"),
    "a quote inside": ('x,y\n1,a\n"2"2,b\n', {}, "data.csv:3: must be a record of cells: ',' expected after '\"'", "doubled"),
    "a huge cell": ("x,y\n1,a\n" + "1" * 200_000 + ",b\n", {}, 'data.csv:3: must be a record of cells: a " without its partner, or', "doubled"),
    "a huge line": ("x,y\n1,a\n" + "1," * 6_000_000, {}, "data.csv:3: must be a line of a table, got more than 10,000,000 characters", None),
    "too many columns": (",".join("x" * 100_001) + "\n", {}, "data.csv:1: must have at most 100,000 columns, got 100,001", "`arrays`"),
    "another encoding": (b"x,y\n1,a\n2,\xe4\n", {}, "data.csv:3: must be text in UTF-8", "save the file as UTF-8"),
    "utf-16": ("x,y\n1,a\n".encode("utf-16"), {}, "data.csv:1: must be text in UTF-8", "save the file as UTF-8"),
    "no bytes": ("", {}, "data.csv: must hold rows, got an empty file", None),
    "only a header": ("x,y\n", {}, "data.csv: must hold rows below the header, got none", None),
    "one class": ("x,y\n1,a\n2,a\n", {}, 'data.csv: column "y" must have at least two classes, got only a', None),
    "one column": ("y\na\nb\n", {}, "data.csv: must have a column beside the label, got one column", None),
    "values as classes": ("x,y\n1,1\n1,2.5\n", {}, 'data.csv:3: column "y" must be a class, a word or whole number, got "2.5"', "`task: regression`"),
}


@pytest.mark.parametrize(("text", "fields", "message", "help"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_by_line_and_column(table, tmp_path, text, fields, message, help):
    error = refused(table(text, **fields))
    assert str(error).startswith(f"{tmp_path}/{message}")
    assert help is None or help in str(error.help)


TWO = "a,b,kind,size,weight\n1,2,x,0.5,7\n3,4,y,1.5,8\n5,6,x,2.5,9\n"


def test_each_output_has_its_column(table):
    made = table(TWO, test="a,b,kind,size,weight\n9,8,y,4,3\n", label={"sort": "kind", "size": ["size", -1]}, task={"size": "regression"})
    loaded, described = load(made), describe(made)

    assert (described.shape, described.targets, described.test) == (FeedForward(2), {"sort": None, "size": 2}, 1)
    assert loaded.train.features.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert loaded.train.labels["sort"].tolist() == [0, 1, 0]
    assert loaded.train.labels["size"].tolist() == [[0.5, 7], [1.5, 8], [2.5, 9]]
    assert loaded.class_names == {"sort": ("x", "y"), "size": ()}
    assert (loaded.test.labels["sort"].tolist(), loaded.test.labels["size"].tolist()) == ([1], [[4, 3]])


def test_several_columns_are_numbers_of_one_output(table):
    made = table(TWO, label=["size", "weight"], task="regression", categorical=["kind"])

    assert describe(made).targets == 2
    assert load(made).train.labels.tolist() == [[0.5, 7], [1.5, 8], [2.5, 9]]
    assert load(made).train.features.tolist() == [[1, 2, 1, 0], [3, 4, 0, 1], [5, 6, 1, 0]]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"label": ["size", "weight"]}, "label\n  must be one column, the class"),
        ({"label": {"size": ["size", "weight"], "kind": "kind"}}, "label.size\n  must be one column, the class"),
        ({"label": {"kind": "kind"}, "task": {"sort": "regression"}}, "task.sort\n  must be a name that label has"),
        ({"task": {"kind": "regression"}}, "task.kind\n  must be a name that label has"),
        ({"label": {"kind": "kind"}, "task": {"kind": "ranking"}}, "task.kind\n  must be classification or regression"),
        ({"label": {"kind": 1.5}}, "label.kind\n  must be a column's name or its index from 0"),
        ({"label": {}}, "label\n  must be a column's name or its index from 0"),
        ({"label": []}, "label\n  must be a column's name or its index from 0"),
    ],
)
def test_labels_that_cannot_be_right_are_refused_without_a_file(table, fields, message):
    with pytest.raises(ValidationError) as refusal:
        table(TWO, **fields)
    assert message in str(refusal.value)


def test_a_column_is_the_label_of_one_output_only(table):
    with pytest.raises(Refused, match="must name each column once") as refusal:
        describe(table(TWO, label={"one": "kind", "other": 2}))
    assert (refusal.value.field, refusal.value.got) == ("label", ["kind", 2])


def test_not_every_column_may_be_a_label(table):
    assert "must have a column beside the label, got 2 columns" in str(refused(table("a,b\n1,2\n3,4\n", label=["a", "b"], task="regression")))


def test_features_may_be_chosen_in_an_order_of_their_own(table):
    made = table("a,note,b,y\n1,this,2,x\n3,that,4,z\n", features=["b", "a"])

    assert describe(made).shape == FeedForward(2)
    assert load(made).train.features.tolist() == [[2, 1], [4, 3]]  # what is not chosen is not read


def test_each_input_has_its_columns(table):
    made = table(TWO, label="size", task="regression", features={"left": ["kind", "a"], "right": -1}, categorical=["kind"])

    assert describe(made).shape == {"left": FeedForward(3), "right": FeedForward(1)}
    assert {name: values.tolist() for name, values in load(made).train.features.items()} == {
        "left": [[1, 0, 1], [0, 1, 3], [1, 0, 5]],
        "right": [[7], [8], [9]],
    }


@pytest.mark.parametrize(
    ("fields", "field", "rule"),
    [
        ({"features": ["a", "c"]}, "features", "must be a column of the file"),
        ({"features": ["a", "weight"]}, "features", "must not name a label"),
        ({"features": {"left": "a", "right": "weight"}}, "features", "must not name a label"),
        ({"features": ["a", 0]}, "features", "must name each column once"),
        ({"features": ["a", "b"], "categorical": ["kind"]}, "categorical", "must be among the features"),
    ],
)
def test_features_that_do_not_fit_the_file_are_refused(table, fields, field, rule):
    with pytest.raises(Refused) as refusal:
        describe(table(TWO, **{"task": "regression"} | fields))
    assert (refusal.value.field, refusal.value.rule) == (field, rule)


FITS_NOT = {
    "no such column": ({"label": "specie"}, "label", "must be a column of the file", "did you mean `species`?"),
    "nothing like it": ({"label": "zzz"}, "label", "must be a column of the file", "one of length, width or species"),
    "index beyond": ({"label": 3}, "label", "must be an index from -3 to 2, the file has 3 columns", None),
    "index before": ({"label": -4}, "label", "must be an index from -3 to 2, the file has 3 columns", None),
    "no header": ({"header": False, "label": "species"}, "label", "must be an index where there is no header", "columns count from 0; -1 is the last"),
    "no such category": ({"categorical": ["color"]}, "categorical", "must be a column of the file", None),
    "the label as category": ({"categorical": ["species"]}, "categorical", "must name each column once, and not the label", None),
    "a category twice": ({"categorical": ["width", 1]}, "categorical", "must name each column once, and not the label", None),
}


@pytest.mark.parametrize(("fields", "field", "rule", "help"), FITS_NOT.values(), ids=FITS_NOT.keys())
def test_a_field_that_does_not_fit_the_file_is_refused_before_reading(table, fields, field, rule, help):
    with pytest.raises(Refused) as refusal:
        describe(table(IRIS, **fields))
    assert (refusal.value.field, refusal.value.rule) == (field, rule)
    assert help is None or refusal.value.help == help


def test_loading_refuses_such_a_field_as_a_fault_of_the_file(table):
    assert str(refused(table(IRIS, label="specie"))) == "label must be a column of the file"


def test_a_name_that_two_columns_have_is_refused(table):
    with pytest.raises(Refused, match="must be the name of one column"):
        describe(table("x,y,y\n1,2,3\n", label="y"))


@pytest.mark.parametrize(("sign", "said"), [(";", '";"'), ("\t", '"\\t"')])
def test_another_separator_is_suggested_where_there_is_one_column(table, sign, said):
    with pytest.raises(Refused, match=r"must be what stands between the columns of data\.csv") as refusal:
        describe(table(f"x{sign}y\n1{sign}a\n"))
    assert refusal.value.field == "separator"
    assert refusal.value.help == f"its first line suggests separator: {said}"


@pytest.mark.parametrize("first", ["5.1,3.5,1.4,setosa", "0,0,0,7", "5.1,setosa"])
def test_a_first_line_of_data_is_not_taken_for_a_header(table, first):
    with pytest.raises(Refused, match=r"must be false: the first line of data\.csv holds numbers") as refusal:
        describe(table(f"{first}\n{first}\n"))
    assert refusal.value.field == "header"


@pytest.mark.parametrize("header", ["0,1,2", "2021,2019,y", "400.5,401.5,octane", "x,1.5,1.5,y"])
def test_numbers_can_be_names(table, header):
    width = header.count(",")
    assert describe(table(f"{header}\n")).shape == FeedForward(width)


def test_a_missing_file_is_unavailable_so_that_a_stand_in_can_be_used(tmp_path):
    places = Places(tmp_path, tmp_path)
    for verb in (DataSet.parse({"type": "csv", "path": "no.csv"}).describe, DataSet.parse({"type": "csv", "path": "no.csv"}).load):
        with pytest.raises(Unavailable, match=rf"^{tmp_path}/no.csv: no such file$"):
            verb(places)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(DataError, match="must be a file, not a folder"):
        DataSet.parse({"type": "csv", "path": "."}).load(Places(tmp_path, tmp_path))


def test_an_absolute_path_and_a_tilde_are_taken_as_they_are(table, tmp_path, monkeypatch):
    table(IRIS)
    monkeypatch.setenv("HOME", str(tmp_path))
    elsewhere = Places(Path("elsewhere"), Path("elsewhere"))
    for path in (str(tmp_path / "data.csv"), "~/data.csv"):
        assert len(DataSet.parse({"type": "csv", "path": path}).load(elsewhere).train) == 3


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("y,x\n0,1\n", "test.csv:1: must have the columns of data.csv, in the same order"),
        ("x,y\n1,c\n", 'test.csv:2: column "y" must be a value that the training file has too, got "c"'),
        ("x,y\n", "test.csv: must hold rows below the header, got none"),
    ],
)
def test_a_test_file_that_is_something_else_is_refused(table, tmp_path, test, message):
    assert str(refused(table("x,y\n1,a\n2,b\n", test))) == f"{tmp_path}/{message}"


def test_an_unknown_category_in_the_test_file_is_refused(table):
    error = refused(table("c,y\nu,0\nv,1\n", "c,y\nw,0\n", categorical=["c"]))
    assert str(error).endswith('test.csv:2: column "c" must be a value that the training file has too, got "w"')
    assert error.help == "there it is u or v"


def test_categories_that_explode_are_refused(table):
    made = table("c,y\n" + "".join(f"word{row},{row % 2}\n" for row in range(100_001)), categorical=["c"])
    with pytest.raises(DataError, match="must make at most 100,000 features, got 100,001 with the categories"):
        describe(made)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"separator": "\\t"}, "must be one character"),
        ({"separator": '"'}, "must be one character"),
        ({"label": 1.5}, "must be a column's name or its index from 0"),
        ({"label": True}, "must be a column's name or its index from 0"),
        ({"categorical": [None]}, "must be a column's name or its index from 0"),
        ({"task": "ranking"}, "must be classification or regression"),
        ({"path": 3}, "valid string"),
    ],
)
def test_a_field_that_cannot_be_right_is_refused_without_a_file(fields, message):
    with pytest.raises(ValidationError, match=message):
        DataSet.parse({"type": "csv", "path": "data.csv", **fields})


def test_columns_by_name_are_written_as_they_were_said(table):
    said = {"label": {"sort": "kind", "size": ["size", -1]}, "features": {"left": ["a"], "right": ["a", "b"]}, "task": {"size": "regression"}}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = table(TWO, **said)[0].model_dump(mode="json")
    assert {name: written[name] for name in said} == said
