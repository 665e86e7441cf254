"""What is fuzzed: how its inputs are made, what is done with them, and what has to hold whatever comes out.

Every target returns "done" or "refused"; anything else that leaves it is a defect: an exception that is no
`ClusteringError`, an assertion below, a process that dies, hangs or takes more memory than it may.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from clustering import ClusteringError, ClusterSpec, FeatureSpec, Table, fit, prepare, read_table
from clustering.__main__ import main
from clustering.export import to_csv
from clustering.features import MISSING, OUTLIERS, SCALES, suggest_features
from clustering.methods import METHODS
from clustering.recipe import apply_recipe, drift, load_recipe, read_for, save_recipe, told_drift
from clustering.recipe.settings import read_settings
from clustering.rfm import RfmSpec, rfm, suggest_rfm
from clustering.table import ROLES, TYPES, ColumnOptions, ReadOptions
from tests.fuzz import damage, documents, samples
from tests.fuzz.samples import ARCHIVES, CELLS, OTHER_WORKBOOKS, PARQUETS, TEXTS, WORKBOOKS

ROOT = Path(__file__).parents[2]
_LONGEST_SENTENCE = 3_000  # a refusal may list what there is, but never the file
_FILE_NAMES = st.one_of(st.sampled_from(("customers.csv", "", *CELLS)), st.text(max_size=12))


@dataclass(frozen=True)
class Target:
    """One thing to fuzz.

    Attributes
    ----------
    inputs : strategy
        Of plain values, which a failing case is saved as.
    run : callable
        Takes an input; returns "done" or "refused".
    cases : int
        Of 20,000.
    """

    inputs: st.SearchStrategy
    run: Callable[[Any], str]
    cases: int


def refusal_of(error: ClusteringError) -> str:
    """Check that a refusal is a sentence; what it is counted as."""
    told = str(error)
    assert told.strip(), "an empty sentence"
    assert told.rstrip()[-1] in ".?!", told[-200:]
    assert len(told) < _LONGEST_SENTENCE, f"{len(told):,} characters: {told[:200]}"
    return "refused"


# --- files ---


def read(case: dict) -> str:
    """Read a file in one of the ways that the reader can be told."""
    try:
        table = read_table(
            case["content"], name=case.get("name"), options=_options(case), least_rows=case.get("least_rows", 3)
        )
    except ClusteringError as error:
        return refusal_of(error)
    check_table(table)
    return "done"


def _options(case: dict) -> ReadOptions:
    columns = tuple(ColumnOptions(**column) for column in case.get("columns", ()))
    return ReadOptions(columns=columns, **case.get("options", {}))


def check_table(table: Table) -> None:
    """What holds for every table, whatever it was read from."""
    names = [column.name for column in table.columns]
    assert table.n_rows == len(table.frame) == table.text.num_rows
    assert list(table.frame.columns) == table.text.column_names == names
    assert len(set(names)) == len(names) and all(names)
    assert len(set(table.headers)) == len(table.headers) == len(names)
    assert all(column.null_count == 0 for column in table.text.columns)
    assert all(0 <= row < table.n_rows for row in table.set_aside)
    for note in table.notes:
        assert note.strip() and len(note) < _LONGEST_SENTENCE, note[:200]
        assert not {"\n", "\r", "\x00", "\x1b", "\u202e"} & set(note), note


def _files(contents: st.SearchStrategy) -> st.SearchStrategy:
    return st.fixed_dictionaries({"content": contents, "name": _FILE_NAMES, "least_rows": st.sampled_from((1, 3))})


_COLUMN_NAMES = st.one_of(
    st.sampled_from(("id", "amount", "visits", "since", "city", "Stadt", "member", "a", "column 1", *CELLS)),
    st.text(max_size=5),
)
_COLUMN_OPTIONS = st.fixed_dictionaries(
    {"name": _COLUMN_NAMES},
    optional={
        "type": st.sampled_from((*TYPES, "x")),
        "role": st.sampled_from((*ROLES, "empty")),
        "decimal": st.sampled_from((".", ",", ";")),
        "day_first": st.booleans(),
        "missing": st.one_of(st.sampled_from(CELLS), st.lists(st.sampled_from(CELLS), max_size=3).map(tuple)),
    },
)
_READ_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "sheet": st.sampled_from(("Customers", "A", "Notes", "", *CELLS)),
        "delimiter": st.sampled_from((",", ";", "\t", "|", "", "#", ",,", "\n", "\x00", '"')),
        "encoding": st.one_of(
            st.sampled_from(
                (
                    "utf-8",
                    "utf-16",
                    "cp1252",
                    "gb18030",
                    "idna",
                    "punycode",
                    "hex",
                    "undefined",
                    "utf-7",
                    "unicode_escape",
                    "raw_unicode_escape",
                    "mbcs",
                    "",
                )
            ),
            st.text(max_size=5),
        ),
        "header": st.one_of(st.integers(-2, 20), st.sampled_from((10**6, 2**31, 2**63, 2**64))),
    },
)
_SAMPLES = {**TEXTS, **WORKBOOKS, **PARQUETS, **ARCHIVES}
_READ_WITH_OPTIONS = st.fixed_dictionaries(
    {
        "content": st.one_of(
            st.sampled_from(sorted(_SAMPLES)).map(_SAMPLES.get), damage.texts(TEXTS), damage.zips(WORKBOOKS)
        ),
        "options": _READ_OPTIONS,
        "columns": st.lists(_COLUMN_OPTIONS, max_size=4),
    }
)


def read_with_options(case: dict) -> str:
    try:
        _options(case)
    except ClusteringError as error:
        return refusal_of(error)
    return read(case)


# --- recipes and settings ---


def apply(case: dict) -> str:
    """Load a recipe and give the customers of a file its segments, as the command line does."""
    try:
        recipe = load_recipe(case["recipe"], name=case["name"])
        assert save_recipe(load_recipe(save_recipe(recipe))) == save_recipe(recipe)
        table = read_for(recipe, case["content"])
        applied = apply_recipe(recipe, table)
        told_drift(drift(recipe, applied))
    except ClusteringError as error:
        return refusal_of(error)
    assert sum(applied.sizes) + applied.n_not_placed == table.n_rows
    assert set(applied.of_table.tolist()) <= set(range(-1, len(recipe.segments)))
    return "done"


_CUSTOMERS = st.one_of(st.just(documents.ROWS.encode()), damage.texts({"customers": documents.ROWS.encode()}))


def set_up(case: dict) -> str:
    """Read a file of settings and fit as it says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "settings.json")
        path.write_bytes(case["settings"])
        try:
            told = read_settings(path)
            table = read_table(documents.ROWS.encode())
            features = {"columns": suggest_features(table).columns, **told.get("features", {})}
            prepared = prepare(table, FeatureSpec(**features))
            fit(prepared, ClusterSpec(**{"n_clusters": case["n_clusters"], **told.get("clustering", {})}))
        except ClusteringError as error:
            return refusal_of(error)
    return "done"


