"""normalizer.bin: against what DL4J recorded, against DL4J's own serializer, and back."""

import io
import json
import shutil
import subprocess
import zipfile
from struct import pack

import numpy as np
import pytest
from conformance.cases import Case
from differential.oracle import RUNTIME, available

from netspec import build
from netspec.cli import invoke
from netspec.errors import DataError, SpecError
from netspec.interop import dl4j
from netspec.interop.dl4j.folder import read_run
from netspec.interop.dl4j.normalizer_format import read_normalizer

ERAS = [
    ("era-0.8.0", "normalizer_minmax"),
    ("era-0.9.1", "normalizer_minmax"),
    ("era-1.0.0-alpha", "normalizer_minmax"),
    ("era-1.0.0-beta", "normalizer_standardize"),
    ("era-1.0.0-beta2", "normalizer_standardize"),
    ("era-1.0.0-beta3", "normalizer_standardize"),
    ("era-1.0.0-beta4", "normalizer_minmax"),
    ("era-1.0.0-beta6", "normalizer_minmax"),
    ("era-1.0.0-beta7", "normalizer_standardize"),
    ("era-1.0.0-M1.1", "normalizer_standardize"),
]
RECORDED = ["image_scaler_-1_1", "min_max_-1_2", "min_max_time_series_mask", "standardize", "standardize_image", "standardize_time_series"]


def recorded(shared, name):
    with zipfile.ZipFile(shared / "dl4j" / "conformance" / "normalizers.zip") as archive:
        return json.loads(archive.read(f"{name}/case.json")), archive.read(f"{name}/normalizer.bin")


@pytest.mark.parametrize("name", RECORDED)
def test_features_are_scaled_and_reverted_as_dl4j_does(shared, name):
    case, entry = recorded(shared, name)
    given, mask = np.array(case["fit"]["features"]), case["fit"].get("features_mask")
    mask = None if mask is None else np.array(mask)

    normalizer = read_normalizer(entry)
    scaled = normalizer.features(given, mask)

    assert scaled == pytest.approx(np.array(case["transformed"]["features"]), abs=1e-9)
    if "value" in case["reverted"]:
        assert normalizer.inputs[0].revert(scaled, mask) == pytest.approx(np.array(case["reverted"]["value"]["features"]), abs=1e-9)


def imported(folder, group, name):
    path = folder / "before.zip"
    path.write_bytes(Case(group, name).read("before.zip"))
    return path, dl4j.load(path)


@pytest.mark.parametrize(("group", "name"), ERAS)
def test_a_normalizer_of_every_release_is_read(shared, tmp_path, group, name):
    case, (_, model) = Case(group, name), imported(tmp_path, group, name)

    assert model.normalizer.features(case.array("input0")) == pytest.approx(case.array("transformed"), abs=1e-12)
    if case.has("label_mean"):
        labels = case.array("label0")
        wanted = (labels - case.array("label_mean")) / case.array("label_std")
        assert model.normalizer.labels(labels) == pytest.approx(wanted, abs=1e-12)
        assert model.normalizer.revert_labels(wanted) == pytest.approx(labels, abs=1e-12)
        assert any("the scaling of labels" in note.text for note in model.report.notes)


@pytest.mark.parametrize(("group", "name"), ERAS)
def test_the_spec_scales_its_data_as_the_normalizer_does(shared, tmp_path, group, name):
    case, (_, model) = Case(group, name), imported(tmp_path, group, name)
    features, labels = case.array("input0"), case.array("label0")
    np.savez(tmp_path / "all.npz", features=features, labels=labels.argmax(1), test_features=features, test_labels=labels.argmax(1))
    values = model.plan.spec.model_dump(mode="json", exclude_unset=True)

    scaled = build({**values, "data": {"type": "arrays", "path": str(tmp_path / "all.npz")}}).data().train.features

    assert scaled.numpy() == pytest.approx(case.array("transformed"), abs=1e-9)


@pytest.mark.parametrize(("group", "name"), [pair for pair in ERAS if pair[0] >= "era-1.0.0-beta4" or "M1" in pair[0]])
def test_an_export_has_the_same_normalizer_byte_by_byte(shared, tmp_path, group, name):
    path, _ = imported(tmp_path, group, name)
    again = tmp_path / "again.zip"
    assert invoke(["import", str(path), "-o", str(tmp_path / "net"), "-q"]) == 0
    model, memory = read_run(tmp_path / "net")

    dl4j.save(model, again, memory=memory)

    with zipfile.ZipFile(path) as before, zipfile.ZipFile(again) as after:
        assert after.read("normalizer.bin") == before.read("normalizer.bin")


