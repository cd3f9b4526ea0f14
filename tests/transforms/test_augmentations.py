"""Augmentations: laws for every one, numbers of torchvision's own functions, and what each refuses."""

import itertools
import pickle

import pytest
import torch
from pydantic import ValidationError

from netspec import build
from netspec.datasets import Places
from netspec.errors import DataError, Refused, SpecError, UsageError
from netspec.modules import vision
from netspec.read import plan_of
from netspec.shapes import Convolutional, Convolutional3D, FeedForward
from netspec.transforms import Augmentation, Normalization, Transform

EXAMPLES = {
    "random_crop": {"padding": 2},
    "random_horizontal_flip": {},
    "random_vertical_flip": {"p": 0.4},
    "random_rotation": {"degrees": 30},
    "random_affine": {"degrees": 10, "translate": 0.2, "scale": [0.8, 1.2], "shear": 10},
    "random_perspective": {"p": 1.0},
    "random_resized_crop": {},
    "random_erasing": {"p": 1.0, "value": 7},
    "random_grayscale": {"p": 0.5},
    "color_jitter": {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1},
    "gaussian_blur": {"kernel": 3},
    "trivial_augment_wide": {},
    "rand_augment": {},
}
SHAPE = Convolutional(3, 10, 8)


def images(count=40, shape=SHAPE, dtype=torch.uint8):
    return torch.randint(0, 256, (count, *shape.dims), generator=torch.Generator().manual_seed(2)).to(dtype)


def change(tag, batch, seed=0, **said):
    component = Augmentation.parse({"type": tag, **EXAMPLES[tag], **said})
    return component.build(Convolutional(*batch.shape[1:]))(batch, torch.Generator().manual_seed(seed))


def torchvision_functions():
    return vision.vision().functional


def test_every_augmentation_has_a_row():
    assert set(EXAMPLES) == set(Augmentation.tags())


@pytest.mark.parametrize("tag", EXAMPLES)
class TestEveryAugmentation:
    def test_it_survives_the_round_trip(self, tag):
        found = Transform.parse({"type": tag, **EXAMPLES[tag]})

        assert Augmentation.parse(found.model_dump()) == Augmentation.parse(found.model_dump(mode="json", exclude_none=True)) == found
        with pytest.raises(ValidationError, match="extra_forbidden"):
            Augmentation.parse({"type": tag, **EXAMPLES[tag], "bogus": 1})

    def test_it_keeps_shape_and_type_and_leaves_its_input_alone(self, tag):
        batch = images()
        before = batch.clone()
        changed = change(tag, batch)

        assert (changed.shape, changed.dtype) == (batch.shape, torch.uint8)
        assert torch.equal(batch, before)
        assert not torch.equal(changed, batch)

    def test_equal_images_become_different_ones(self, tag):
        changed = change(tag, images(1).expand(40, -1, -1, -1).contiguous())

        assert len({tuple(image.flatten().tolist()) for image in changed}) > 1

    def test_it_draws_from_the_given_generator_alone(self, tag):
        batch, before = images(), torch.get_rng_state()
        one, same, other = (change(tag, batch, seed) for seed in (1, 1, 2))

        assert torch.equal(one, same)
        assert not torch.equal(one, other)
        assert torch.equal(torch.get_rng_state(), before)

    def test_it_can_be_sent_to_another_process(self, tag):
        built = Augmentation.parse({"type": tag, **EXAMPLES[tag]}).build(SHAPE)
        again = pickle.loads(pickle.dumps(built))

        assert torch.equal(*(one(images(), torch.Generator().manual_seed(3)) for one in (built, again)))

    def test_it_takes_images_only(self, tag):
        for shape in (FeedForward(5), Convolutional3D(3, 4, 10, 8)):
            with pytest.raises(Refused, match=f"{tag} works on images, and the data hold a (flat vector|volume)"):
                Augmentation.parse({"type": tag, **EXAMPLES[tag]}).check(shape)
        Augmentation.parse({"type": tag, **EXAMPLES[tag]}).check(SHAPE)


