"""Files that are small and want everything: memory, time, the stack, or somebody else's files.

Each is read in a process of its own within bounds of memory and time. `python -m tests.fuzz.bombs small` (or `full`)
reads them all and writes one line of JSON for each.
"""

import gzip
import io
import json
import os
import resource
import struct
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clustering import ClusteringError, read_table
from clustering.recipe import load_recipe
from clustering.recipe.settings import read_settings
from tests.fuzz import documents
from tests.fuzz.damage import zipped
from tests.fuzz.samples import OTHER_WORKBOOKS, WORKBOOKS, members
from tests.test_formats import ODS

MEMORY = {"small": 3 << 29, "full": 5 << 30}  # bytes that reading one may take
SECONDS = {"small": 60, "full": 300}  # of CPU; far more than any of them takes
SECRET = "what stands in a file that nobody uploaded"

_ROWS = b"".join(b"%d,%d\n" % (i, i * i) for i in range(20))


def read(content: bytes) -> str:
    table = read_table(content, name="bomb")
    assert SECRET not in str(table.text.to_pydict() if table.text.nbytes < 1_000_000 else "")
    return f"{table.n_rows:,} rows, {len(table.columns):,} columns"


def read_whole(content: bytes) -> str:
    """Read a file of 21 records, one of them monstrous: all of them or none."""
    assert (n_rows := read_table(content, name="bomb").n_rows) == 21, f"{n_rows} of 21 rows"
    return "21 rows"


def recipe(content: bytes) -> str:
    return f"{len(load_recipe(content).segments)} segments"


def settings(content: bytes) -> str:
    path = Path(f"/proc/self/fd/{os.memfd_create('settings')}")
    path.write_bytes(content)
    return str(sorted(read_settings(path)))


@dataclass(frozen=True)
class Bomb:
    """A file, and what reading it may end in.

    Attributes
    ----------
    make : callable
        Takes a size; returns the content.
    small, full : int
        The sizes.
    told : str
        A part of the sentence that refuses it; "" where it may be read as well.
    run : callable
    """

    make: Callable[[int], bytes]
    small: int
    full: int
    told: str = ""
    run: Callable[[bytes], str] = read


# --- archives ---


def zip_of_zeros(n: int) -> bytes:
    return _zip_by_hand([(b"a.csv", _deflated_zeros(n), n, zlib.crc32(bytes(n)))])


def _deflated_zeros(n: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(n >> 20)]
    return b"".join([*parts, packer.compress(bytes(n & 0xFFFFF)), packer.flush()])


def _zip_by_hand(entries: list[tuple[bytes, bytes, int, int]], *, one_body: bool = False) -> bytes:
    """A zip container without any check; with `one_body` all entries lie over each other."""
    bodies, central, at = [], [], 0
    for place, (name, packed, size, crc) in enumerate(entries):
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), min(size, 0xFFFFFFFF), len(name), 0)
        central.append(b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name)
        if place == 0 or not one_body:
            bodies.append(b"PK\x03\x04" + common + name + packed)
            at = at if one_body else at + len(bodies[-1])
    body, listed = b"".join(bodies), b"".join(central)
    n = min(len(entries), 0xFFFF)
    return body + listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, n, n, len(listed), len(body), 0)


def zip_of_many(n: int) -> bytes:
    return _zip_by_hand([(b"%d.csv" % i, b"\x03\x00", 0, 0) for i in range(n)])


def zip_of_overlaps(n: int) -> bytes:
    packed = _deflated_zeros(1 << 20)
    entries = [(b"%d.csv" % i, packed, 1 << 20, zlib.crc32(bytes(1 << 20))) for i in range(n)]
    return _zip_by_hand(entries, one_body=True)


def zip_in_zips(n: int) -> bytes:
    content = b"a,b\n" + _ROWS
    for _ in range(n):
        content = zipped([("a.zip", content)])
    return content


def climbing(_: int) -> bytes:
    return zipped([("../../../../tmp/hurt.csv", b"a,b\n" + _ROWS)])


def nameless(n: int) -> bytes:
    inside = b"a,b\n" + _ROWS
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(inside) + packer.flush()
    return _zip_by_hand([(b"", packed, len(inside), zlib.crc32(inside))] * n)


def gzip_of_zeros(n: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(n >> 20)), packer.flush()])


