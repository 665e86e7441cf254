"""The methods, one entry each.

`most_rows` is chosen so that a fit of 8 columns takes no more than some 5 seconds on one thread, and less than 1 GB
with the least suitable settings: DBSCAN with a reach that holds everybody lists 10,000 neighbours of 10,000 rows.
"""

from clustering.methods import centers, density, shapes
from clustering.methods import settings as s
from clustering.methods.method import Method

_STARTS = ("n_init", "random_state", "init")
_ROUNDS = ("max_iter", "tol")

METHODS = {
    "kmeans": Method(
        "k-means",
        "Compact segments of about the same spread, each around a typical customer. The usual first choice.",
        centers.kmeans,
        takes_k=True,
        can_predict=True,
        common=(*_STARTS, *_ROUNDS),
        weighs=True,
    ),
    "minibatch": Method(
        "Mini-batch k-means",
        "The same kind of segments as k-means from small portions of the customers: a quick sketch of a huge file.",
        centers.minibatch,
        takes_k=True,
        can_predict=True,
        settings=(s.BATCH_SIZE,),
        common=_STARTS,
        weighs=True,
    ),
    "bisecting": Method(
        "Bisecting k-means",
        "Splits all customers in two, then the largest part again, and so on: segments that nest like a family tree.",
        centers.bisecting,
        takes_k=True,
        can_predict=True,
        most_rows=500_000,
        settings=(s.BISECTING_STRATEGY,),
        common=(*_STARTS, *_ROUNDS),
        weighs=True,
    ),
    "agglomerative": Method(
        "Agglomerative (tree)",
        "Joins the most similar customers step by step into a tree that you cut where you like: shows segments inside "
        "segments.",
        shapes.agglomerative,
        takes_k=True,
        can_predict=False,
        most_rows=5_000,
        settings=(s.LINKAGE,),
        share=shapes.tree,
    ),
    "gaussian_mixture": Method(
        "Gaussian mixture",
        "Overlapping, stretched or tilted crowds; says for every customer how probable each segment is.",
        shapes.gaussian_mixture,
        takes_k=True,
        can_predict=True,
        most_rows=20_000,
        settings=(s.COVARIANCE_TYPE, s.MIXTURE_STARTS, s.REG_COVAR),
        common=("random_state",),
    ),
    "dbscan": Method(
        "DBSCAN",
        "Dense crowds of any shape, with the stragglers between them left out as noise.",
        density.dbscan,
        takes_k=False,
        can_predict=True,
        most_rows=10_000,
        settings=(s.MIN_SAMPLES, s.EPS),
        weighs=True,
        finds_noise=True,
        ways_out=(
            "Take a longer reach (eps) or fewer neighbours (min_samples).",
            "Take a shorter reach (eps) or more neighbours (min_samples).",
            "Take a longer reach (eps) or more neighbours (min_samples).",
        ),
    ),
    "hdbscan": Method(
        "HDBSCAN",
        "Like DBSCAN where some crowds are dense and others loose: needs no reach, only the smallest segment you "
        "care for.",
        density.hdbscan,
        takes_k=False,
        can_predict=False,
        most_rows=20_000,
        settings=(s.MIN_CLUSTER_SIZE, s.MIN_SAMPLES, s.CLUSTER_SELECTION_METHOD),
        finds_noise=True,
        ways_out=(
            "Allow smaller segments (min_cluster_size) or fewer neighbours (min_samples).",
            "Allow smaller segments (min_cluster_size), or keep the smallest (cluster_selection_method leaf).",
            "Ask for larger segments (min_cluster_size).",
        ),
    ),
    "optics": Method(
        "OPTICS",
        "Orders the customers by nearness and cuts where the density drops: crowds of different density, with noise.",
        density.optics,
        takes_k=False,
        can_predict=False,
        most_rows=3_000,
        settings=(s.OPTICS_MIN_SAMPLES, s.OPTICS_MIN_CLUSTER_SIZE, s.XI),
        finds_noise=True,
        ways_out=(
            "Allow smaller segments (min_cluster_size) or a smaller drop in density (xi).",
            "Allow smaller segments (min_cluster_size) or a smaller drop in density (xi).",
            "Ask for larger segments (min_cluster_size) or a larger drop in density (xi).",
        ),
    ),
    "spectral": Method(
        "Spectral",
        "Bent, ring-shaped or interlocked segments that hang together, when you know how many there are.",
        shapes.spectral,
        takes_k=True,
        can_predict=False,
        most_rows=3_000,
        settings=(s.AFFINITY, s.GAMMA, s.N_NEIGHBORS),
        common=("random_state",),
    ),
    "mean_shift": Method(
        "Mean shift",
        "Climbs to the spots where customers are densest; each peak is a segment.",
        centers.mean_shift,
        takes_k=False,
        can_predict=True,
        most_rows=2_000,
        settings=(s.BANDWIDTH,),
        ways_out=(
            "Take a wider peak (bandwidth).",
            "Take a narrower peak (bandwidth).",
            "Take a wider peak (bandwidth).",
        ),
    ),
    "affinity_propagation": Method(
        "Affinity propagation",
        "Customers elect who speaks for them; every segment has a real customer as its example.",
        centers.affinity_propagation,
        takes_k=False,
        can_predict=True,
        most_rows=1_500,
        settings=(s.PREFERENCE, s.DAMPING),
        common=("random_state",),
        ways_out=(
            "Raise the damping towards 0.99.",
            "Raise the readiness to speak (preference) towards 0.",
            "Lower the readiness to speak (preference).",
        ),
    ),
    "birch": Method(
        "Birch",
        "First gathers customers that are nearly alike, then groups these bundles: a tree for more rows.",
        centers.birch,
        takes_k=True,
        can_predict=True,
        most_rows=50_000,
        settings=(s.THRESHOLD, s.BRANCHING_FACTOR),
        way_to_more="take smaller bundles (threshold)",
    ),
    "gower_medoids": Method(
        "Medoids (mixed data)",
        "Numbers and categories side by side, each column counting the same; every segment has a real customer as its "
        "example.",
        centers.gower_medoids,
        takes_k=True,
        can_predict=True,
        most_rows=5_000,
        share=centers.gower_distances,
        stretch=centers.gower_stretch,
    ),
}
