"""Workbooks, Parquet, archives and encodings: bytes in, table out, or one sentence that helps."""

import base64
import datetime as dt
import gzip
import io
import random
import re
import resource
import struct
import time
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from clustering.errors import ClusteringError, InvalidSetting, TooFewRows, UnreadableFile
from clustering.table import ReadOptions, Table, read_table

CSV = b"a,b\n1,2\n3,4\n5,7\n"
# Written by xlwt 1.3: the sheet "Data" with id, amount and since as in `customers_xlsx`.
XLS = (
    "c-rk)O=uHA6#izjn<g>MUsItKN+?*hwqWf=3hk<>Jz1(3MFdTo2%#pC7!UPgwdN#(;K`p$p&q={AEf?^;>Ckd(L+HH5<Pkn6g;$9-"
    "@M(#R1;`G3)=mbdGqGYd^>OFf9K6yFh6ytwSZqR00)YO8_o)wpx`bg0-$`ukZLJ*Q7~-"
    "$Q*gVeBb^!^H@<F=eJK0800p<z7bJm?6b|DAhSI5cWCgL4eTWL_LqAD@>tykvg}n-"
    "~9A(+W@)nnT!g4!XF0$;WvUza`bNW!{Hft0gRN6Vu2l?Ln%z4k29yH^X9K~lY3A3z*9hpS*`0CAQQ@xl5jg7&0DxQ&PKW@MSj1#(($?jMzk1"
    "&m!X?!yxz}M0O@jPPNSJo~-_U}vW4K?g8>cnbxcMZFzhJ8&H`(;H1CSV-pd7Fb5_f(mqVplX9T|l24P8?{?C1SMXM3d=LsjLQ^Or%ERRCo))"
    "jC#yys~Por<Q~LpR$$4R)yQ+%OELyO>p`B;0s7K~n_u4U9U0b-"
    "uw{bxDRVblFFl2Uvywq%ALnQ+9TYm5v6<yLe(O5cTUmywB*h)W&6cuflFOXu+zzUzm+?;DP@!)mJ@<LvgSOl!eG}<3gN4)KnR$H*?bP});>%"
    "|eU7|}|y&~~YFU7)I`9830`E3<+DFMrO!`ia_Sd^2M5M*hlWb24>O0n8XvPBiPV76?Jr&PZvw`~Y_Un-"
    "<Yo>GOUFi*93W}jSWlD^KCd5$VP2lF(G=V0D3Ztq8Bo?3;cGS6x8ROVgl1FdY&m^Yw=Fe{y+9pWcEuwlc74I4IW*jP;v<|&-"
    "dT&i{Uby}x$d9Slbp=e)|{I}STG(B1RgWHW1#Tks(HGbAY6Qy^FWpYaQg%Ss-_6)`_!hVd^J$~uGLR5awvWbB|H-+l0zgUl-f4Tl2sha);"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


def rows_of(table):
    return [list(row) for row in zip(*(column.to_pylist() for column in table.text.columns), strict=True)]


def xlsx(**sheets):
    """A workbook; every sheet a list of rows, None an empty cell."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, (dt.date, dt.time)):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return buffer.getvalue()


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def parquet(**columns):
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def refusal(content, kind=UnreadableFile, **options):
    with pytest.raises(kind) as refused:
        read_table(content, name="c.csv", options=ReadOptions(**options))
    return str(refused.value)


CUSTOMERS = [["id", "amount"], ["0000", 0], ["0001", 12.5], ["0002", 25], ["0003", 37.5]]
CUSTOMERS_TEXT = [["0000", "0"], ["0001", "12.5"], ["0002", "25"], ["0003", "37.5"]]


# Workbooks


def test_a_workbook_is_read_as_a_person_sees_its_cells():
    table = read_table(
        xlsx(
            S=[
                ["n", "m", "when", "ok", "t"],
                [12.5, 3.0, dt.datetime(2024, 2, 29), True, "007"],
                [1e15, -2, dt.datetime(2024, 2, 29, 13, 5), False, " x "],
                [0.1, None, dt.datetime(2024, 3, 1), True, None],
            ]
        )
    )
    assert rows_of(table) == [
        ["12.5", "3", "2024-02-29", "true", "007"],
        ["1000000000000000", "-2", "2024-02-29 13:05:00", "false", " x "],
        ["0.1", "", "2024-03-01", "true", ""],
    ]
    assert [column.type for column in table.columns][:4] == ["number", "number", "date", "boolean"]
    assert (table.reading.format, table.reading.delimiter, table.reading.encoding) == ("xlsx", ",", "utf-8")


def test_an_error_in_a_cell_is_a_missing_value():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["a", 1, 2, 4])
        sheet.write_formula(4, 0, "=NA()", value="#N/A")
        sheet.write_column(0, 1, ["b", 1, 2, 4, 9])
    table = read_table(buffer.getvalue())
    assert (table.n_rows, table.columns[0].type, table.columns[0].missing) == (4, "number", 1)
    assert table.notes[0] == "1 cell holds an error such as #N/A instead of a value; counted as missing."


def test_errors_on_other_sheets_are_not_told():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for name in ("A", "B"):
            sheet = book.add_worksheet(name)
            for place in range(2):
                sheet.write_column(0, place, ["ab"[place], 1, 2, 4])
        sheet.write_formula(4, 0, "=1/0", value="#DIV/0!")
    content = buffer.getvalue()
    assert not any("error" in note for note in read_table(content).notes)
    told = read_table(content, options=ReadOptions(sheet="B")).notes
    assert "1 cell holds an error such as #DIV/0! instead of a value; counted as missing." in told


def with_sheet(content, change):
    """A workbook with the XML of its first sheet changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        texts = {name: parts.read(name) for name in parts.namelist()}
    texts["xl/worksheets/sheet1.xml"] = change(texts["xl/worksheets/sheet1.xml"])
    return zipped(texts)


@pytest.mark.parametrize("told", [b"A1", b"A1:XFD1048576", b"C9:XFD99999999", b"B2:A1"])
def test_what_a_sheet_says_of_its_size_is_not_believed(told):
    content = with_sheet(
        xlsx(A=CUSTOMERS), lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % told, xml)
    )
    assert rows_of(read_table(content)) == CUSTOMERS_TEXT


