"""When garbage is collected: now and then, not after every run of a page.

Streamlit would do it after every run, also of a part of a page (`runner.postScriptGC`). The libraries alone are 200,000
objects; looking through them takes longer than most pages, and in that time nobody else gets anything done.
"""

import gc
import threading
import time
from functools import cache

_EVERY = 10.0  # seconds
_GOES_ON = 300.0  # seconds after the last run of a page: until those who left are given up
_last_run = 0.0


def collect_later() -> None:
    """Have the garbage of a page collected after a while; to be called whenever one has been drawn."""
    global _last_run
    _last_run = time.monotonic()
    _start()


@cache
def _start() -> None:
    threading.Thread(target=_collect, name="garbage", daemon=True).start()


def _collect() -> None:
    while True:
        time.sleep(_EVERY)
        if time.monotonic() - _last_run < _GOES_ON:
            gc.collect()
