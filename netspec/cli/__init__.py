"""The command line: one file a verb.

Exit codes: 0 ok · 1 the answer is no · 2 used wrongly · 3 the work failed · 130 interrupted. Results go to stdout,
progress and complaints to stderr.
"""

import os
import sys
from typing import Any

from netspec.errors import NetspecError

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its code."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Run one command; the exit code. No user's error ends in a traceback."""
    # Looking for plug-ins of pydantic's reads the metadata of every installed package, a fifth of `validate`'s time.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    import typer

    from netspec.cli.app import app
    from netspec.cli.complaint import complain

    try:
        code = int(app(args=arguments, prog_name="netspec", standalone_mode=False) or 0)
        sys.stdout.flush()
    except NetspecError as error:
        complain(error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; nothing is wrong, and flushing at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if isinstance(error, typer.BadParameter.__mro__[2]):  # typer's own refusals, whose base it does not export
            refusal: Any = error
            refusal.show()
            return 2
        raise
    return code
