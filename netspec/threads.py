"""OpenMP's idle threads: how long they spin before they sleep.

By default they spin so long that one busy neighbour on the machine can keep a training on two cores from advancing at
all. A spin a fifteenth as long costs next to nothing on an idle machine, and training goes on beside a neighbour, at a
third of its pace; `netspec.train.neighbours` shortens the spin further while there is one. The runtime reads this
once, when torch is loaded.
"""

import os

SPIN_COUNT = "20000"
_SAID_BY_USER = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY", "KMP_BLOCKTIME")


def spin_shortly() -> None:
    """Set a short spin for libgomp, unless the user said anything about waiting threads."""
    if not any(name in os.environ for name in _SAID_BY_USER):
        os.environ["GOMP_SPINCOUNT"] = SPIN_COUNT


def spin_is_ours() -> bool:
    """Whether `spin_shortly` decided how idle threads wait, not the user."""
    return os.environ.get("GOMP_SPINCOUNT") == SPIN_COUNT and not any(name in os.environ for name in _SAID_BY_USER[1:])
