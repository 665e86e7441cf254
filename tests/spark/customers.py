"""20,000 made-up customers in four planted groups, as a table of Arrow: gaps, far rows, dates."""

import numpy as np
import pyarrow as pa

N_CUSTOMERS = 20_000
_GROUPS = ((20, 2, 5), (60, 9, 30), (120, 3, 12), (200, 14, 55))  # spend, visits, basket
_REGIONS = ("north", "south", "east", "west")


def customers(n: int = N_CUSTOMERS) -> pa.Table:
    """The same at every call: fixed seed."""
    chance = np.random.default_rng(9)
    group = chance.choice(len(_GROUPS), size=n, p=(0.4, 0.3, 0.2, 0.1))
    middle = np.array(_GROUPS, dtype=float)[group]
    spend = middle[:, 0] + chance.normal(0, 6, n)
    visits = np.maximum(np.rint(middle[:, 1] + chance.normal(0, 1, n)), 0).astype(np.int64)
    basket = middle[:, 2] * np.exp(chance.normal(0, 0.15, n))
    spend[chance.choice(n, 12, replace=False)] *= 40  # far outside
    region = np.array(_REGIONS)[(group + chance.integers(0, 2, n)) % 4]
    since = np.datetime64("2020-01-01") + chance.integers(0, 2_000, n)
    return pa.table(
        {
            "customer_id": pa.array([f"C{number:06d}" for number in chance.permutation(n)]),
            "spend": _with_gaps(spend, chance, 0.03),
            "visits": pa.array(visits, pa.int32()),
            "basket": pa.array(np.round(basket, 2)),
            "region": _with_gaps(region, chance, 0.01),
            "newsletter": pa.array(chance.random(n) < 0.2 + 0.15 * group),
            "since": pa.array(since.astype("datetime64[D]")),
        }
    )


def _with_gaps(values: np.ndarray, chance: np.random.Generator, share: float) -> pa.Array:
    return pa.array(values, mask=chance.random(len(values)) < share)
