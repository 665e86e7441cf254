"""1,000,000 lines of purchases become customers in at most 5 times the time it takes to read them.

Run as a script: ``python tests/benchmarks/bench_rfm.py``; exits with 1 if it takes longer.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from clustering import read_table, rfm, suggest_rfm

N_LINES, N_CUSTOMERS, LIMIT = 1_000_000, 60_000, 5.0


def purchases() -> bytes:
    """Lines as a shop has them: about three to an order, some without a customer, some returned."""
    rng = np.random.default_rng(0)
    order = np.sort(rng.integers(0, N_LINES // 3, N_LINES))
    customer = pd.Series(rng.integers(1, N_CUSTOMERS, N_LINES // 3)[order]).map("{:06d}".format)
    frame = pd.DataFrame(
        {
            "order_id": 500_000 + order,
            "date": pd.Timestamp("2023-01-01") + pd.to_timedelta(order * 700 // (N_LINES // 3), unit="D"),
            "customer_id": customer.mask(rng.random(N_LINES) < 0.02),
            "quantity": np.where(rng.random(N_LINES) < 0.02, -1, rng.integers(1, 6, N_LINES)),
            "unit_price": rng.lognormal(2, 1, N_LINES).round(2),
            "country": rng.choice(["Germany", "France", "Spain"], N_LINES),
        }
    )
    return frame.to_csv(index=False).encode()


def seconds(work, repeats: int = 3) -> float:
    """The shortest of some runs: what else the machine does only ever adds."""
    taken = []
    for _ in range(repeats):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def main() -> int:
    content = purchases()
    table = read_table(content, name="purchases.csv")
    spec = suggest_rfm(table)
    reading = seconds(lambda: read_table(content, name="purchases.csv"))
    making = seconds(lambda: rfm(table, spec))
    ratio = making / reading
    print(
        f"rfm: {N_LINES:,} lines read in {reading:.2f} s and made into customers in {making:.2f} s: "
        f"{ratio:.2f} times as long (at most {LIMIT:g})"
    )
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
