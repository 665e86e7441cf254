"""Findings that the tests of the documents start from."""

from dataclasses import replace

from clustering import ClusterSpec, FeatureSpec, fit, prepare
from clustering.export.findings import Findings, gather
from clustering.identity import Look, mark
from clustering.recipe import make_recipe

# every one of these has broken a document somewhere
HOSTILE_NAMES = (
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    '</script> & "friends"',
    "👩‍👩‍👧 family",
    "عملاء مميزون",
    "abc\u202egnp.exe",
    "line\nbreak\ttab",
    "L" * 300,
    "many words " * 27,
    "[]:*?/\\",
    "http://example.org/x",
    "SAME",
    "same",
    "{=1+1}",
    "_x0041_",
)


def findings_of(table, columns, clustering=None, *, title="", advice=None, edits=(), **settings) -> Findings:
    """Findings about five segments of these columns, or as `clustering` (a spec) has them."""
    features = prepare(table, FeatureSpec(columns, **settings))
    found = fit(features, clustering or ClusterSpec(n_clusters=5))
    recipe = make_recipe(table, features, found, title=title)
    return gather(table, features, found, recipe, advice=advice, edits=edits)


def named(findings: Findings, names, notes=()) -> Findings:
    """The same under other names, and with notes."""
    looks = tuple(Look(name, mark(label), True) for label, name in enumerate(names))
    return replace(findings, looks=looks, notes=tuple(notes) or findings.notes)
