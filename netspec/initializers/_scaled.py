"""What the variance-scaling initializers share: their word."""

from netspec.fields import Positive
from netspec.initializers import Initializer


class Scaled(Initializer):
    """A distribution whose variance is `scale` over a fan."""

    scale: Positive = 1.0
    """Factor of the variance, above 0."""


class ScaledBound(Initializer):
    """A uniform distribution whose bound is in proportion to `scale`."""

    scale: Positive = 1.0
    """Factor of the bound, above 0."""