def gzip_of_nothing(n: int) -> bytes:
    return gzip.compress(b"") * n + gzip.compress(b"a,b\n" + _ROWS)


def gzip_of_commas(n: int) -> bytes:
    return gzip.compress(b"a,b\n" + b"," * n, 1)


# --- text ---


def wide(n: int) -> bytes:
    return b"\n".join([b",".join(b"c%d" % i for i in range(n)), *[b"1," * (n - 1) + b"2"] * 3])


def quoted_cell(n: int) -> bytes:
    return b'a,b\n1,"' + b"x" * n + b'"\n' + _ROWS


def long_line(n: int) -> bytes:
    return b"a,b\n1," + b"x" * n + b"\n" + _ROWS


def long_name(n: int) -> bytes:
    return b"a" + b"x" * n + b",b\n" + _ROWS


def blanks_in_a_name(n: int) -> bytes:
    return b"a" + b" " * n + b"b,c\n" + _ROWS


def zeros_between(n: int) -> bytes:
    return b"a,b\n" + _ROWS + b"\x00" * n + b"\n" + _ROWS


def of_comments(n: int) -> bytes:
    return b"<!---->" * n + b"</x,b\n" + _ROWS


def of_sql_comments(n: int) -> bytes:
    return b"/**/" * n + b"a,b\n" + _ROWS


def of_dashes(n: int) -> bytes:
    return b"a|b\n" + b"-" * n + b"x|y\n" + _ROWS.replace(b",", b"|")


def of_letters(n: int) -> bytes:
    return b"x" * n + b"\n" + _ROWS.replace(b",", b"")


def blank_lines(n: int) -> bytes:
    return b"a,b\n" + b" \n" * n + _ROWS


def same_names(n: int) -> bytes:
    return b"\n".join([b",".join([b"a"] * n), *[b"1," * (n - 1) + b"2"] * n])


# --- workbooks ---


def workbook(**changes: Callable[[bytes], bytes]) -> bytes:
    """The workbook with errors, some of its parts changed."""
    parts = members(WORKBOOKS["errors"])
    named = {
        "book": "xl/workbook.xml",
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
    }
    for name, change in changes.items():
        parts[named[name]] = change(parts[named[name]])
    return zipped(parts.items())


def _laughs(n: int) -> bytes:
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, n))
    return f'<!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>'.encode()


def laughs_in(part: str, place: bytes) -> Callable[[int], bytes]:
    """Entities that stand for ten of the one before, used in the text of a part."""

    def make(n: int) -> bytes:
        def change(xml: bytes) -> bytes:
            head, end, rest = xml.partition(b"?>")
            return head + end + _laughs(n) + rest.replace(place, place + b"&l%d;" % (n - 1), 1)

        # An error in a cell, so that the names of the sheets are looked up as well.
        wrong = (
            (lambda xml: xml.replace(b"<v>1</v>", b"<v>#N/A</v>").replace(b'r="A3"', b'r="A3" t="e"'))
            if part != "sheet"
            else None
        )
        return workbook(**{part: change}, **({"sheet": wrong} if wrong else {}))

    return make


def external_entity(_: int) -> bytes:
    secret = Path("/tmp") / f"fuzz-secret-{os.getpid()}.txt"
    secret.write_text(SECRET)

    def change(xml: bytes) -> bytes:
        head, end, rest = xml.partition(b"?>")
        entity = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file://%s">]>' % str(secret).encode()
        return head + end + entity + rest.replace(b"<t>a", b"<t>&secret;a", 1)

    return workbook(strings=change)


def far_cell(cell: bytes) -> Callable[[int], bytes]:
    return lambda _: workbook(sheet=lambda xml: xml.replace(b"</sheetData>", cell + b"</sheetData>"))


def one_text_in_many_cells(n: int) -> bytes:
    """A text of 30,000 letters, in n cells."""
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(1, n))
    return workbook(
        sheet=lambda xml: xml[: xml.index(b"<sheetData>")] + b"<sheetData>" + cells + xml[xml.index(b"</sheetData>") :],
        strings=lambda xml: xml.replace(b"<t>a</t>", b"<t>" + b"x" * 30_000 + b"</t>", 1),
    )


def texts_by_the_million(n: int) -> bytes:
    return workbook(strings=lambda xml: xml.replace(b"<si>", b"<si><t/></si>" * n + b"<si>", 1))