def test_a_cell_far_out_is_found_where_the_sheet_denies_it():
    far = b'<row r="1048576"><c r="XFD1048576"><v>3</v></c></row></sheetData>'
    content = with_sheet(xlsx(A=CUSTOMERS), lambda xml: xml.replace(b"</sheetData>", far))
    assert refusal(content) == (
        "c.csv has cells down to row 1,048,576 and 16,384 columns wide, more than can be read. "
        "Delete what stands far from the table and save it again."
    )


def xlsb(rows, *, errors=()):
    """A binary workbook: texts, numbers, dates (days since 1900 in a style), and error cells, as BIFF12 records."""

    def record(kind, content=b""):
        def number(value):
            low = bytes([value & 0x7F | (0x80 if value > 0x7F else 0)])
            return low if value <= 0x7F else low + number(value >> 7)

        return number(kind) + number(len(content)) + content

    def wide(text):
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    cells = record(0x94, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)) + record(0x91)
    for place, row in enumerate(rows):
        cells += record(0x00, struct.pack("<2I", place, 0) + bytes(17))
        for column, cell in enumerate(row):
            style = 1 if isinstance(cell, dt.date) else 0
            head = struct.pack("<2I", column, style)
            if (place, column) in errors:
                cells += record(0x03, head + b"\x07")
            elif isinstance(cell, str):
                cells += record(0x07, head + struct.pack("<I", texts.index(cell)))
            elif cell is not None:
                value = (cell - dt.date(1899, 12, 30)).days if style else cell
                cells += record(0x05, head + struct.pack("<d", value))
    styles = record(0x269, struct.pack("<I", 2)) + b"".join(
        record(0x2F, struct.pack("<2H", 0, number) + bytes(12)) for number in (0, 14)
    )
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    book = record(0x99, bytes(8)) + record(0x8F) + record(0x9C, struct.pack("<2I", 0, 1) + wide("rId1") + wide("Data"))
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/_rels/workbook.bin.rels": related,
            "xl/workbook.bin": book + record(0x90) + record(0x9D, bytes(26)) + record(0x84),
            "xl/styles.bin": record(0x116) + styles + record(0x26A) + record(0x117),
            "xl/sharedStrings.bin": record(0x9F, struct.pack("<2I", len(texts), len(texts)))
            + b"".join(record(0x13, b"\0" + wide(text)) for text in texts)
            + record(0xA0),
            "xl/worksheets/sheet1.bin": record(0x81) + cells + record(0x92) + record(0x82),
        }
    )


