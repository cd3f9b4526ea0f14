"""Numbers that may be schedules: DL4J writes the schedule beside a number that is NaN."""

from typing import Any

from netspec.interop.dl4j.said import Said
from netspec.interop.dl4j.translator import Reading, read_object, write_object
from netspec.schedules import Schedule
from netspec.schedules.complement import Complement
from netspec.schedules.fixed import Fixed


def read_number(said: Said, number: str, schedule: str, reading: Reading) -> Any:
    """The number or the schedule as a spec would write it; None where neither is said. Raises: DataError."""
    spelt = next((key for key in said.values if key.lower() == schedule.lower()), schedule)
    scheduled, stored = read_object("schedules", said.inner(spelt), reading), said.number_or_none(number)
    return stored if scheduled is None else scheduled


def write_number(number: str, schedule: str, value: Schedule) -> dict[str, Any]:
    """Both fields. Raises: LookupError where DL4J has no such schedule."""
    if value.constant:
        return {number: value.start, schedule: None}
    return {number: "NaN", schedule: write_object("schedules", value)}


def complement(keep: Any) -> Any:
    """The probability of dropping for one of keeping, without the noise of binary fractions.

    >>> complement(0.8), complement(0.7), complement({"type": "step"})
    (0.2, 0.3, {'type': 'complement', 'of': {'type': 'step'}})
    """
    return round(1 - keep, 15) if isinstance(keep, int | float) else {"type": "complement", "of": keep}


def keeping(drop: Schedule) -> Schedule:
    """The probability of keeping for one of dropping. Raises: LookupError for a schedule of dropping, which DL4J cannot say."""
    if isinstance(drop, Complement):
        return drop.of
    if not drop.constant:
        raise LookupError(f"{drop.type} of a probability of dropping")
    return Fixed(value=round(1 - drop.start, 15))
