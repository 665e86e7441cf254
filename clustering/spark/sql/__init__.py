"""The queries of what runs over all rows of a table on a cluster, and nothing of how they get there.

A sample of at most 100,000 rows has been prepared here; what it was prepared by is plain numbers, and these queries say
the same of every row of the table. Each gives either rows of numbers for the next step or a few plain figures, which
`moments`, `scores` and `profile` of `clustering.spark` put together. They are texts in any of the dialects of
`clustering.recipe.sql`.
"""

from clustering.spark.sql.labels import labels_query
from clustering.spark.sql.plan import Plan, make_plan
from clustering.spark.sql.prepared import labelled_query, moments_query, prepared_query
from clustering.spark.sql.profile import levels_query, overview_query, quartiles_query, spreads_query
from clustering.spark.sql.scores import scores_query

__all__ = [
    "Plan",
    "labelled_query",
    "labels_query",
    "levels_query",
    "make_plan",
    "moments_query",
    "overview_query",
    "prepared_query",
    "quartiles_query",
    "scores_query",
    "spreads_query",
]
