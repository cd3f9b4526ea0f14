"""Windows with weights of their own at each place."""

import torch
from torch import Tensor, nn
from torch.nn.functional import unfold

from netspec.modules.grids import bordered
from netspec.windows import Window


class LocallyConnected(nn.Module):
    """W_q · patch_q + b. Shape: N×C×H×W → N×K×H'×W'; sequences N×T×C → N×T'×K; `weight` is places × (C·kernel) × K."""

    bias: Tensor | None

    def __init__(self, window: Window, shape: tuple[int, ...], *, bias: bool, by_columns: bool) -> None:
        super().__init__()
        self.window, self.by_columns = window, by_columns
        self.weight = nn.Parameter(torch.zeros(shape))
        self.register_parameter("bias", nn.Parameter(torch.zeros(shape[-1])) if bias else None)

    def forward(self, input: Tensor) -> Tensor:
        """N×C×H×W → N×K×H'×W'."""
        if input.dim() == 3:
            return self._connected(bordered(input.transpose(1, 2), self.window.border).unsqueeze(2), (1,))
        padded = bordered(input, self.window.border)
        rows, columns = (
            (size - covered) // stride + 1 for size, covered, stride in zip(padded.shape[2:], self.window.covered, self.window.stride, strict=True)
        )
        return self._connected(padded, (rows, columns)).transpose(1, 2).reshape(len(input), -1, rows, columns)

    def _connected(self, padded: Tensor, places: tuple[int, ...]) -> Tensor:
        """N×C×H×W → N×places×K."""
        kernel, stride, dilation = ((1,) * (2 - len(each)) + each for each in (self.window.kernel, self.window.stride, self.window.dilation))
        patches = unfold(padded, kernel, dilation=dilation, stride=stride)
        if self.by_columns:
            patches = patches.reshape(*patches.shape[:2], *places).transpose(2, 3).flatten(2)
        result = torch.einsum("nfq,qfk->nqk", patches, self.weight)
        return result if self.bias is None else result + self.bias

    def extra_repr(self) -> str:
        """The settings, for `print(module)`."""
        return f"{tuple(self.weight.shape)}, {self.window}"
