"""Whether segments found on some rows fit the known labels of rows that took no part in finding them."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from sklearn.metrics import adjusted_rand_score
from sklearn.model_selection import train_test_split

from clustering.compare.known import known_labels
from clustering.compare.matching import best_matching
from clustering.errors import FewerFound, TooFewRows
from clustering.features import Among, FeatureSpec, prepare
from clustering.methods import NOISE
from clustering.model import Clustering, fit
from clustering.stability import for_fewer
from clustering.table import Table
from clustering.threads import one_thread
from clustering.wording import count

SHARE_OUT = 0.3
SPLITS = 5
_MOST_ROWS = 20_000
_LEAST_ROWS = 10


@dataclass(frozen=True)
class HeldOut:
    """What became of the rows that were held out, split by split.

    Attributes
    ----------
    adjusted_rand, accuracy : tuple of float
        On the rows held out; each segment stands for the label it was paired with on the other rows. A row that is near
        no segment (noise) has the label of none, so it counts as wrong; in the adjusted Rand index noise is one more
        group.
    n_fit, n_out : int
        Rows the segments were found on, and rows held out, of each split.
    n_total : int
        Rows with a segment (or noise) and a label, of which these are a sample where they are many.
    n_noise : tuple of int
        Of the rows held out, those that are near no segment.
    """

    adjusted_rand: tuple[float, ...]
    accuracy: tuple[float, ...]
    n_fit: int
    n_out: int
    n_total: int
    n_noise: tuple[int, ...]


def held_out(table: Table, spec: FeatureSpec, clustering: Clustering, column: str) -> HeldOut:
    """Find the segments on 70 % of the rows, place the other 30 % by `Clustering.place`, and look at these.

    Everything is done as if the 30 % were not there: fill, outliers and scales come from the 70 % alone, and so does
    the matching of segments to labels. The settings are those of the segmentation (`for_fewer`). Segments are as the
    method finds them: steps by hand are not taken, nor a start by hand, which was placed among the values of all rows.
    Five splits at random, on at most 20,000 rows.

    Parameters
    ----------
    table : Table
    spec : FeatureSpec
        What the segmentation was prepared with.
    clustering : Clustering
        Its rows take part, noise among them, as far as they have a label.
    column : str
        The known labels.

    Raises
    ------
    InvalidSetting
        As `known_labels`.
    TooFewRows
        If fewer than ten rows have a segment and a label, or 70 % of them cannot be segmented.
    FewerFound
        If the method finds no such segments on 70 % of them.
    """
    known = known_labels(table, column)
    rows = np.sort(np.concatenate([clustering.rows, clustering.noise]))
    rows = rows[known.codes[rows] >= 0]
    if len(rows) < _LEAST_ROWS:
        raise TooFewRows(
            f"Only {count(len(rows), 'customer')} have a segment and a known label; at least {_LEAST_ROWS} are needed "
            "to hold some out."
        )
    seed, n_total = clustering.spec.random_state, len(rows)
    if n_total > _MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, _MOST_ROWS, replace=False))
    found = [_split(table, spec, clustering, known.codes, rows, seed + i) for i in range(SPLITS)]
    n_out = int(np.ceil(SHARE_OUT * len(rows)))  # as scikit-learn rounds
    return HeldOut(
        adjusted_rand=tuple(adjusted_rand for adjusted_rand, _, _ in found),
        accuracy=tuple(accuracy for _, accuracy, _ in found),
        n_fit=len(rows) - n_out,
        n_out=n_out,
        n_total=n_total,
        n_noise=tuple(n_noise for _, _, n_noise in found),
    )


def _split(
    table: Table, spec: FeatureSpec, clustering: Clustering, codes: np.ndarray, rows: np.ndarray, seed: int
) -> tuple[float, float, int]:
    inside, outside = train_test_split(rows, test_size=SHARE_OUT, random_state=seed % 2**32)
    inside, outside = np.sort(inside), np.sort(outside)
    among = Among(inside, "held out", hashlib.sha256(inside.tobytes()).hexdigest())
    features = prepare(table, spec, among=among)
    settings = for_fewer(clustering, len(inside), len(clustering.rows) + len(clustering.noise))
    try:
        found = fit(features, replace(settings, start=()))
    except FewerFound as error:
        raise FewerFound(f"Without the customers held out: {error}") from error
    with one_thread():
        placed = found.place(features.pipeline.transform(table.frame[list(spec.columns)].iloc[outside]))
    both = np.zeros((codes.max() + 1, found.n_clusters), dtype=np.int64)
    np.add.at(both, (codes[found.rows], found.labels), 1)
    said = np.array([*best_matching(both), NOISE])[placed]  # noise, -1, is the last
    n_noise = int((placed == NOISE).sum())
    return float(adjusted_rand_score(codes[outside], placed)), float((said == codes[outside]).mean()), n_noise