def test_a_binary_workbook_is_read():
    rows = [["id", "amount", "since"], *([f"00{i}", 12.5 * i, dt.date(2024, 1, 1 + i)] for i in range(4))]
    table = read_table(xlsb(rows, errors={(2, 1)}))
    assert (table.reading.format, table.reading.sheet) == ("xlsb", "Data")
    assert rows_of(table) == [
        ["000", "0", "2024-01-01"],
        ["001", "", "2024-01-02"],
        ["002", "25", "2024-01-03"],
        ["003", "37.5", "2024-01-04"],
    ]
    assert [column.type for column in table.columns] == ["text", "number", "date"]


def test_a_summary_gives_way_to_a_sheet_many_times_larger():
    summary = [["region", "sum"], ["A", 3], ["B", 4], ["C", 7]]
    customers = [["id", "amount"], *([f"c{i}", i] for i in range(100))]
    assert read_table(xlsx(Summary=summary, Data=customers)).reading.sheet == "Data"
    assert read_table(xlsx(Summary=summary, Data=customers[:9])).reading.sheet == "Summary"


def test_an_old_workbook_is_read():
    table = read_table(zlib.decompress(base64.b85decode(XLS)), name="c.csv")
    assert (table.reading.format, table.reading.sheet) == ("xls", "Data")
    assert [row[:2] for row in rows_of(table)] == CUSTOMERS_TEXT
    assert rows_of(table)[0][2] == "2024-01-01"


def test_an_open_document_spreadsheet_is_read():
    def cell(value):
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in CUSTOMERS)
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    content = zipped({"mimetype": mimetype, "content.xml": ODS.format(rows=rows), "META-INF/manifest.xml": "<m/>"})
    table = read_table(content)
    assert (table.reading.format, rows_of(table)) == ("ods", CUSTOMERS_TEXT)


def test_the_first_sheet_with_a_table_is_taken_and_the_others_are_told():
    content = xlsx(Cover=[["Our customers"], ["made in 2024"]], Data=CUSTOMERS, Other=CUSTOMERS)
    table = read_table(content)
    assert (table.reading.sheet, table.reading.sheets) == ("Data", ("Cover", "Data", "Other"))
    assert table.notes[0] == 'The sheet "Data" is read; the workbook has two others.'
    chosen = read_table(content, options=ReadOptions(sheet="Other"))
    assert chosen.reading.sheet == "Other"
    assert chosen.digest != table.digest


def test_a_list_of_remarks_is_no_table_where_another_sheet_has_columns():
    table = read_table(xlsx(Remarks=[["one"], ["two"], ["three"], ["four"]], Data=CUSTOMERS))
    assert table.reading.sheet == "Data"


def test_a_sheet_that_is_not_there_or_empty_is_refused():
    content = xlsx(Data=CUSTOMERS, Void=[])
    assert refusal(content, InvalidSetting, sheet="data") == 'c.csv has no sheet "data"; it has "Data", "Void".'
    assert refusal(content, sheet="Void") == 'The sheet "Void" of c.csv is empty. Choose another sheet.'