def purchases(case: dict) -> str:
    """Make customers out of a damaged file of purchases, by a mapping that may name anything."""
    try:
        table = read_table(case["content"])
        suggested = suggest_rfm(table)
        spec = (
            suggested
            if case["spec"] is None and suggested
            else RfmSpec(**(case["spec"] or {"customer": "customer_id", "date": "date", "amount": "total"}))
        )
        customers = rfm(table, spec)
    except ClusteringError as error:
        return refusal_of(error)
    check_table(customers)
    to_csv(customers.text.to_pandas())
    return "done"


_PURCHASE_COLUMN = st.one_of(
    st.sampled_from(("order_id", "date", "customer_id", "quantity", "unit_price", "total")), st.sampled_from(CELLS)
)
_MAPPING = st.fixed_dictionaries(
    {"customer": _PURCHASE_COLUMN, "date": _PURCHASE_COLUMN},
    optional={
        **dict.fromkeys(("amount", "quantity", "price", "order"), _PURCHASE_COLUMN),
        "reference": st.dates(),
        "returns": st.sampled_from(("subtract", "leave out", "x")),
        "zero_amounts": st.sampled_from(("keep", "leave out", "x")),
    },
)


# --- the command line ---

_NUMBERS = st.one_of(
    st.sampled_from(
        ("3", "auto", "1", "0", "-1", "2.5", "1e9", "99999999999999999999", "nan", "inf", "", "٣", "0x3", "1_0")
    ),
    st.text(max_size=4),
)
_RANGES = st.one_of(
    st.sampled_from(("2:4", "3", "4:2", "0:3", "2:", ":", "2:3:4", "-1:3", "2:9999999", "a:b", "", "२:३")),
    st.text(max_size=4),
)
_WRITTEN = (
    "out.csv",
    "out.csv",
    "out.csv",
    "../out.csv",
    "no/such/folder/out.csv",
    "",
    ".",
    "..",
    "o" * 300 + ".csv",
    "/dev/full",
    "customers.csv",
    "recipe.json",
    "two\nlines.csv",
    "\u202egpj.csv",
    "\x1b[31mred.csv",
    "<b>.csv",
    "a\x00b.csv",
    "-",
    "folder",
    "\udc80.csv",
)
_FILES = ("customers.csv",) * 6 + (
    "damaged",
    "recipe.json",
    "none.csv",
    "",
    "folder",
    "purchases.csv",
    "a\x00b",
    "\x1b[31mno.csv",
    "\udc80",
    "n" * 5_000,
)
_COLUMNS = st.one_of(
    st.sampled_from(
        ("age,spend", "age", "age,city,since,member", '"age","spend"', "age,age", "id", "nothing", "", ",", '"', *CELLS)
    ),
    st.text(max_size=6),
)
_MEMORY = st.sampled_from(("1K", "1K", "300K", "4G", "1.5G", "0", "-1", "G", "", "1e99G", "nan"))
_SHARED = {
    "--features": _COLUMNS,
    "--scale": st.sampled_from((*SCALES, "x", "")),
    "--outliers": st.sampled_from((*OUTLIERS, "forest", "x")),
    "--missing": st.sampled_from((*MISSING, "x")),
    "--k": _RANGES,
    "--method": st.sampled_from((*METHODS, "x", "")),
    "--min-share": _NUMBERS,
    "--random-state": _NUMBERS,
    "--settings": st.sampled_from(
        ("settings.json", "settings.json", "recipe.json", "customers.csv", "none.json", "folder", "", "a\x00b")
    ),
    "--max-memory": _MEMORY,
}
OPTIONS = {
    "read": {"--max-memory": _MEMORY},
    "sweep": _SHARED,
    "fit": {
        **_SHARED,
        "--n-clusters": _NUMBERS,
        "--out": st.sampled_from(_WRITTEN),
        "--recipe": st.sampled_from(_WRITTEN),
        "--profile": st.sampled_from(_WRITTEN),
    },
    "apply": {
        "--max-memory": _MEMORY,
        "--out": st.sampled_from(_WRITTEN),
        "--rename": st.one_of(
            st.sampled_from(("age=spend", "spend=age", "=", "age=", "age", "age=age", *CELLS)), st.text(max_size=5)
        ),
    },
    "rfm": {
        "--customer": st.sampled_from(("customer_id", "date", "", *CELLS)),
        "--date": st.sampled_from(("date", "total", *CELLS)),
        "--amount": st.sampled_from(("total", "quantity*unit_price", "*", "a*b*c", *CELLS)),
        "--out": st.sampled_from(_WRITTEN),
    },
}
_NEEDED = {
    "fit": {"--n-clusters": "3", "--out": "out.csv"},
    "apply": {"--out": "out.csv"},
    "rfm": {"--customer": "customer_id", "--date": "date", "--amount": "total", "--out": "out.csv"},
}


