"""One session brings a million rows and tries all numbers of segments; the others go on with theirs."""

import asyncio
import io
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.load.changes import Times, look_round, told, units
from tests.load.client import Visitor
from tests.load.people import customers, swept, walk
from tests.serving import ONE_THREAD, Server

N_ROWS, N_COLUMNS = 1_000_000, 10
N_OTHERS = 5
_READS = (0.5, 1.5)  # seconds that they look at a page before going on
_ALONE = 4  # times round the pages, before and after
_SWEPT = 400  # seconds by which a sweep of a million rows has ended on a slow and busy machine


def run() -> None:
    with Server(environment=ONE_THREAD) as server:
        asyncio.run(_run(server.url))
        assert "Traceback" not in server.log, f"The server's log has an error:\n{server.log[-3000:]}"


async def _run(url: str) -> None:
    content = _parquet()
    people = [customers(number) for number in range(1, N_OTHERS + 1)]
    others = [await Visitor.arrive(url) for _ in people]
    for visitor, own in zip(others, people, strict=True):
        await walk(visitor, own)
    before = await look_round(others[0], people[0], _ALONE)

    async def meanwhile(work) -> tuple[Times, float]:
        """The page changes of the others while somebody's work goes on, and how long that took."""
        began, done = time.monotonic(), asyncio.ensure_future(work)

        async def go_on(visitor, own) -> Times:
            times = []
            while not done.done():
                times += await look_round(visitor, own, 1, reads=_READS)
            return times

        found = await asyncio.gather(*map(go_on, others, people))
        await done
        return [time for times in found for time in times], time.monotonic() - began

    big = await Visitor.arrive(url)

    async def bring():
        await big.press("Upload your customers")
        await big.upload("million.parquet", content)
        assert big.tree.metric("Customers") == f"{N_ROWS:,}", big.tree.text()[:600]
        await big.go("Features")

    async def sweep():
        await big.go("Number of segments")
        await swept(big, _SWEPT)

    found = {what: await meanwhile(work()) for what, work in (("brings", bring), ("sweeps", sweep))}
    # Once more, because a machine that others use too is not the same all the time.
    alone = units(before + await look_round(others[0], people[0], _ALONE))
    for what, (times, seconds) in found.items():
        print(
            f"page changes of {N_OTHERS} others while one {what} {N_ROWS:,} rows x {N_COLUMNS} ({seconds:.0f} s): "
            f"{told(times, alone)}",
            flush=True,
        )
    assert not big.tree.errors(), big.tree.errors()
    for visitor in (*others, big):
        await visitor.leave()


def _parquet() -> bytes:
    """A million rows in five groups."""
    draw = np.random.default_rng(0)
    centers = draw.uniform(-10, 10, (5, N_COLUMNS))
    values = centers[draw.integers(5, size=N_ROWS)] + draw.normal(size=(N_ROWS, N_COLUMNS))
    table = pa.table({f"measure_{column}": values[:, column].astype(np.float32) for column in range(N_COLUMNS)})
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()
