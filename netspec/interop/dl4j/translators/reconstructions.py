"""Reconstruction distributions of variational autoencoders: `org.deeplearning4j.nn.conf.layers.variational`."""

from typing import Any, ClassVar

from netspec.errors import DataError, Refused
from netspec.interop.dl4j.older import modern_object
from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, Translator, read_object, write_object

_PACKAGE = "org.deeplearning4j.nn.conf.layers.variational."


def inside(said: Said, family: str, key: str) -> Said | None:
    """The object inside, in today's form. Raises: DataError."""
    found = said.inner(key)
    return found and Said(modern_object(family, found.values), found.place)


class _Activated(Translator):
    """The function that is applied to the decoder's numbers."""

    family: ClassVar[str] = "reconstructions"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """`activation`."""
        activation = read_object("activations", inside(said, "activations", "activationFn"), reading)
        return super().read(said, reading) | ({} if activation is None else {"activation": activation})

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """`activationFn`."""
        return {**super().write(component), "activationFn": write_object("activations", component.activation)}


class Bernoulli(_Activated):
    java = _PACKAGE + "BernoulliReconstructionDistribution"
    old = ("Bernoulli",)
    tag = "bernoulli"


class Gaussian(_Activated):
    java = _PACKAGE + "GaussianReconstructionDistribution"
    old = ("Gaussian",)
    tag = "gaussian"


class Exponential(_Activated):
    java = _PACKAGE + "ExponentialReconstructionDistribution"
    old = ("Exponential",)
    tag = "exponential"


class LossFunctionWrapper(_Activated):
    java = _PACKAGE + "LossFunctionWrapper"
    old = ("LossWrapper", "LossFunctionWrapper")
    tag = "loss"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """`loss`."""
        return super().read(said, reading) | {"loss": read_object("losses", inside(said, "losses", "lossFunction"), reading)}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """`lossFunction`."""
        return {**super().write(component), "lossFunction": write_object("losses", component.loss)}


class Composite(Translator):
    """Sizes in one list, distributions in another."""

    family: ClassVar[str] = "reconstructions"
    java = _PACKAGE + "CompositeReconstructionDistribution"
    old = ("Composite",)
    tag = "composite"

    @classmethod
    def read(cls, said: Said, reading: Reading) -> Any:
        """`parts`. Raises: DataError."""
        said.ignore("totalSize")
        sizes, distributions = said.sizes("distributionSizes"), said.inners("reconstructionDistributions")
        if len(sizes) != len(distributions):
            raise DataError(f"{said.place}: distributionSizes must be {len(distributions)}, one for each distribution, got {len(sizes)}")
        found = [read_object(cls.family, Said(modern_object(cls.family, one.values), one.place), reading) for one in distributions]
        return super().read(said, reading) | {"parts": [{"values": size, "distribution": one} for size, one in zip(sizes, found, strict=True)]}

    @classmethod
    def write(cls, component: Any) -> dict[str, Any]:
        """Both lists."""
        if any(part.distribution.type == cls.tag for part in component.parts):
            raise Refused("reconstruction", "must not be a composite inside a composite")
        sizes = [part.values for part in component.parts]
        distributions = [write_object(cls.family, part.distribution) for part in component.parts]
        return {**super().write(component), "distributionSizes": sizes, "reconstructionDistributions": distributions, "totalSize": sum(sizes)}
