"""Finding customer segments: read, prepare, choose the number, fit, explain, export. Knows no screen."""

from clustering.compare import Agreement, compare
from clustering.errors import ClusteringError
from clustering.export import label_table, to_csv
from clustering.features import Features, FeatureSpec, prepare, suggest_features
from clustering.indices import INDICES, score
from clustering.lloyd import LloydStep, lloyd_steps
from clustering.methods import METHODS, ClusterSpec
from clustering.model import Clustering, fit
from clustering.profile import Profile, profile
from clustering.recipe import Recipe, apply_recipe, drift, load_recipe, make_recipe, read_for, save_recipe
from clustering.recommend import Recommendation, recommend
from clustering.rfm import RfmSpec, rfm, suggest_rfm
from clustering.stability import Stability, stability
from clustering.sweep import Sweep, sweep
from clustering.table import Table, read_table

__all__ = [
    "INDICES",
    "METHODS",
    "Agreement",
    "ClusterSpec",
    "Clustering",
    "ClusteringError",
    "FeatureSpec",
    "Features",
    "LloydStep",
    "Profile",
    "Recipe",
    "Recommendation",
    "RfmSpec",
    "Stability",
    "Sweep",
    "Table",
    "apply_recipe",
    "compare",
    "drift",
    "fit",
    "label_table",
    "lloyd_steps",
    "load_recipe",
    "make_recipe",
    "prepare",
    "profile",
    "read_for",
    "read_table",
    "recommend",
    "rfm",
    "save_recipe",
    "score",
    "stability",
    "suggest_features",
    "suggest_rfm",
    "sweep",
    "to_csv",
]
