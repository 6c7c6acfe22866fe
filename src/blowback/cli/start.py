"""Where the command starts: Ctrl-C ends it without a traceback from the first moment to the last."""

from __future__ import annotations

import signal


def run() -> None:
    """Entry point of `blowback`."""
    # While the libraries load (a second) nothing has been done yet: Ctrl-C simply ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from blowback.cli.main import run as main  # noqa: PLC0415  # after the line above

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        main()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done; taking down the libraries is not to be disturbed


if __name__ == "__main__":
    run()
