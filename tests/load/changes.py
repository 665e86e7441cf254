"""How long a page change takes where everything on the page has been computed."""

import asyncio
import random
import statistics
import time

from tests.load.client import Visitor
from tests.load.people import PAGES, Customers, check_page

Times = list[tuple[str, float]]  # page, seconds until it stood


async def look_round(
    visitor: Visitor, own: Customers, n_rounds: int, *, reads: tuple[float, float] | None = None
) -> Times:
    """Go round all pages of the journey, checking each; between two of them read for some seconds, from .. to."""
    draw, times = random.Random(own.number), []
    for _ in range(n_rounds):
        for page in PAGES:
            if reads:
                await asyncio.sleep(draw.uniform(*reads))
            began = time.monotonic()
            await visitor.go(page)
            times.append((page, time.monotonic() - began))
            check_page(visitor, own)
    return times


def units(times: Times) -> dict[str, float]:
    """What a change to each page usually takes."""
    return {page: statistics.median(took for one, took in times if one == page) for page in PAGES}


def told(times: Times, alone: dict[str, float]) -> str:
    """The times as multiples of what the same page takes a lone session."""
    multiples = [took / alone[page] for page, took in times]
    twentieths = statistics.quantiles(multiples, n=20)
    seconds = statistics.quantiles([took for _, took in times], n=20)
    return (
        f"p50 {twentieths[9]:.1f} times, p95 {twentieths[18]:.1f} times a lone session's "
        f"({seconds[9]:.2f} s, {seconds[18]:.2f} s; {len(times)} changes)"
    )
