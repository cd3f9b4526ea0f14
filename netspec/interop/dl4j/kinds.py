"""What a class of DL4J's is given, where it would make something else of it than the layer here does."""

from netspec.interop.dl4j.drafting import Draft
from netspec.interop.dl4j.reshaping import mixes_capsules
from netspec.interop.dl4j.translator import Reading
from netspec.plan import Plan


def check_kinds(plan: Plan, drafts: list[Draft], reading: Reading) -> None:
    """A class for sequences that is given vectors, say, makes something else of them in DL4J. Raises: Unspoken."""
    lies = dict[str, str]()
    for node in plan.nodes:
        index = node.path[1] if node.path else None
        one = drafts[index] if isinstance(index, int) else None
        kind = one.translator.kind if one and one.translator else None
        if one and one.vertex and kind is not None and not isinstance(node.shapes[0], kind):
            reading.unspoken(f"{one.vertex.said.simple} on {node.shapes[0].kind}", one.vertex.said.place)
        if one and one.vertex and one.translator and mixes_capsules(node, lies.get(node.inputs[0], ""), one.translator):
            reading.unspoken(f"{one.vertex.said.simple} between capsules and sequences", one.vertex.said.place)
        lies[node.name] = one.translator.sequences if one and one.translator else ""
