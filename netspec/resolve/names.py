"""What layers are called: as they say, or `<type>_<k>`."""

import keyword
from collections import Counter

from netspec.errors import Path
from netspec.layers import Layer
from netspec.resolve.findings import Findings

RESERVED = frozenset(
    """T_destination activate activations add add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dropouts
    dump_patches entering eval extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half input inputs ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters output_activations outputs parameters propagate
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook
    register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ scored_inputs
    set_extra_state set_submodule share_memory state_dict steps to to_empty train training type xpu zero_grad
    clear copy fromkeys get items keys pop popitem setdefault update values weight_noises""".split()
)
"""Names that torch's modules use themselves, so that no submodule can have them."""


def names_of(layers: tuple[Layer, ...], here: Path, inputs: tuple[str, ...], findings: Findings) -> list[str]:
    """Names of the layers listed at `here`, each one's own; `inputs` are those of the list, which no layer may have."""
    counts, names = Counter[str](), list[str]()
    said = {layer.name for layer in layers if layer.name}
    for layer in layers:
        counts[layer.type] += 1
        while not layer.name and f"{layer.type}_{counts[layer.type]}" in said:
            counts[layer.type] += 1
        name = layer.name or f"{layer.type}_{counts[layer.type]}"
        if layer.name:
            _check_name(name, here, names, inputs, findings)
        names.append(name)
    return names


def _check_name(name: str, here: Path, before: list[str], inputs: tuple[str, ...], findings: Findings) -> None:
    path: Path = (*here, len(before), "name")
    if name in before:
        first: Path = (*here, before.index(name), "name")
        findings.refuse(path, "must be a name of its own", got=name, others=((first, "first used here"),))
    elif name in inputs:
        findings.refuse(path, "must not be the name of an input", got=name)
    elif name.startswith("_"):
        findings.refuse(path, "must not begin with _, as torch's modules' own names do", got=name, help=f"for example {name.strip('_') or 'layer'}_1")
    elif name in RESERVED or keyword.iskeyword(name):
        findings.refuse(path, "must not be a name that torch's modules use themselves", got=name, help=f"for example {name.strip('_')}_1")
