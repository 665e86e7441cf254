"""The page for new customers: what is applied to whom, the columns, the result, who moved, one customer typed in."""

from pages._ui.new_customers.choosing import choose
from pages._ui.new_customers.one import one_customer
from pages._ui.new_customers.result import customers_of_file

__all__ = ["choose", "customers_of_file", "one_customer"]
