"""What a class of DL4J's is given, where it would make something else of it than the layer here does."""

from netspec.interop.dl4j.drafting import Draft, of_nodes
from netspec.interop.dl4j.formats import CHANNELS_LAST
from netspec.interop.dl4j.reshaping import mixes_capsules
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Plan


def check_kinds(plan: Plan, drafts: list[Draft], reading: Reading) -> None:
    """A class for sequences that is given vectors, say, makes something else of them in DL4J. Raises: Unspoken."""
    lies, last = dict[str, str](), any(CHANNELS_LAST in one.facts for one in drafts if one.vertex and one.vertex.is_layer)
    for node, one in of_nodes(plan, drafts):
        if one and one.vertex and one.translator and (what := one.translator.otherwise(one.vertex.said, node, channels_last=last)):
            reading.unspoken(what, one.vertex.said.place)
        if one and one.vertex and one.translator and mixes_capsules(node, lies.get(node.inputs[0], ""), one.translator):
            reading.unspoken(f"{one.vertex.said.simple} between capsules and sequences", one.vertex.said.place)
        lies[node.name] = one.translator.sequences if one and one.translator else ""
