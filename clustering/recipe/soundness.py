"""Whether the parts of a recipe go together and can be calculated with; what a file tells need not."""

import re
from collections.abc import Iterator
from datetime import datetime

import numpy as np
import pandas as pd

from clustering.methods.method import HUGE
from clustering.placing import METRICS, Halving, NearestPoint
from clustering.recipe.recipe import STAND_INS, Recipe, TrainedColumn
from clustering.table.options import TYPES
from clustering.wording import one_line, whole

_MOST_SEGMENTS = 10_000
_MOST_NAME = 100_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TINY = 1e-50  # what divides: the quotient must stay a number
_ENCODINGS = {
    "number": ("number", "onehot", "ordinal"),
    "text": ("onehot", "ordinal"),
    "date": ("date", "date_and_month", "onehot"),
    "boolean": ("number", "onehot"),
}


def problems(recipe: Recipe) -> Iterator[str]:
    """What does not go together, the first of which is told."""
    n_clusters = len(recipe.segments)
    encoded, frozen = len(recipe.preparation.columns), recipe.preparation
    n_features = encoded if frozen.components is None else len(frozen.components)
    if not 1 <= n_clusters <= _MOST_SEGMENTS:
        yield f"It holds {whole(n_clusters)} segments; there must be from 1 to {whole(_MOST_SEGMENTS)}."
    by_hand = recipe.found.edits or any(segment.edited for segment in recipe.segments)
    if recipe.clustering.n_clusters not in (None, n_clusters) and not by_hand:
        yield f"It tells of {whole(n_clusters)} segments, and its settings of {whole(recipe.clustering.n_clusters)}."
    yield from _shapes(recipe, n_clusters, encoded, n_features)
    yield from _labels(recipe, n_clusters)
    yield from _columns(recipe)
    yield from _counts(recipe)
    if recipe.stand_in not in ("", *STAND_INS):
        yield f'Its stand-in is "{one_line(recipe.stand_in)}"; it can be {", ".join(STAND_INS)}.'
    if not 0 <= recipe.agreement <= 1:
        yield f"Its agreement is {recipe.agreement:g}; it is a share from 0 to 1."
    for segment in recipe.segments:
        if segment.size < 0 or not 0 <= segment.hue < _MOST_SEGMENTS:
            yield f"A segment has {whole(segment.size)} customers and hue {whole(segment.hue)}; neither can be below 0."
        if max(len(segment.name), len(segment.note)) > _MOST_NAME:
            yield f"A segment's name or note is longer than {whole(_MOST_NAME)} characters."
    if (recipe.outer is None) != (recipe.outer_label is None):
        yield "It is about a part of the customers and does not say which."
    if recipe.outer is not None:
        if not 0 <= recipe.outer_label < recipe.outer.n_clusters:
            yield f"It is about segment {whole(recipe.outer_label + 1)} of {whole(recipe.outer.n_clusters)}."
        if recipe.outer.outer is not None:
            yield "It is about a part of a part of the customers."
        yield from problems(recipe.outer)


def _counts(recipe: Recipe) -> Iterator[str]:
    """Numbers of customers that do not add up, and figures that cannot be."""
    found, sizes = recipe.found, [segment.size for segment in recipe.segments]
    if min(found.n_rows, found.n_placed, found.n_noise, found.n_filled_rows) < 0:
        yield "It counts fewer than no customers."
    if found.n_placed + found.n_noise > found.n_rows or sum(sizes) != found.n_placed:
        yield (
            f"Its segments hold {whole(sum(sizes))} customers, and it tells of {whole(found.n_placed)} with a segment, "
            f"of {whole(found.n_rows)}."
        )
    for column in recipe.columns:
        if column.n != found.n_placed or sum(column.counts) > column.n - column.missing:
            yield f'"{one_line(column.name)}" counts other customers than the segments hold.'
    if found.inertia < 0:
        yield f"Its inertia is {found.inertia:g}; it cannot be below 0."
    if any(abs(figure) > 1 for figure in (found.separation, found.repeatability)):
        yield "Its separation or repeatability is beyond 1, which neither can be."
    if not _DIGEST.fullmatch(recipe.source.digest):
        yield "Its digest is none, so that the file it was found in cannot be known again."
    if recipe.features.weight_column is not None and recipe.features.weight_column not in {
        column.name for column in recipe.columns
    }:
        yield f'It does not tell what "{one_line(recipe.features.weight_column)}", the weight, held.'


