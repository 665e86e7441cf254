"""The frozen segmentation: written to a file, read back, applied to other customers."""

from clustering.recipe.apply import NOT_INSIDE, Applied, apply_recipe, told_agreement, told_stand_in
from clustering.recipe.drift import Drift, drift
from clustering.recipe.drift import told as told_drift
from clustering.recipe.files import load_recipe, save_recipe
from clustering.recipe.make import make_recipe, versions
from clustering.recipe.matching import ColumnMatch, Matching, match_columns
from clustering.recipe.reading import read_for
from clustering.recipe.recipe import EXAMPLE_METHODS, Found, Purchases, Recipe, Segment, Source, TrainedColumn, Work
from clustering.recipe.settings import read_settings
from clustering.recipe.stand_in import StandIn, stand_ins

__all__ = [
    "EXAMPLE_METHODS",
    "NOT_INSIDE",
    "Applied",
    "ColumnMatch",
    "Drift",
    "Found",
    "Matching",
    "Purchases",
    "Recipe",
    "Segment",
    "Source",
    "StandIn",
    "TrainedColumn",
    "Work",
    "apply_recipe",
    "drift",
    "load_recipe",
    "make_recipe",
    "match_columns",
    "read_for",
    "read_settings",
    "save_recipe",
    "stand_ins",
    "told_agreement",
    "told_drift",
    "told_stand_in",
    "versions",
]
