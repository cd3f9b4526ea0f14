"""All families of components together, for looking a word up whatever it is a word for."""

from netspec.activations import Activation
from netspec.component import Component
from netspec.constraints import Constraint
from netspec.datasets import DataSet
from netspec.dropouts import Dropout
from netspec.gradient_normalizations import GradientNormalization
from netspec.initializers import Initializer
from netspec.layers import Layer
from netspec.losses import Loss
from netspec.metrics import Metric
from netspec.randoms import Random
from netspec.reconstructions import Reconstruction
from netspec.schedules import Schedule
from netspec.transforms import Transform
from netspec.updaters import Updater
from netspec.weight_noises import WeightNoise

FAMILIES: tuple[type[Component], ...] = (
    Layer,
    Activation,
    Loss,
    Updater,
    Initializer,
    Schedule,
    Dropout,
    WeightNoise,
    GradientNormalization,
    Constraint,
    Reconstruction,
    DataSet,
    Transform,
    Metric,
    Random,
)


def find_word(tag: str) -> type[Component] | None:
    """The first component called `tag`, layers before all others."""
    return next((member for family in FAMILIES if tag in family.tags() and (member := family.member(tag))), None)


def all_words() -> list[str]:
    """Every tag of every family."""
    return sorted({tag for family in FAMILIES for tag in family.tags()})