@pytest.mark.parametrize("tag", [tag for tag in EXAMPLES if not Augmentation.member(tag).takes_bytes])
def test_what_moves_pixels_works_on_real_numbers_too(tag):
    shape = Convolutional(3, 10, 8)
    changed = change(tag, images(shape=shape, dtype=torch.float32) - 100)

    assert changed.dtype == torch.float32
    assert torch.isfinite(changed).all()


@pytest.mark.parametrize(("tag", "function"), [("random_horizontal_flip", "horizontal_flip"), ("random_vertical_flip", "vertical_flip")])
def test_a_flip_gives_each_image_or_its_mirror_image(tag, function):
    batch = images(400)
    mirrored = getattr(torchvision_functions(), function)(batch)
    changed = change(tag, batch, p=0.5)
    which = [torch.equal(one, other) for one, other in zip(changed, mirrored, strict=True)]

    assert torch.equal(change(tag, batch, p=1), mirrored)
    assert torch.equal(change(tag, batch, p=0), batch)
    assert all(flipped or torch.equal(one, other) for flipped, one, other in zip(which, changed, batch, strict=True))
    assert 160 < sum(which) < 240  # 200 ± 4 standard deviations of 10


@pytest.mark.parametrize(("padding", "across", "down"), [(2, 2, 2), ([1, 3], 3, 1)])
def test_a_crop_is_any_window_of_the_bordered_image_and_every_window_is_as_likely(padding, across, down):
    functions, one = torchvision_functions(), images(1)
    bordered = functions.pad(one[0], [across, down], fill=9)
    places = list(itertools.product(range(2 * down + 1), range(2 * across + 1)))
    windows = {tuple(functions.crop(bordered, top, left, 10, 8).flatten().tolist()): (top, left) for top, left in places}
    assert len(windows) == len(places)
    changed = change("random_crop", one.expand(100 * len(places), -1, -1, -1), padding=padding, fill=9)
    found = [windows[tuple(image.flatten().tolist())] for image in changed]

    assert set(found) == set(places)
    assert max(found.count(place) for place in places) < 160  # 100 ± 6 standard deviations of 10


def test_a_rotation_by_one_angle_is_torchvisions():
    batch = images()
    expected = torchvision_functions().rotate(batch, 30, fill=5, interpolation=vision.vision().InterpolationMode.BILINEAR)

    assert torch.equal(change("random_rotation", batch, degrees=[30, 30], interpolation="bilinear", fill=5), expected)


def test_angles_of_one_number_lie_on_both_sides():
    assert Augmentation.parse({"type": "random_rotation", "degrees": 15}).degrees == (-15, 15)
    assert Augmentation.parse({"type": "random_rotation", "degrees": [0, 15]}).degrees == (0, 15)


def test_an_affine_change_without_a_choice_is_torchvisions():
    batch = images()
    said = {"degrees": [20, 20], "translate": 0.0, "scale": [1.5, 1.5], "shear": [5, 5], "fill": 3}
    expected = torchvision_functions().affine(batch, 20, [0, 0], 1.5, [5, 0], fill=3)

    assert torch.equal(change("random_affine", batch, **said), expected)


def test_moves_of_an_affine_change_are_shares_of_width_and_height():
    functions, batch = torchvision_functions(), images(60)
    moved = change("random_affine", batch, degrees=0, scale=[1, 1], shear=0, translate=[0.25, 0.1])
    moves = list(itertools.product(range(-2, 3), range(-1, 2)))  # 0.25 of 8 columns, 0.1 of 10 rows
    found = [[move for move in moves if torch.equal(functions.affine(image, 0, move, 1, [0, 0]), new)] for image, new in zip(batch, moved, strict=True)]

    assert all(found)
    assert len({move for hits in found for move in hits}) > 5