@st.composite
def commands(draw) -> dict:
    """Arguments of a command, mostly such as go together, and the files beside it."""
    command = draw(st.sampled_from(("read", "sweep", "fit", "fit", "apply", "rfm")))
    own = OPTIONS[command]
    chosen = draw(st.lists(st.sampled_from(sorted(own)), max_size=3)) if own else []
    given = {**_NEEDED.get(command, {}), **{name: draw(own[name]) for name in chosen}}
    if draw(st.integers(0, 14)) == 0 and given:
        del given[draw(st.sampled_from(sorted(given)))]
    files = ["purchases.csv"] if command == "rfm" else [draw(st.sampled_from(_FILES))]
    if command == "apply":
        files.insert(0, draw(st.sampled_from(("recipe.json", "recipe.json", "broken.json", *_FILES))))
    arguments = [command, *files]
    for name, value in given.items():
        arguments += [f"{name}={value}"] if draw(st.booleans()) else [name, value]
    if draw(st.integers(0, 9)) == 0:
        arguments.insert(
            draw(st.integers(0, len(arguments))),
            draw(st.one_of(st.sampled_from(("--help", "--", "-", "--no-such", "@file", *CELLS)), st.text(max_size=5))),
        )
    return {
        "arguments": arguments,
        "damaged": draw(damage.texts(TEXTS)),
        "purchases": draw(st.one_of(st.just(samples.purchases()), damage.texts({"": samples.purchases()}))),
        "settings": draw(documents.broken(documents.settings())),
        "broken": draw(documents.broken(documents.recipes())),
    }