def lies_about_its_size(n: int) -> bytes:
    """A part with shared texts that says it is small."""
    parts = members(WORKBOOKS["errors"])
    packed = []
    for name, inside in parts.items():
        if name == "xl/sharedStrings.xml":
            inside = inside.replace(b"<si>", b"<si><t/></si>" * n + b"<si>", 1)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        size = 1_000 if name == "xl/sharedStrings.xml" else len(inside)
        packed.append((name.encode(), packer.compress(inside) + packer.flush(), size, zlib.crc32(inside)))
    return _zip_by_hand(packed)


def deep_elements(n: int) -> bytes:
    return workbook(sheet=lambda xml: xml.replace(b"</sheetData>", b"<row>" * n + b"</row>" * n + b"</sheetData>"))


def repeated_cells(n: int) -> bytes:
    parts = members(OTHER_WORKBOOKS["ods"])
    cell = f'<table:table-cell table:number-columns-repeated="{n}" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="{n}">{cell}</table:table-row>'
    parts["content.xml"] = ODS.format(rows=row).encode()
    return zipped(parts.items())


# --- Parquet ---


def _parquet(table: pa.Table, **options) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def one_text_in_many_rows(n: int) -> bytes:
    """A text of a megabyte, in n rows."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int32()), pa.array(["x" * (1 << 20)]))
    return _parquet(pa.table({"a": pa.array(range(n)), "t": text}), dictionary_pagesize_limit=1 << 24)


def numbers_by_the_million(n: int) -> bytes:
    return _parquet(pa.table({f"c{i}": pa.array([1]).take(pa.array([0] * n)) for i in range(20)}))


def lists_by_the_million(n: int) -> bytes:
    lists = pa.ListArray.from_arrays([0, n, n, n, n], pa.array([1], pa.int8()).take(pa.array([0] * n)))
    return _parquet(pa.table({"a": [1, 2, 3, 4], "l": lists}), compression="zstd")


def wide_parquet(n: int) -> bytes:
    return _parquet(pa.table([pa.array([1, 2, 4])] * n, names=[f"c{i}" for i in range(n)]))


def deep_parquet(n: int) -> bytes:
    """Groups in groups: a footer of n elements, each the only child of the one before."""
    group = b"\x35\x00\x18\x01g\x15\x02\x00"  # optional, called "g", one child
    leaf = b"\x15\x02\x25\x00\x18\x01g\x00"  # a number
    root = b"\x48\x01r\x15\x02\x00"
    listed = b"\xfc" + _varint(n + 2) + root + group * n + leaf
    footer = b"\x15\x02\x19" + listed + b"\x16\x06\x19\x0c\x00"  # version, schema, three rows, no row groups
    return b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def _varint(n: int) -> bytes:
    low = bytes([n & 0x7F | (0x80 if n > 0x7F else 0)])
    return low if n <= 0x7F else low + _varint(n >> 7)


def page_of_two_gigabytes(_: int) -> bytes:
    """A page that says of itself that it unpacks to 2 GB."""
    content = _parquet(
        pa.table({"a": ["x" * 90] * 20}), compression="zstd", use_dictionary=False, write_statistics=False
    )
    size = content.index(b"\x15\x00\x15") + 3  # page type 0, then its size unpacked as a zigzag number
    end = size + 1
    while content[end - 1] & 0x80:
        end += 1
    padded = _varint(2 * 0x7FFFFFFE)
    return content[:size] + padded + content[end:]


# --- recipes and settings ---


def brackets(n: int) -> bytes:
    return b"[" * n


def objects(n: int) -> bytes:
    return b'{"recipe":' * n


def _recipe(change: Callable[[dict], object]) -> bytes:
    told = json.loads(json.dumps(documents.recipes()["kmeans"]))
    change(told)
    return json.dumps(told).encode()


def recipe_in_recipes(n: int) -> bytes:
    """Written by hand: a library that writes JSON gives up before a reader does."""
    inner = {name: value for name, value in documents.recipes()["kmeans"].items() if name not in ("recipe", "version")}
    body = json.dumps(inner)[:-1].encode() + b', "outer_label": 0, "outer": '
    whole = json.dumps(documents.recipes()["kmeans"])[:-1].encode() + b', "outer_label": 0, "outer": '
    return whole + body * n + json.dumps(inner).encode() + b"}" * (n + 1)


def many_column_options(n: int) -> bytes:
    columns = [{"name": f"c{i}"} for i in range(n)]
    return _recipe(lambda told: told["source"].setdefault("options", {}).update(columns=columns))


def many_columns(n: int) -> bytes:
    names = [f"c{i}" for i in range(n)]
    return _recipe(lambda told: told["features"].update(columns=names, describe=[f"d{i}" for i in range(n)]))


def many_trained_columns(n: int) -> bytes:
    return _recipe(lambda told: told.update(columns=[{**told["columns"][0], "name": f"c{i}"} for i in range(n)]))


def many_prepared_columns(n: int) -> bytes:
    def change(told):
        prepared = told["preparation"]
        prepared["specs"] = [{**prepared["specs"][0], "name": f"c{i}"} for i in range(n)]
        prepared["columns"] = prepared["columns"] * n
        told["features"]["columns"] = [f"c{i}" for i in range(n)]

    return _recipe(change)


def many_segments(n: int) -> bytes:
    return _recipe(lambda told: told.update(segments=told["segments"] * n))


def many_settings(n: int) -> bytes:
    columns = [f"c{i}" for i in range(n)]
    return json.dumps(
        {
            "features": {
                "columns": columns,
                "describe": columns,
                "settings": [{"name": name, "weight": 2} for name in columns],
            }
        }
    ).encode()


def many_digits(n: int) -> bytes:
    return b'{"clustering": {"n_init": ' + b"9" * n + b"}}"


_FAR = "more than can be read"
BOMBS = {
    "zip of zeros": Bomb(zip_of_zeros, 110 << 20, 4_000 << 20, "more than is read from a file of its size"),
    "zip of many files": Bomb(zip_of_many, 20_000, 1_000_000, "zip archive"),
    "zip of files that lie over each other": Bomb(zip_of_overlaps, 300, 60_000, "bomb"),
    "zip in zip in zip": Bomb(zip_in_zips, 5, 200, "an archive in an archive"),
    "zip that climbs up": Bomb(climbing, 1, 1),
    "zip of a file without a name": Bomb(nameless, 1, 1),
    "zip of files without names": Bomb(nameless, 3, 1_000, "zip archive"),
    "gzip of zeros": Bomb(gzip_of_zeros, 110 << 20, 8_000 << 20, "more than is read from a file of its size"),
    "gzip of nothing": Bomb(gzip_of_nothing, 150_000, 5_000_000, "more than 100,000 parts"),
    "gzip of commas": Bomb(gzip_of_commas, 1_000_000, 90 << 20, "columns and only"),
    "a million columns": Bomb(wide, 20_000, 1_000_000, "columns and only"),
    "one cell between quotation marks": Bomb(quoted_cell, 20 << 20, 100 << 20, "", read_whole),
    "one cell of the whole file": Bomb(long_line, 20 << 20, 100 << 20, "", read_whole),
    "a long name": Bomb(long_name, 1 << 20, 15 << 20),
    "blanks in a name": Bomb(blanks_in_a_name, 300_000, 15 << 20),
    "zeros in the middle": Bomb(zeros_between, 1 << 20, 100 << 20),
    "comments of a web page": Bomb(of_comments, 500, 500),
    "comments of SQL": Bomb(of_sql_comments, 900, 900),
    "a line of dashes": Bomb(of_dashes, 60_000, 60_000),
    "a name of letters": Bomb(of_letters, 19_900, 19_900),
    "blank lines": Bomb(blank_lines, 300_000, 50_000_000),
    "one name for all columns": Bomb(same_names, 300, 2_000),
    "laughs in shared texts": Bomb(laughs_in("strings", b"<t>"), 10, 10),
    "laughs in the names of sheets": Bomb(laughs_in("book", b'name="'), 10, 10),
    "laughs in a sheet": Bomb(laughs_in("sheet", b"<v>"), 10, 10),
    "a file as an entity": Bomb(external_entity, 1, 1),
    "a cell far out": Bomb(far_cell(b'<row r="1048576"><c r="XFD1048576"><v>3</v></c></row>'), 1, 1, _FAR),
    "a cell far out, single quotes": Bomb(
        far_cell(b"<row r='1048576'><c r='XFD1048576'><v>3</v></c></row>"), 1, 1, "bomb"
    ),
    "a cell far out, blanks": Bomb(
        far_cell(b'<row r = "1048576"><c r = "XFD1048576"><v>3</v></c></row>'), 1, 1, "bomb"
    ),
    "a cell beyond all columns": Bomb(
        far_cell(b'<row r="1048576"><c r="ZZZZZ1048576"><v>3</v></c></row>'), 1, 1, "bomb"
    ),
    "a cell beyond all rows": Bomb(
        far_cell(b'<row r="4294967295"><c r="XFD4294967295"><v>3</v></c></row>'), 1, 1, "bomb"
    ),
    "one text in many cells": Bomb(one_text_in_many_cells, 100_000, 1_000_000, "bomb"),
    "shared texts by the million": Bomb(texts_by_the_million, 1_000_000, 30_000_000),
    "shared texts that lie about their size": Bomb(lies_about_its_size, 1_000_000, 30_000_000, "damaged"),
    "rows in rows": Bomb(deep_elements, 20_000, 1_000_000),
    "repeated cells": Bomb(repeated_cells, 16_000, 1_000_000, "bomb"),
    "one text in many rows": Bomb(one_text_in_many_rows, 3_000, 100_000, "bomb"),
    "numbers by the million": Bomb(numbers_by_the_million, 10, 20_000_000),
    "lists by the million": Bomb(lists_by_the_million, 100_000, 100_000_000),
    "a million columns of Parquet": Bomb(wide_parquet, 2_500, 30_000, "columns and only"),
    "groups in groups of Parquet": Bomb(deep_parquet, 20_000, 1_000_000, "bomb"),
    "a page of two gigabytes": Bomb(page_of_two_gigabytes, 1, 1, "damaged"),
    **{
        f"{name} as {what}": Bomb(make, small, full, told, run)
        for what, run in (("a recipe", recipe), ("settings", settings))
        for name, make, small, full, told in (
            ("brackets", brackets, 1_000_000, 60_000_000, "no JSON"),
            ("objects", objects, 100_000, 6_000_000, "no JSON"),
            ("digits", many_digits, 100_000, 60_000_000, "no JSON"),
        )
    },
    "recipe in recipes": Bomb(recipe_in_recipes, 300, 3_000, "The recipe", recipe),
    "options of many columns": Bomb(many_column_options, 20_000, 1_000_000, "", recipe),
    "many columns chosen": Bomb(many_columns, 20_000, 1_000_000, "The recipe", recipe),
    "many columns trained": Bomb(many_trained_columns, 3_000, 100_000, "", recipe),
    "many columns prepared": Bomb(many_prepared_columns, 3_000, 50_000, "The recipe", recipe),
    "many segments": Bomb(many_segments, 3_000, 200_000, "The recipe", recipe),
    "settings of many columns": Bomb(many_settings, 20_000, 500_000, "", settings),
}


def defused(name: str, size: str) -> dict:
    """Read one in a process of its own: what became of it, the seconds of CPU, and the memory it took in MB."""
    bomb = BOMBS[name]
    content = bomb.make(getattr(bomb, size))
    back, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(back)
        told = _tried(bomb, content, size)
        os.write(there, json.dumps(told).encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(back, "rb") as stream:
        answer = stream.read()
    status = os.waitpid(child, 0)[1]
    found = json.loads(answer) if answer else {"end": f"the process ended with {status}"}
    return {"name": name, "bytes": len(content), **found}


def _tried(bomb: Bomb, content: bytes, size: str) -> dict:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS[size], SECONDS[size] + 5))
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY[size], hard))
    before, start = _resident(), time.process_time()
    try:
        end = f"read: {bomb.run(content)}"
    except ClusteringError as error:
        end = f"refused: {error}"
    except BaseException as error:
        end = f"failed: {error!r:.500}"
    seconds = time.process_time() - start
    return {"end": end, "seconds": round(seconds, 2), "megabytes": max(0, _resident() - before) >> 20}


def _resident() -> int:
    """The most memory that was taken so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def is_defused(found: dict) -> bool:
    """Whether it was read or refused, and refused if it has to be."""
    end, told = found["end"], BOMBS[found["name"]].told
    return told in end and end.startswith("refused: ") if told else end.startswith(("refused: ", "read: "))


if __name__ == "__main__":
    documents.recipes()
    for name in sys.argv[2:] or BOMBS:
        print(json.dumps(defused(name, sys.argv[1])), flush=True)
