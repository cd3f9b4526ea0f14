"""A Model's scaling of features → the normalizer of its model file."""

from base64 import b64decode

import numpy as np

from netspec.errors import DataError
from netspec.interop.dl4j.memory import Memory
from netspec.interop.dl4j.normalizer_format import read_normalizer, write_normalizer
from netspec.interop.dl4j.normalizers import Array, said_of
from netspec.model import Model
from netspec.plan import Plan
from netspec.train.scaling import Scalings
from netspec.transforms import Normalization

_SEVERAL = "normalize must be left out, as DL4J has none for several inputs that is learned from one"


def entry_of(model: Model, memory: Memory) -> bytes | None:
    """The imported file's own entry while the spec says the same, else one for how the spec's data are scaled. Raises: DataError."""
    plan, transform = model.plan, _transform(model.plan)
    if memory.normalizer and _still_holds(b64decode(memory.normalizer), plan):
        return b64decode(memory.normalizer)
    learned = _learned(model, transform) if transform else None
    if transform is None or learned is None:
        return None
    if len(plan.inputs) > 1:
        raise DataError(_SEVERAL)
    return write_normalizer(transform, *learned, next(iter(plan.inputs.values())), plan.data_type)


def _transform(plan: Plan) -> Normalization | None:
    """How features are scaled: as the data say, else as the network does."""
    if plan.data is None:
        return plan.spec.normalize
    return plan.data.normalize or (Normalization.parse(plan.data.normalized_by) if plan.data.normalized_by else None)


def _still_holds(entry: bytes, plan: Plan) -> bool:
    """Whether the spec says what was read from this entry, or has no word for it."""
    said, transform = said_of(read_normalizer(entry), list(plan.inputs.values())), _transform(plan)
    return said is None or (transform is not None and transform.of_stored() == Normalization.parse(said).of_stored())


def _learned(model: Model, transform: Normalization) -> tuple[Array, Array] | None:
    """Factor and offset; None where nothing was learned yet."""
    if model.plan.data is not None:
        scaling = model._scaling or model.data().scaling
        if isinstance(scaling, Scalings):
            raise DataError(_SEVERAL)
        return (scaling.factor.numpy(), scaling.offset.numpy()) if scaling else None
    if not {"mean", "min"} & transform.model_fields_set:
        return None
    shape = next(iter(model.plan.inputs.values()))
    affine = transform.fit(np.zeros((1, *(size or 1 for size in shape.dims))), None)
    return affine.factor, affine.offset
