"""A file of customers in which every header and every level means harm, and the segments are called so as well."""

import csv
import io
from functools import cache

import numpy as np

from clustering import ClusterSpec, FeatureSpec, fit, label_table, prepare, read_table
from clustering.export.findings import gather
from clustering.identity import Identity
from clustering.recipe import make_recipe

# Each has broken a file or a page somewhere; every one is a header, a level, and a segment's name and note.
TEXTS = (
    "=cmd|'/c calc'!A1",
    "<script>window.hurt=1;alert(1)</script>",
    "</script><script>window.hurt=2</script>",
    "]]> --> <!-- <![CDATA[",
    "&lt;b&gt; &amp; \"quoted\" 'and' `ticks`",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png)",
    "{{7*7}} ${7*7} {0} %s %(x)s :x ? \\N{BULLET}",
    "$(touch hurt) ; `touch hurt` | touch hurt",
    "'; DROP TABLE customers; --",
    '""" + open("hurt", "w").name #',
    "ends with a backslash \\",
    "Twins",
    "tWINS",
    "[]:*?/\\",
    "CON",
    "../../hurt",
    "long " * 59 + "300ch",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308 e\u0301",
    "\u202eexe.gnp\u2066 \u05e9\u05dc\u05d5\u05dd \u0639\u0645\u0644\u0627\u0621",
    "two\r\nlines\ta tab, a bell \x07 and \u2028 more",
    "**b** :red[x] :material/home: :+1: # $x^2$ <b>b</b> -> www.evil.example",
    "<img src=x onerror=window.hurt=3>",
    "@SUM(A1)",
    "_x0041_ %h %0A",
)
FORMULAS = (TEXTS[0], TEXTS[9], TEXTS[22])  # what a spreadsheet would run, one of them if it drops quotation marks
ID, LEVEL, DAY, ANSWER = "=id", "level </script><!--", "when <b>", "is it\\"
SIZES = tuple(range(9 + len(TEXTS), 9, -1))  # so that segment i is called TEXTS[i]
TITLE = f"{TEXTS[1]} {TEXTS[4]}"
NOTES = tuple(reversed(TEXTS))


@cache
def content() -> bytes:
    """The customers of segment i are far out in column i, and at level i."""
    rng, out = np.random.default_rng(0), io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([ID, *TEXTS, LEVEL, DAY, ANSWER])
    for label, size in enumerate(SIZES):
        for _ in range(size):
            values = rng.normal(size=len(TEXTS)) + 30 * (np.arange(len(TEXTS)) == label)
            n = out.tell()
            more = [TEXTS[label], f"2025-{1 + label % 12:02}-{1 + n % 28:02}", "yes" if n % 2 else "no"]
            writer.writerow([f"=C{n}", *values.round(2).tolist(), *more])
    return out.getvalue().encode()


def records() -> list[list[str]]:
    """The header and the rows, as they stand in the file."""
    return list(csv.reader(io.StringIO(content().decode(), newline="")))


def segment_of_row() -> list[int]:
    """The segment of every row, 0 the largest."""
    return np.repeat(np.arange(len(SIZES)), SIZES).tolist()


@cache
def table():
    return read_table(content(), name="../../<b>hurt.csv")


@cache
def found():
    """The features and the segments."""
    columns = tuple(column.name for column in table().columns if column.type == "number")
    features = prepare(table(), FeatureSpec((*columns, LEVEL), describe=(DAY, ANSWER)))
    return features, fit(features, ClusterSpec(n_clusters=len(TEXTS)))


@cache
def recipe():
    who = tuple(Identity(label, name, note) for label, (name, note) in enumerate(zip(TEXTS, NOTES, strict=True)))
    return make_recipe(table(), *found(), title=TITLE, identities=who)


@cache
def findings():
    looks = tuple(Identity(label, name).look(label) for label, name in enumerate(TEXTS))
    return gather(table(), *found(), recipe(), looks=looks, notes=NOTES)


def labelled():
    return label_table(table(), found()[1], TEXTS)
