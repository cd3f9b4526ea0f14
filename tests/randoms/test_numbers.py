"""ND4J's and Java's generators against what DL4J recorded, draw by draw."""

import json
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest

from netspec.generators._counter import Counter
from netspec.generators._java import JavaRandom
from netspec.generators._numbers import Array, Format
from netspec.generators.dl4j import Shuffles, drawn
from netspec.initializers import Distribution

FORMATS: dict[str, Format] = {"double": np.float64, "float": np.float32}


def recorded(shared, group: str, case: str) -> dict[str, Any]:
    with ZipFile(shared / "dl4j" / "conformance" / f"{group}.zip") as archive:
        return json.loads(archive.read(f"{case}/case.json"))


@pytest.mark.parametrize("seed", [123, 42, 12345])
@pytest.mark.parametrize("name", FORMATS)
def test_a_row_of_draws_is_the_recorded_one(shared, name, seed):
    values, dtype = recorded(shared, "random", "sequences")[f"{name}_{seed}"], FORMATS[name]
    numbers = Counter(seed)

    def check(key: str, ours: Array) -> None:
        """A number near 1 loses places under the logarithm, in the redrawn ones of a truncated normal: 1e-12 instead of 1e-15."""
        rtol = max(4 * np.finfo(dtype).eps, 1e-12)
        np.testing.assert_allclose(ours, np.ravel(values[key]).astype(dtype), rtol=rtol, atol=np.finfo(dtype).tiny, err_msg=key)

    check("rand_7", numbers.uniform(7, dtype))
    check("randn_7", numbers.normal(7, dtype))
    check("randn_2x3", numbers.normal(6, dtype))
    check("rand_2x3", numbers.uniform(6, dtype))
    check("bernoulli_0_3_8", numbers.uniform(8, dtype) <= 0.3)
    check("uniform_-1_2_5", drawn(numbers, Distribution("uniform", -1, 2), 5, dtype))
    check("gaussian_1_0.5_5", drawn(numbers, Distribution("normal", 1, 0.5), 5, dtype))
    check("truncated_0_1_9", drawn(numbers, Distribution("truncated_normal", 0, 1), 9, dtype))
    check("log_normal_0_1_5", drawn(numbers, Distribution("log_normal", 0, 1), 5, dtype))
    check("binomial_5_0.4_6", drawn(numbers, Distribution("binomial", 5, 0.4), 6, dtype))
    check("dropout_inverted_0.6_8", (numbers.uniform(8, dtype) < 0.6) / dtype(0.6))
    check("dropout_0.6_8", numbers.uniform(8, dtype) < 0.6)
    check("rand_3_last", numbers.uniform(3, dtype))


def test_ten_numbers_of_java_are_those_of_its_specification():
    """`new Random(42).nextInt(10)` ten times, a sequence printed in many a Java textbook: 0 3 8 4 0 5 5 8 9 3."""
    random = JavaRandom(42)

    assert [random.below(10) for _ in range(10)] == [0, 3, 8, 4, 0, 5, 5, 8, 9, 3]


def test_what_java_would_draw_again_is_drawn_again():
    """OpenJDK 17: `new Random(-7)`, six times `nextInt((1 << 30) + 1)`, which rejects every second draw, then four times `nextInt(64)`."""
    random = JavaRandom(-7)

    assert [random.below((1 << 30) + 1) for _ in range(6)] == [577934662, 314447087, 677675436, 184135245, 425474944, 988357177]
    assert [random.below(64) for _ in range(4)] == [32, 57, 62, 11]


def test_a_shuffle_is_that_of_javas_collections():
    """OpenJDK 17: `Collections.shuffle(list, new Random(5))` of 0 … 9."""
    order = list(range(10))
    JavaRandom(5).shuffle(order)

    assert order == [3, 4, 2, 8, 5, 6, 9, 0, 1, 7]


def test_an_epochs_order_does_not_depend_on_which_was_asked_for_before():
    forward, backward = Shuffles(6), Shuffles(6)
    orders = [list(forward.order(epoch, 25)) for epoch in range(4)]

    assert [list(backward.order(epoch, 25)) for epoch in (3, 1, 2, 0)] == [orders[epoch] for epoch in (3, 1, 2, 0)]
    assert all(sorted(order) == list(range(25)) for order in orders)
    assert sorted(forward.order(0, 9)) == list(range(9))
