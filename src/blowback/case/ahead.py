"""Reading ahead: the next batch is read on a thread of its own while this one is worked on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], depth: int = 2) -> Generator[T, None, None]:
    """The same items in the same order, read up to `depth` ahead; what the reader raises is raised here.

    Closing the iterator stops the reader after the item it is at.
    """
    line: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def put(item: T | None, error: BaseException | None) -> None:
        while not stop.is_set():
            try:
                line.put((item, error), timeout=0.1)
            except queue.Full:
                continue
            return

    def read() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                put(item, None)
                if stop.is_set():
                    break
        except BaseException as caught:  # noqa: BLE001  # raised again on the other side
            error = caught
        put(None, error)

    reader = threading.Thread(target=read, name="reader", daemon=True)
    reader.start()
    try:
        while True:
            item, error = line.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        stop.set()
        reader.join()
