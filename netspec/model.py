"""The façade: a network with its optimizer, schedules, losses and the Plan they came from.

`module` and `optimizer` are plain PyTorch; whoever wants her own loop takes these two.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.utils.data import DataLoader, Dataset

from netspec.construct import DTYPES, build_network, build_scorer
from netspec.datasets import Places
from netspec.errors import UsageError
from netspec.modules.state import carrying
from netspec.named import each, every
from netspec.places import data_places
from netspec.plan import Plan
from netspec.read import Readable, plan_of
from netspec.report.summary import summary_text
from netspec.resolve.evaluation import asked_for
from netspec.result import Result
from netspec.train import arrays, masks
from netspec.train.arrays import Arrays
from netspec.train.balancing import balance
from netspec.train.batches import Batches, Resident
from netspec.train.checkpoint import Checkpoint
from netspec.train.counts import check_count
from netspec.train.data import Prepared, prepare
from netspec.train.device import allow_tf32, choose
from netspec.train.enough import check_enough
from netspec.train.evaluate import EVALUATION_BATCH, Measures, predict
from netspec.train.feeding import Feeding
from netspec.train.history import History
from netspec.train.indices import check_indices
from netspec.train.loop import Fit, Validation
from netspec.train.machine import depends_on
from netspec.train.pretraining import Pretrainer
from netspec.train.profile import Profile, profile
from netspec.train.progress import Progress
from netspec.train.reconstructing import judge
from netspec.train.scaling import Scaling, Scalings
from netspec.train.state import restore
from netspec.train.stopping import Stopping
from netspec.train.streaming import Streaming
from netspec.train.trainer import Batch, Trainer, examples_in, loss_of
from netspec.train.transferring import take_over
from netspec.train.watcher import Careless, Keeper, Silent, Watcher
from netspec.train.weights import read_weights, write_weights

Data = Arrays | Dataset[Any] | DataLoader[Any]


class Model:
    """A network built from a spec: train it, evaluate it, predict with it.

    Raises: SpecError when the spec asks for a device that this machine does not have.
    """

    def __init__(self, plan: Plan, *, device: str | None = None, places: Places | None = None) -> None:
        self.plan = plan
        self.device, self._dtype = choose(plan, device), DTYPES[plan.data_type]
        self._chance = plan.random.start(plan.seed)
        self._feeding = Feeding(plan, self.device, self._chance)
        self.module = build_network(plan, self.device, self._chance)
        self._scorer = build_scorer(plan, self.module)
        self.places = places or data_places(None, plan.spec.source.folder)
        take_over(plan, self.module, self.places)
        self._prepared: Prepared | None = None
        self._scaling: Scaling | Scalings | None = None
        self._trainer = Trainer.of(plan, self.module, self._scorer, self._chance)
        self._pretrainer = Pretrainer(plan, self.module, self._chance, self._trainer)
        allow_tf32(plan.train is not None and plan.train.tf32, self.device)
        self.progress = Progress()

    @property
    def history(self) -> History:
        """All epochs trained so far."""
        return self.progress.history

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer over all parameters, with L1, L2 and weight decay inside. Raises: UsageError without an updater."""
        return self._training().optimizer

    def data(self, *, stand_in: bool = True) -> Prepared:
        """The spec's data set, read once. Raises: Unavailable, DataError."""
        if self._prepared is None:
            self._prepared = prepare(self.plan, self.places, stand_in=stand_in, device=self.device)
        return self._prepared

    def fit(  # noqa: PLR0913  # what one may want to say of a training
        self,
        data: Data | None = None,
        labels: Arrays | None = None,
        *,
        mask: Arrays | None = None,
        label_mask: Arrays | None = None,
        validation: Batch | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        watcher: Watcher | None = None,
        keeper: Keeper | None = None,
    ) -> History:
        """Train on the spec's data, or on examples from Python: features and labels, a Dataset, or a DataLoader.

        Features are laid out as the network's input, N×…, and labels are class indices (N) or values (N×K); of several inputs or
        outputs, both are mappings by name, and so are the examples of a Dataset or DataLoader. Where the spec names `data`, they are taken as that set stores
        them (images: 0 … 255) and scaled as it says. A mask has 0 for padding and 1 for the rest (N×T), a label mask what each label
        counts, from 0; of several inputs or outputs, of some by name. `validation` is features, labels and, where there are any, both masks,
        scored after each epoch. `epochs` and `batch_size` are the spec's where nothing is said. Training again goes on where it stopped.

        Raises: Diverged, DataError, UsageError.
        """
        check_count("epochs", epochs, 0)
        check_count("batch_size", batch_size, 1)
        settings = self.plan.train
        more = (settings.epochs if settings else 1) if epochs is None else epochs
        trainer = self._training(whole=more > 0 or data is not None or not self.plan.pretrains)
        size = batch_size or self._batch_size
        batches: Batches = self._own_batches(size) if data is None else self._given((data, labels, mask, label_mask), size, training=True)
        check_enough(self.plan, batches)
        balance(self.plan, self.module, self._scorer, batches)
        before = len(self.history.epochs)
        watched = self._own_validation() if data is None and validation is None else self._validation(validation)
        fit = Fit(trainer, batches, self.plan.seed, trainer.epoch + more, watched, Stopping.of(self.plan), progress=self.progress)
        fit.watcher, fit.keeper, fit.accumulate = watcher or Silent(), keeper or Careless(), settings.accumulate if settings else 1
        self._pretrainer.run(fit)
        whole = fit.run()
        return History(whole.epochs[before:], whole.pretraining, whole.best, whole.ended)

    def pretrain(self, features: Arrays, *, epochs: int, batch_size: int = 32) -> History:
        """Let each layer that can learn from its input alone do so, from the bottom up, on features from Python. Raises: Diverged, DataError, UsageError."""
        check_count("epochs", epochs, 0)
        check_count("batch_size", batch_size, 1)
        rows = each(self._feeding.there, arrays.features(self.plan, features))
        batches = Resident(rows, torch.zeros(len(every(rows)[0]), device=self.device), batch_size, self._dtype, self._scaled_by(), self._chance.order)
        return self._pretrainer.again(batches, epochs, self.progress)

    def check(self) -> None:
        """Refuse what `fit` on the spec's own data would refuse. Raises: DataError, UsageError."""
        self._training(whole=not self.plan.pretrains)
        check_enough(self.plan, self._own_batches(self._batch_size))

    def profile(self, steps: int = 50) -> Profile:
        """Where the time of a training step on the spec's own data goes; the weights move. Raises: Diverged, DataError, UsageError."""
        batches = self._own_batches(self._batch_size)
        check_enough(self.plan, batches)
        return profile(self.plan, self._training(), batches, self.device, steps)

    def evaluate(
        self,
        data: Data | None = None,
        labels: Arrays | None = None,
        *,
        mask: Arrays | None = None,
        label_mask: Arrays | None = None,
        evaluation: object = None,
        poll: Callable[[], None] | None = None,
    ) -> Result:
        """Evaluate on the spec's test examples, or on examples from Python as `fit` takes them, by the spec's metrics or those named in `evaluation`.

        These are said as in a spec: `"roc"`, `["classification", {"type": "roc", "steps": 100}]`, or a map from outputs. `poll` is called
        after each batch and may raise. Raises: DataError, UsageError, RunError.
        """
        metrics = self.plan.evaluation if evaluation is None else asked_for(self.plan, evaluation)
        if data is not None or not self.plan.pretrains:
            self._scored()
        prepared = self.data() if data is None else None
        batches = self._feeding.part(prepared, prepared.test, EVALUATION_BATCH) if prepared else self._given((data, labels, mask, label_mask), EVALUATION_BATCH)
        scored = judge(self.plan, self.module, self._scorer, batches, Measures(metrics, prepared.class_names if prepared else ()), poll)
        return Result(scored.loss, scored.outputs, prepared.note if prepared else None, scored.reconstructions)

    def predict(self, features: Arrays, *, mask: Arrays | None = None) -> Tensor | dict[str, Tensor]:
        """Activated outputs, N×K on the CPU; a dictionary by name for several outputs.

        Features are scaled as `fit` scales them; a mask is of 0 and 1, N×T for a sequence. Raises: DataError.
        """
        given = arrays.features(self.plan, features)
        there = masks.masks(self.plan, mask, given)
        check_indices(self.plan, given, there)
        return predict(self.module, given, self.device, self._dtype, self._scaled_by(), there)

    @contextmanager
    def carrying(self) -> Iterator[None]:
        """While this lasts, each prediction goes on with the recurrent state that the one before it ended in, as DL4J's rnnTimeStep does."""
        with carrying(self.module):
            yield

    def score(self, batch: Batch) -> float:
        """The loss of a batch in test mode, mean over its examples unless `minibatch` is false, plus what regularisation adds.

        A batch is features, labels and, where there are any, mask and label mask. Raises: DataError, UsageError.
        """
        ready = self._batch(batch)
        self.module.eval()
        with torch.inference_mode():
            loss = float(loss_of(self.module, self._scored(), *ready))
        penalty = self._trainer.penalty_of_next() if self._trainer else 0.0
        return self.plan.order.score(loss, penalty, examples_in(ready[1]))

    def step(self, batch: Batch) -> float:
        """What a batch, as `score` takes it, is trained on for; the score before its last update, in training mode, regularisation included."""
        return self._training().scored_step(self._batch(batch))

    def save(self, path: str | Path) -> None:
        """Write the weights as safetensors, whole or not at all. Raises: RunError."""
        write_weights(self.module, Path(path), self._scaled_by())

    def load(self, path: str | Path) -> Self:
        """Take the weights from a safetensors file that `save` wrote. Raises: UsageError, DataError."""
        self._scaling = read_weights(self.module, Path(path))
        if self._trainer:
            self._trainer.forget_average()
        return self

    def restore(self, checkpoint: Checkpoint) -> None:
        """Go back to the state of a checkpoint: weights, optimizer, position, history."""
        self.progress = self._pretrainer.restore(checkpoint) or restore(self._training(whole=False), checkpoint)

    def depends_on(self) -> dict[str, Any]:
        """What a bit-identical result depends on beside spec and data."""
        return depends_on(self.plan.seed, self.device)

    def summary(self) -> str:
        """Layers with output shape, parameters and FLOPs, as plain text."""
        return summary_text(self.plan)

    def _training(self, *, whole: bool = True) -> Trainer:
        """What trains; the whole network only where it has a loss."""
        if self._trainer is None:
            raise UsageError("the spec names no updater to train with", help="add for example `updater: adam`")
        if whole:
            self._scored()
        return self._trainer

    def _scored(self) -> Any:
        if not self._scorer.outputs:
            raise UsageError("the network has no layer with a loss", help="end it in {type: output, n_out: …, loss: …}")
        return self._scorer

    @property
    def _batch_size(self) -> int:
        return self.plan.train.batch_size if self.plan.train else 32

    def _own_batches(self, size: int) -> Resident | Streaming:
        return self._feeding.part(self.data(), self.data().train, size, training=True)

    def _own_validation(self) -> Validation | None:
        prepared = self.data()
        if prepared.validation is None:
            return None
        batches = self._feeding.part(prepared, prepared.validation, EVALUATION_BATCH)
        return Validation(batches, Measures(self.plan.evaluation, prepared.class_names), *self._looks)

    def _validation(self, given: Batch | None) -> Validation | None:
        if given is not None:
            return Validation(self._given(given, EVALUATION_BATCH), Measures(self.plan.evaluation), *self._looks)
        if self.plan.train and self.plan.train.early_stopping and self.plan.train.early_stopping.needs_validation:
            raise UsageError("early_stopping needs examples to look at", help="fit(features, labels, validation=(features, labels))")
        return None

    @property
    def _looks(self) -> tuple[bool, int]:
        """Whether the best epoch's weights are kept, and epochs from one validation to the next."""
        return (self.plan.train.keep != "last", self.plan.train.validate_every) if self.plan.train else (True, 1)

    def _scaled_by(self) -> Scaling | Scalings | None:
        """How features from Python are scaled: as the spec's data set says, learned from it or loaded with the weights."""
        data = self.plan.data
        if data is None or not (data.normalize or data.normalized_by):
            return None
        if self._scaling is None:
            self._scaling = self.data().scaling
        return self._scaling.to(self.device, self._dtype) if self._scaling else None

    def _given(self, given: tuple[Any, ...], size: int, *, training: bool = False) -> Batches:
        return self._feeding.given(given, size, self._scaled_by(), training=training)

    def _batch(self, batch: Batch) -> Batch:
        return self._feeding.batch(batch, self._scaled_by())


def build(spec: "Readable | Plan", *, device: str | None = None, places: Places | None = None) -> Model:
    """A Model from a Spec, a Plan, a path, a mapping or text.

    Raises: SpecError with every problem of the spec; UsageError when there is no such file.
    """
    return Model(spec if isinstance(spec, Plan) else plan_of(spec, places), device=device, places=places)


__all__ = ["Model", "Result", "build"]
