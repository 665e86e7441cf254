"""Memory over many visits: what a visitor took is given back when they have left.

Every round is a visitor of their own: they bring a file of some megabytes, have all numbers of segments tried, look at
the segments, have a workbook made, save it and the labelled list, and close the tab. After a hundred of them the server
holds about what it held after ten.
"""

import asyncio

import numpy as np

from tests.load.client import Visitor
from tests.serving import ONE_THREAD, Server

EARLY, LATE = 10, 100  # rounds after which the memory is measured
MOST_MORE = 0.10
N_ROWS, NOTE = 400, 5_000  # customers, and letters in a note on each
_SWEPT = 600  # seconds for all numbers of segments, on a busy machine
# How long the server keeps a session for somebody who may come back, so that nobody waits two minutes for the figure;
# and the time after that in which what they took is given back, in seconds.
_KEPT, _GIVEN_BACK = 10, 30
_ENVIRONMENT = ONE_THREAD | {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(_KEPT)}


def run(late: int = LATE) -> None:
    """Measure the memory after the first rounds and after all; what the others took must have been given back."""
    with Server(environment=_ENVIRONMENT) as server:
        idle = server.memory()
        early = asyncio.run(_rounds(server, range(EARLY)))
        after = asyncio.run(_rounds(server, range(EARLY, late)))
    grown = after / early - 1
    print(
        f"memory: {idle:.0f} MB idle, {early:.0f} MB after {EARLY} rounds of upload, sweep, export and leaving, "
        f"{after:.0f} MB after {late}: {grown:+.1%} (at most {MOST_MORE:+.0%})"
    )
    assert grown <= MOST_MORE, f"The server holds {grown:.0%} more after {late} rounds than after {EARLY}."


async def _rounds(server: Server, numbers: range) -> float:
    """Megabytes that the server holds once the visitors of these rounds have left for good."""
    for number in numbers:
        await visit(server.url, number)
    await asyncio.sleep(_KEPT + _GIVEN_BACK)
    return server.memory()


async def visit(url: str, number: int) -> None:
    """One visitor from the upload to the closed tab."""
    visitor = await Visitor.arrive(url)
    try:
        await visitor.go("Data")
        await visitor.upload(f"customers {number}.csv", customers(number))
        assert visitor.tree.metric("Customers") == f"{N_ROWS:,}"
        await visitor.go("Number of segments")
        await visitor.until(lambda one: not one.tree.elements("progress"), seconds=_SWEPT, what="all numbers tried")
        for page in ("Clusters", "Segments", "Export"):
            await visitor.go(page)
        await visitor.press("Build the workbook")
        assert (await visitor.download("Save the workbook"))[:2] == b"PK"
        labelled = await visitor.download("Download the labelled list")
        assert f"C{number:03}-{N_ROWS - 1:06}".encode() in labelled
    finally:
        await visitor.leave()


def customers(number: int) -> bytes:
    """A file of about 2 MB that no other visitor has."""
    rng = np.random.default_rng(number)
    crowd = rng.integers(0, 4, N_ROWS)
    amounts = [(rng.normal(50, 8, N_ROWS) + 20 * (crowd == i)).round(2) for i in range(4)]
    lines = ["customer_id,a,b,c,d,note"]
    for row, values in enumerate(zip(*amounts, strict=True)):
        note = f"{number} {row} bought in the shop and asked for an offer " * (NOTE // 50)
        lines.append(f"C{number:03}-{row:06},{','.join(map(str, values))},{note}")
    return "\n".join(lines).encode()


if __name__ == "__main__":
    run()
