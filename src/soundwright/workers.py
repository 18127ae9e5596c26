"""Worker processes: they leave Ctrl-C to the process that began them, and end with it, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from soundwright.errors import CannotRun
from soundwright.machine import THREADS

CLEAR_S = 5.0  # that a worker whose parent died may take to clear away
Item = TypeVar("Item")


def begin() -> None:
    """What a worker does first: the initializer of a pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def spread(work: Callable[[Item], Any], items: Sequence[Item], workers: int | None = None) -> Iterator[int]:
    """Do `work`, which must pickle, on each of the items in processes of one thread; yields how many are done.

    Only a few are handed out at a time, so that what is stopped ends soon. Raises `CannotRun` when a worker dies, and
    what `work` raises.
    """
    if not items:
        return
    context = multiprocessing.get_context("spawn")  # a fresh NumPy heeds the number of threads
    todo, running, done = iter(items), set(), 0
    count = min(workers or os.cpu_count() or 1, len(items))
    with _environment(dict.fromkeys(THREADS, "1")), ProcessPoolExecutor(count, context, initializer=begin) as pool:
        try:
            while True:
                while len(running) < count + 1 and (item := next(todo, None)) is not None:
                    running.add(pool.submit(work, item))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                done += len(ended)
                yield done
        except BrokenProcessPool as error:
            raise CannotRun("a worker died, perhaps for want of memory; the same command goes on from there") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _end_with(parent: Any) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(CLEAR_S)
    os._exit(1)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
