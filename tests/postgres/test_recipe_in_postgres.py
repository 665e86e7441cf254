import numpy as np
import pytest

from clustering.methods import METHODS
from clustering.recipe.sql import to_sql
from clustering.recipe.sql.write import MOST_COLUMNS, MOST_TERMS
from tests.recipe_cases import (
    HOSTILE,
    PREPARED,
    SAMPLES,
    Case,
    between_two_centers,
    by_method,
    hostile,
    sample,
    special,
    with_points,
)

TYPES = {"number": "double precision", "text": "text", "date": "timestamp", "boolean": "boolean"}


def in_postgres(postgres, case: Case, **options) -> list[dict]:
    """What the query gives, in the order of the file; a missing number is NULL in one row and NaN in the next."""
    from psycopg import sql
    from psycopg.rows import dict_row

    frame = case.table.frame
    columns = [sql.SQL("{} " + TYPES[c.type]).format(sql.Identifier(c.name)) for c in case.table.columns]
    columns.append(sql.SQL("row_of_file int"))
    with postgres.cursor(row_factory=dict_row) as cursor:
        cursor.execute("DROP TABLE IF EXISTS customers")
        cursor.execute(sql.SQL("CREATE TABLE customers ({})").format(sql.SQL(", ").join(columns)))
        cells = [values(frame[c.name], c.type) for c in case.table.columns]
        with cursor.copy("COPY customers FROM STDIN") as copy:
            for i, row in enumerate(zip(*cells, strict=True)):
                copy.write_row((*row, i))
        found = cursor.execute(to_sql(case.recipe, "postgres", **options)).fetchall()
    return sorted(found, key=lambda row: row["row_of_file"])


def values(column, kind: str) -> list:
    if kind == "number":
        return [None if np.isnan(value) and i % 2 else value for i, value in enumerate(column.tolist())]
    return column.astype(object).where(column.notna(), None).tolist()


def segments(found: list[dict], column: str = "segment") -> list[int]:
    return [row[column] or 0 for row in found]


@pytest.mark.parametrize("name", SAMPLES)
def test_all_rows_of_a_sample_get_their_segments(postgres, name):
    case = sample(name)
    assert segments(in_postgres(postgres, case)) == case.segments.tolist()


@pytest.mark.parametrize("name", PREPARED)
def test_every_way_of_preparing_is_said(postgres, name):
    case = special(name)
    assert segments(in_postgres(postgres, case)) == case.segments.tolist()


@pytest.mark.parametrize("name", METHODS)
def test_every_method_is_said(postgres, name):
    case = by_method(name)
    assert segments(in_postgres(postgres, case)) == case.segments.tolist()


def test_hostile_names_come_out_intact(postgres):
    case = hostile()
    found = in_postgres(postgres, case)
    assert segments(found, "segment_2") == case.segments.tolist()
    assert {row["segment_name"] for row in found} == {name.replace("\0", "") for name in case.recipe.names}
    assert "cut" in to_sql(case.recipe, "postgres").partition("\nSELECT")[0]
    assert len(HOSTILE[-1].encode()) > 63


def test_who_lies_between_two_centers_gets_the_segment_that_rounding_gives(postgres):
    case = between_two_centers()
    assert segments(in_postgres(postgres, case)) == case.segments.tolist()


def test_the_longest_query_is_run(postgres):
    case = with_points(MOST_TERMS // MOST_COLUMNS, MOST_COLUMNS)
    assert segments(in_postgres(postgres, case)) == case.segments.tolist()


def test_a_view_of_the_query_can_be_made(postgres):
    case = sample("wine")
    in_postgres(postgres, case)
    query = to_sql(case.recipe, "postgres").rstrip().rstrip(";")
    postgres.execute("DROP VIEW IF EXISTS labelled")
    postgres.execute(f"CREATE VIEW labelled AS {query}")
    found = postgres.execute("SELECT segment FROM labelled ORDER BY row_of_file").fetchall()
    assert [segment for (segment,) in found] == case.segments.tolist()
    postgres.execute("DROP VIEW labelled")
