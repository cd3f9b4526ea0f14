"""`netspec profile`: where the time of a training step goes."""

from typing import Annotated

import typer

from netspec.cli.options import AsJson, DataDir, Plugins, Removals, Settings, SpecFile, load_plugins
from netspec.cli.run import Device, NoFallback
from netspec.cli.training import plan_to_train, ready_model

Steps = Annotated[int, typer.Option("--steps", min=1, help="Training steps to time, after a few that do not count.")]


def command(
    spec: SpecFile,
    steps: Steps = 50,
    settings: Settings = [],
    removals: Removals = [],
    data_dir: DataDir = None,
    no_fallback: NoFallback = False,
    device: Device = None,
    plugins: Plugins = [],
    as_json: AsJson = False,
) -> int:
    """Show where the time of a training step goes, and how far it is from what the machine can do. Nothing is kept."""
    import json
    from dataclasses import asdict

    from netspec.report.console import stdout
    from netspec.report.profile import profile_text

    load_plugins(plugins)
    plan = plan_to_train(spec, settings, removals, data_dir, as_json)
    found = ready_model(plan, device, data_dir, stand_in=not no_fallback).profile(steps)
    stdout().print(json.dumps({"name": plan.name, **asdict(found)}, indent=2) if as_json else profile_text(plan.name, found))
    return 0
