"""In which order a training step divides, regularises and updates: DL4J changed it twice."""

from typing import Literal, NamedTuple

OrderName = Literal["modern", "beta3", "legacy"]


class TrainingOrder(NamedTuple):
    """An order of operations, whether a batch counts as the mean of its examples or as their sum, what is done with the loss, and how often.

    modern   DL4J 1.0.0-beta4 and later: mean gradient, l1 and l2 into the gradient, the updater's rule
    beta3    DL4J 1.0.0-beta3: mean gradient, the rule, then l1 and l2 into the step
    legacy   DL4J up to 1.0.0-beta2: summed gradient, the rule, l1 and l2 into the step, the step divided by the examples
    """

    name: OrderName = "modern"
    minibatch: bool = True
    minimize: bool = True
    iterations: int = 1

    @property
    def regularizes_first(self) -> bool:
        """Whether l1 and l2 enter the gradient, and with it the updater's memory, or the finished step."""
        return self.name == "modern"

    @property
    def sums(self) -> bool:
        """Whether the updater is given the sum of the examples' gradients, not their mean."""
        return self.name == "legacy" or not self.minibatch

    @property
    def divides(self) -> bool:
        """Whether the finished step is divided by the number of examples."""
        return self.name == "legacy" and self.minibatch

    def weight(self, part: int, whole: int) -> float:
        """What the mean loss of some examples counts for in an update over `whole` of them; less than nothing where it is to grow."""
        weight = part if self.sums else part / whole
        return weight if self.minimize else -weight

    def score(self, loss: float, penalty: float, examples: float) -> float:
        """The score of a batch of so many examples from its mean loss and what regularisation adds."""
        if not self.minibatch:
            return loss * examples + penalty
        return loss + (penalty / examples if self.divides else penalty)
