"""`netspec summary`: layer by layer, output shape, parameters, FLOPs."""

from netspec.cli.options import AsJson, DataDir, Plugins, Removals, Settings, SpecFile, load_plugins


def command(spec: SpecFile, settings: Settings = [], removals: Removals = [], plugins: Plugins = [], data_dir: DataDir = None, as_json: AsJson = False) -> int:
    """Show each layer with its output shape, parameters and FLOPs."""
    import json

    from netspec.flops import flops
    from netspec.places import data_places
    from netspec.read import load
    from netspec.report.console import stdout
    from netspec.report.summary import summary
    from netspec.resolve import resolve

    load_plugins(plugins)
    plan = resolve(load(spec, settings=settings, removals=removals), data_places(data_dir, spec.parent))
    if as_json:
        counted = flops(plan)
        rows = [
            {"name": node.name, "type": node.layer.type, "output": str(node.output), "parameters": node.size, "flops": counted.get(node.name, 0)}
            for node in plan.nodes
        ]
        stdout().print(json.dumps({"name": plan.name, "layers": rows, "parameters": plan.parameters, "flops": sum(counted.values())}, indent=2))
    else:
        stdout().print(summary(plan))
    return 0
