"""Whether something can be trained as `train` says: weights that may move, a loss or layers that learn from their input alone, figures to watch."""

from netspec.errors import dotted
from netspec.plan import Plan
from netspec.resolve.findings import Findings
from netspec.resolve.watching import figures_of
from netspec.suggestions import nearest_or_all
from netspec.training import Training
from netspec.words import listed


def check_training(plan: Plan, findings: Findings) -> None:
    """Refuse what `train` asks for and the network cannot do."""
    if plan.train is None:
        return
    weighted = [node.layer for node in plan.nodes if node.layer.weighted and node.parameters]
    if any(layer.weighted and not layer.frozen and layer.weighted.updater is None for layer in weighted):
        findings.refuse(("updater",), "must be set to train", help="for example updater: adam")
    if plan.train.autocast and plan.data_type != "float32":
        findings.refuse(("train", "autocast"), f"must be left out: data_type is {plan.data_type}", key=True, help="autocast keeps the weights in float32")
    if weighted and all(layer.frozen for layer in weighted):
        findings.refuse(("layers",), "must have weights to train: all layers that have some are frozen", help="leave `frozen` out where weights may move")
    _check_watched(plan, plan.train, findings)
    if plan.train.pretrain:
        _check_pretraining(plan, findings)
    elif not plan.transfer:  # its weights may have learned so before
        _check_unused(plan, findings)
    _check_something_trains(plan, plan.train, findings)


def _check_something_trains(plan: Plan, train: Training, findings: Findings) -> None:
    """A loss at the end, or layers that learn from their input alone, and epochs for what there is."""
    if not plan.scored and not train.pretrain:
        findings.refuse(("layers",), "must end in a layer with a loss to train", help="add {type: output, n_out: …, loss: …}")
    elif not plan.scored and train.epochs:
        findings.refuse(("train", "epochs"), "must be 0, all training being pretrain: no layer has a loss", got=train.epochs)
    elif not train.epochs and not train.pretrain:
        findings.refuse(("train", "epochs"), "must be greater than 0", got=0, help="0 is for a training that is all pretrain")


def _check_watched(plan: Plan, train: Training, findings: Findings) -> None:
    """The figure that ends the training is one that evaluation finds."""
    watched, known = train.early_stopping.watch if train.early_stopping else None, figures_of(plan)
    if watched and watched not in known:
        help_ = nearest_or_all(watched, known)
        findings.refuse(("train", "early_stopping", "watch"), "must be a figure of the evaluation", got=watched, help=help_)
    if train.validate_every > (epochs := max(train.epochs, train.pretrain or 0, 1)):
        findings.refuse(("train", "validate_every"), f"must be at most {epochs}, as there are epochs", got=train.validate_every)


def _check_pretraining(plan: Plan, findings: Findings) -> None:
    """Some layer must be there that can learn from its input alone, and each as it is said to."""
    if not plan.learning_alone:
        rule = "must be left out: no layer learns from its input alone"
        findings.refuse(("train", "pretrain"), rule, key=True, help="autoencoder and variational_autoencoder do, unless they are frozen")
    for node in plan.learning_alone:
        with findings.refusals(node.path or ()):
            node.layer.check_pretraining(*node.shapes)


def _check_unused(plan: Plan, findings: Findings) -> None:
    """What is said of learning from the input alone, and no layer does so."""
    for path, layer in {node.path: node.layer for node in plan.nodes if node.path}.items():
        said = [field for field in layer.of_pretraining if field in findings.spec.at(path).model_fields_set]
        if said:
            what = f"{listed(said, 'and')}, which {'does' if len(said) == 1 else 'do'} nothing without train.pretrain"
            findings.warn((*path, said[0]), f"{dotted(path)} says {what}", "for example train: {pretrain: 10}, epochs in which it learns from its input alone")