def test_a_resized_crop_of_the_whole_is_the_image_and_of_a_quarter_is_torchvisions():
    square = images(shape=Convolutional(3, 8, 8))
    functions = torchvision_functions()
    quarters = [functions.resized_crop(square[0], top, left, 4, 4, [8, 8]) for top in range(5) for left in range(5)]

    assert torch.equal(change("random_resized_crop", square, scale=[1, 1], ratio=[1, 1]), square)
    for image in change("random_resized_crop", square[:1].expand(20, -1, -1, -1), scale=[0.25, 0.25], ratio=[1, 1]):
        assert any(torch.equal(image, quarter) for quarter in quarters)


def test_a_hole_is_a_rectangle_of_its_share_and_value():
    batch = torch.full((50, 3, 16, 16), 200, dtype=torch.uint8)
    changed = change("random_erasing", batch, scale=[0.25, 0.25], ratio=[1, 1], value=7)
    for image in changed:
        rows, columns = (torch.nonzero((image[0] == 7).any(axis)).ravel() for axis in (1, 0))
        assert (len(rows), len(columns)) == (8, 8)  # a quarter of 16 × 16 as a square
        assert (image[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] == 7).all()
        assert (image == 200).sum() == 3 * (256 - 64)


def test_gray_is_torchvisions():
    batch = images()

    assert torch.equal(change("random_grayscale", batch, p=1), torchvision_functions().rgb_to_grayscale(batch, 3))


@pytest.mark.parametrize(
    ("tag", "said", "name", "arguments"),
    [
        ("color_jitter", EXAMPLES["color_jitter"], "ColorJitter", (0.4, 0.4, 0.4, 0.1)),
        ("gaussian_blur", {"kernel": 5, "sigma": [0.5, 1.5]}, "GaussianBlur", (5, (0.5, 1.5))),
        ("trivial_augment_wide", {}, "TrivialAugmentWide", ()),
        ("rand_augment", {"changes": 3, "magnitude": 12}, "RandAugment", (3, 12)),
        ("random_perspective", {"distortion": 0.3, "p": 1.0}, "RandomPerspective", (0.3, 1.0)),
    ],
)
def test_one_image_after_another_is_what_torchvision_draws_from_the_same_seed(tag, said, name, arguments):
    batch, generator = images(6), torch.Generator().manual_seed(8)
    transform = getattr(vision.vision(), name)(*arguments)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(int(torch.randint(2**62, (), generator=generator)))
        expected = torch.stack([transform(image) for image in batch])

    assert torch.equal(change(tag, batch, 8, **said), expected)


NETWORK = {"layers": [{"type": "output", "n_out": 10, "loss": "negative_log_likelihood"}]}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"augment": "scale"}, r"data\.augment must be the name of an augmentation, got \"scale\""),
        ({"normalize": "random_crop"}, r"data\.normalize must be the name of a normalisation, got \"random_crop\""),
        ({"augment": []}, r"data\.augment must have at least 1 item"),
        ({"augment": ["random_crop"]}, r"data\.augment\.0\.padding must be set"),
        ({"augment": {"type": "random_crop", "padding": [1, 2, 3]}}, r"data\.augment.* must be one number, or one for height and one for width"),
        ({"augment": [{"type": "random_rotation", "degrees": [9, 3]}]}, r"degrees must be a smaller number and a larger one"),
        ({"augment": [{"type": "random_resized_crop", "scale": [0, 1]}]}, r"scale\.0 must be greater than 0"),
        ({"augment": [{"type": "gaussian_blur", "kernel": 4}]}, r"data\.augment\.0\.kernel must be odd, got 4"),
        ({"augment": [{"type": "gaussian_blur", "kernel": 17}]}, r"data\.augment\.0\.kernel must be less than twice the image, which is 8x8, got 17"),
        ({"augment": ["random_grayscale"]}, r"data\.augment\.0 must be left out: random_grayscale works on images of 3 channels, and the data have 1"),
        ({"augment": [{"type": "gaussian_blur", "kernel": 3}], "resident": True}, r"data\.resident must be left out beside that augmentation"),
    ],
)
def test_what_cannot_be_is_refused_when_the_spec_is_read(data, message):
    with pytest.raises(SpecError, match=message):
        plan_of({**NETWORK, "data": {"type": "digits", **data}})


