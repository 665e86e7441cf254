"""How often is the recommended number of segments right? On a folder of public benchmark sets (make bench-k FOLDER=…).

The folder holds tables and a `manifest.csv` with the columns file, group and n_clusters (accepted numbers separated by
`;`, 1 where there are no clusters). Every table goes the way of an upload: read, suggested columns, usual preparation.
Tables of the group "multi" are tried two more times, with rows planted far outside (fixed seed): one row, and 1 % of
the rows, each 5 to 20 standard deviations from the mean in a random direction.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import clustering

K = range(2, 11)
NONE = 1  # the manifest's word for "no clusters"
NEAREST, FARTHEST = 5, 20  # standard deviations at which rows are planted
PLANTED = {"clean": 0.0, "one far row": None, "1 % far rows": 0.01}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    manifest = pd.read_csv(folder / "manifest.csv")
    found = []
    begin = time.perf_counter()
    for row in manifest.itertuples():
        accepted = {int(k) for k in str(row.n_clusters).split(";")}
        frame = pd.read_csv(folder / row.file)
        for planted, share in PLANTED.items() if row.group == "multi" else (("clean", 0.0),):
            advice = recommended(plant(frame, share), row.file)
            found.append(verdict(row, planted, advice, accepted))
            if not found[-1]["exact"]:
                said = "none" if advice.n_clusters is None else advice.n_clusters
                right = "none" if accepted == {NONE} else " or ".join(map(str, sorted(accepted)))
                print(f"{row.file} ({planted}): {said} (best split {advice.best_split}) instead of {right}")
    table = pd.DataFrame(found)
    summary = table.groupby(["group", "planted"], sort=False)[["exact", "within one", "none said"]].mean()
    summary.insert(0, "sets", table.groupby(["group", "planted"], sort=False).size())
    print(f"\nShare right, {len(table)} tables in {time.perf_counter() - begin:.0f} s:")
    print(summary.round(3).to_string())
    return 0


def plant(frame: pd.DataFrame, share: float | None) -> pd.DataFrame:
    """The table with rows far outside at its end: a share of its rows, or a single one for None."""
    n_planted = 1 if share is None else round(share * len(frame)) or (1 if share else 0)
    rng = np.random.default_rng(0)
    directions = rng.standard_normal((n_planted, frame.shape[1]))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    distances = rng.uniform(NEAREST, FARTHEST, (n_planted, 1))
    far = frame.mean().to_numpy() + directions * distances * frame.std().to_numpy()
    return pd.concat([frame, pd.DataFrame(far, columns=frame.columns)], ignore_index=True)


def recommended(frame: pd.DataFrame, name: str) -> clustering.Recommendation:
    """The recommendation for a table, the whole way from its bytes."""
    table = clustering.read_table(frame.to_csv(index=False).encode(), name=f"{name}.csv")
    features = clustering.prepare(table, clustering.suggest_features(table))
    spec = clustering.ClusterSpec()
    sweep = clustering.sweep(features, spec, K)
    return clustering.recommend(sweep, clustering.stability(features, spec, sweep.n_clusters))


def verdict(row, planted: str, advice: clustering.Recommendation, accepted: set[int]) -> dict:
    said = NONE if advice.n_clusters is None else advice.n_clusters
    return {
        "group": row.group,
        "planted": planted,
        "exact": said in accepted,
        "within one": min(abs(said - k) for k in accepted) <= 1,
        "none said": advice.n_clusters is None,
    }


if __name__ == "__main__":
    sys.exit(main())
