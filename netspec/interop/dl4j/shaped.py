"""What only the shapes of a whole network tell: axes and images that are not what the file seems to say."""

from dataclasses import replace

from netspec.activations import Activation
from netspec.interop.dl4j.drafting import Draft, of_nodes
from netspec.interop.dl4j.frozen import WITH_BACKPROP, trains_before
from netspec.interop.dl4j.report import Report
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Plan
from netspec.shapes import FeedForward, Recurrent, features


def note_frozen(plan: Plan, drafts: list[Draft], report: Report) -> None:
    """Where DL4J trains a network with this frozen layer otherwise."""
    for node, one in of_nodes(plan, drafts):
        vertex = one.vertex if one else None
        if vertex and vertex.frozen == WITH_BACKPROP:
            report.mistake("frozen-with-backprop-decays", vertex.said.place)
        elif vertex and vertex.frozen and trains_before(node, plan):
            report.mistake("frozen-layer-stale-updates", vertex.said.place)


def as_shapes_tell(plan: Plan, drafts: list[Draft], reading: Reading) -> list[Draft] | None:
    """Drafts that say what DL4J does with arrays of these shapes; None where they do already."""
    found = _without_masks(plan, _own_softmax(plan, drafts, reading))
    return found if found != drafts else None


def _own_softmax(plan: Plan, drafts: list[Draft], reading: Reading) -> list[Draft]:
    """Softmax runs along DL4J's last axis, where that is not the one of the features."""
    found = list(drafts)
    for node, one in of_nodes(plan, drafts):
        if one is None or not (one.translator and one.translator.softmax_along_last_axis) or len(node.output.dims) == 1:
            continue
        if one.values.get("activation") == {"type": "softmax"}:
            place = one.vertex.said.place if one.vertex else one.name
            reading.report.mistake("softmax-last-axis", place)
            if Activation.member("dl4j_softmax") is None:
                reading.unspoken("softmax along the width or the time", place)
            else:
                found[drafts.index(one)] = replace(one, values=one.values | {"activation": {"type": "dl4j_softmax"}})
    return found


def _without_masks(plan: Plan, drafts: list[Draft]) -> list[Draft]:
    """Layers of sequences ignore masks whose class in DL4J is for all kinds of input."""
    found = list(drafts)
    for node, one in of_nodes(plan, drafts):
        if one and one.translator and one.translator.ignores_masks_of_steps and isinstance(node.shapes[0], Recurrent):
            found[drafts.index(one)] = replace(one, values=one.values | {"masking": "ignore"})
    return found


def fits_weights(plan: Plan, drafts: list[Draft]) -> bool:
    """Whether each layer of vectors has weights for as many features as it is given."""
    for node, one in of_nodes(plan, drafts):
        vertex = one.vertex if one else None
        stored = vertex.said.values.get("nin") if vertex and vertex.is_layer and isinstance(node.shapes[0], FeedForward) else None
        if isinstance(stored, int) and stored > 0 and stored != features(node.shapes[0]):
            return False
    return True


def of_smaller_images(plan: Plan, drafts: list[Draft]) -> list[Draft] | None:
    """The same without mode: same, where the weights behind are of other images; None where they fit. 0.8 adds the mode to networks of before."""
    changed = [replace(one, values={word: value for word, value in one.values.items() if (word, value) != ("mode", "same")}) for one in drafts]
    return None if changed == drafts or fits_weights(plan, drafts) else changed


def of_one_step(plan: Plan, drafts: list[Draft]) -> list[Draft] | None:
    """Vectors that DL4J takes for sequences of one step become such; None where there are none."""
    changed = list[Draft]()
    flat = {node.path[1]: node.shapes[0] for node in plan.nodes if node.path and isinstance(node.shapes[0], FeedForward)}
    for index, one in enumerate(drafts):
        shape, before = flat.get(index), one.vertex.preprocessor if one.vertex else None
        if shape and before and before.simple == "FeedForwardToRnnPreProcessor":
            step = Draft(f"{one.name}_input", {"type": "reshape", "to": f"1x{features(shape)}"}, one.inputs, named=one.named, rank=one.rank)
            changed += [step, replace(one, inputs=(step.name,))]
        else:
            changed.append(one)
    return changed if len(changed) > len(drafts) else None
