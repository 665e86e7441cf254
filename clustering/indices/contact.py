"""Do customers thin out between neighbouring segments, or is a crowd cut in two? The index `contact`."""

import numpy as np

CONTACT_ROWS = 30_000  # above, as many rows drawn at random tell the same to within a hundredth
_NEIGHBOURS = 3
_REACH = 0.1  # a place between two centers is as wide as a fifth of their distance
_PLACES = np.linspace(0, 1, 21)
_BETWEEN = (_PLACES > 0.29) & (_PLACES < 0.71)


def contact(X, labels, cluster_centers, distances=None) -> float:
    """How dense it is between neighbouring clusters compared with inside them; in [0, 1], lower is better.

    Between each cluster and its three nearest neighbours the rows of both are laid out on the line through the two
    centers. Where fewest lie, compared with the thinner of the two ends, is the contact: 0 an empty gap, 1 no gap at
    all, as when one crowd is cut in two. A cluster counts with its worst neighbour and by its size. Above 30,000 rows
    it is estimated from as many drawn at random. NaN for a single cluster.

    References
    ----------
    After the density between clusters of Halkidi and Vazirgiannis (2001), ICDM, 187-194.
    """
    n_clusters = len(cluster_centers)
    if n_clusters < 2:
        return float("nan")
    if len(X) > CONTACT_ROWS:
        drawn = np.random.default_rng(0).choice(len(X), CONTACT_ROWS, replace=False)
        X, labels = X[drawn], labels[drawn]
    sizes = np.bincount(labels, minlength=n_clusters)
    ends = np.cumsum(sizes)
    ordered = X[np.argsort(labels, kind="stable")]
    members = [ordered[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    apart = np.linalg.norm(cluster_centers[:, None] - cluster_centers[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    worst = np.zeros(n_clusters)
    known = {}
    for i in range(n_clusters):
        for j in np.argsort(apart[i], kind="stable")[: min(_NEIGHBOURS, n_clusters - 1)]:
            pair = (min(i, j), max(i, j))
            if not (sizes[i] and sizes[j]):
                continue  # so small that none of it was drawn: nothing is known of what lies between
            if pair not in known:
                known[pair] = _contact(members, cluster_centers, *pair)
            worst[i] = max(worst[i], known[pair])
    return float(np.average(worst, weights=sizes))


def _contact(members: list[np.ndarray], centers: np.ndarray, i: int, j: int) -> float:
    line = centers[j] - centers[i]
    length = line @ line
    if length == 0:
        return 1.0
    along = np.sort(np.concatenate([(rows - centers[i]) @ line for rows in (members[i], members[j])]) / length)
    there = np.searchsorted(along, _PLACES + _REACH) - np.searchsorted(along, _PLACES - _REACH)
    thinnest = there[_BETWEEN].min()
    ends = min(there[~_BETWEEN & (_PLACES < 0.5)].max(), there[~_BETWEEN & (_PLACES > 0.5)].max())
    # One standard error of the count is added, and a row to both: few rows leave gaps by chance.
    return float(min((thinnest + np.sqrt(thinnest) + 1) / (ends + 1), 1.0))
