"""The recipe as a query for a data warehouse: customers get their segments where the data live."""

from clustering.recipe.sql.dialects import DIALECTS, Dialect
from clustering.recipe.sql.write import to_sql

__all__ = ["DIALECTS", "Dialect", "to_sql"]
