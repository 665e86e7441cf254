"""The kinds of SQL that a recipe is written in, and what sets them apart."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """A kind of SQL.

    Attributes
    ----------
    label : str
        What people call it.
    is_tested : bool
        Whether queries as they are written here were run in it.
    needs : str
        What the query asks of the warehouse beyond what any version has, as a sentence; "" if nothing.
    keeps : {"all but", "row", "applied"}
        How the columns of the table pass through the steps of the query: `SELECT *` leaves out what the steps have
        added; the row is one value that is taken apart in the end; or every step is applied to the row itself.
    longest_name : int or None
        How long the name of a column can be; None where that is no matter.
    in_bytes : bool
        Whether that is counted in bytes of UTF-8.
    cuts_names : bool
        Whether longer ones are cut to that, in a query as in a table.
    ignores_case : bool
        Whether, as it comes, two columns whose names differ in capitals alone are one, also between quotation marks.
    """

    label: str
    is_tested: bool = False
    needs: str = ""
    keeps: str = "all but"
    longest_name: int | None = None
    in_bytes: bool = False
    cuts_names: bool = False
    ignores_case: bool = False


DIALECTS = {
    "duckdb": Dialect("DuckDB", is_tested=True, ignores_case=True),
    "postgres": Dialect("PostgreSQL", is_tested=True, keeps="row", longest_name=63, in_bytes=True, cuts_names=True),
    "bigquery": Dialect("BigQuery", longest_name=300, ignores_case=True),
    "snowflake": Dialect(
        "Snowflake",
        needs="Names between quotation marks are taken letter for letter: where the table was made without them, write "
        "the names in capitals.",
        longest_name=255,
    ),
    "spark": Dialect("Spark", needs="Needs Spark 4 or Databricks (SELECT * EXCEPT).", ignores_case=True),
    "redshift": Dialect(
        "Redshift",
        needs="Needs a Redshift of 2025 or later (SELECT * EXCLUDE), unless key columns are named.",
        longest_name=127,
        in_bytes=True,
        ignores_case=True,
    ),
    "tsql": Dialect(
        "SQL Server",
        needs="Needs SQL Server 2022 or newer (GREATEST and LEAST).",
        keeps="applied",
        longest_name=128,
        ignores_case=True,
    ),
}
