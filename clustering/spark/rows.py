"""The few plain figures that the queries give.

What is made of them (`moments`, `scores`, `profile`) follows the definitions of the modules that work in memory
(`indices.centers`, `profile.grouped`): with the same centers every figure is the same but for the last digits, in which
rows are added up in another order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

Row = Mapping[str, object]
Run = Callable[[str], Sequence[Row]]  # a query, and its rows by the names of their columns


def per_segment(rows: Iterable[Row], name: str, n_clusters: int) -> np.ndarray:
    """A figure of every segment, added up where there are several rows of it; 0 where there is none."""
    found = np.zeros(n_clusters)
    for row in rows:
        found[int(row["segment"]) - 1] += float(row[name] or 0)
    return found
