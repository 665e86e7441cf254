"""Twenty people at once walk the whole journey, each on data of their own, and then look round what was computed."""

import asyncio
import time

from tests.load import browsers
from tests.load.changes import Times, look_round, told, units
from tests.load.client import Visitor
from tests.load.people import Customers, customers, walk
from tests.serving import ONE_THREAD, Server

N_SESSIONS, N_BROWSERS = 20, 3
_READS = (2.0, 8.0)  # seconds that somebody looks at a page before going on
_ALONE, _ROUNDS = 4, 3  # times round the pages, alone (before and after) and together
_SINGLE = customers(N_SESSIONS + 1)


def run() -> None:
    with Server(environment=ONE_THREAD) as server:
        asyncio.run(_run(server.url))
        assert "Traceback" not in server.log, f"The server's log has an error:\n{server.log[-3000:]}"


async def _run(url: str) -> None:
    single = await Visitor.arrive(url)
    await walk(single, _SINGLE)  # also loads what the server loads once
    before = await look_round(single, _SINGLE, _ALONE)
    people = [customers(number) for number in range(1, N_SESSIONS + 1)]
    in_browser, plain = people[:N_BROWSERS], people[N_BROWSERS:]
    async with browsers.browser() as opened:
        pages = [await browsers.arrive(opened, url) for _ in in_browser]
        visitors = [await Visitor.arrive(url) for _ in plain]
        began = time.monotonic()
        walks = [browsers.walk(page, own) for page, own in zip(pages, in_browser, strict=True)]
        walks += [walk(visitor, own) for visitor, own in zip(visitors, plain, strict=True)]
        sweeps = await asyncio.gather(*walks)
        print(
            f"journeys: {N_SESSIONS} sessions at once ({N_BROWSERS} in Chromium), each on data of its own: no error, "
            f"no row of anybody else, all sweeps ended; {time.monotonic() - began:.0f} s in all, the slowest sweep "
            f"{max(sweeps):.0f} s",
            flush=True,
        )
        looking = [browsers.look_round(page, own, 1, 5.0) for page, own in zip(pages, in_browser, strict=True)]
        reading, *_ = await asyncio.gather(_together(visitors, plain, reads=_READS), *looking)
    hurrying = await _together(visitors, plain, reads=None)
    # Once more, because a machine that others use too is not the same all the time.
    alone = units(before + await look_round(single, _SINGLE, _ALONE))
    print("page changes, alone: " + ", ".join(f"{page} {took:.2f} s" for page, took in alone.items()))
    print(
        f"page changes, {N_SESSIONS} sessions, each on a page for {_READS[0]:.0f} to {_READS[1]:.0f} s: "
        f"{told(reading, alone)}; aim: p95 under 10"
    )
    print(f"page changes, {len(plain)} sessions without any pause: {told(hurrying, alone)}", flush=True)
    for visitor in (single, *visitors):
        await visitor.leave()


async def _together(visitors: list[Visitor], people: list[Customers], *, reads: tuple[float, float] | None) -> Times:
    rounds = (look_round(visitor, own, _ROUNDS, reads=reads) for visitor, own in zip(visitors, people, strict=True))
    return [time for times in await asyncio.gather(*rounds) for time in times]
