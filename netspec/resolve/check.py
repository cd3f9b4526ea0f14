"""What can only be wrong in combination: loss and activation, classes and outputs, data and split, training and updater."""

from collections.abc import Mapping
from dataclasses import replace

from netspec.datasets import Description, Split
from netspec.errors import DataError, Path, Refused
from netspec.layers import Layer, WeightedLayer
from netspec.plan import BYTES, Node, Plan
from netspec.resolve.findings import Findings
from netspec.resolve.foresight import check_foresight
from netspec.resolve.indices import check_indices
from netspec.resolve.training import check_training
from netspec.resolve.transfer import check_transfer
from netspec.scored import ScoredLayer
from netspec.shapes import Convolutional, Recurrent, features
from netspec.training import Training
from netspec.updaters import mover
from netspec.words import in_bytes, listed, plural
from netspec.wrappers import Wrapper

MOST_BYTES = 10**12
"""No layer's weights may be larger; whether the machine at hand can hold them is checked when a run starts."""

LARGE_RATE = 10.0


def check(plan: Plan, description: Description | None, findings: Findings) -> Plan:
    """The plan with its warnings.

    Raises: SpecError with everything that was found, by this pass and those before.
    """
    for node in plan.nodes:
        if node.path:
            _check_node(plan, node, node.path, description, findings)
    for step in (check_transfer, check_training, _check_order, _check_windows, _check_rates, _check_random):
        step(plan, findings)
    if plan.data and description:
        for look in (_check_label_names, _check_augmented, _check_split, _check_stand_in, _check_batch, check_indices, check_foresight):
            look(plan, description, findings)
    findings.stop()
    return replace(plan, warnings=tuple(findings.warnings))


def _check_node(plan: Plan, node: Node, path: Path, description: Description | None, findings: Findings) -> None:
    size = node.size * BYTES[plan.data_type]
    if size > MOST_BYTES:
        findings.refuse(path, f"must fit a machine: its weights alone need {in_bytes(size)}", help="use a smaller n_out, or reduce its input first")
    if weighted := node.layer.weighted:
        _check_updaters(node, weighted, (*path, *node.layer.inside), findings)
        _check_initializers(node, weighted, (*path, *node.layer.inside), findings)
    if plan.train and plan.train.batch_size < node.layer.least_batch:
        rule = f"must be at least {node.layer.least_batch}: {node.name} compares the examples of a batch"
        findings.refuse_once(("train", "batch_size"), f"{rule}, got {plan.train.batch_size}", help="larger batches also train faster")
    if node.layer.takes_indices and BYTES[plan.data_type] < BYTES["float32"]:
        rule = f"must be float32 or float64: {plan.data_type} rounds the indices that {node.name} takes"
        findings.refuse_once(("data_type",), rule, help="train: {autocast: bfloat16} is as fast")
    if isinstance(node.layer, ScoredLayer):
        _check_loss(node, node.layer, path, findings)
        if description and node.rows != 1:
            findings.refuse(path, f"must have one row for each example of the data, and its input has {node.rows}", help="{type: unstack} takes a stack apart")
        if description and (plan.scored == (node.name,) or isinstance(description.targets, Mapping)):
            _check_labels(node, node.layer, description, findings)


def _check_updaters(node: Node, layer: WeightedLayer, path: Path, findings: Findings) -> None:
    """An updater for matrices must not have to move anything else."""
    inherited = findings.origins.get((*path, "updater"))
    for name, parameter in node.parameters.items():
        updater = mover(parameter.role, layer.updater, layer.bias_updater)
        if updater is None or not updater.matrices_only or len(parameter.shape) == 2:
            continue
        what = f"{updater.type} moves matrices only, and {node.name}.{name} has the shape {'x'.join(map(str, parameter.shape))}"
        if parameter.role in ("bias", "gain"):
            place = ("bias_updater",) if inherited and inherited.kind == "inherited" else (*path, "bias_updater")
            findings.refuse_once(place, f"must be another: {what}", help="for example bias_updater: adam")
        else:
            findings.refuse_once((*path, "updater"), f"must be another: {what}", help="for example updater: adam, on this layer")


def _check_initializers(node: Node, layer: WeightedLayer, path: Path, findings: Findings) -> None:
    """Not every distribution can fill every array."""
    for parameter in node.parameters.values():
        initializer = layer.initializer(parameter)
        try:
            if initializer is not None:
                initializer.check(parameter.shape)
        except Refused as refusal:
            field = next(field for field in type(layer).model_fields if getattr(layer, field) is initializer)
            findings.refused((*path, field), refusal)


