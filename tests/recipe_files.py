"""Files written in every way that the reader understands, all with the same customers."""

import gzip
import io
import zipfile
from collections.abc import Callable

import numpy as np
import pandas as pd

N = 60
_RNG = np.random.default_rng(8)
AMOUNTS = np.round(np.concatenate([_RNG.normal(1500, 100, N // 2), _RNG.normal(4200, 300, N // 2)]), 2)
VISITS = np.concatenate([_RNG.integers(1, 9, N // 2), _RNG.integers(20, 40, N // 2)])
DAYS = pd.date_range("2024-01-03", periods=N, freq="53h")
CITIES = np.array(["Köln", "Zürich", "Malmö", "Łódź"], dtype=object)[np.arange(N) % 4]


def lines(*rows: list[str], delimiter: str = ",") -> bytes:
    return "".join(delimiter.join(row) + "\n" for row in rows).encode()


def table(amount: Callable[[float], str] = "{:.2f}".format, delimiter: str = ",", header=("id", "amount", "visits")):
    rows = [[f"c{i:03}", amount(a), str(v)] for i, (a, v) in enumerate(zip(AMOUNTS, VISITS, strict=True))]
    return lines(list(header), *rows, delimiter=delimiter)


def dated(how: Callable[[pd.Timestamp], str]) -> bytes:
    rows = [[how(day), str(v)] for day, v in zip(DAYS, VISITS, strict=True)]
    return lines(["since", "visits"], *rows, delimiter=";")


def told(words: tuple[str, ...]) -> bytes:
    rows = [[words[(i * i) % len(words)], str(v)] for i, v in enumerate(VISITS)]
    return lines(["member", "visits"], *rows)


def german(value: float) -> str:
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def sometimes(other: str) -> Callable[[float], str]:
    return lambda value: other if int(value * 100) % 7 == 0 else f"{value:.2f}"


def cities(encoding: str, delimiter: str = ",") -> bytes:
    rows = [[city, str(v)] for city, v in zip(CITIES, VISITS, strict=True)]
    return lines(["Stadt", "visits"], *rows, delimiter=delimiter).decode().encode(encoding)


def workbook() -> bytes:
    frame = pd.DataFrame({"since": DAYS, "amount": AMOUNTS / 3, "member": VISITS > 9, "city": CITIES, "visits": VISITS})
    frame.loc[3, "amount"], frame.loc[5, "since"], frame.loc[7, "city"] = np.nan, pd.NaT, None
    out = io.BytesIO()
    with pd.ExcelWriter(out, engine="xlsxwriter") as writer:
        pd.DataFrame({"about": ["nothing"]}).to_excel(writer, sheet_name="Notes", index=False)
        frame.to_excel(writer, sheet_name="Customers", index=False, startrow=3, startcol=2)
        writer.sheets["Customers"].write(0, 2, "All customers of the year")
    return out.getvalue()


def parquet() -> bytes:
    frame = pd.DataFrame({"since": DAYS, "amount": AMOUNTS / 3, "member": VISITS > 9, "city": CITIES})
    frame["visits"] = pd.array(VISITS, dtype="Int32")
    frame["share"] = (VISITS / 40).astype(np.float32)
    frame["tags"] = [["a", "b"]] * N
    frame.loc[3, "amount"], frame.loc[5, "since"], frame.loc[7, "city"], frame.loc[9, "visits"] = (
        np.nan,
        pd.NaT,
        None,
        pd.NA,
    )
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("__MACOSX/._customers.csv", b"junk")
        archive.writestr("read me.md", b"hello")
        archive.writestr("data/customers.csv", content)
    return out.getvalue()


_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November")
_PLAIN = table()
_ROWS = _PLAIN.split(b"\n", 1)

FILES = {
    "semicolons and decimal commas": table(german, ";"),
    "euros": table(lambda a: f"{german(a)} €", ";"),
    "dollars, some of them owed": table(lambda a: f"(${a:,.2f})" if int(a) % 5 == 0 else f"${a:,.2f}", "\t"),
    "minus behind": table(lambda a: f"{a:.2f}-" if int(a) % 5 == 0 else f"{a:.2f}", "|"),
    "per cent": table(lambda a: f"{a / 100:.3f} %"),
    "thousands": table(lambda a: f"{a / 1000:.3f}K"),
    "apostrophes": table(lambda a: f"CHF {a:,.2f}".replace(",", "'")),
    "blanks between thousands": table(lambda a: f"{a:,.1f}".replace(",", "\u202f"), ";"),
    "exponents": table("{:.6e}".format),
    "bounds": table(sometimes("< 1500")),
    "gaps": table(sometimes("n/a")),
    "gaps told": table(sometimes("unknown")),
    "errors of a spreadsheet": table(sometimes("#DIV/0!")),
    "Central European letters": cities("cp1250"),
    "UTF-16": cities("utf-16"),
    "a mark in front": b"\xef\xbb\xbf" + cities("utf-8", ";"),
    "Windows lines": _PLAIN.replace(b"\n", b"\r\n"),
    "old Macintosh lines": _PLAIN.replace(b"\n", b"\r"),
    "a title above": b"Customers of 2025\n\n" + _PLAIN,
    "units below": _ROWS[0] + b"\n,(EUR),(n)\n" + _ROWS[1],
    "a total below": _PLAIN + f"Total,{AMOUNTS.sum():.2f},{VISITS.sum()}\n".encode(),
    "a remark below": _PLAIN + b"As of the end of the year,,\n",
    "ragged rows": _PLAIN.replace(b"c004,", b"c004,x,").replace(b"c011,", b""),
    "blank lines and rows": _PLAIN.replace(b"c004,", b"\n   \n,,\nc004,"),
    "the header again": _PLAIN.replace(b"c030,", b"id,amount,visits\nc030,"),
    "a name twice": table(header=("id", "visits", "visits")),
    "a name missing": table(header=("id", "", "visits")),
    "no header": _ROWS[1],
    "a header one short": lines(
        ["amount", "visits"],
        *([str(i + 1), f"{a:.2f}", str(v)] for i, (a, v) in enumerate(zip(AMOUNTS, VISITS, strict=True))),
    ),
    "line breaks in cells": _PLAIN.replace(b"c004,", b'"c\n""004""",'),
    "single quotation marks": b"\n".join(
        b",".join(b"'%s'" % cell.replace(b"c00", b"c,0") for cell in line.split(b",")) for line in _PLAIN.splitlines()
    ),
    "backslashes": _PLAIN.replace(b"c004", rb'"c\"0,4"').replace(b"c014", rb'"c\"1,4"'),
    "blanks in front of quotation marks": lines(
        ["amount", ' "id"', " visits"],
        *([f"{a:.2f}", f' "c,{i}"', f" {v}"] for i, (a, v) in enumerate(zip(AMOUNTS, VISITS, strict=True))),
    ),
    "whole lines quoted": b"\n".join(b'"' + line + b'"' for line in _PLAIN.splitlines()),
    "two colons": _PLAIN.replace(b",", b"::"),
    "blanks between": _PLAIN.replace(b",", b"  "),
    "a printed list": b"\n".join(
        b"+------+------+\n" * (i < 2) + b"| " + line.replace(b",", b" | ") + b" |"
        for i, line in enumerate(_PLAIN.splitlines())
    ),
    "pasted lines": cities("utf-8").replace("Zürich,3".encode(), "Zürich,3".encode("cp1252")),
    "one column": lines(["amount"], *([f"{a:.2f}"] if i % 9 else [""] for i, a in enumerate(AMOUNTS))),
    "ISO dates": dated(lambda day: day.date().isoformat()),
    "ISO moments": dated(lambda day: day.isoformat()),
    "days first": dated(lambda day: f"{day:%d.%m.%Y}"),
    "months first": dated(lambda day: f"{day:%m/%d/%y %I:%M %p}"),
    "German months": dated(lambda day: f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"),
    "English months": dated(lambda day: f"{day:%b %d, %Y}"),
    "zones": dated(lambda day: f"{day:%Y-%m-%dT%H:%M:%S}+02:00"),
    "months alone": dated(lambda day: f"{day:%Y-%m}"),
    "days as numbers": dated(lambda day: f"{day:%Y%m%d}"),
    "seconds since 1970": dated(lambda day: str(int(day.timestamp()))).replace(b"since", b"created_at"),
    "yes and no": told(("Yes", "no", "YES", "n/a")),
    "letters for yes and no": told(("t", "f", "")),
    "workbook": workbook(),
    "Parquet": parquet(),
    "gzip": gzip.compress(_PLAIN),
    "zip": zipped(_PLAIN),
}