def test_a_changed_spec_is_exported_with_its_own_numbers(shared, tmp_path):
    path, _ = imported(tmp_path, "era-1.0.0-M1.1", "normalizer_standardize")
    assert invoke(["import", str(path), "-o", str(tmp_path / "net"), "-q"]) == 0
    spec = tmp_path / "net" / "spec.yaml"
    lines = [
        line if not line.startswith("normalize:") else "normalize: {type: scale, min: [1, 2, 3, 4], max: [3, 3, 3, 8]}"
        for line in spec.read_text().splitlines()
    ]
    spec.write_text("\n".join(lines) + "\n")

    model, memory = read_run(tmp_path / "net")
    dl4j.save(model, tmp_path / "again.zip", memory=memory)

    again = dl4j.load(tmp_path / "again.zip").normalizer
    assert again.strategy == "MIN_MAX"
    assert again.features(np.array([[2.0, 2.25, 3, 6]])).tolist() == [pytest.approx([0.5, 0.25, 0, 0.5])]


NETWORK = "data_type: float64\nseed: 1\nupdater: {type: sgd, learning_rate: 0.1}\nlayers:\n  - {type: output, n_out: 2, loss: mcxent}\n"


@pytest.mark.parametrize(("said", "java"), [("standardize", "NormalizerStandardize"), ("scale", "NormalizerMinMaxScaler")])
def test_dl4j_reads_the_normalizer_that_a_network_of_netspecs_learned(oracle, tmp_path, said, java):
    generator = np.random.default_rng(5)
    features, labels = generator.normal(3, 2, (20, 3)), generator.integers(0, 2, 20)
    np.savez(tmp_path / "all.npz", features=features, labels=labels, test_features=features, test_labels=labels)
    (tmp_path / "spec.yaml").write_text(f"{NETWORK}data: {{type: arrays, path: all.npz, normalize: {said}}}\n")
    model = build(tmp_path / "spec.yaml")

    dl4j.save(model, tmp_path / "model.zip")

    answer = oracle.request(zip=str(tmp_path / "model.zip"))
    assert answer["normalizer"].endswith(java)
    scaled = dl4j.load(tmp_path / "model.zip").normalizer.features(features)
    wanted = (features - features.mean(0)) / features.std(0) if said == "standardize" else (features - features.min(0)) / np.ptp(features, 0)
    assert scaled == pytest.approx(wanted, abs=1e-12)


def test_pixels_are_exported_as_dl4js_image_scaler(oracle, tmp_path):
    images, labels = np.random.default_rng(5).integers(0, 256, (20, 1, 4, 4), np.uint8), np.arange(20) % 2
    np.savez(tmp_path / "all.npz", features=images, labels=labels, test_features=images, test_labels=labels)
    (tmp_path / "spec.yaml").write_text(f"{NETWORK}data: {{type: arrays, path: all.npz, normalize: {{type: scale, low: -1}}}}\n")

    dl4j.save(build(tmp_path / "spec.yaml"), tmp_path / "model.zip")

    assert oracle.request(zip=str(tmp_path / "model.zip"))["normalizer"].endswith("ImagePreProcessingScaler")
    assert dl4j.load(tmp_path / "model.zip").normalizer.features(np.array([[0.0, 127.5, 255.0]])) == pytest.approx(np.array([[-1.0, 0.0, 1.0]]))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """What DL4J's own serializer writes for several inputs."""
    if not available() or shutil.which("javac") is None:
        pytest.skip("needs ../shared beside the repository, and a JDK")
    out = tmp_path_factory.mktemp("normalizers")
    source = __file__.replace("test_normalizers.py", "WriteNormalizers.java")
    subprocess.run(["java", "-cp", f"{RUNTIME.parent}/lib/*", source, str(out)], check=True, capture_output=True, timeout=120)
    return out


SEVERAL = ["standardize", "standardize_labels", "min_max_labels", "hybrid_single_inputs", "hybrid_all_inputs", "hybrid_one_input"]


@pytest.mark.parametrize("name", SEVERAL)
def test_several_inputs_are_scaled_as_dl4j_scales_them(written, name):
    normalizer = read_normalizer((written / f"{name}.bin").read_bytes())

    for index in range(2):
        features, labels = np.load(written / f"x{index}.npy"), np.load(written / f"y{index}.npy")
        assert normalizer.features(features, input=index) == pytest.approx(np.load(written / f"{name}_x{index}.npy"), abs=1e-12)
        assert normalizer.labels(labels, output=index) == pytest.approx(np.load(written / f"{name}_y{index}.npy"), abs=1e-12)


