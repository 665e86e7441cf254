"""The command line: a thin layer over the library, for scheduled runs.

Prints one JSON object on standard output; progress and refusals go to standard error; a refusal exits with 2.
"""

import json
import math
import os
import sys
from functools import partial
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from clustering.answers import Swept, decide_number
from clustering.commandline import read_options
from clustering.errors import ClusteringError, InvalidSetting, NoUsableColumns
from clustering.export import label_table, to_csv, to_parquet
from clustering.export.applied import applied_table
from clustering.export.profiled import told_profile
from clustering.features import Features, FeatureSpec, prepare, suggest_features
from clustering.indices import SILHOUETTE_SAMPLE, mean_silhouette
from clustering.methods import METHODS, ClusterSpec
from clustering.model import fit, taking_part
from clustering.profile import profile
from clustering.recipe import (
    Found,
    apply_recipe,
    drift,
    load_recipe,
    make_recipe,
    match_columns,
    read_for,
    read_settings,
    save_recipe,
    told_agreement,
    told_drift,
)
from clustering.recommend import recommend
from clustering.rfm import RfmSpec, rfm, suggest_order
from clustering.stability import stability
from clustering.stream.commands import apply_all, fit_all, read_all, sweep_all
from clustering.stream.deciding import needs_streaming
from clustering.sweep import sweep
from clustering.table import Table, read_table
from clustering.wording import count, listing, one_line, whole
from clustering.writing import write_whole

