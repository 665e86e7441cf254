"""The commands over a table that is read part by part: the same answers as of one that is read at once."""

import io
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from clustering.answers import Swept, decide_number
from clustering.errors import ClusteringError, NoUsableColumns
from clustering.export.profiled import told_profile
from clustering.features import FeatureSpec, suggest_features
from clustering.methods import ClusterSpec
from clustering.recipe import (
    Found,
    Recipe,
    apply_recipe,
    drift,
    load_recipe,
    match_columns,
    read_for,
    save_recipe,
    told_agreement,
    told_drift,
)
from clustering.recommend import recommend
from clustering.stability import stability
from clustering.stream.fit import fit
from clustering.stream.label import Labelled, label, label_applied
from clustering.stream.opening import open_source
from clustering.stream.preparing import Prepared, prepare_all
from clustering.stream.profile import profile
from clustering.stream.reading import describe
from clustering.stream.sample import Drawn, Sample, draw_rows, draw_sample
from clustering.stream.source import Source
from clustering.stream.sweep import sweep
from clustering.stream.typing import Typing
from clustering.table.options import AS_FOUND, ReadOptions
from clustering.wording import count, listing, one_line, whole


def read_all(options: Namespace, shown: tuple[str, ...]) -> dict[str, Any]:
    """How a table is read; `shown` names what is told of a column."""
    source, sample = _open(options.file)
    columns = describe(source, sample)
    notes = [_told_streamed(sample), *sample.table.notes]
    if sample.table.n_rows < sample.n_rows:
        notes.append(
            "Missing cells, means, smallest and largest values are those of all rows; types, roles and how many values "
            "are distinct are those of the sample."
        )
    return {
        "rows": sample.n_rows,
        "columns": [{field: getattr(column, field) for field in shown} for column in columns],
        "notes": notes,
    }


def sweep_all(options: Namespace, chosen: Mapping[str, Any], spec: ClusterSpec) -> dict[str, Any]:
    """Score every number of segments over all rows."""
    sample, prepared = _prepare(options.file, chosen)
    swept = _run_sweep(prepared, spec, options)
    notes = [_told_streamed(sample), *sample.table.notes, *prepared.notes, *prepared.advice]
    told = swept.told(prepared.n_rows, prepared.features.spec.columns, notes)
    return {**told, "notes": [*told["notes"], *_told_silhouette(sample)]}


def fit_all(
    options: Namespace, chosen: Mapping[str, Any], spec: ClusterSpec, as_json: Callable[[Any], str]
) -> dict[str, Any]:
    """Find the segments and write every row with its own."""
    sample, prepared = _prepare(options.file, chosen)
    notes = [_told_streamed(sample), *sample.table.notes, *prepared.notes, *prepared.advice]
    decided = decide_number(spec, options, lambda: _run_sweep(prepared, spec, options))
    notes.extend(note for note in decided.notes if note not in notes)
    found = Found(repeatability=decided.repeatability, reason=decided.reason or "")
    fitted = fit(prepared, decided.spec, found=found)
    notes.extend(note for note in fitted.notes if note not in notes)
    notes.extend(_told_silhouette(sample, fitted.silhouette_error))
    beside = []
    if options.profile is not None:
        described = profile(prepared.source, sample, fitted.recipe, prepared.features.spec)
        beside.append((options.profile, (as_json(told_profile(described)) + "\n").encode()))
    if options.recipe is not None:
        beside.append((options.recipe, save_recipe(fitted.recipe)))
        notes.extend(note for note in told_agreement(fitted.recipe) if note not in notes)
    labelled = label(prepared.source, sample, fitted.recipe, options.out, beside=tuple(beside), read=[options.file])
    return {
        "rows": fitted.n_rows,
        "n_clusters": fitted.n_clusters,
        "sizes": labelled.sizes,
        "noise": fitted.n_noise,
        "inertia": fitted.inertia,
        "silhouette": fitted.silhouette,
        "figures": dict(fitted.clustering.figures),
        "settings": dict(fitted.clustering.settings),
        "reason": decided.reason,
        "notes": [*notes, *_told_escaped(labelled)],
        "out": str(options.out),
    }