def _check_loss(node: Node, layer: ScoredLayer, path: Path, findings: Findings) -> None:
    """DL4J's rules for output layers: a loss on probabilities needs an activation that gives some."""
    if misfit := layer.misfit(features(node.output)):
        findings.refused(path, misfit)
    with findings.refusals((*path, "loss")):
        layer.loss.check(features(node.output))


def _check_labels(node: Node, layer: ScoredLayer, description: Description, findings: Findings) -> None:
    outputs = features(node.output)
    told = description.classes, description.targets, description.per_step
    classes, targets, per_step = (said.get(node.name) if isinstance(said, Mapping) else said for said in told)
    path = (*(node.path or ()), "n_out" if "n_out" in type(layer).model_fields else "loss")
    data = findings.spec.data
    name = data.type if data else "the data"
    if bool(per_step) != isinstance(node.output, Recurrent):
        labelled = f"must give an output for each {'step' if per_step else 'example'}, as {name} has labels: its input is {node.output.kind}"
        ended, goes_on = "leave out what ends the sequence before it", "for example {type: last_time_step} before it"
        findings.refuse(node.path or (), labelled, help=ended if per_step else goes_on)
    if classes and outputs not in _fitting(classes, layer):
        findings.refuse(path, f"must be {classes}, one output for each class of {name}", got=outputs)
    if targets and layer.loss.of == "classes":
        findings.refuse((*(node.path or ()), "loss"), f"must be a loss on values: the labels of {name} are numbers", got=layer.loss.type, help="use loss: mse")
    elif targets and outputs is not None and (taken := layer.loss.labels_for(outputs)) != targets:
        one_each = taken == outputs
        rule = f"must be {targets}, one output for each value of {name}" if one_each else f"must be of labels with {plural(targets, 'value')}, as {name} has"
        findings.refuse(path if one_each else (*(node.path or ()), "loss"), rule, got=taken)


def _check_label_names(plan: Plan, description: Description, findings: Findings) -> None:
    """Every output with a loss has its labels, by name where there are several."""
    found = sorted(description.targets) if isinstance(description.targets, Mapping) else None
    if found is None and len(plan.scored) > 1:
        findings.refuse(
            ("data",), f"must have labels for each output, {listed(plan.scored, 'and')}", help="type: arrays takes a mapping of files by name as labels"
        )
    elif found is not None and found != sorted(plan.scored):
        field = next((name for name in ("labels", "label") if findings.spec.source.has(("data", name))), "labels")
        findings.refuse(("data", field), f"must name the outputs with a loss, {listed(plan.scored, 'and')}, got {listed(found, 'and')}")


def _fitting(classes: int, layer: ScoredLayer) -> tuple[int, ...]:
    return (1, 2) if classes == 2 and layer.loss.of != "classes" else (classes,)


def _check_order(plan: Plan, findings: Findings) -> None:
    """Weight decay came with the modern order; l2 was added there before."""
    fields = () if plan.order.regularizes_first else ("weight_decay", "weight_decay_bias")
    for node in plan.nodes:
        for field in fields:
            if getattr(node.layer.weighted, field, None) is not None:
                place = _said(plan, (*(node.path or ()), *node.layer.inside), field)
                rule = "must be left out" if place[-1] == field else "must be one without weight decay"
                findings.refuse_once(place, f"{rule} in training_order {plan.training_order}", help="use l2, which acts after the updater in that order")


def _check_iterations(plan: Plan, findings: Findings) -> None:
    if plan.iterations > 1:
        findings.refuse(("iterations",), "must be 1 with tbptt, where each window is an update", got=plan.iterations)


def _check_windows(plan: Plan, findings: Findings) -> None:
    """A sequence is cut into windows, and each window has labels of its own."""
    if plan.tbptt is None:
        return
    if not any(isinstance(shape, Recurrent) for shape in plan.inputs.values()):
        findings.refuse_once(("tbptt",), "must be left out: no input is a sequence")
    for node in plan.nodes:
        ends = isinstance(node.shapes[0], Recurrent) and not isinstance(node.output, Recurrent)
        if ends or _needs_whole_sequences(node.layer):
            findings.refuse_once(("tbptt",), f"must be left out: {node.name} ({node.layer.type}) needs whole sequences")
    for name in plan.outputs:
        if not isinstance(plan.node(name).output, Recurrent):
            findings.refuse_once(("tbptt",), f"must be left out: the output {name} is no sequence")
    if plan.train and plan.train.accumulate > 1:
        findings.refuse(("train", "accumulate"), "must be 1 with tbptt, where each window is an update", got=plan.train.accumulate)
    _check_iterations(plan, findings)


