"""Whether batches are large and many enough to train on."""

from netspec.errors import DataError
from netspec.plan import Plan
from netspec.train.batches import Batches, Resident
from netspec.train.streaming import Streaming


def check_enough(plan: Plan, batches: Batches) -> None:
    """Batch normalisation cannot train on a last batch of one example. Raises: DataError."""
    least = max((node.layer.least_batch for node in plan.nodes), default=1)
    if isinstance(batches, Resident | Streaming) and not batches.drop_last:
        rest = batches.examples % batches.batch_size
        if 0 < rest < least:
            raise DataError(f"the last batch must have at least {least} examples, got {rest}", help="say train: {drop_last: true}, or change batch_size")
    if not len(batches):
        raise DataError("there must be at least one batch of examples", help="a smaller batch_size, or drop_last: false")
