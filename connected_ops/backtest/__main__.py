"""The process in which the page's backtests run: a file's name in, JSON out, or one sentence and exit 2."""

import os
import sys
from pathlib import Path

from connected_ops.errors import ConnectedOpsError
from connected_ops.machines import files

MOST_BYTES = 64_000_000
NICE = 10
REFUSED = 2


def main(name: str, machines: str | None = None) -> int:
    """Write what the engine says of a file in this folder, with a person's own folder of machines; the exit code."""
    if hasattr(os, "nice"):
        os.nice(NICE)  # the server beside it goes first
    try:
        files.use(None if machines is None else Path(machines))
        from connected_ops.backtest.replay import backtest  # noqa: PLC0415 - the machines, whose folder is known now
        from connected_ops.backtest.wire import handed_over  # noqa: PLC0415
        from connected_ops.recordings.reading import reading  # noqa: PLC0415

        read = reading(Path(name), most=MOST_BYTES)
        sys.stdout.write(handed_over(backtest(name, read.recordings, read.said)))
    except ConnectedOpsError as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