def apply_all(options: Namespace) -> dict[str, Any]:
    """Give every row its segment by a recipe."""
    recipe = load_recipe(options.recipe)
    renamed = dict(options.rename)
    source, sample = _open_for(recipe, options.file, renamed)
    matching = match_columns(recipe, sample.table, renamed)
    if matching.n_missing:
        raise NoUsableColumns(
            f'{matching.refusal} A match is chosen by --rename "column of the recipe=column of the file".'
        )
    labelled = label_applied(source, sample, recipe, options.out, renamed=renamed, read=[options.recipe, options.file])
    applied = apply_recipe(recipe, sample.table, renamed)
    notes = [_told_streamed(sample), *sample.table.notes]
    if sample.table.n_rows == sample.n_rows:
        notes.extend(applied.notes)
    else:  # what was counted is counted anew: the sample's own notes count its rows
        alike = (match for match in matching.columns if match.how == "alike")
        notes.extend(f'"{one_line(match.found)}" is taken for "{one_line(match.column.name)}".' for match in alike)
        notes.extend(told_agreement(recipe))
        notes.extend(f"{count(n, 'row')}: {one_line(told)}." for told, n in labelled.row_notes)
        notes.append("How far the customers differ from those of then is measured on the sample.")
    if matching.extra:
        notes.append(
            f"The recipe does not know {listing(map(one_line, matching.extra), 20)}: kept, without a part in it."
        )
    return {
        "rows": labelled.n_rows,
        "sizes": labelled.sizes,
        "not_placed": labelled.n_not_placed,
        "drift": told_drift(drift(recipe, applied)),
        "notes": [*notes, *_told_escaped(labelled)],
        "out": str(options.out),
    }


def _open(file: str) -> tuple[Source, Sample]:
    source = open_source(file)
    return source, draw_sample(source)


def _prepare(file: str, chosen: Mapping[str, Any]) -> tuple[Sample, Prepared]:
    source, sample = _open(file)
    columns = chosen["columns"] if "columns" in chosen else suggest_features(sample.table).columns
    return sample, prepare_all(source, sample, FeatureSpec(**{**chosen, "columns": columns}))


def _run_sweep(prepared: Prepared, spec: ClusterSpec, options: Namespace) -> Swept:
    def tell(k, _):
        print(f"{k} segments fitted", file=sys.stderr)

    result = sweep(prepared, spec, options.k, on_step=tell)
    measured = stability(prepared.features, spec, result.n_clusters)
    return Swept(result, measured, recommend(result, measured, min_share=options.min_share))


def _open_for(recipe: Recipe, file: str, renamed: Mapping[str, str]) -> tuple[Source, Sample]:
    """A source, and a sample of it that is read as the recipe's own data were."""
    then = recipe.source.options
    layout = ReadOptions(delimiter=then.delimiter, encoding=then.encoding, header=then.header)
    try:
        source = open_source(file, layout)
    except ClusteringError:
        if layout == AS_FOUND:
            raise
        source = open_source(file)  # what was asked for the file of then need not suit this one
    drawn = draw_rows(source)
    table = read_for(_plainly(recipe, source), _as_file(source, drawn), name=source.name, renamed=renamed)
    n_in_all = drawn.n_rows if table.n_rows < drawn.n_rows else None
    table = replace(table, reading=replace(table.reading, n_in_all=n_in_all))
    return source, Sample(table, drawn.n_rows, drawn.by, drawn.set_aside, Typing.of(table))


def _plainly(recipe: Recipe, source: Source) -> Recipe:
    """The recipe, with the layout that `_as_file` writes."""
    options = ReadOptions(columns=recipe.source.options.columns)
    if source.format == "csv":
        header = 0 if source.header is None else 1
        options = replace(options, delimiter=source.delimiter, encoding="utf-8", header=header)
    return replace(recipe, source=replace(recipe.source, options=options))


def _as_file(source: Source, drawn: Drawn) -> bytes:
    """The rows of a sample as a file of the source's kind."""
    out = io.BytesIO()
    header = source.headers if source.header is None else source.header
    if source.format == "parquet":
        pq.write_table(drawn.raw.rename_columns(list(header)), out)
        return out.getvalue()
    text = drawn.raw.rename_columns([str(place) for place in range(len(header))])
    settings = pa_csv.WriteOptions(include_header=False, delimiter=source.delimiter)
    if source.header is not None:
        names = pa.table([pa.array([name]) for name in header], names=text.column_names)
        pa_csv.write_csv(names, out, settings)
    pa_csv.write_csv(text, out, settings)
    return out.getvalue()


def _told_streamed(sample: Sample) -> str:
    n = sample.table.n_rows
    if n == sample.n_rows:
        return f"Streamed: read part by part; all {count(n, 'row')} explored."
    return f"Streamed: sample of {whole(n)} of {count(sample.n_rows, 'row')} explored; all rows read part by part."


def _told_silhouette(sample: Sample, error: float = 0.0) -> list[str]:
    if sample.table.n_rows == sample.n_rows and not error > 0:
        return []
    told = f"; its standard error is {error:.2g}" if error > 0 else ""
    return [f"The silhouette is estimated from the sample of {count(sample.table.n_rows, 'row')}{told}."]


def _told_escaped(labelled: Labelled) -> list[str]:
    n = labelled.n_escaped
    return [f"{count(n, 'cell')} that would start a formula got a leading apostrophe."] if n else []
