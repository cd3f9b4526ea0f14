"""The text of a configuration → plain values: JSON, or Jackson's YAML, in which a class stands as a tag."""

import json
import math
import re
from typing import Any

import yaml

from netspec.errors import DataError

_DEEPEST = 60
_WHOLE = re.compile(r"-?[0-9]{1,39}")
_REAL = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}


def parse_configuration(content: bytes, where: str) -> dict[str, Any]:
    """The values of a configuration. Raises: DataError."""
    try:
        text = content.decode("utf-8")
        values = _checked(json.loads(text, parse_constant=str, parse_int=_number, parse_float=_number)) if text.lstrip().startswith("{") else _yaml(text)
    except UnicodeDecodeError as error:
        raise DataError(f"{where} must be a model or a configuration of DL4J's: a zip, JSON or YAML") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{where} must be a configuration of DL4J's, JSON or YAML: {reason}") from error
    if not isinstance(values, dict) or not (isinstance(values.get("confs"), list) or isinstance(values.get("vertices"), dict)):
        raise DataError(f"{where} must be the configuration of a MultiLayerNetwork (`confs`) or a ComputationGraph (`vertices`)")
    return values


def _number(digits: str) -> float | str:
    """A number; what is too large for one stays a text, which every reader of numbers refuses."""
    if _WHOLE.fullmatch(digits):
        return int(digits)
    value = float(digits) if _REAL.fullmatch(digits) else math.inf
    return value if math.isfinite(value) else digits


def _checked(value: Any, depth: int = 0) -> Any:
    """The value, refused where it is nested too deep for anyone to have meant it."""
    if depth > _DEEPEST:
        raise ValueError(f"nested more than {_DEEPEST} levels deep")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _checked(item, depth + 1)
    return value


def _yaml(text: str) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, yaml.SafeLoader)):
            raise ValueError("references are not read")
        node = loader.get_single_node()
        return _plain(node) if node else None
    finally:
        loader.dispose()


def _plain(node: yaml.Node, depth: int = 0) -> Any:
    """A node's values; `!<a.b.C>` becomes its @class, `!<dense>` the wrapper that older releases wrote in JSON."""
    if depth > _DEEPEST:
        raise ValueError(f"nested more than {_DEEPEST} levels deep")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        values = {str(key.value): _plain(item, depth + 1) for key, item in node.value}
        if node.tag.startswith("tag:yaml.org"):
            return values
        return {"@class": node.tag} | values if "." in node.tag else {node.tag: values}
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if _REAL.fullmatch(text) else text
