"""The methods, one entry each."""

from clustering.methods import centers, density, shapes
from clustering.methods.method import Method, Setting
from clustering.methods.proposals import (
    propose_bandwidth,
    propose_birch_threshold,
    propose_eps,
    propose_min_cluster_size,
    propose_min_samples,
    propose_preference,
)

_STARTS = ("n_init", "random_state", "init")
_ROUNDS = ("max_iter", "tol")

_MIN_SAMPLES = Setting(
    "min_samples",
    "Neighbours that make a crowd",
    "min_samples: so many customers close together (oneself included) are a dense spot. More ask for denser segments "
    "and leave more noise.",
    low=2,
    high=1_000,
    whole=True,
    counts_rows=True,
    propose=lambda X, values, seed: propose_min_samples(*X.shape),
)
_MIN_CLUSTER_SIZE = Setting(
    "min_cluster_size",
    "Smallest segment",
    "min_cluster_size: crowds of fewer customers are noise.",
    low=2,
    high=1_000_000,
    whole=True,
    counts_rows=True,
    propose=lambda X, values, seed: propose_min_cluster_size(len(X)),
)

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
        settings=(
            Setting(
                "batch_size",
                "Customers per portion",
                "batch_size: larger portions come closer to k-means and take longer.",
                1_024,
                low=16,
                high=100_000,
                whole=True,
            ),
        ),
        common=_STARTS,
        weighs=True,
    ),
    "bisecting": Method(
        "Bisecting k-means",
        "Splits all customers in two, then the largest part again, and so on: segments that nest like a family tree.",
        centers.bisecting,
        takes_k=True,
        can_predict=True,
        settings=(
            Setting(
                "bisecting_strategy",
                "What is split next",
                "bisecting_strategy: the part with the most spread (biggest_inertia) or the most customers "
                "(largest_cluster).",
                "biggest_inertia",
                ("biggest_inertia", "largest_cluster"),
            ),
        ),
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
        settings=(
            Setting(
                "linkage",
                "How groups are joined",
                "linkage: ward gives compact, even segments; complete keeps the widest small; average is between; "
                "single follows chains and finds bent shapes, but also strings everybody together.",
                "ward",
                ("ward", "average", "complete", "single"),
            ),
        ),
        share=shapes.tree,
    ),
    "gaussian_mixture": Method(
        "Gaussian mixture",
        "Overlapping, stretched or tilted crowds; says for every customer how probable each segment is.",
        shapes.gaussian_mixture,
        takes_k=True,
        can_predict=True,
        most_rows=20_000,
        settings=(
            Setting(
                "covariance_type",
                "Shape of the crowds",
                "covariance_type: full lets each be stretched any way, tied gives all the same shape, diag stretches "
                "along the columns only, spherical keeps them round.",
                "full",
                ("full", "tied", "diag", "spherical"),
            ),
            Setting(
                "n_init", "Random starts", "n_init: the best of so many starts is kept.", 3, low=1, high=50, whole=True
            ),
            Setting(
                "reg_covar",
                "Least width",
                "reg_covar: added to every variance, so that no crowd shrinks to a point.",
                1e-6,
                low=0,
                high=10,
            ),
        ),
        common=("random_state",),
    ),
    "dbscan": Method(
        "DBSCAN",
        "Dense crowds of any shape, with the stragglers between them left out as noise. Finds the number itself.",
        density.dbscan,
        takes_k=False,
        can_predict=False,
        most_rows=20_000,
        settings=(
            _MIN_SAMPLES,
            Setting(
                "eps",
                "Reach",
                "eps: how near a neighbour must be, in the units of the prepared features. A longer reach gives fewer, "
                "larger segments and less noise. Proposed from the bend of the curve of distances.",
                low=1e-12,
                propose=lambda X, values, seed: propose_eps(X, values["min_samples"], random_state=seed),
            ),
        ),
        weighs=True,
        finds_noise=True,
        ways_out=(
            "Take a longer reach (eps) or fewer neighbours (min_samples).",
            "Take a shorter reach (eps) or more neighbours (min_samples).",
        ),
    ),
    "hdbscan": Method(
        "HDBSCAN",
        "Like DBSCAN where some crowds are dense and others loose: needs no reach, only the smallest segment you "
        "care for.",
        density.hdbscan,
        takes_k=False,
        can_predict=False,
        most_rows=10_000,
        settings=(
            _MIN_CLUSTER_SIZE,
            _MIN_SAMPLES,
            Setting(
                "cluster_selection_method",
                "Which segments are kept",
                "cluster_selection_method: eom keeps those that last longest, leaf the smallest and most alike.",
                "eom",
                ("eom", "leaf"),
            ),
            Setting(
                "cluster_selection_epsilon",
                "Join segments nearer than",
                "cluster_selection_epsilon: segments nearer to each other than this are one.",
                0.0,
            ),
        ),
        finds_noise=True,
        ways_out=(
            "Allow smaller segments (min_cluster_size) or fewer neighbours (min_samples).",
            "Allow smaller segments (min_cluster_size), or join none (cluster_selection_epsilon 0).",
        ),
    ),
    "optics": Method(
        "OPTICS",
        "Orders the customers by nearness and cuts where the density drops: crowds of different density, with noise.",
        density.optics,
        takes_k=False,
        can_predict=False,
        most_rows=5_000,
        settings=(
            _MIN_SAMPLES,
            _MIN_CLUSTER_SIZE,
            Setting(
                "xi",
                "Least drop in density",
                "xi: the share by which the density must fall at the edge of a segment. Smaller finds more segments.",
                0.05,
                low=0.001,
                high=0.999,
            ),
        ),
        finds_noise=True,
        ways_out=(
            "Allow smaller segments (min_cluster_size) or a smaller drop in density (xi).",
            "Allow smaller segments (min_cluster_size) or a smaller drop in density (xi).",
        ),
    ),
    "spectral": Method(
        "Spectral",
        "Follows who is next to whom: finds rings, moons and other bent groups when you know how many there are.",
        shapes.spectral,
        takes_k=True,
        can_predict=False,
        most_rows=3_000,
        settings=(
            Setting(
                "affinity",
                "Who is a neighbour",
                "affinity: the nearest few (nearest_neighbors), or everybody, the nearer the more (rbf).",
                "nearest_neighbors",
                ("nearest_neighbors", "rbf"),
            ),
            Setting(
                "n_neighbors",
                "Neighbours",
                "n_neighbors: how many the nearest few are.",
                10,
                low=2,
                high=200,
                whole=True,
            ),
            Setting(
                "gamma",
                "Narrowness",
                "gamma, for rbf: larger looks at closer neighbours only.",
                1.0,
                low=1e-6,
                high=1e6,
            ),
        ),
        common=("random_state",),
    ),
    "mean_shift": Method(
        "Mean shift",
        "Climbs to the spots where customers are densest; each peak is a segment. Finds the number itself.",
        centers.mean_shift,
        takes_k=False,
        can_predict=True,
        most_rows=3_000,
        settings=(
            Setting(
                "bandwidth",
                "Width of a peak",
                "bandwidth: how far around it looks, in the units of the prepared features. Wider gives fewer "
                "segments. Estimated from the distances between customers.",
                low=1e-12,
                propose=lambda X, values, seed: propose_bandwidth(X, random_state=seed),
            ),
        ),
        ways_out=(
            "Take a wider peak (bandwidth).",
            "Take a narrower peak (bandwidth).",
        ),
    ),
    "affinity_propagation": Method(
        "Affinity propagation",
        "Customers elect who speaks for them; every segment has a real customer as its example. Finds the number "
        "itself.",
        centers.affinity_propagation,
        takes_k=False,
        can_predict=True,
        most_rows=1_500,
        settings=(
            Setting(
                "preference",
                "Readiness to speak",
                "preference: how ready everybody is to be an example; lower (more negative) gives fewer segments.",
                low=float("-inf"),
                high=0.0,
                propose=lambda X, values, seed: propose_preference(X, random_state=seed),
            ),
            Setting(
                "damping",
                "Damping",
                "damping: higher settles more surely and takes longer.",
                0.9,
                low=0.5,
                high=0.99,
            ),
        ),
        common=("random_state",),
        ways_out=(
            "Raise the damping.",
            "Raise the readiness to speak (preference) towards 0.",
        ),
    ),
    "birch": Method(
        "Birch",
        "First gathers customers that are nearly alike, then groups these bundles: a tree for more rows.",
        centers.birch,
        takes_k=True,
        can_predict=True,
        most_rows=20_000,
        settings=(
            Setting(
                "threshold",
                "Size of a bundle",
                "threshold: how far a bundle may spread, in the units of the prepared features.",
                low=1e-12,
                propose=lambda X, values, seed: propose_birch_threshold(X),
            ),
            Setting(
                "branching_factor",
                "Branches",
                "branching_factor: most branches of a knot of the tree.",
                50,
                low=2,
                high=1_000,
                whole=True,
            ),
        ),
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
        metric="cityblock",
    ),
}
