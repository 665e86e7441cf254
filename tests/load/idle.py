"""What two hundred people cost who have the start page open and do nothing."""

import asyncio

from tests.load.client import Visitor
from tests.serving import ONE_THREAD, Server

N_SESSIONS = 200
MOST = 100  # megabytes
_AT_ONCE = 10


def run() -> None:
    with Server(environment=ONE_THREAD) as server:
        asyncio.run(_run(server))


async def _run(server: Server) -> None:
    # What the server loads for the first visitors is not theirs.
    for visitor in await _arrive(server, _AT_ONCE):
        await visitor.leave()
    before = server.memory()
    visitors = await _arrive(server, N_SESSIONS)
    for visitor in visitors:
        assert visitor.tree.titles() == ["Which groups of customers do you have?"], visitor.tree.text()[:600]
    cost = server.memory() - before
    print(f"idle: {N_SESSIONS} sessions cost {cost:.0f} MB ({before:.0f} MB before them); at most {MOST} MB")
    for visitor in visitors:
        await visitor.leave()
    assert cost < MOST, f"{N_SESSIONS} idle sessions cost {cost:.0f} MB."


async def _arrive(server: Server, n: int) -> list[Visitor]:
    visitors = []
    for start in range(0, n, _AT_ONCE):
        some = (Visitor.arrive(server.url) for _ in range(start, min(start + _AT_ONCE, n)))
        visitors += await asyncio.gather(*some)
    return visitors
