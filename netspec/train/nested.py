"""Nested values with tensors in them ⇄ plain JSON values and a flat mapping of tensors."""

from typing import Any

import numpy as np
from torch import Tensor

_TENSOR, _PAIRS, _TUPLE = "tensor", "pairs", "tuple"
_OURS = {_TENSOR, _PAIRS, _TUPLE}


def take_apart(value: Any, tensors: dict[str, Tensor], path: str = "") -> Any:
    """Plain values; each tensor moves into `tensors` under a name of its own. Raises: TypeError for what JSON cannot hold.

    >>> import torch
    >>> tensors = {}
    >>> take_apart({"state": {0: {"m": torch.zeros(2)}}, "lr": 0.1, "betas": (0.9, 0.999)}, tensors)
    {'state': {'pairs': [[0, {'m': {'tensor': 'state.0.m'}}]]}, 'lr': 0.1, 'betas': {'tuple': [0.9, 0.999]}}
    >>> sorted(tensors)
    ['state.0.m']
    """
    if isinstance(value, Tensor):
        name = path if path not in tensors else f"{path}#{len(tensors)}"  # keys with dots in them can spell the same path
        tensors[name] = value
        return {_TENSOR: name}
    if isinstance(value, np.generic):
        return take_apart(value.item(), tensors, path)
    if isinstance(value, dict):
        return _mapping(value, tensors, path)
    if isinstance(value, list | tuple):
        items = [take_apart(item, tensors, f"{path}.{index}".lstrip(".")) for index, item in enumerate(value)]
        return {_TUPLE: items} if isinstance(value, tuple) else items
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{path} cannot be kept in a checkpoint: {type(value).__name__}")


def _mapping(value: dict[Any, Any], tensors: dict[str, Tensor], path: str) -> Any:
    """As it is where JSON has such keys; else its pairs."""
    inside = [[take_apart(key, {}, path), take_apart(item, tensors, f"{path}.{key}".lstrip("."))] for key, item in value.items()]
    plain = all(isinstance(key, str) for key, _ in inside) and not (len(inside) == 1 and inside[0][0] in _OURS)
    return dict(inside) if plain else {_PAIRS: inside}


def put_together(value: Any, tensors: dict[str, Tensor]) -> Any:
    """The nested value that was taken apart."""
    if isinstance(value, list):
        return [put_together(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {_TENSOR}:
        return tensors[value[_TENSOR]]
    if set(value) == {_TUPLE}:
        return tuple(put_together(value[_TUPLE], tensors))
    if set(value) == {_PAIRS}:
        return {_key(key): put_together(item, tensors) for key, item in value[_PAIRS]}
    return {key: put_together(item, tensors) for key, item in value.items()}


def _key(key: Any) -> Any:
    return put_together(key, {})
