"""Images in class folders: layouts, formats, and what is no image."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from netspec.datasets import DataSet, Description, Places, Unavailable
from netspec.errors import DataError
from netspec.shapes import Convolutional

RED, GRAY = (255, 0, 0), (128, 128, 128)


def picture(color: object = RED, size: tuple[int, int] = (4, 2), mode: str = "RGB") -> Image.Image:
    """An image of one color; `size` is width and height, as Pillow has it."""
    return Image.new(mode, size, color)


@pytest.fixture
def folder(tmp_path):
    """`folder({"a/1.png": image, …}, **fields)`: the data set of these files, and its places."""

    def write(files: dict[str, Image.Image | bytes], **fields: object) -> tuple[DataSet, Places]:
        for name, content in files.items():
            path = tmp_path / "images" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                path.write_bytes(content)
            else:
                content.save(path)
        return DataSet.parse({"type": "image_folder", "path": "images", **fields}), Places(tmp_path, tmp_path)

    return write


def load(made):
    data, places = made
    return data.load(places)


def describe(made):
    data, places = made
    return data.describe(places)


def one(folder, image: Image.Image | bytes, name: str = "1.png", **fields: object) -> np.ndarray:
    """How an image of class a is read."""
    return load(folder({f"a/{name}": image, "b/1.png": picture()}, **fields)).train.features[0]


def refusal_of(made) -> str:
    with pytest.raises(DataError) as refusal:
        load(made)
    return str(refusal.value)


def test_classes_are_the_folders_in_the_order_of_their_names(folder):
    loaded = load(folder({"dog/1.png": picture(GRAY), "cat/2.png": picture(RED), "cat/1.png": picture(GRAY)}))
    assert loaded.class_names == ("cat", "dog")
    assert loaded.train.labels.tolist() == [0, 0, 1]
    assert loaded.train.features[:, :, 0, 0].tolist() == [list(GRAY), list(RED), list(GRAY)]
    assert loaded.train.features.shape == (3, 3, 2, 4)
    assert (loaded.train.features.dtype, loaded.train.labels.dtype) == (np.uint8, np.int64)
    assert loaded.value_range == (0, 255)
    assert loaded.test is None


def test_train_and_test_folders_are_the_parts(folder):
    made = folder({"train/a/1.png": picture(), "train/b/1.png": picture(), "train/b/2.png": picture(), "test/b/1.png": picture(GRAY)})
    assert describe(made) == Description(Convolutional(3, 2, 4), classes=2, train=3, test=1)
    assert load(made).test.labels.tolist() == [1]
    assert load(made).test.features[0, :, 0, 0].tolist() == list(GRAY)


def test_a_class_may_be_called_train(folder):
    assert load(folder({"train/1.png": picture(), "plane/1.png": picture()})).class_names == ("plane", "train")


def test_it_is_described_by_its_first_image(folder):
    made = folder({"a/1.png": picture(), "b/1.png": b"no image"})
    assert describe(made) == Description(Convolutional(3, 2, 4), classes=2, train=2)


def test_hidden_files_and_what_systems_leave_behind_are_passed_over(folder):
    files = {"a/1.png": picture(), "a/.DS_Store": b"x", "a/Thumbs.db": b"x", ".git/config": b"x", "__MACOSX/1.png": b"x", "b/1.png": picture(), "README": b"x"}
    assert len(load(folder(files)).train) == 2


def test_gray_is_one_channel(folder):
    made = folder({"a/1.png": picture(RED), "b/1.png": picture(GRAY)}, color="gray")
    assert describe(made).shape == Convolutional(1, 2, 4)
    assert load(made).train.features[:, 0, 0, 0].tolist() == [76, 128]  # ITU-R 601: 0.299 * 255 = 76.2


PALETTE = picture(RED).quantize(2)
CLEAR_PALETTE = PALETTE.copy()
CLEAR_PALETTE.info["transparency"] = bytes([0, 128])


@pytest.mark.parametrize(
    ("image", "name", "expected"),
    [
        (picture(77, mode="L"), "1.png", (77, 77, 77)),
        (picture(1, mode="1"), "1.png", (255, 255, 255)),
        (PALETTE, "1.png", RED),
        (PALETTE, "1.gif", RED),
        (CLEAR_PALETTE, "1.png", RED),
        (picture((255, 0, 0, 7), mode="RGBA"), "1.png", RED),
        (picture((77, 7), mode="LA"), "1.png", (77, 77, 77)),
        (picture((0, 255, 255, 0), mode="CMYK"), "1.tif", RED),
        (picture(RED), "1.bmp", RED),
        (picture(RED), "1.webp", RED),
        (picture(RED), "1", RED),
    ],
    ids=["gray", "bits", "palette", "gif", "clear palette", "alpha", "gray alpha", "cmyk", "bmp", "webp", "no ending"],
)
def test_every_kind_of_image_becomes_rgb(folder, image, name, expected):
    if name == "1":
        buffer = io.BytesIO()
        image.save(buffer, "png")
        image = buffer.getvalue()
    options = {"lossless": True} if name.endswith("webp") else {}
    if options:
        buffer = io.BytesIO()
        image.save(buffer, "webp", **options)
        image = buffer.getvalue()
    assert one(folder, image, name)[:, 0, 0].tolist() == list(expected)


@pytest.mark.parametrize(("deep", "expected"), [(0, 0), (257, 1), (32896, 128), (65535, 255)])
def test_16_bits_are_scaled_to_8_not_cut_off(folder, deep, expected):
    image = Image.fromarray(np.full((2, 4), deep, np.uint16))
    assert one(folder, image, color="gray")[0, 0, 0] == expected


def test_the_first_frame_of_an_animation_is_taken(folder):
    buffer = io.BytesIO()
    picture(RED).save(buffer, "gif", save_all=True, append_images=[picture(GRAY)])
    assert one(folder, buffer.getvalue(), "1.gif")[:, 0, 0].tolist() == list(RED)


def test_a_rotated_photograph_is_put_upright(folder, tmp_path):
    image, exif = Image.fromarray(np.array([[10, 20], [30, 40], [50, 60]], np.uint8)), Image.Exif()
    exif[0x0112] = 6  # EXIF orientation 6: to be turned by 90 degrees clockwise
    buffer = io.BytesIO()
    image.save(buffer, "png", exif=exif)
    made = folder({"a/1.png": buffer.getvalue(), "b/1.png": picture(0, (3, 2), "L")}, color="gray")
    assert describe(made).shape == Convolutional(1, 2, 3)
    assert load(made).train.features[0, 0].tolist() == [[50, 30, 10], [60, 40, 20]]


def test_images_are_resized_with_antialiasing_to_height_x_width(folder):
    checkered = Image.fromarray((np.indices((8, 8)).sum(axis=0) % 2 * 255).astype(np.uint8))
    made = folder({"a/1.png": checkered, "b/1.png": picture(9, (3, 5), "L")}, color="gray", resize="2x4")

    features = load(made).train.features

    assert describe(made).shape == Convolutional(1, 2, 4)
    assert features.shape == (2, 1, 2, 4)
    assert features[1].tolist() == np.full((1, 2, 4), 9).tolist()
    assert np.abs(features[0].astype(int) - 128).max() < 16  # without antialiasing single squares, 0 or 255, would be picked


def test_images_of_another_size_are_refused_with_the_word_that_helps(folder, tmp_path):
    made = folder({"a/1.png": picture(), "a/2.png": picture(size=(4, 3)), "b/1.png": picture()})
    with pytest.raises(DataError) as refusal:
        load(made)
    assert str(refusal.value) == f"{tmp_path}/images/a/2.png: must be 2x4 like the first image, got 3x4"
    assert refusal.value.help == "resize: 2x4 makes all images one size"


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")


def whole_png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40), np.uint8)).save(buffer, "png")
    return buffer.getvalue()


NO_IMAGES = {
    "empty": (b"", "must be a whole image: cannot identify image file"),
    "text": (b"hello", "must be a whole image: cannot identify image file"),
    "cut short": (whole_png()[:800], "must be a whole image: "),
    "damaged": (whole_png().replace(b"IDAT", b"XDAT"), "must be a whole image: "),
    "a bomb": (bomb(30000, 30000), "must be an image of at most 89,478,485 pixels"),
    "half a bomb": (bomb(10000, 10000), "must be an image of at most 89,478,485 pixels"),
}


@pytest.mark.parametrize(("content", "message"), NO_IMAGES.values(), ids=NO_IMAGES.keys())
def test_what_is_no_image_is_refused_by_name(folder, tmp_path, content, message):
    assert refusal_of(folder({"a/1.png": picture(), "b/1.png": content})).startswith(f"{tmp_path}/images/b/1.png: {message}")


@pytest.mark.parametrize(
    "array", [np.zeros((2, 4), np.float32), np.full((2, 4), 70000, np.int32), np.full((2, 4), -1, np.int32)], ids=["float", "32 bits", "negative"]
)
def test_pixels_without_a_known_range_are_refused(folder, array):
    assert "must be a whole image: its pixels " in refusal_of(folder({"a/1.tif": Image.fromarray(array), "b/1.png": picture()}))


LAYOUTS = {
    "one class": ({"a/1.png": picture()}, "images: must hold a folder for each of at least two classes, got 1 folder"),
    "no class": ({"1.png": picture()}, "images: must hold a folder for each of at least two classes, got 0 folders"),
    "empty class": ({"a/1.png": picture(), "b/.keep": b""}, "images/b: must hold images of its class, got an empty folder"),
    "nested": ({"a/1.png": picture(), "b/c/1.png": picture()}, "images/b/c: must be an image file, for it stands in a class folder"),
    "a third part": ({"train/a/1.png": picture(), "val/a/1.png": picture()}, "images: must hold only train and test, got val too"),
    "an unknown class": (
        {"train/a/1.png": picture(), "train/b/1.png": picture(), "test/c/1.png": picture()},
        "images/test: must hold only classes of the training part, got c",
    ),
    "an empty test": ({"train/a/1.png": picture(), "train/b/1.png": picture(), "test/.keep": b""}, "images/test: must hold a folder for each class, got none"),
    "one class to train on": (
        {"train/a/1.png": picture(), "test/a/1.png": picture()},
        "images/train: must hold a folder for each of at least two classes, got 1 folder",
    ),
}


@pytest.mark.parametrize(("files", "message"), LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("verb", [describe, load])
def test_folders_that_are_not_laid_out_by_class_are_refused(folder, tmp_path, verb, files, message):
    with pytest.raises(DataError) as refusal:
        verb(folder(files))
    assert str(refusal.value) == f"{tmp_path}/{message}"


def test_a_link_to_itself_is_refused_not_followed(folder, tmp_path):
    made = folder({"a/1.png": picture(), "b/1.png": picture()})
    (tmp_path / "images/b/loop").symlink_to("loop")
    assert refusal_of(made) == f"{tmp_path}/images/b/loop: must be an image file, for it stands in a class folder"


def test_a_folder_that_may_not_be_read_is_named(folder, tmp_path, monkeypatch):
    made, listing = folder({"a/1.png": picture(), "b/1.png": picture()}), Path.iterdir

    def forbidden(path: Path):  # the superuser may read every folder, so a mode would not do
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", forbidden)
    assert refusal_of(made) == f"{tmp_path}/images/b: cannot be read: Permission denied"


def test_a_missing_folder_is_unavailable_and_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    places = Places(tmp_path, tmp_path)
    with pytest.raises(Unavailable, match="no such folder"):
        DataSet.parse({"type": "image_folder", "path": "images"}).describe(places)
    with pytest.raises(DataError, match="must be a folder, not a file"):
        DataSet.parse({"type": "image_folder", "path": "file"}).describe(places)


def test_reading_images_leaves_the_warnings_of_others_alone(folder):
    import warnings

    before = list(warnings.filters)
    load(folder({"a/1.png": picture(), "b/1.png": picture()}))
    assert warnings.filters == before


def test_many_images_keep_their_order(folder):
    files: dict[str, Image.Image | bytes] = {f"{'ab'[number % 2]}/{number:03}.png": picture(number, mode="L") for number in range(100)}
    loaded = load(folder(files, color="gray"))
    assert loaded.train.features[:, 0, 0, 0].tolist() == [*range(0, 100, 2), *range(1, 100, 2)]


def test_a_path_may_be_absolute(folder, tmp_path):
    folder({"a/1.png": picture(), "b/1.png": picture()})
    data = DataSet.parse({"type": "image_folder", "path": str(tmp_path / "images")})
    assert len(data.load(Places(Path("nowhere"), Path("nowhere"))).train) == 2


def test_postscript_is_not_run(folder):
    assert "must be a whole image: cannot identify image file" in refusal_of(folder({"a/1.eps": picture(), "b/1.png": picture()}))
