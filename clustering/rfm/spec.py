"""Which column of a purchases file says what, and how its odd lines are treated."""

from dataclasses import dataclass
from datetime import date

from clustering.errors import InvalidSetting
from clustering.wording import listing

RETURNS = ("subtract", "leave out")
ZERO_AMOUNTS = ("keep", "leave out")


@dataclass(frozen=True)
class RfmSpec:
    """How the lines of a purchases file become customers.

    Parameters
    ----------
    customer, date : str
        Columns that say who bought, and when.
    amount : str, optional
        Column with the value of the line; without it, `quantity` times `price` is the value.
    quantity, price : str, optional
        Both or neither.
    order : str, optional
        Column with the number of the order a line belongs to. Without it, all lines of a customer on one day are one
        order.
    reference : datetime.date, optional
        Day to which recency is counted; later lines take no part. The day after the newest purchase when not given.
    returns : {"subtract", "leave out"}
        Lines with a negative quantity or amount lower the customer's value, or take no part; either way they are
        no orders.
    zero_amounts : {"keep", "leave out"}
        Lines with an amount of zero count as purchases, or take no part.
    """

    customer: str
    date: str
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None
    order: str | None = None
    reference: date | None = None
    returns: str = "subtract"
    zero_amounts: str = "keep"

    def __post_init__(self):
        for setting, legal in (("returns", RETURNS), ("zero_amounts", ZERO_AMOUNTS)):
            if getattr(self, setting) not in legal:
                raise InvalidSetting(f"{setting} is {getattr(self, setting)!r}; it can be {', '.join(legal)}.")
        named = (self.amount is not None, self.quantity is not None, self.price is not None)
        if named not in ((True, False, False), (False, True, True)):
            raise InvalidSetting(
                "The value of a line is either one column (amount) or two that are multiplied (quantity and price). "
                "Choose one of the two ways."
            )
        twice = [name for name in dict.fromkeys(self.columns) if self.columns.count(name) > 1]
        if twice:
            raise InvalidSetting(f"{listing(twice)} is chosen for two things. Choose each column once.")

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are used."""
        chosen = (self.customer, self.date, self.amount, self.quantity, self.price, self.order)
        return tuple(name for name in chosen if name is not None)

    @property
    def money(self) -> str:
        """The column that says how money is written in this file."""
        return self.amount or self.price
