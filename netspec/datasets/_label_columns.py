"""Which columns of a table are predicted, and from which: those of the only output or input, or of several by name."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import PlainSerializer, PlainValidator

from netspec.component import refuse
from netspec.datasets._columns import Column
from netspec.datasets._table_words import column
from netspec.named import Named, each

Task = Literal["classification", "regression"]


def _one(value: Any, at: tuple[str, ...] = ()) -> Any:
    return tuple(column(item, at) for item in value) if isinstance(value, list | tuple) and value else column(value, at)


def _several(value: Any) -> Any:
    listed = {name: _one(said, (name,)) for name, said in value.items()} if isinstance(value, Mapping) and value else _one(value)
    return each(lambda said: said if isinstance(said, tuple) else (said,), listed)


def _labels(value: Any) -> Any:
    return {name: _one(said, (name,)) for name, said in value.items()} if isinstance(value, Mapping) and value else _one(value)


def _tasks(value: Any) -> Any:
    for name, task in value.items() if isinstance(value, Mapping) else [("", value)]:
        if task not in ("classification", "regression"):
            raise refuse("must be classification or regression", at=(name,) if name else (), got=task)
    return dict(value) if isinstance(value, Mapping) else value


Columns = Column | tuple[Column, ...]

_AS_IT_IS = PlainSerializer(lambda said: said)
"""pydantic would try each kind of a union in turn, and warn of those that do not fit."""

LabelColumns = Annotated[Columns | dict[str, Columns], PlainValidator(_labels), _AS_IT_IS]
"""A column, a list of columns, or a map from the names of outputs to either."""

FeatureColumns = Annotated[tuple[Column, ...] | dict[str, tuple[Column, ...]], PlainValidator(_several), _AS_IT_IS]
"""A column or a list of them, or a map from the names of inputs to such."""

Tasks = Annotated[Task | dict[str, Task], PlainValidator(_tasks)]
"""What labels are, or a map from the names of outputs."""


def listed_columns(label: Columns | dict[str, Columns]) -> Named[tuple[Column, ...]]:
    """The columns of each output, as a list."""
    return each(lambda said: said if isinstance(said, tuple) else (said,), label)
