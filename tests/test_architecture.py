"""The house: floors, no cycles, who may import what, how long files and functions may be, what loads torch."""

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "netspec"
FLOORS = (
    "errors shapes words threads scalars seeds dl4j_classes",
    "syntax reader source component fields named rows windows",
    "activations initializers losses schedules weight_decay training_order truncation updaters gradient_normalizations constraints dropouts "
    "weight_noises reconstructions transforms datasets inferred layers scored blocks wrappers metrics evaluation counters callbacks stopping randoms "
    "generators modules optim places",
    "flat_words synonyms suggestions refusals training transfer spec schema plan resolve read dump families starter",
    "network construct updating",
    "flops train",
    "report",
    "result",
    "model",
    "interop search",
    "cli",
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
FAMILIES = (
    "activations initializers losses schedules updaters gradient_normalizations constraints dropouts weight_noises reconstructions layers "
    "datasets transforms metrics callbacks stopping randoms"
).split()
TORCH_SIDE = {"modules", "optim", "generators", "evaluation", "counters"}
"""Arithmetic on tensors, imported where it is used."""

FIRST_FLOOR_WITH_TORCH = 4

LONGEST_FILE, LONGEST_FUNCTION = 300, 50
ALLOWED_FILES: Mapping[str, int] = {}
"""Files that are longer, with their length; entries may only shrink and go."""

ALLOWED_FUNCTIONS: Mapping[str, int] = {}
"""Functions that are longer, with their length; entries may only shrink and go."""


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


TREES = {module_name(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}


def statements(node: ast.AST, *, inside_functions: bool) -> Iterator[ast.AST]:
    """Everything that runs: what only a type checker sees is left out, and on demand what only calls run."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and not inside_functions:
            continue
        yield child
        yield from statements(child, inside_functions=inside_functions)


def imports(tree: ast.AST, *, inside_functions: bool = True) -> set[str]:
    """Modules that are imported, `from package import submodule` as the submodule."""
    found = set[str]()
    for node in statements(tree, inside_functions=inside_functions):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & TREES.keys()) or {node.module or ""}
    return found


def part(module: str) -> str:
    """`netspec.layers.dense` → `layers`."""
    return module.split(".")[1] if "." in module else ""


def at_load(tree: ast.AST) -> set[str]:
    return imports(tree, inside_functions=False)


def is_of(module: str, *packages: str) -> bool:
    return module.partition(".")[0] in packages


def test_the_tests_of_this_file_see_imports() -> None:
    tree = ast.parse("import a\nif TYPE_CHECKING:\n    import b\nclass C:\n    import c\n    def f():\n        import d\nfrom netspec import spec")

    assert imports(tree) == {"a", "c", "d", "netspec.spec"}
    assert at_load(tree) == {"a", "c", "netspec.spec"}


def test_every_module_has_a_floor() -> None:
    assert {part(name) for name in TREES} - FLOOR.keys() - {""} == set()


def test_nothing_is_imported_from_a_floor_above() -> None:
    upward = {
        f"{name} → {other}"
        for name, tree in TREES.items()
        if part(name)
        for other in imports(tree)
        if is_of(other, "netspec") and part(other) and FLOOR[part(other)] > FLOOR[part(name)]
    }

    assert upward == set()


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    known = {name: {other for other in at_load(tree) if other in TREES and other != name} for name, tree in TREES.items()}

    assert circle(known) == []
    assert circle({"a": {"b"}, "b": {"a"}}) == ["a", "b", "a"]


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A way from a module back to itself, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_only_the_screen_knows_rich() -> None:
    assert {name for name, tree in TREES.items() if any(is_of(other, "rich") for other in imports(tree))} - {
        name for name in TREES if part(name) in ("report", "cli")
    } == set()


def test_only_one_module_knows_torch_distributed() -> None:
    knowing = {name for name, tree in TREES.items() if any(other.startswith("torch.distributed") for other in imports(tree))}

    assert knowing <= {"netspec.train.distributed"}


def test_only_one_module_knows_torchvision() -> None:
    knowing = {name for name, tree in TREES.items() if any(is_of(other, "torchvision") for other in imports(tree))}
    naming = {name for name, tree in TREES.items() if "torchvision." in {str(node.value)[:12] for node in ast.walk(tree) if isinstance(node, ast.Constant)}}

    assert (knowing, naming) == (set(), {"netspec.modules.vision"})


def test_the_floors_of_meaning_load_no_torch() -> None:
    loading = {
        name
        for name, tree in TREES.items()
        if part(name) and FLOOR[part(name)] < FIRST_FLOOR_WITH_TORCH and part(name) not in TORCH_SIDE
        if any(is_of(other, "torch", "torchvision", "numpy") for other in at_load(tree))
    }

    assert loading == set()


def test_the_torch_side_is_only_imported_where_it_is_built() -> None:
    """A member imports its arithmetic inside `build`, so that naming a component costs nothing."""
    low = {name for name in TREES if part(name) and FLOOR[part(name)] < FIRST_FLOOR_WITH_TORCH and part(name) not in TORCH_SIDE}

    assert {f"{name} → {other}" for name in low for other in at_load(TREES[name]) if part(other) in TORCH_SIDE} == set()


def test_members_of_a_family_do_not_import_each_other() -> None:
    members = {name for name, tree in TREES.items() if part(name) in FAMILIES and _tag(tree)}
    named = {f"{name} → {other}" for name in members for other in imports(TREES[name]) & members if part(other) == part(name)}

    assert {"netspec.layers.dense", "netspec.updaters.adam"} <= members
    assert named == set()


def test_a_member_is_called_as_its_file() -> None:
    tags = {name: _tag(tree) for name, tree in TREES.items() if part(name) in FAMILIES}

    assert {name: tag for name, tag in tags.items() if tag and tag != name.rsplit(".", 1)[1]} == {}


def _tag(tree: ast.Module) -> str | None:
    """The `type: Literal["…"]` of the file's class."""
    fields = (item for node in tree.body if isinstance(node, ast.ClassDef) for item in node.body if isinstance(item, ast.AnnAssign))
    said = next((field for field in fields if ast.unparse(field.target) == "type"), None)
    return ast.literal_eval(said.value) if said and said.value else None


def long_files() -> dict[str, int]:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    return {name: length for name, length in lengths.items() if length > LONGEST_FILE}


def long_functions() -> dict[str, int]:
    functions = {
        f"{name}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return {name: length for name, length in functions.items() if length > LONGEST_FUNCTION}


def test_files_are_short() -> None:
    assert long_files() == ALLOWED_FILES


def test_functions_are_short() -> None:
    assert long_functions() == ALLOWED_FUNCTIONS


def test_there_are_no_relative_imports() -> None:
    assert {name for name, tree in TREES.items() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level} == set()


CORPUS = ROOT / "tests" / "corpus"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["validate", str(ROOT / "specs" / "mlp_single_layer.yaml")], 0),
        (["validate", str(ROOT / "specs" / "char_lstm.yaml")], 0),
        (["validate", str(ROOT / "specs" / "dl4j" / "uci_sequence.yaml")], 0),
        (["validate", str(CORPUS / "80_several_mistakes_by_line.yaml")], 1),
        (["validate", str(CORPUS / "58_softmax_over_one_output.yaml")], 1),
        (["explain", str(ROOT / "specs" / "mlp_single_layer.yaml")], 0),
        (["explain", "dense"], 0),
        (["--help"], 0),
        (["run", "--help"], 0),
        (["--version"], 0),
        (["run", str(CORPUS / "07_n_out_is_a_word.yaml")], 1),
    ],
    ids=lambda value: " ".join(Path(word).name for word in value) if isinstance(value, list) else "",
)
def test_what_needs_no_network_loads_no_torch(arguments: list[str], code: int) -> None:
    program = (
        f"import sys\nfrom netspec.cli import invoke\ncode = invoke({arguments})\nprint(code, [name for name in ('torch', 'numpy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout.splitlines()[-1] == f"{code} []"


def test_a_good_spec_is_validated_without_what_only_others_need() -> None:
    others = ("rich", "json", "platformdirs", "netspec.refusals", "netspec.report", "netspec.cli.run")
    program = (
        "import sys\nfrom netspec.cli import invoke\ninvoke(['validate', 'specs/mlp_single_layer.yaml'])\n"
        f"print([name for name in {others} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout.splitlines() == ["specs/mlp_single_layer.yaml: ok", "[]"]


def test_importing_the_package_loads_neither_torch_nor_pydantic() -> None:
    program = "import sys, netspec\nprint([name for name in ('torch', 'pydantic', 'rich', 'yaml') if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout == "[]\n"