_LONGEST = 2_000  # characters of a refusal: a name can be as long as a file
_SAMPLED = f"The silhouette is estimated from a sample of about {whole(SILHOUETTE_SAMPLE)} rows"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        options = read_options(arguments, _RUNS)
        # Numbers must not depend on how many cores are free; scikit-learn's own threads are bounded in `fit`.
        with threadpool_limits(1, user_api="blas"):
            answer = options.run(options)
    except ClusteringError as error:
        print(one_line(error, _LONGEST), file=sys.stderr)  # a name may hold line breaks, and what a terminal obeys
        return 2
    try:
        print(_json(answer), flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough (`| head`). What is left must not be written again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _read(options) -> dict:
    shown = ("name", "type", "role", "missing", "distinct", "mean", "min", "max")
    if _is_streamed(options):
        return read_all(options, shown)
    table = read_table(options.file)
    columns = [{field: getattr(column, field) for field in shown} for column in table.columns]
    return {"rows": table.n_rows, "columns": columns, "notes": table.notes}


def _sweep(options) -> dict:
    chosen, spec = _choose(options)
    if _is_streamed(options):
        return sweep_all(options, chosen, spec)
    table, features = _prepare(options, chosen)
    swept = _run_sweep(features, spec, options)
    told = swept.told(table.n_rows, features.spec.columns, [*table.notes, *features.notes, *features.advice])
    sampled = [f"{_SAMPLED}."] if swept.sweep.silhouette_sample else []
    return {**told, "notes": [*told["notes"], *sampled]}


def _fit(options) -> dict:
    chosen, spec = _choose(options)
    method = METHODS[spec.method]
    if method.takes_k and options.n_clusters is None and spec.n_clusters is None:
        raise InvalidSetting(f"{method.label} is told the number of segments: give --n-clusters 5, or auto.")
    if _is_streamed(options):
        return fit_all(options, chosen, spec, partial(_json, indent=1))
    table, features = _prepare(options, chosen)
    notes = [*table.notes, *features.notes, *features.advice]
    decided = decide_number(spec, options, lambda: _run_sweep(features, spec, options))
    notes.extend(note for note in decided.notes if note not in notes)
    clustering = fit(features, decided.spec)
    notes.extend(note for note in clustering.notes if note not in notes)
    labelled, escaped = _written(options.out, label_table(table, clustering), table)
    notes.extend(escaped)
    with_segment = taking_part(features, clustering).X
    silhouette, error = mean_silhouette(with_segment, clustering.fit_labels, spec.random_state)
    if error:
        notes.append(f"{_SAMPLED}; its standard error is {error:.2g}.")
    files = [(options.out, labelled)]
    if options.profile is not None:
        files.append(
            (
                options.profile,
                (_json(told_profile(profile(table, clustering, features.spec)), indent=1) + "\n").encode(),
            )
        )
    if options.recipe is not None:
        found = Found(separation=silhouette, repeatability=decided.repeatability, reason=decided.reason or "")
        recipe = make_recipe(table, features, clustering, found=found)
        files.append((options.recipe, save_recipe(recipe)))
        notes.extend(told_agreement(recipe))
    write_whole(*files, read=[options.file])
    return {
        "rows": table.n_rows,
        "n_clusters": clustering.n_clusters,
        "sizes": clustering.sizes,
        "noise": len(clustering.noise),
        "inertia": clustering.inertia,
        "silhouette": silhouette,
        "figures": dict(clustering.figures),
        "settings": dict(clustering.settings),
        "reason": decided.reason,
        "notes": notes,
        "out": str(options.out),
    }


def _apply(options) -> dict:
    if _is_streamed(options):
        return apply_all(options)
    recipe = load_recipe(options.recipe)
    renamed = dict(options.rename)
    table = read_for(recipe, options.file, renamed=renamed)
    matching = match_columns(recipe, table, renamed)
    if matching.n_missing:
        raise NoUsableColumns(
            f'{matching.refusal} A match is chosen by --rename "column of the recipe=column of the file".'
        )
    applied = apply_recipe(recipe, table, renamed)
    labelled, escaped = _written(options.out, applied_table(table, applied), table)
    notes = [*table.notes, *applied.notes]
    if matching.extra:
        notes.append(
            f"The recipe does not know {listing(map(one_line, matching.extra), 20)}: kept, without a part in it."
        )
    notes.extend(escaped)
    write_whole((options.out, labelled), read=[options.recipe, options.file])
    return {
        "rows": table.n_rows,
        "sizes": applied.sizes,
        "not_placed": applied.n_not_placed,
        "drift": told_drift(drift(recipe, applied)),
        "notes": notes,
        "out": str(options.out),
    }


def _rfm(options) -> dict:
    table = read_table(options.file)
    value = _value_of_a_line(options.amount, table)
    used = (options.customer, options.date, *value.values())
    customers = rfm(table, RfmSpec(options.customer, options.date, **value, order=suggest_order(table, used)))
    content, escaped = _written(options.out, customers.text.to_pandas(), customers)
    write_whole((options.out, content), read=[options.file])
    notes = [*table.notes, *customers.notes, *escaped]
    return {"rows": table.n_rows, "customers": customers.n_rows, "notes": notes, "out": str(options.out)}


def _value_of_a_line(text: str, table: Table) -> dict[str, str]:
    """One column, or quantity and price written as "quantity*price"."""
    quantity, times, price = text.partition("*")
    if times and text not in table.frame.columns:
        return {"quantity": quantity.strip(), "price": price.strip()}
    return {"amount": text}


def _written(out: Path, told: pd.DataFrame, table: Table) -> tuple[bytes, list[str]]:
    """The rows in the format that the name of the file asks for, and what is to be said about it."""
    if out.suffix.lower() == ".parquet":
        return to_parquet(told, table), []
    csv_file = to_csv(told, delimiter=table.reading.delimiter)
    n = csv_file.n_escaped
    return csv_file.content, [f"{count(n, 'cell')} that would start a formula got a leading apostrophe."] if n else []


def _choose(options) -> tuple[dict, ClusterSpec]:
    """What is told about the features, and how to cluster; an option counts before the settings."""
    told = read_settings(options.settings) if options.settings else {}
    features = {**told.get("features", {}), **_given(options, "scale", "missing", "outliers")}
    if options.features is not None:
        features["columns"] = options.features
    chosen = {**told.get("clustering", {}), **_given(options, "method", "random_state")}
    if chosen.get("method") in METHODS and not METHODS[chosen["method"]].takes_k:
        chosen.pop("n_clusters", None)
    return features, ClusterSpec(**chosen)


def _is_streamed(options) -> bool:
    return needs_streaming(options.file, options.max_memory)


def _prepare(options, chosen: dict) -> tuple[Table, Features]:
    table = read_table(options.file)
    columns = chosen["columns"] if "columns" in chosen else suggest_features(table).columns
    return table, prepare(table, FeatureSpec(**{**chosen, "columns": columns}))


def _given(options, *names: str) -> dict:
    """The options that stand on the command line."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _run_sweep(features: Features, spec: ClusterSpec, options) -> Swept:
    def tell(k, _):
        print(f"{k} segments fitted", file=sys.stderr)

    result = sweep(features, spec, options.k, on_step=tell)
    measured = stability(features, spec, result.n_clusters)
    return Swept(result, measured, recommend(result, measured, min_share=options.min_share))


def _json(value, indent: int | None = None) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value):
    """The value as JSON knows it; what is undefined is null."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


_RUNS = {"read": _read, "sweep": _sweep, "fit": _fit, "apply": _apply, "rfm": _rfm}

if __name__ == "__main__":
    # JSON is UTF-8 whatever the terminal's encoding; a path may hold bytes that are none, and comes as \udc80 then.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(main())
