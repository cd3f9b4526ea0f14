"""Every class of DL4J's has a word here, or a reason why not: the table beside the importer, DL4J's own classes, and the words."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from netspec.component import Component
from netspec.dl4j_classes import Foreign, class_called, classes
from netspec.families import FAMILIES
from netspec.initializers import Initializer
from netspec.interop.dl4j.eras import Era
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.said import Said, Unspoken
from netspec.interop.dl4j.translator import Reading, Translator, import_translators, read_object, translators
from netspec.layers import Layer
from netspec.suggestions import for_name
from netspec.updaters import Updater

PACKAGES = (
    "org/deeplearning4j/nn/conf/layers", "org/deeplearning4j/nn/conf/graph", "org/deeplearning4j/nn/conf/preprocessor",
    "org/deeplearning4j/nn/conf/dropout", "org/deeplearning4j/nn/conf/constraint", "org/deeplearning4j/nn/conf/weightnoise",
    "org/deeplearning4j/nn/conf/distribution", "org/deeplearning4j/nn/conf/ocnn", "org/deeplearning4j/nn/weights",
    "org/nd4j/linalg/activations/impl", "org/nd4j/linalg/lossfunctions", "org/nd4j/linalg/learning/config",
    "org/nd4j/linalg/learning/regularization", "org/nd4j/linalg/schedule",
)  # fmt: skip
NO_WORDS = set(
    """AbstractLSTM BaseLayer BaseOutputLayer BasePretrainNetwork BaseRecurrentLayer BaseUpsamplingLayer FeedForwardLayer Layer NoParamLayer
    BaseWrapperLayer AbstractSameDiffLayer BaseInputPreProcessor BaseConstraint GraphVertex ReconstructionDistribution Distribution IDropout IWeightNoise
    IWeightInit IUpdater ISchedule Regularization ILossFunction EmbeddingInitializer
    InputTypeUtil LayerValidation PoolingType SDLayerParams SDVertexParams SameDiffLayerUtils BoundingBoxesDeserializer Distributions DropoutHelper
    LegacyDistributionDeserializer LegacyDistributionHelper WeightInit WeightInitUtil ArrayEmbeddingInitializer LossFunctions LossUtil RowVectorDeserializer
    RowVectorSerializer ScheduleType""".split()
)
"""Bases and interfaces, then helpers: no configuration holds an object of them."""

MANY = {"ElementWiseVertex", "PreprocessorVertex", "WeightInitOnes", "ConstantDistribution", "PoolHelperVertex"}
"""Translators that choose the word as they read."""

spoken = pytest.mark.parametrize("found", [found for found in classes() if found.word], ids=lambda found: f"{found.kind}-{found.name}")
refused = pytest.mark.parametrize("found", [found for found in classes() if found.reason], ids=lambda found: found.name)


def members() -> Iterator[type[Translator]]:
    """Those of classes; others are of words in older files."""
    import_translators()
    return (member for member in Translator.members if "." in member.java)


def simple(java: str) -> str:
    return java.rsplit(".", 1)[-1]


def test_every_class_that_the_importer_speaks_is_in_the_table_under_its_word() -> None:
    table = {(found.kind, found.name): found for found in classes()}
    missing = [member.java for member in members() if (member.family, simple(member.java)) not in table]
    other = [
        member.java
        for member in members()
        if member.tag and simple(member.java) not in MANY and table[member.family, simple(member.java)].word not in (member.tag, *member.also)
    ]

    assert (missing, other) == ([], [])


def test_no_class_that_the_importer_speaks_is_refused_by_the_table() -> None:
    assert [member.java for member in members() if (found := class_called(member.java)) and found.reason] == []


@spoken
def test_every_word_of_the_table_is_one(found: Foreign) -> None:
    family = next((family for family in FAMILIES if family.family == found.kind), FAMILIES[0])

    assert family.member(found.word) is not None


def test_what_has_no_word_has_a_note() -> None:
    assert [found.name for found in classes() if not found.word and not found.note] == []


def test_the_table_is_sorted_and_names_nothing_twice() -> None:
    keys = [(found.kind, found.name) for found in classes()]

    assert keys == sorted(set(keys))


def test_every_class_of_m2_1_that_a_configuration_can_hold_is_in_the_table(shared: Path) -> None:
    entries = [name for jar in (shared / "dl4j" / "runtime" / "lib").glob("*4j-*.jar") for name in zipfile.ZipFile(jar).namelist()]
    found = {Path(name).stem for name in entries if name.endswith(".class") and "$" not in name and name.startswith(PACKAGES)}

    assert len(found) > 150
    assert found - {known.name for known in classes()} - NO_WORDS == set()
    assert found >= NO_WORDS


def test_every_class_of_the_reference_is_in_the_table(shared: Path) -> None:
    text = (shared / "reference" / "dl4j.md").read_text(encoding="utf-8")
    sections = text[text.index("\n## 3. ") : text.index("\n## 6. ")]
    named = set(re.findall(r"\b[A-Z]\w*(?:Layer|Vertex|Pre[Pp]rocessor|Constraint|Schedule|Dropout)\b", sections))

    assert len(named) > 60
    assert {name for name in named if class_called(name) is None} - NO_WORDS == {
        "LambdaVertex",
        "DotProductVertex",
    }  # half a name, and one that it says is none


@refused
def test_a_refused_class_is_refused_with_its_reason(found: Foreign) -> None:
    assert all(simple(java) != found.name for java in translators(found.kind))

    assert Unspoken(found.name, "layer0").help == f"{found.reason}; --skip-unknown leaves it out"


def test_the_importer_says_the_reason() -> None:
    said = Said.of({"@class": "org.deeplearning4j.nn.weights.embeddings.WeightInitEmbedding"}, "layer0: weightInitFn")

    with pytest.raises(Unspoken, match=r"^layer0: weightInitFn must be something netspec has, got WeightInitEmbedding$") as refusal:
        read_object("initializers", said, Reading(Era.M2_1, Report(Era.M2_1, "its format")))
    assert str(refusal.value.help).startswith("it holds a table of word vectors")


@pytest.mark.parametrize(
    ("family", "name", "said"),
    [
        (Layer, "Subsampling1DLayer", "called `subsampling` here"),
        (Layer, "org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer", "called `yolo2_output` here"),
        (Layer, "FrozenLayer", "frozen: true on the layer inside"),
        (Layer, "SameDiffLayer", "its arithmetic is Java code, which the file only names; a layer of your own (--plugin) can take its place"),
        (Initializer, "WeightInitLecunUniform", "called `lecun_uniform` here"),
        (Updater, "RmsProp", "called `rmsprop` here"),
    ],
)
def test_a_class_of_dl4js_in_a_spec_is_told_its_word(family: type[Component], name: str, said: str) -> None:
    assert for_name(family, name) == said