def _needs_whole_sequences(layer: Layer) -> bool:
    return layer.whole_sequences or (isinstance(layer, Wrapper) and _needs_whole_sequences(layer.layer))


def _said(plan: Plan, path: Path, field: str) -> Path:
    """Where a layer's weight decay was said: there, network-wide, or by an updater that brings one."""
    places = ((*path, field), (field,), (*path, "updater"), ("updater",))
    return next(place for place in places if (origin := plan.origins.get(place)) and origin.kind in ("said", "override"))


def _check_rates(plan: Plan, findings: Findings) -> None:
    rate = getattr(plan.updater, "learning_rate", None)
    if rate is not None and rate.start > LARGE_RATE:
        findings.warn(("updater", "learning_rate"), f"learning_rate is unusually large: {rate.start:g}", "most updaters need less than 1")


def _check_random(plan: Plan, findings: Findings) -> None:
    """What the source of random numbers cannot draw; a network-wide setting is refused once, where it is said."""
    for refusal in plan.random.check(plan.seed, plan.data_type):
        findings.refused((), refusal)
    for node in plan.nodes:
        for refusal in plan.random.check_layer(node.layer, node.shapes, node.parameters):
            own = (*(node.path or ()), *(node.layer.inside if refusal.field in WeightedLayer.model_fields else ()))
            origin = plan.origins.get((*own, refusal.field))
            inherited = origin is not None and origin.kind == "inherited"
            findings.refused_once(() if inherited else own, refusal)


def _check_augmented(plan: Plan, description: Description, findings: Findings) -> None:
    """Augmentations fit the images, and those that work on one at a time leave it to the processes that read."""
    data, shape = plan.data, description.shape
    if isinstance(shape, Mapping):
        if data and data.augment:
            findings.refuse(("data", "augment"), "must be left out: the data have several inputs", key=True)
        return
    if data and data.augment and any(isinstance(plan.node(name).output, Convolutional) for name in plan.scored):
        findings.refuse(("data", "augment"), "must be left out: labels have places, and would stay where they are", key=True)
    for number, augmentation in enumerate((data and data.augment) or ()):
        with findings.refusals(("data", "augment", number)):
            augmentation.check(shape)
        if data and data.resident is True and not augmentation.batched:
            help_ = f"{augmentation.type} changes one image at a time, in the processes that read them"
            findings.refuse(("data", "resident"), "must be left out beside that augmentation", got=True, help=help_)


def _check_split(plan: Plan, description: Description, findings: Findings) -> None:
    split = (plan.data and plan.data.split) or Split()
    test = split.test or 0.0
    if description.test is not None and "test" in split.model_fields_set:
        findings.refuse(("data", "split", "test"), f"must be left out: {plan.data and plan.data.type} has a test part of its own", key=True)
    if split.validation + test >= 1:
        findings.refuse(("data", "split"), "must leave examples to train on", help=f"validation {split.validation:g} and test {test:g} are all of them")
    if plan.train and not split.validation:
        _check_unvalidated(plan.train, findings)


def _check_unvalidated(train: Training, findings: Findings) -> None:
    """What cannot be had where no examples are set aside for validation."""
    help_ = "add data: {split: {validation: 0.1}}"
    if train.keep == "best":
        findings.refuse(("train", "keep"), "must be last without a validation split: there is no score to choose by", got="best", help=help_)
    if train.early_stopping and train.early_stopping.needs_validation:
        findings.refuse(("train", "early_stopping"), "must be left out without a validation split: there is no score to look at", key=True, help=help_)


def _check_stand_in(plan: Plan, description: Description, findings: Findings) -> None:
    other = plan.data.otherwise if plan.data else None
    if other is None:
        return
    try:
        found = other.describe(findings.places)
    except (Refused, DataError) as error:
        findings.refuse(("data", "otherwise"), f"must be readable: {error}")
        return
    ours, theirs = description.shape, found.shape
    alike = ours == theirs or (isinstance(ours, Convolutional) and isinstance(theirs, Convolutional) and ours.channels == theirs.channels)
    if not alike or (found.classes, found.targets, found.per_step) != (description.classes, description.targets, description.per_step):
        findings.refuse(("data", "otherwise"), "must have the same kind of examples and as many classes", got=other.type)


def _check_batch(plan: Plan, description: Description, findings: Findings) -> None:
    if plan.train and description.train and plan.train.batch_size > description.train:
        message = f"train.batch_size is larger than the data: {plan.train.batch_size:,} of {description.train:,} examples, one batch an epoch"
        findings.warn(("train", "batch_size"), message)
