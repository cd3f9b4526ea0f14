"""RMSProp whose history does not start at 0."""

from typing import Any

import torch

from netspec.optim import eager


class RmsProp(eager.RMSprop):
    """h ← alpha·h + (1−alpha)·g², u = lr·g/(√h + eps), with h = eps at the start. Source: DL4J's RmsPropUpdater."""

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Give each parameter its history at once, in torch's own names."""
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        for parameter in group["params"]:
            history = torch.full_like(parameter, group["eps"], memory_format=torch.preserve_format, requires_grad=False)
            self.state[parameter] = {"step": torch.tensor(0.0), "square_avg": history}
