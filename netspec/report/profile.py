"""Where the time of a training step goes, as text."""

from rich.text import Text

from netspec.report.columns import aligned, joined
from netspec.train.profile import Profile

GIGA = 1e9


def profile_text(name: str, profile: Profile) -> Text:
    """A row for each phase, the whole, and what share of the machine's rate that is."""
    threads = f", {profile.threads} thread{'s' * (profile.threads != 1)}" if profile.device == "cpu" else ""
    title = f"{name}: {profile.examples:,} examples a step, medians of {profile.steps} steps on {profile.device}{threads}"
    rows: list[list[Text | str]] = [["", Text("ms per step", "bold"), Text("share", "bold")]]
    rows += [[phase, _milliseconds(seconds), f"{seconds / profile.whole:.0%}"] for phase, seconds in profile.seconds.items()]
    rows.append([Text("step", "bold"), _milliseconds(profile.whole), "100%"])
    return joined([Text(title), Text(""), *aligned(rows), Text(""), *_work(profile)])


def _work(profile: Profile) -> list[Text]:
    gigas = f"{profile.flops / GIGA:,.3g} GFLOP a step, {profile.rate / GIGA:,.3g} GFLOP/s"
    limit = f"{profile.rate / profile.peak:.0%} of the {profile.peak / GIGA:,.0f} GFLOP/s that a large matrix product reaches here"
    return [Text(f"  {gigas}:"), Text(f"  {limit}")]


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:,.3f}"
