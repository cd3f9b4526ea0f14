"""MNIST."""

from typing import Literal

from netspec.datasets._idx_images import IdxImages
from netspec.datasets._published import Published


class Mnist(IdxImages):
    """70,000 gray images of 28×28, the digits 0 to 9; 10,000 of them for the test. Source: LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86, 1998."""

    type: Literal["mnist"] = "mnist"
    folder = "MNIST"
    mirrors = ("https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/")
    files = (
        Published("train-images-idx3-ubyte", (60000, 28, 28), "f68b3c2dcbeaaa9fbdd348bbdeb94873", "6bbc9ace898e44ae57da46a324031adb"),
        Published("train-labels-idx1-ubyte", (60000,), "d53e105ee54ea40749a09fcbcd1e9432", "a25bea736e30d166cdddb491f175f624"),
        Published("t10k-images-idx3-ubyte", (10000, 28, 28), "9fb629c4189551a2d022fa330f9573f3", "2646ac647ad5339dbf082846283269ea"),
        Published("t10k-labels-idx1-ubyte", (10000,), "ec29112dd5afa0611ce80d1b7f02629c", "27ae3e4e09519cfbb04c329615203637"),
    )
    class_names = tuple("0123456789")
