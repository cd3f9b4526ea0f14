"""The command that makes README's start-up table: its arithmetic, and that what it runs works. Nothing is said of time."""

import pytest
import startup
from startup import BASE, COMMANDS, Cost

OTHERS = {name: Cost(1, 1) for name in COMMANDS}


def test_times_are_medians_and_ratios_are_taken_round_by_round() -> None:
    seconds = [((0.1, 0.1), (0.2, 0.3)), ((0.4, 0.2), (0.4, 0.2)), ((0.2, 0.3), (0.6, 0.3))]
    rounds = [OTHERS | {BASE: Cost(*base), "netspec --help": Cost(*helped)} for base, helped in seconds]

    rows = startup.table(rounds, "a machine").splitlines()

    # wall 0.2 0.4 0.6; CPU 0.3 0.2 0.3; ratios of walls 2 1 3, of CPUs 3 1 1
    assert rows[2] == "| `import yaml, pydantic, rich` | 200 | 200 | 1.00 | 1.00 |"
    assert rows[3] == "| `netspec --help` | 400 | 300 | 2.00 | 1.00 |"
    assert rows[-1] == "Medians of 3 rounds; the first row is the base. a machine."


def test_every_command_runs_and_has_a_row(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["startup.py", "--rounds", "1"])
    startup.main()
    said = capfd.readouterr()
    assert [line.split("`")[1] for line in said.out.splitlines() if "`" in line] == list(COMMANDS)
    assert said.err == ""


def test_a_command_that_fails_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, BASE, ["raise SystemExit(3)"])
    with pytest.raises(startup.subprocess.CalledProcessError):
        startup._round()


def test_processor_time_is_that_of_the_process_and_sleeping_is_none() -> None:
    asleep = startup._cost([startup.sys.executable, "-S", "-c", "import time; time.sleep(0.5)"])
    busy = startup._cost([startup.sys.executable, "-S", "-c", "import time\nwhile time.process_time() < 0.5: pass"])
    assert asleep.wall >= 0.5 > asleep.cpu
    assert 0.5 <= busy.cpu <= busy.wall + 0.1


@pytest.mark.parametrize("arguments", [["--rounds", "0"], ["--rounds", "few"]], ids=" ".join)
def test_a_wrong_use_is_refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["startup.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        startup.main()
    assert ended.value.code == 2