def test_empty_workbooks_and_sheets_of_two_rows_are_refused():
    assert refusal(xlsx(A=[], B=[])).startswith("c.csv has only empty sheets.")
    assert "only two rows below its header" in refusal(xlsx(A=CUSTOMERS[:3]), TooFewRows)


def test_empty_rows_and_columns_around_a_sheets_table_are_left_out():
    rows = [[], [None, None, "id", "amount"], *([None, None, *row] for row in CUSTOMERS[1:3]), [], [None, None, "x", 1]]
    table = read_table(xlsx(A=rows))
    assert table.text.column_names == ["id", "amount"]
    assert rows_of(table) == [["0000", "0"], ["0001", "12.5"], ["x", "1"]]


def test_a_title_above_a_sheets_table_is_told_by_its_row():
    table = read_table(xlsx(A=[["Customers 2024"], [], *CUSTOMERS]))
    assert rows_of(table) == CUSTOMERS_TEXT
    assert table.notes == ("The header was taken from row 3: row 1 stands over the table and is no part of it.",)


def test_the_header_row_of_a_sheet_can_be_given():
    content = xlsx(A=[["old", "names"], *CUSTOMERS])
    assert read_table(content, options=ReadOptions(header=2)).text.column_names == ["id", "amount"]
    assert read_table(content, options=ReadOptions(header=0)).n_rows == 6
    assert "has no row 9" in refusal(content, InvalidSetting, header=9)


def test_one_cell_far_out_does_not_take_the_memory():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write(1_048_575, 16_383, 1)
    assert "Delete what stands far from the table" in refusal(content.getvalue())


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(keep):
    content = xlsx(A=CUSTOMERS)
    assert refusal(content[: int(keep * len(content))]) == (
        "c.csv is a workbook that is damaged or was cut off on its way. Save or download it again and upload that."
    )


def test_an_old_workbook_that_was_cut_off_is_refused():
    content = zlib.decompress(base64.b85decode(XLS))
    assert refusal(content[:2000]).startswith("c.csv is a workbook that is damaged or was cut off")


def test_an_old_workbook_whose_sectors_lead_in_a_circle_is_refused():
    content = bytearray(zlib.decompress(base64.b85decode(XLS)))
    fat = 512 * (1 + int.from_bytes(content[76:80], "little"))
    content[fat : fat + 4] = bytes(4)  # the first sector is followed by the first sector
    assert refusal(bytes(content)).startswith("c.csv is a workbook that is damaged or was cut off")


def test_a_workbook_with_a_password_is_refused():
    content = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)
    assert refusal(content) == "c.csv is protected by a password. Save it without one and upload that."


def test_a_document_that_is_no_workbook_is_named():
    assert refusal(zipped({"word/document.xml": "<x/>"})).startswith("c.csv is a Word document, not a table.")


# Parquet


def test_parquet_is_read_as_it_would_stand_in_a_csv_file():
    table = read_table(
        parquet(
            f=[0.1, 3.0, None],
            i=[1, None, 3],
            s=["007", "", None],
            d=[dt.date(2024, 2, 29)] * 3,
            t=[dt.datetime(2024, 2, 29)] * 3,
            m=[dt.datetime(2024, 2, 29, 13, 5), dt.datetime(2024, 2, 29), None],
            b=[True, False, None],
            c=pa.array(["x", "y", "x"]).dictionary_encode(),
            many=[[1, 2], [], None],
        )
    )
    assert rows_of(table) == [
        ["0.1", "1", "007", "2024-02-29", "2024-02-29", "2024-02-29 13:05:00", "true", "x", "[1, 2]"],
        ["3", "", "", "2024-02-29", "2024-02-29", "2024-02-29 00:00:00", "false", "y", "[]"],
        ["", "3", "", "2024-02-29", "2024-02-29", "", "", "x", ""],
    ]
    assert table.reading.format == "parquet"
    assert '"many" holds lists or records; read as text.' in table.notes


