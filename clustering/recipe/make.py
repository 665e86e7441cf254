"""Freezing a segmentation into a recipe."""

import platform
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from clustering.errors import InvalidSetting
from clustering.features import Features
from clustering.features.frozen import Frozen, freeze
from clustering.identity import Identity, mark
from clustering.indices import score
from clustering.model import Clustering, centers_in_units, taking_part
from clustering.placing import NOISE, Rule
from clustering.recipe.apply import apply_recipe
from clustering.recipe.recipe import NO_WORK, Found, Recipe, Segment, Source, Work
from clustering.recipe.soundness import problems
from clustering.recipe.stand_in import stand_ins
from clustering.recipe.training import trained_columns
from clustering.table import Table
from clustering.wording import one_line

NOTHING_MEASURED = Found()
_SCORES = ("simplified_silhouette", "calinski_harabasz", "davies_bouldin")
_LIBRARIES = ("numpy", "pandas", "scikit-learn")


def make_recipe(
    table: Table,
    features: Features,
    clustering: Clustering,
    *,
    title: str = "",
    identities: tuple[Identity, ...] = (),
    found: Found = NOTHING_MEASURED,
    work: Work = NO_WORK,
    inside: tuple[Recipe, int] | None = None,
    stand_in: str | None = None,
) -> Recipe:
    """Freeze a segmentation.

    Parameters
    ----------
    title : str
        What the data are called; the file's name if it is blank.
    identities : tuple of Identity
        Name, note and hue of every segment; unnamed, in the usual hues where there are none.
    found : Found
        What is known of the segmentation beyond its rows: scores, reason, steps by hand, doubts. The counts and the
        settings in it are filled in here.
    work : Work
        The other choices of a session.
    inside : tuple of (Recipe, int), optional
        Where one segment was looked into: the segmentation it is one of, and its label there.
    stand_in : {"nearest_center", "nearest_neighbour"}, optional
        Which rule to take in place of the method's own; without it the method's own, or if it has none the one of these
        that is right more often.

    Raises
    ------
    InvalidSetting
        If the segments hang on something that no recipe can hold.
    """
    rule = clustering.place if isinstance(clustering.place, Rule) else None
    stands_in = ""
    if rule is None or stand_in:
        chosen = next(one for one in stand_ins(features, clustering) if stand_in in (None, one.name))
        rule, stands_in = chosen.rule, chosen.name
    identities = identities or tuple(Identity(label) for label in range(clustering.n_clusters))
    recipe = Recipe(
        source=Source(
            title or table.reading.file_name,
            table.reading.file_name,
            table.digest,
            table.reading.format,
            table.reading.delimiter,
            table.reading.encoding,
            table.reading.sheet,
            table.options,
        ),
        columns=trained_columns(table, features.spec, clustering.rows),
        features=features.spec,
        clustering=clustering.spec,
        preparation=_frozen(table, features),
        outside=features.outside,
        rule=rule,
        stand_in=stands_in,
        agreement=1.0,
        cluster_centers=np.ascontiguousarray(clustering.cluster_centers),
        centers_in_units=np.ascontiguousarray(centers_in_units(features, clustering)),
        segments=tuple(
            Segment(one.name, one.note, one.hue, size, edited, mark(one.hue).light)
            for one, size, edited in zip(identities, clustering.sizes, clustering.edited, strict=True)
        ),
        found=_counted(found, features, clustering),
        work=work,
        outer=inside and inside[0],
        outer_label=inside and inside[1],
        versions=versions(),
    )
    _refuse_unsound(recipe)
    return replace(recipe, agreement=_agreement(recipe, table, clustering))


def _refuse_unsound(recipe: Recipe) -> None:
    """Refuse what could be saved and never be loaded."""
    for name, day in recipe.preparation.newest:
        if pd.isna(pd.Timestamp(day)):
            raise InvalidSetting(
                f'"{one_line(name)}" holds no date in the rows that build the segments, so that they cannot be kept as '
                "a recipe. Leave the column out, or change the filter."
            )
    for problem in problems(recipe):
        raise InvalidSetting(
            f"These segments cannot be kept as a recipe. {problem} Leave that column out, or give it in other units."
        )


def versions() -> tuple[tuple[str, str], ...]:
    """Return what segments are found with here: Python and the libraries that can make a difference."""
    return ("python", platform.python_version()), *((name, version(name)) for name in _LIBRARIES)


def with_stand_in(recipe: Recipe, table: Table, features: Features, clustering: Clustering, stand_in: str) -> Recipe:
    """The same recipe with one of the rules that can stand in for the method's own."""
    chosen = next(one for one in stand_ins(features, clustering) if one.name == stand_in)
    recipe = replace(recipe, rule=chosen.rule, stand_in=chosen.name)
    return replace(recipe, agreement=_agreement(recipe, table, clustering))


def _frozen(table: Table, features: Features) -> Frozen:
    filled = [column.name for column in features.spec.settings if column.missing == "neighbours"]
    medians = {}
    if filled:
        encode = features.pipeline.named_steps["encode"]
        X = encode.transform(table.frame[list(features.spec.columns)].iloc[features.rows])
        singles = {one.column: i for i, one in enumerate(features.encoded) if one.level is None}
        medians = {name: float(np.nanmedian(X[:, singles[name]])) for name in filled}
    return freeze(features.pipeline, medians)


def _counted(found: Found, features: Features, clustering: Clustering) -> Found:
    told, scores = taking_part(features, clustering), {}
    if len(np.unique(clustering.fit_labels)) == clustering.n_clusters:
        scores = score(told.X, clustering.fit_labels, clustering.cluster_centers, _SCORES)
    return replace(
        found,
        **scores,
        n_rows=clustering.n_rows,
        n_placed=len(clustering.rows),
        n_noise=len(clustering.noise),
        n_filled_rows=features.n_filled_rows,
        inertia=clustering.inertia,
        settings=clustering.settings,
    )


def _agreement(recipe: Recipe, table: Table, clustering: Clustering) -> float:
    """Share of the rows of the table to which the recipe gives what the fit gave."""
    labels = np.full(table.n_rows, NOISE)
    labels[clustering.rows] = clustering.labels
    return float((apply_recipe(recipe, table).of_table == labels).mean())