def _trained(column: TrainedColumn) -> Iterator[str]:
    """What cannot be of what a column held."""
    name = one_line(column.name)
    if column.type not in TYPES:
        yield f'"{name}" is of type "{one_line(column.type)}"; it can be {", ".join(TYPES)}.'
    if column.decimal not in (None, ".", ","):
        yield f'The decimals of "{name}" are separated by "{one_line(column.decimal)}"; it can be a point or a comma.'
    bounds = [bound for bound in (column.min, column.max) if bound is not None]
    is_one = {"number": lambda bound: isinstance(bound, float), "date": lambda bound: _is_moment(str(bound))}
    if len(bounds) == 1 or not all(is_one.get(column.type, lambda bound: False)(bound) for bound in bounds):
        yield f'The smallest and largest value of "{name}" are none.'
    if len(bounds) == 2 and isinstance(column.min, float) and isinstance(column.max, float) and column.min > column.max:
        yield f'The smallest value of "{name}" is larger than the largest.'
    n_parts = len(column.edges or column.levels) + 1
    if (column.edges and column.levels) or (column.counts and len(column.counts) != n_parts):
        yield f'The parts of "{name}" do not go with their counts.'
    if (column.edges or column.levels) and not column.counts:
        yield f'The parts of "{name}" are not counted.'
    if any(count < 0 for count in column.counts) or list(column.edges) != sorted(set(column.edges)):
        yield f'The parts of "{name}" are in no order, or have fewer than no customers.'


def _is_moment(text: str | None) -> bool:
    """Whether it is a day or a moment of no time zone: no "now", which would be another one tomorrow."""
    try:
        return text is not None and datetime.fromisoformat(text).tzinfo is None and pd.Timestamp(text) is not pd.NaT
    except ValueError:
        return False


def _shapes(recipe: Recipe, n_clusters: int, n_encoded: int, n_features: int) -> Iterator[str]:
    """Arrays that have not the sizes that the others ask for, or hold what is no number."""
    frozen, rule = recipe.preparation, recipe.rule
    wanted = [
        ("cluster_centers", recipe.cluster_centers, (n_clusters, n_features)),
        ("centers_in_units", recipe.centers_in_units, (n_clusters, n_encoded)),
    ]
    if (frozen.middle is None) != (frozen.components is None):
        yield "Of its principal components only a part is told."
    if frozen.components is not None:
        wanted += [("components", frozen.components, (n_features, n_encoded)), ("middle", frozen.middle, (n_encoded,))]
    if isinstance(rule, NearestPoint):
        wanted += [
            ("points", rule.points, (len(rule.labels), n_features)),
            ("labels", rule.labels, (len(rule.labels),)),
        ]
        if rule.stretch is not None:
            wanted.append(("stretch", rule.stretch, (n_features,)))
        if rule.reach is not None:
            wanted.append(("reach", rule.reach, (n_clusters,)))
    elif isinstance(rule, Halving):
        n_forks = len(rule.left_next)
        wanted += [("left", rule.left, (n_forks, n_features)), ("right", rule.right, (n_forks, n_features))]
        wanted += [("left_next", rule.left_next, (n_forks,)), ("right_next", rule.right_next, (n_forks,))]
    else:
        wanted += [("shares", rule.shares, (n_clusters,)), ("means", rule.means, (n_clusters, n_features))]
        wanted.append(("whitening", rule.whitening, (n_clusters, n_features, n_features)))
    for name, array, shape in wanted:
        if array.shape != shape:
            told, asked = (" x ".join(whole(n) for n in size) for size in (array.shape, shape))
            yield f"{name} holds {told} numbers where {asked} belong."
        elif array.size and not np.abs(array).max() <= HUGE:
            yield f"{name} holds a number beyond {HUGE:g}, too large to calculate with."