def test_parquet_with_one_name_twice_is_numbered():
    buffer = io.BytesIO()
    pq.write_table(pa.table([[1, 2, 4], [5, 6, 8]], names=["a", "a"]), buffer)
    assert read_table(buffer.getvalue()).text.column_names == ["a", "a_2"]


def test_parquet_that_was_cut_off_or_holds_bytes_is_refused():
    content = parquet(a=[1, 2, 3])
    assert refusal(content[:-9]).startswith("c.csv is a Parquet file that is damaged or was cut off")
    assert refusal(parquet(a=[b"\xff", b"x", b"y"])).startswith("c.csv holds a column of the type binary")


# Archives


@pytest.mark.parametrize("content", [CSV, xlsx(A=CUSTOMERS), parquet(a=[1, 2, 4])], ids=["csv", "xlsx", "parquet"])
def test_a_gzip_archive_is_read_like_what_it_holds(content):
    assert rows_of(read_table(gzip.compress(content))) == rows_of(read_table(content))


def test_gzip_archives_one_behind_the_other_are_one_file():
    assert read_table(gzip.compress(CSV) + gzip.compress(b"8,9\n")).n_rows == 4


def test_the_only_table_in_a_zip_is_read():
    table = read_table(zipped({"data/a.csv": CSV, "__MACOSX/data/._a.csv": b"x", "README.txt": b"read me"}))
    assert rows_of(table) == [["1", "2"], ["3", "4"], ["5", "7"]]
    assert table.notes == ('"data/a.csv" inside the archive is read.',)
    assert rows_of(read_table(zipped({"b.xlsx": xlsx(A=CUSTOMERS)}))) == CUSTOMERS_TEXT


def test_a_zip_of_several_tables_or_none_is_refused_with_their_names():
    assert refusal(zipped({"a.csv": CSV, "b.csv": CSV})) == (
        'c.csv holds 2 tables: "a.csv", "b.csv". Unpack it and upload the one you want.'
    )
    assert refusal(zipped({"a.png": b"x", "b.png": b"y"})) == (
        'c.csv is a zip archive without a table: it holds "a.png", "b.png". Upload the table itself.'
    )
    assert "it is empty" in refusal(zipped({}))


def test_archives_that_are_cut_off_are_refused():
    assert refusal(gzip.compress(CSV)[:-3]).startswith("c.csv is a gzip archive that is damaged or was cut off")
    assert refusal(zipped({"a.csv": CSV})[:60]).startswith("c.csv is a zip archive that is damaged or was cut off")


def test_an_archive_in_an_archive_is_refused():
    assert "an archive in an archive" in refusal(gzip.compress(gzip.compress(CSV)))


@pytest.mark.parametrize("pack", [lambda data: gzip.compress(data, 1), lambda data: zipped({"a.csv": data})])
def test_what_unpacks_to_far_more_than_its_size_is_refused(pack):
    assert " MB, more than is read from a file of its size." in refusal(pack(bytes(120_000_000)))


# Encodings


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found(encoding):
    table = read_table("Größe;Ort\n1;Köln\n2;東京\n5;Ulm\n".encode(encoding))
    assert (table.reading.encoding, table.reading.delimiter) == (encoding, ";")
    assert rows_of(table) == [["1", "Köln"], ["2", "東京"], ["5", "Ulm"]]


def test_the_encoding_can_be_overruled():
    content = "имя,n\nИван,1\nПётр,2\nОльга,4\n".encode("cp1251")
    table = read_table(content, options=ReadOptions(encoding="cp1251"))
    other = read_table(content, options=ReadOptions(encoding="latin-1"))
    assert table.text["имя"].to_pylist() == ["Иван", "Пётр", "Ольга"]
    assert other.text["n"].to_pylist() == ["1", "2", "4"]
    assert table.digest != other.digest


