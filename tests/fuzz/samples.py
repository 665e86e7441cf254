"""What the damage is done to: small files of every format that is read, and texts that mean harm."""

import base64
import datetime as dt
import gzip
import io
import zipfile
import zlib

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests import hostile
from tests.recipe_files import FILES
from tests.test_formats import ODS, XLS, xlsb, xlsx, zipped

N_ROWS = 12

# What stands in cells and headers: what readers of numbers and dates stumble over, and what pages could render.
CELLS = (
    *hostile.TEXTS,
    *(
        "",
        " ",
        "0",
        "-0",
        "1",
        "1e308",
        "1e999",
        "-1e-999",
        "NaN",
        "inf",
        "-Infinity",
        "0x1F",
        "1_000",
        "٣٫١٤",
        "½",
        "1,2,3",
    ),
    *(
        "9" * 400,
        "1." + "0" * 400,
        "9223372036854775808",
        "-9223372036854775809",
        "1e",
        "+-1",
        "€",
        "12.50 €",
        "%",
        "5 %",
    ),
    *("0000-00-00", "9999-12-31", "10000-01-01", "2024-02-30", "2024-13-01", "31.12.2024", "12/31/24", "1e5-01-01"),
    *(
        "24:00:61",
        "2024-01-01T00:00:00+99:00",
        "2024-01-01T10:00:00Z",
        "now",
        "1 Jan",
        "-2024-01-01",
        "20240101",
        "1704067200",
    ),
    *("true", "TRUE", "yes", "no", "ja", "t", "null", "NULL", "#N/A", "unknown", "(not set)", "*", "…"),
    *(
        "\x00",
        "a\x00b",
        "\ufeff",
        "\ufffe",
        "\u2028",
        "\x85",
        "\x0b",
        "\x1c",
        "\x1b[31m",
        "\u202e",
        "\u200b",
        "\u200d",
        "\u00ad",
    ),
    *('"', '""', "'", '"""', "\\", '\\"', "a\nb", "a\rb", "a\r\nb", ",", ";", "\t", "|", "::", "  "),
    *(
        "x" * 2_000,
        "é" * 70,
        "👩\u200d👩\u200d👧",
        "<img src=x onerror=alert(1)>",
        "$x^2$",
        ":red[x]",
        "[x](javascript:x)",
    ),
)
BYTES = (
    *(
        b"\x00",
        b"\x00" * 8,
        b"\xff" * 4,
        b"\xff" * 8,
        b"\x7f\xff\xff\xff",
        b"\xff\xff\xff\x7f",
        b"\x00\x00\x00\x80",
        b"\x80",
    ),
    *(b"\r", b"\n", b"\r\n", b"\n" * 50, b'"', b'"' * 3, b",", b";;\n", b"\t" * 9, b"|", b"'", b"\\", b" " * 200),
    *(
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\x1a",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xf0\x9f",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"PAR1",
    ),
    *(
        b"," * 3_000,
        b"z" * 50_000,
        b"[" * 5_000,
        b"<a>" * 500,
        b"&x;",
        b"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    ),
    *(text.encode(errors="surrogatepass") for text in hostile.TEXTS),
)


def _short(content: bytes) -> bytes:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    return "".join(content.decode(encoding).splitlines(keepends=True)[:N_ROWS]).encode(encoding)


def _ods(rows: list[list]) -> bytes:
    cells = [
        "".join(
            f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            if isinstance(cell, int | float)
            else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        for row in rows
    ]
    content = ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in cells))
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": "<m/>"})


def _rows() -> list[list]:
    days = [dt.date(2024, 1, 1 + i) for i in range(N_ROWS)]
    return [["id", "amount", "since"], *([f"c{i}", 1.5 + i * i, day] for i, day in enumerate(days))]


def _parquet(**settings) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(pd.read_parquet(io.BytesIO(FILES["Parquet"])).head(N_ROWS)), out, **settings)
    return out.getvalue()


def purchases() -> bytes:
    """Lines of purchases of a few customers."""
    header = b"order_id,date,customer_id,quantity,unit_price,total\n"
    lines = (f"{1 + i // 2},2024-0{1 + i % 9}-1{i % 9},c{i % 5},{1 + i % 3},{i}.50,{i * 1.5}\n" for i in range(30))
    return header + "".join(lines).encode()


_PACKED = ("workbook", "Parquet", "gzip", "zip")
TEXTS = {name: _short(content) for name, content in FILES.items() if name not in _PACKED}
WORKBOOKS = {
    "workbook": FILES["workbook"],
    "errors": xlsx(A=[["a", "b"], *([i, i * i] for i in range(N_ROWS))], B=_rows()),
    "hostile names": xlsx(A=[list(hostile.TEXTS[:9]), *([i * 1.5] * 9 for i in range(N_ROWS))]),
}
OTHER_WORKBOOKS = {
    "xls": zlib.decompress(base64.b85decode(XLS)),
    "xlsb": xlsb(_rows()),
    "ods": _ods([[str(cell) if isinstance(cell, dt.date) else cell for cell in row] for row in _rows()]),
}
PARQUETS = {
    "plain": _parquet(use_dictionary=False, compression="none"),
    "snappy": _parquet(),
    "gzip": _parquet(compression="gzip", data_page_version="2.0"),
    "zstd, small pages": _parquet(compression="zstd", data_page_size=64, row_group_size=5),
}
ARCHIVES = {
    "gzip": gzip.compress(TEXTS["gaps"]),
    "two members": gzip.compress(TEXTS["gaps"]) + gzip.compress(b"c9,1,2\n"),
    "zip": zipped({"__MACOSX/._a.csv": b"junk", "data/a.csv": TEXTS["gaps"], "read me.md": b"hello"}),
    "workbook in a zip": zipped({"a.xlsx": WORKBOOKS["errors"]}),
    "gzip in a zip": zipped({"a.csv.gz": gzip.compress(TEXTS["gaps"])}),
}


def members(content: bytes) -> dict[str, bytes]:
    """What a zip container holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
