"""What the workbook, the slides and the report tell: figures that the pages show, each from the same function."""

from dataclasses import dataclass

from clustering.blades import silhouette_blades
from clustering.features import Features
from clustering.identity import Look, default_looks
from clustering.indices import mean_silhouette
from clustering.model import Clustering, taking_part
from clustering.profile import Comparison, Effect, effects, profile
from clustering.profile.checklist import Check, checklist
from clustering.profile.people import placement, typical
from clustering.profile.rules import rules
from clustering.recipe import Recipe
from clustering.recommend import Recommendation
from clustering.stability import repeatability as measure_repeatability
from clustering.stability import segment_stability
from clustering.table import Table


@dataclass(frozen=True, eq=False)
class Findings:
    """What was found, for documents that tell it.

    Attributes
    ----------
    title : str
        What the data are called.
    table : Table
    features : Features
    clustering : Clustering
    looks : tuple of Look
        Name, hue and shape of every segment.
    notes : tuple of str
        The user's note on every segment, "" where there is none.
    comparison : Comparison
        Of every segment with all customers; holds the profile.
    effects : tuple of Effect
        The columns by how far they set the segments apart.
    checks : tuple of tuple of Check
        For every segment how far it can be relied on.
    separation : float
        Mean silhouette, in [-1, 1]; NaN where undefined.
    repeatability : float
        Mean agreement of random halves, at most 1; NaN where not known.
    advice : Recommendation or None
        Why this number of segments; None where nothing was recommended.
    edits : tuple of str
        The steps taken by hand, as sentences.
    typical : tuple of int
        Position in the table of the most typical customer of every segment.
    recipe : Recipe
    """

    title: str
    table: Table
    features: Features
    clustering: Clustering
    looks: tuple[Look, ...]
    notes: tuple[str, ...]
    comparison: Comparison
    effects: tuple[Effect, ...]
    checks: tuple[tuple[Check, ...], ...]
    separation: float
    repeatability: float
    advice: Recommendation | None
    edits: tuple[str, ...]
    typical: tuple[int, ...]
    recipe: Recipe

    @property
    def names(self) -> tuple[str, ...]:
        """A name for every segment."""
        return tuple(look.name for look in self.looks)


def gather(
    table: Table,
    features: Features,
    clustering: Clustering,
    recipe: Recipe,
    *,
    looks: tuple[Look, ...] = (),
    notes: tuple[str, ...] = (),
    advice: Recommendation | None = None,
    edits: tuple[str, ...] = (),
) -> Findings:
    """Find out everything that a document tells of a segmentation; takes as long as the page about the segments."""
    told = profile(table, clustering, features.spec)
    blades = silhouette_blades(features, clustering)
    return Findings(
        title=recipe.source.title,
        table=table,
        features=features,
        clustering=clustering,
        looks=looks or default_looks(clustering.n_clusters),
        notes=notes or ("",) * clustering.n_clusters,
        comparison=told.against("all"),
        effects=effects(table, clustering, features.spec, told),
        checks=checklist(
            told, blades.means, segment_stability(features, clustering), rules(table, features, clustering)
        ),
        separation=mean_silhouette(
            taking_part(features, clustering).X, clustering.fit_labels, clustering.spec.random_state
        )[0],
        repeatability=float("nan") if edits else measure_repeatability(features, clustering).stability,
        advice=advice,
        edits=edits,
        typical=tuple(typical(placement(features, clustering), clustering).tolist()),
        recipe=recipe,
    )