def with_normalizer(folder, entry):
    """A model of four features with this normalizer."""
    path = folder / "model.zip"
    with zipfile.ZipFile(io.BytesIO(Case("era-1.0.0-M1.1", "normalizer_standardize").read("before.zip"))) as good, zipfile.ZipFile(path, "w") as file:
        for name in good.namelist():
            file.writestr(name, entry if name == "normalizer.bin" else good.read(name))
    return path


def test_a_normalizer_of_several_inputs_is_kept_for_the_export(shared, written, tmp_path):
    entry = (written / "hybrid_all_inputs.bin").read_bytes()
    model = dl4j.load(with_normalizer(tmp_path, entry))

    dl4j.save(model, tmp_path / "again.zip")

    assert any(note.kind == "left out" and note.text.startswith("MULTI_HYBRID") for note in model.report.notes)
    with zipfile.ZipFile(tmp_path / "again.zip") as again:
        assert again.read("normalizer.bin") == entry


def test_a_java_object_is_never_read_and_told(shared, tmp_path):
    _, model = imported(tmp_path, "era-0.7.2", "normalizer_minmax")

    assert model.normalizer is None
    assert "normalizer-is-a-java-object" in {note.mistake for note in model.report.notes}


def utf(text):
    return pack(">H", len(text)) + text.encode()


HEAD = utf("NORMALIZER") + pack(">i", 1)


def test_a_normalizer_of_ones_own_is_left_out_by_name(shared, tmp_path):
    model = dl4j.load(with_normalizer(tmp_path, HEAD + utf("CUSTOM") + utf("my.Normalizer")))

    assert model.normalizer is None
    assert [note.text for note in model.report.notes if note.place == "normalizer.bin"] == ["a normalizer that netspec does not have, CUSTOM"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (b"hello", "must hold the .* bytes it announces"),
        (utf("NORMALISER") + pack(">i", 1), "must begin with NORMALIZER"),
        (utf("NORMALIZER") + pack(">i", 2), "must begin with NORMALIZER and version 1"),
        (HEAD + utf("STANDARDIZE") + b"\x00", "must hold the .* bytes it announces"),
        (HEAD + utf("MULTI_STANDARDIZE") + pack(">?ii", True, 2**31 - 1, 1), "at most 1000 arrays"),
        (HEAD + utf("IMAGE_MIN_MAX") + pack(">ddd", 1, 0, 255), "finite numbers"),
        (HEAD + utf("IMAGE_MIN_MAX") + pack(">ddd", 0, float("nan"), 255), "finite numbers"),
        (HEAD + bytes(1 << 20), "at most .* what the configuration implies"),
    ],
    ids=["text", "other magic", "other version", "no arrays", "too many", "falling", "NaN", "large"],
)
def test_a_damaged_normalizer_is_refused(shared, tmp_path, entry, message):
    with pytest.raises(DataError, match=message):
        dl4j.load(with_normalizer(tmp_path, entry))


def test_a_networks_scaling_without_numbers_of_the_right_count_is_refused_when_data_come(tmp_path):
    np.savez(tmp_path / "all.npz", features=np.ones((4, 3)), labels=np.arange(4) % 2)
    (tmp_path / "spec.yaml").write_text(f"{NETWORK}normalize: {{type: standardize, mean: [1, 2], std: [1, 1]}}\ndata: {{type: arrays, path: all.npz}}\n")

    with pytest.raises(DataError, match=r"normalize\.mean must be one number or 3"):
        build(tmp_path / "spec.yaml").data()


def test_the_data_sets_own_scaling_goes_before_the_networks(tmp_path):
    np.savez(tmp_path / "all.npz", features=np.full((8, 1), 6.0), labels=np.arange(8) % 2)
    data = "data: {type: arrays, path: all.npz, normalize: {type: scale, min: 0, max: 12}}\n"
    (tmp_path / "spec.yaml").write_text(f"{NETWORK}normalize: {{type: standardize, mean: 1, std: 1}}\n{data}")

    assert build(tmp_path / "spec.yaml").data().train.features.unique().tolist() == [0.5]


@pytest.mark.parametrize("said", ["{type: scale, min: 1}", "{type: scale, min: [1, 2], max: 3}", "{type: scale, min: 2, max: 1}"])
def test_bounds_are_said_in_pairs_that_rise(tmp_path, said):
    (tmp_path / "spec.yaml").write_text(f"{NETWORK}input: 3\nnormalize: {said}\n")

    with pytest.raises(SpecError, match=r"normalize.* must"):
        build(tmp_path / "spec.yaml")