def test_flat_data_have_no_augmentation():
    with pytest.raises(SpecError, match=r"data\.augment must be left out: random_horizontal_flip works on images, and the data hold a flat vector"):
        plan_of({"layers": [{"type": "output", "n_out": 3, "loss": "negative_log_likelihood"}], "data": {"type": "iris", "augment": "random_horizontal_flip"}})


def test_labels_that_have_places_forbid_what_moves_pixels():
    layers = [{"type": "conv", "n_out": 2, "kernel": 1, "activation": "identity"}, {"type": "loss", "loss": "mse"}]
    with pytest.raises(SpecError, match=r"data\.augment must be left out: labels have places, and would stay where they are"):
        plan_of({"layers": layers, "data": {"type": "digits", "augment": "random_horizontal_flip"}})


def test_each_kind_lists_its_own_words():
    assert Normalization.tags() == ["scale", "standardize"]
    assert set(Transform.tags()) == {*Augmentation.tags(), *Normalization.tags()}


def test_colours_of_real_numbers_are_refused_by_the_data(tmp_path):
    import numpy as np

    np.save(tmp_path / "x.npy", np.zeros((20, 3, 4, 4), np.float32))
    np.save(tmp_path / "y.npy", np.arange(20) % 10)
    data = {"type": "arrays", "features": "x.npy", "labels": "y.npy", "augment": [{"type": "color_jitter", "hue": 0.1}]}
    with pytest.raises(DataError, match=r"data\.augment\.0 must be left out: color_jitter takes pixels of 0 to 255, and the features are float32"):
        build({**NETWORK, "data": data}, places=Places(tmp_path, tmp_path, download=False)).data()


def test_without_torchvision_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(vision, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="torchvision is needed to augment images") as refusal:
        change("gaussian_blur", images())
    assert "pip install torchvision" in refusal.value.help
    change("random_affine", images())


def test_a_torchvision_that_does_not_fit_is_told(monkeypatch):
    def broken(name):
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(vision, "import_module", broken)
    with pytest.raises(UsageError, match=r"torchvision cannot be imported beside torch .*nms does not exist"):
        vision.vision()


@pytest.mark.parametrize("mode", ["nearest", "bilinear"])
@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_each_image_of_a_batch_is_turned_as_torchvision_turns_it_by_the_same_numbers(mode, dtype):
    """The draws are read off the generator in the order in which they are made."""
    shape = Convolutional(1, 9, 12)
    batch, module, generator = images(8, shape, dtype), None, torch.Generator().manual_seed(4)
    said = {"degrees": [-30, 50], "translate": [0.2, 0.3], "scale": [0.7, 1.4], "shear": [-10, 15], "interpolation": mode, "fill": 20}
    module = Augmentation.parse({"type": "random_affine", **said}).build(shape)
    changed = module(batch, torch.Generator().manual_seed(4))

    def drawn(low, high):
        return (low + (high - low) * torch.rand(8, generator=generator, dtype=torch.float64)).tolist()

    angles, shears, scales = drawn(-30, 50), drawn(-10, 15), drawn(0.7, 1.4)
    across, down = drawn(-0.2 * 12, 0.2 * 12), drawn(-0.3 * 9, 0.3 * 9)
    interpolation = vision.vision().InterpolationMode(mode)
    for row, image in enumerate(batch):
        moves = [round(across[row]), round(down[row])]
        expected = torchvision_functions().affine(image, angles[row], moves, scales[row], [shears[row], 0], interpolation=interpolation, fill=20)
        different = (changed[row].float() - expected.float()).abs()
        assert (different > 1).float().mean() < 0.02  # a place that lies just between two pixels may fall to either
