"""One training step, and how many were done."""

from dataclasses import dataclass

from torch import Tensor
from torch.optim import Optimizer

from netspec.construct import Schedules, Scorer
from netspec.network import Network
from netspec.optim.update_pass import penalty


@dataclass
class Trainer:
    """Everything one step needs."""

    network: Network
    optimizer: Optimizer
    schedules: Schedules
    scorer: Scorer
    iteration: int = 0
    """Updates done, over all epochs."""

    epoch: int = 0
    """Epochs done."""

    def step(self, features: Tensor, labels: Tensor) -> Tensor:
        """One update; the data loss before it, on the device."""
        self.schedules.set(self.iteration, self.epoch)
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.scorer(self.network(features), labels)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
        self.optimizer.step()
        self.iteration += 1
        return loss.detach()

    @property
    def learning_rate(self) -> float | None:
        """The first group's rate."""
        rate = self.optimizer.param_groups[0].get("lr")
        return None if rate is None else float(rate)

    @property
    def largest_gradient(self) -> float:
        """The largest absolute value among all gradients of the last step."""
        gradients = [parameter.grad for parameter in self.network.parameters() if parameter.grad is not None]
        return max((float(gradient.abs().max()) for gradient in gradients), default=0.0)

    def penalty(self) -> float:
        """What regularisation adds to the score now."""
        return float(penalty(self.optimizer.param_groups))
