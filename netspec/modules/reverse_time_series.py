"""A sequence from its end to its start."""

from torch import Tensor, nn

from netspec.modules.masks import Mask, zeroed


class ReverseTimeSeries(nn.Module):
    """Steps in reverse order; of a masked sequence those that count, in each other's places, and 0 elsewhere. Shape: N×T×F → the same."""

    def forward(self, input: Tensor, mask: Mask = None) -> Tensor:
        """The last step first."""
        if mask is None:
            return input.flip(1)
        there = (mask != 0).long()
        number, count = there.cumsum(1) - 1, there.sum(1, keepdim=True)
        places = there.argsort(dim=1, descending=True, stable=True)
        source = places.gather(1, (count - 1 - number).clamp(min=0))
        return zeroed(input.gather(1, source.unsqueeze(-1).expand_as(input)), mask)
