"""Plain values → YAML that netspec's own reader reads back as the same values."""

from typing import Any

import yaml

from netspec.scalars import read_scalar


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper with YAML 1.2's idea of what has to be quoted, and flow style for short collections."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    value, complaint = read_scalar(text, plain=True) if text.isprintable() and "\n" not in text else (None, None)
    plain = complaint is None and value == text and isinstance(value, str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_Dumper.add_representer(str, _text)


def to_yaml(values: Any) -> str:
    """YAML text, keys in their order; innermost collections on one line."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)


def to_line(values: Any) -> str:
    """YAML text on one line.

    >>> to_line({"type": "dense", "n_out": 5, "activation": {"type": "elu", "alpha": 0.5}})
    '{type: dense, n_out: 5, activation: {type: elu, alpha: 0.5}}'
    """
    text = yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), default_flow_style=True)
    return text.removesuffix("...\n").strip()
