"""Where the command starts: Ctrl-C is a plain word from the first moment, while the libraries are still being loaded."""

from __future__ import annotations

import signal
import sys


def run() -> None:
    """Entry point of `blowback`."""
    try:
        from blowback.cli.main import run as main  # noqa: PLC0415  # loading takes a second: inside the try

        main()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted before anything was done\n")
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done; taking down the libraries is not to be disturbed


if __name__ == "__main__":
    run()