def test_a_wrong_encoding_is_refused():
    content = "größe,n\n1,1\n2,2\n4,4\n".encode("cp1252")
    assert refusal(content, encoding="utf-8") == (
        "c.csv cannot be read as utf-8: it holds bytes that mean nothing there. Choose another encoding."
    )
    for nonsense in ("klingon", "rot13", "zip", "a\x00b"):
        assert "There is no encoding of text called" in refusal(content, InvalidSetting, encoding=nonsense)


def test_the_delimiter_can_be_overruled():
    content = b"a;b,c\n1;2,3\n4;5,6\n7;8,9\n"
    assert read_table(content, options=ReadOptions(delimiter=",")).text.column_names == ["a;b", "c"]
    assert read_table(content, options=ReadOptions(delimiter=";")).text.column_names == ["a", "b,c"]
    assert refusal(content, InvalidSetting, delimiter="#") == (
        '"#" cannot separate columns; choose comma, semicolon, tab, bar.'
    )


# Nothing but a table or a sentence


def test_more_columns_than_rows_of_use_are_refused():
    line = ",".join(str(number) for number in range(2001))
    assert refusal("\n".join(["x" + line, *[line] * 3]).encode()).startswith("c.csv has 2,001 columns and only 3 rows")


def _mutated(content, rng):
    data, place = bytearray(content), rng.randrange(len(content))
    inserted = [b'"', b'"' * 3, bytes(rng.randint(1, 50)), b"z" * 300_000, b"," * 10_000, b"\r", b"\xff\xfe", b";;\n"]
    action = rng.randrange(5)
    if action == 0:
        del data[place:]
    elif action == 1:
        del data[: place // 2]
    elif action == 2:
        del data[place : place + rng.randint(1, 200)]
    elif action == 3:
        for _ in range(rng.randint(1, 20)):
            data[rng.randrange(len(data))] = rng.randrange(256)
    else:
        data[place:place] = rng.choice(inserted)
    return bytes(data)


def _with_a_mutated_part(content, rng):
    """Mutated inside, so that the checksums of the container hold."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(buffer, "w") as out:
        chosen = rng.choice(parts.namelist())
        for part in parts.namelist():
            out.writestr(part, _mutated(parts.read(part), rng) if part == chosen else parts.read(part))
    return buffer.getvalue()


def test_damaged_files_end_in_a_table_or_a_refusal():
    rng = random.Random(0)
    text = "id;name;amount\r\n" + "".join(f'{n:04};"Zoë; {n}";{n % 7},5\r\n' for n in range(200))
    book = xlsx(A=[["id", "name"], *([n, f"Zoë {n}"] for n in range(50))])
    good = [text.encode(encoding) for encoding in ("utf-8", "cp1252", "utf-16")]
    good += [
        book,
        parquet(n=list(range(50)), s=["é"] * 50),
        gzip.compress(text.encode()),
        zipped({"a.csv": text.encode()}),
    ]
    for _ in range(80):  # 640 files; `make fuzz` tries thousands
        for content in [*(_mutated(content, rng) for content in good), _with_a_mutated_part(book, rng)]:
            begin = time.monotonic()
            try:
                assert isinstance(read_table(content), Table)
            except ClusteringError as refused:
                assert str(refused).endswith(".")
            assert time.monotonic() - begin < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 * 1024**2  # kilobytes: 2 GB


def test_a_cell_of_a_million_letters_is_gone_through_once():
    # Looked at from each of its letters it would take a day.
    content = (
        b"id;name;amount\n" + b"".join(b"%d;caf\xe9;2,5\n" % n for n in range(50)) + b"51;" + b"z" * 10**6 + b";1,5\n"
    )
    table = read_table(content)
    assert (table.n_rows, table.reading.encoding) == (51, "cp1252")