def _labels(recipe: Recipe, n_clusters: int) -> Iterator[str]:
    """Rules that lead to no segment, or that no calculation can follow."""
    rule = recipe.rule
    if isinstance(rule, NearestPoint):
        if rule.metric not in METRICS:
            yield f'The distance is "{one_line(rule.metric)}"; it can be {", ".join(METRICS)}.'
        if not len(rule.points):
            yield "It holds no point that a customer could be near to."
        if not _are_labels(rule.labels, n_clusters):
            yield "A point of its rule belongs to no segment of its."
        is_own = not recipe.stand_in and recipe.clustering.method in ("kmeans", "minibatch")
        if is_own and not np.array_equal(rule.points[np.argsort(rule.labels)], recipe.cluster_centers):
            yield "Its centers stand in it twice, and differently."
    elif isinstance(rule, Halving):
        forks = np.arange(len(rule.left_next))
        for goes_on in (rule.left_next, rule.right_next):
            is_later = (goes_on > forks) & (goes_on < len(forks)) if goes_on.dtype.kind == "i" else np.zeros(1, bool)
            if not len(forks) or not (is_later | _are_leaves(goes_on, n_clusters)).all():
                yield "A fork of its tree leads nowhere."
    elif (rule.shares <= 0).any() or (np.einsum("ijj->ij", rule.whitening) <= 0).any():
        yield "A crowd of its rule has no size or no width."


def _are_labels(labels: np.ndarray, n_clusters: int) -> bool:
    return labels.dtype.kind == "i" and bool(((labels >= 0) & (labels < n_clusters)).all())


def _are_leaves(goes_on: np.ndarray, n_clusters: int) -> np.ndarray:
    return (goes_on < 0) & (goes_on >= -n_clusters)


def _columns(recipe: Recipe) -> Iterator[str]:
    """Steps and columns that do not belong together."""
    frozen = recipe.preparation
    chosen = tuple(spec.name for spec in frozen.specs)
    if chosen != recipe.features.columns:
        yield "The columns that it prepares are not those that it chose."
    needed = {column.name: column.type for column in recipe.needed_columns}
    if absent := [name for name in chosen if name not in needed]:
        yield f'It does not tell what "{one_line(absent[0])}" held.'
    if not frozen.columns:
        yield "It prepares no column."
    for spec in frozen.specs:
        if spec.encode not in _ENCODINGS.get(needed.get(spec.name), ()):
            yield f'It does not tell how "{one_line(spec.name)}" becomes numbers.'
    expected = [encoded for spec in frozen.specs for encoded in frozen.encoded_of(spec)]
    if [column.encoded for column in frozen.columns] != expected:
        yield "The columns that it encodes do not follow from those that it chose."
    newest = dict(frozen.newest)
    for column in frozen.columns:
        name = one_line(column.encoded.name)
        if column.encoded.kind == "date" and not _is_moment(newest.get(column.encoded.column)):
            yield f'It does not tell from which day on "{name}" is counted.'
        told = [bound for bound in (column.fill, column.low, column.high, column.center) if bound is not None]
        if not _TINY <= column.spread <= HUGE or any(abs(bound) > HUGE for bound in told):
            yield (
                f'It brings "{name}" to one measure by numbers that are impossible: a spread of {column.spread:g} '
                f"around {column.center:g}."
            )
        if column.low is not None and column.high is not None and column.low > column.high:
            yield f'It clips "{name}" to nothing.'
    for column in recipe.columns:
        yield from _trained(column)
        if not 0 <= column.missing <= column.n:
            yield f'"{one_line(column.name)}" misses {whole(column.missing)} of {whole(column.n)} values.'
    if recipe.outside is not None:
        n_columns = len(recipe.outside.columns)
        for limit in recipe.outside.limits:
            if not 0 <= limit.column < n_columns:
                yield "A limit for customers far outside belongs to no column."
            elif not limit.unit >= _TINY:
                yield f'From where on "{one_line(recipe.outside.columns[limit.column])}" is far outside is impossible.'
        if strangers := [name for name in recipe.outside.columns if name not in chosen]:
            yield f'It measures "{one_line(strangers[0])}", which is none of its columns.'
        if not all(_is_moment(day) for _, day in recipe.outside.newest):
            yield "It does not tell from which day on its dates are counted."
