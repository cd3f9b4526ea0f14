"""Fashion-MNIST."""

from typing import Literal

from netspec.datasets._idx_images import IdxImages
from netspec.datasets._published import Published


class FashionMnist(IdxImages):
    """70,000 gray images of 28×28, ten kinds of clothing; 10,000 of them for the test. Source: Xiao, Rasul & Vollgraf, arXiv 1708.07747."""

    type: Literal["fashion_mnist"] = "fashion_mnist"
    folder = "FashionMNIST"
    mirrors = ("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",)
    files = (
        Published("train-images-idx3-ubyte", (60000, 28, 28), "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        Published("train-labels-idx1-ubyte", (60000,), "25c81989df183df01b3e8a0aad5dffbe"),
        Published("t10k-images-idx3-ubyte", (10000, 28, 28), "bef4ecab320f06d8554ea6380940ec79"),
        Published("t10k-labels-idx1-ubyte", (10000,), "bb300cfdad3c16e7a12a480ee83cd310"),
    )
    class_names = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
