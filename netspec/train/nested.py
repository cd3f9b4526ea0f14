"""Nested values with tensors in them ⇄ plain JSON values and a flat mapping of tensors."""

from typing import Any

from torch import Tensor

_TENSOR, _NUMBERED = "tensor", "numbered"


def take_apart(value: Any, tensors: dict[str, Tensor], path: str = "") -> Any:
    """Plain values; each tensor moves into `tensors` under its path.

    >>> import torch
    >>> tensors = {}
    >>> take_apart({"state": {0: {"m": torch.zeros(2)}}, "lr": 0.1}, tensors)
    {'state': {'numbered': {'0': {'m': {'tensor': 'state.0.m'}}}}, 'lr': 0.1}
    >>> sorted(tensors)
    ['state.0.m']
    """
    if isinstance(value, Tensor):
        tensors[path] = value
        return {_TENSOR: path}
    if isinstance(value, dict):
        inside = {str(key): take_apart(item, tensors, f"{path}.{key}".lstrip(".")) for key, item in value.items()}
        return {_NUMBERED: inside} if any(isinstance(key, int) for key in value) else inside
    if isinstance(value, list | tuple):
        return [take_apart(item, tensors, f"{path}.{index}".lstrip(".")) for index, item in enumerate(value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{path} cannot be kept in a checkpoint: {type(value).__name__}")


def put_together(value: Any, tensors: dict[str, Tensor]) -> Any:
    """The nested value that was taken apart; tuples come back as lists."""
    if isinstance(value, list):
        return [put_together(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {_TENSOR}:
        return tensors[value[_TENSOR]]
    if set(value) == {_NUMBERED}:
        return {int(key): put_together(item, tensors) for key, item in value[_NUMBERED].items()}
    return {key: put_together(item, tensors) for key, item in value.items()}
