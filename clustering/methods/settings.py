"""The settings of the methods themselves, one entry each."""

from dataclasses import replace

from clustering.methods.method import Setting
from clustering.methods.proposals import (
    propose_bandwidth,
    propose_birch_threshold,
    propose_eps,
    propose_gamma,
    propose_min_cluster_size,
    propose_min_samples,
    propose_optics_min_samples,
    propose_preference,
)

_ABOVE_ZERO = 1e-100  # whatever the units of the features
_HUGE_SQUARED = 1e200

BATCH_SIZE = Setting(
    "batch_size",
    "Customers per portion",
    "batch_size: larger portions come closer to k-means and take longer.",
    1_024,
    low=16,
    high=100_000,
    whole=True,
)
BISECTING_STRATEGY = Setting(
    "bisecting_strategy",
    "What is split next",
    "bisecting_strategy: the part with the most spread (biggest_inertia) or the most customers (largest_cluster).",
    "biggest_inertia",
    ("biggest_inertia", "largest_cluster"),
    ("The part with the most spread", "The part with the most customers"),
)
LINKAGE = Setting(
    "linkage",
    "How groups are joined",
    "linkage: ward gives compact, even segments; complete keeps the widest small; average is between; single follows "
    "chains and finds bent shapes, but also strings everybody together.",
    "ward",
    ("ward", "average", "complete", "single"),
    (
        "Ward: compact, even segments",
        "Average: between complete and single",
        "Complete: keeps the widest small",
        "Single: follows chains",
    ),
)
COVARIANCE_TYPE = Setting(
    "covariance_type",
    "Shape of the crowds",
    "covariance_type: full lets each be stretched any way, tied gives all the same shape, diag stretches along the "
    "columns only, spherical keeps them round.",
    "full",
    ("full", "tied", "diag", "spherical"),
    ("Any shape", "All the same shape", "Stretched along the columns", "Round"),
)
MIXTURE_STARTS = Setting(
    "n_init", "Random starts", "n_init: the best of so many starts is kept.", 3, low=1, high=50, whole=True
)
REG_COVAR = Setting(
    "reg_covar",
    "Least width",
    "reg_covar: added to every variance, so that no crowd shrinks to a point.",
    1e-6,
    high=10,
)
MIN_SAMPLES = Setting(
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
EPS = Setting(
    "eps",
    "Reach",
    "eps: how near a neighbour must be, in the units of the prepared features. A longer reach gives fewer, larger "
    "segments and less noise. Proposed: twice as far as the typical customer looks for that many.",
    low=_ABOVE_ZERO,
    propose=lambda X, values, seed: propose_eps(X, values["min_samples"], random_state=seed),
)
MIN_CLUSTER_SIZE = Setting(
    "min_cluster_size",
    "Smallest segment",
    "min_cluster_size: crowds of fewer customers are noise.",
    low=2,
    high=1_000_000,
    whole=True,
    counts_rows=True,
    propose=lambda X, values, seed: propose_min_cluster_size(len(X)),
)
OPTICS_MIN_SAMPLES = replace(MIN_SAMPLES, propose=lambda X, values, seed: propose_optics_min_samples(len(X)))
OPTICS_MIN_CLUSTER_SIZE = replace(MIN_CLUSTER_SIZE, propose=lambda X, values, seed: values["min_samples"])
CLUSTER_SELECTION_METHOD = Setting(
    "cluster_selection_method",
    "Which segments are kept",
    "cluster_selection_method: eom keeps those that last longest, leaf the smallest and most alike.",
    "eom",
    ("eom", "leaf"),
    ("Those that last longest", "The smallest and most alike"),
)
XI = Setting(
    "xi",
    "Least drop in density",
    "xi: the share by which the density must fall at the edge of a segment. Smaller finds more segments.",
    0.05,
    low=0.001,
    high=0.999,
)
AFFINITY = Setting(
    "affinity",
    "Who is a neighbour",
    "affinity: everybody, the nearer the more (rbf), or the nearest few (nearest_neighbors).",
    "rbf",
    ("rbf", "nearest_neighbors"),
    ("Everybody, the nearer the more", "The nearest few"),
)
GAMMA = Setting(
    "gamma",
    "Narrowness",
    "gamma, for rbf: larger looks at closer neighbours only. Proposed from the distance of the typical customer to the "
    "seventh nearest.",
    low=_ABOVE_ZERO,
    high=_HUGE_SQUARED,
    propose=lambda X, values, seed: propose_gamma(X, random_state=seed),
)
N_NEIGHBORS = Setting(
    "n_neighbors",
    "Neighbours",
    "n_neighbors, for nearest_neighbors: how many the nearest few are.",
    10,
    low=2,
    high=200,
    whole=True,
)
BANDWIDTH = Setting(
    "bandwidth",
    "Width of a peak",
    "bandwidth: how far around it looks, in the units of the prepared features. Wider gives fewer segments. Estimated "
    "from the distances between customers.",
    low=_ABOVE_ZERO,
    propose=lambda X, values, seed: propose_bandwidth(X, random_state=seed),
)
PREFERENCE = Setting(
    "preference",
    "Readiness to speak",
    "preference: how ready everybody is to be an example; lower (more negative) gives fewer segments.",
    low=-1e300,  # squares of huge features, summed over all customers
    high=0.0,
    propose=lambda X, values, seed: propose_preference(X),
)
DAMPING = Setting(
    "damping",
    "Damping",
    "damping: higher settles more surely and takes longer.",
    0.9,
    low=0.5,
    high=0.99,
)
THRESHOLD = Setting(
    "threshold",
    "Size of a bundle",
    "threshold: how far a bundle may spread, in the units of the prepared features.",
    low=_ABOVE_ZERO,
    propose=lambda X, values, seed: propose_birch_threshold(X, random_state=seed),
)
BRANCHING_FACTOR = Setting(
    "branching_factor",
    "Branches",
    "branching_factor: most branches of a knot of the tree.",
    50,
    low=2,
    high=1_000,
    whole=True,
)