@contextlib.contextmanager
def _folder(case: dict):
    """A folder of its own, deep down, so that ".." stays inside; the working directory while it lasts."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top, "a", "b")
        folder.joinpath("folder").mkdir(parents=True)
        told = {
            "customers.csv": documents.ROWS.encode(),
            "damaged": case["damaged"],
            "purchases.csv": case["purchases"],
            "settings.json": case["settings"],
            "broken.json": case["broken"],
            "recipe.json": json.dumps(documents.recipes()["kmeans"]).encode(),
        }
        for name, content in told.items():
            folder.joinpath(name).write_bytes(content)
        os.chdir(folder)
        try:
            yield Path(top)
        finally:
            os.chdir(before)


def command(case: dict) -> str:
    """Run a command in this process."""
    with _folder(case) as top:
        before = _content(top)
        out, error = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            try:
                status = main(case["arguments"])
            except SystemExit as asked:
                assert asked.code == 0 and {"-h", "--help"} & set(case["arguments"]), "it ended by itself"
                return "done"
        return check_answer(status, out.getvalue(), error.getvalue(), before, _content(top))


def process(case: dict) -> str:
    """Run a command as a scheduler does: in a process, whose streams know nothing but bytes."""
    arguments = [argument.replace("\x00", "") for argument in case["arguments"]]  # no process is given one
    with _folder(case) as top:
        before = _content(top)
        called = [sys.executable, "-m", "clustering", *(os.fsencode(_encodable(argument)) for argument in arguments)]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "LC_ALL": "C"}
        done = subprocess.run(called, capture_output=True, env=env, timeout=300)
        if {"-h", "--help"} & set(arguments) and done.returncode == 0 and done.stdout.startswith(b"usage"):
            return "done"
        return check_answer(done.returncode, done.stdout.decode(), done.stderr.decode(), before, _content(top))


def _encodable(argument: str) -> str:
    """What an argument can be: any bytes, which half a character is none of."""
    return argument.encode("utf-8", "surrogateescape" if "\udc80" in argument else "replace").decode(
        "utf-8", "surrogateescape"
    )


def _content(top: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def check_answer(status: int, out: str, error: str, before: dict, after: dict) -> str:
    """One JSON object and its file, or one sentence and no file."""
    assert status in (0, 2), f"status {status}: {error[-2_000:]}"
    assert all(after.get(path) == content for path, content in before.items()) or status == 0, "a file was changed"
    if status == 0:
        told = json.loads(out, parse_constant=_no_constant)
        assert isinstance(told, dict) and out.count("\n") == 1
        return "done"
    assert out == "", out[:200]
    assert set(after) == set(before), "a file was left behind"
    *progress, sentence = error.rstrip("\n").split("\n")
    assert all(line.endswith(" segments fitted") for line in progress), error[-2_000:]
    assert "Traceback" not in error, error[-2_000:]
    assert sentence.strip() and sentence.rstrip()[-1] in ".?!" and len(sentence) < 10_000, sentence[-300:]
    assert all(c.isprintable() or c in "\u200c\u200d" for c in sentence), repr(sentence)
    return "refused"


def _no_constant(name: str):
    raise AssertionError(f"{name} is no JSON")


TARGETS = {
    "text": Target(_files(damage.texts(TEXTS)), read, 5_000),
    "workbook": Target(_files(damage.zips(WORKBOOKS)), read, 2_500),
    "other workbook": Target(_files(damage.zips(OTHER_WORKBOOKS)), read, 500),
    "Parquet": Target(_files(damage.parquets(PARQUETS)), read, 2_000),
    "archive": Target(_files(damage.archives(ARCHIVES)), read, 1_000),
    "options of reading": Target(_READ_WITH_OPTIONS, read_with_options, 2_500),
    "recipe": Target(
        st.fixed_dictionaries(
            {
                "recipe": st.deferred(lambda: documents.broken(documents.recipes())),
                "name": _FILE_NAMES,
                "content": _CUSTOMERS,
            }
        ),
        apply,
        3_000,
    ),
    "settings": Target(
        st.fixed_dictionaries(
            {
                "settings": st.deferred(lambda: documents.broken(documents.settings())),
                "n_clusters": st.sampled_from((None, 2, 3)),
            }
        ),
        set_up,
        1_500,
    ),
    "purchases": Target(
        st.fixed_dictionaries(
            {
                "content": st.one_of(st.just(samples.purchases()), damage.texts({"": samples.purchases()})),
                "spec": st.one_of(st.none(), _MAPPING),
            }
        ),
        purchases,
        1_000,
    ),
    "command": Target(commands(), command, 970),
    "command in a process": Target(commands(), process, 30),
}
