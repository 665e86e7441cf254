"""Recognising a file with one line per purchase, by types, repetition and names."""

import re

from clustering.rfm.spec import RfmSpec
from clustering.table import MIN_ROWS, Column, Table

# A table of customers holds a few of them twice by mistake; in a list of purchases many come back.
_REPEATS = 0.95

# The earlier a word stands, the more it says; in the languages that customer files are mostly kept in.
_CUSTOMER = (
    r"custom|client|kunde|klant|klient|cliente|kund\b|buyer|shopper|consumer",
    r"member|user|household|account|card|visitor|e-?mail|person",
    r"^(_?id|[cu]_?id)$",
)
# What is said about customers is not who they are.
_ABOUT = (
    r"type|segment|group|class|categor|cit[yi]|country|state|region|zip|postal|gender|sex|\bage\b|_age$|birth|"
    r"tenure|rating|score|since|status|date|datum|name_?of|typ$|land$|ort$|gruppe"
)
_CODE = r"(id|key|nr|no|num|number|code|nummer|#)\W*$"
_DATE = (
    r"invoice|order|purchase|transac|trans_|sale|bestell|rechnung|kauf|bought|paid|payment|compra|achat|pedido|commande",
    r"date|datum|data|fecha|day|tag|time|when",
    r"",
)
_NOT_WHEN = r"birth|geburt|sign_?up|regist|joined|ship|deliver|liefer|due|return|first|expir|updated|loaded"
_AMOUNT = (
    r"amount|amt|betrag|montant|importe|importo|bedrag",
    r"revenue|turnover|umsatz|sales|spend|spent|dollar|\beuros?\b|\busd\b|\beur\b|\bgbp\b",
    r"total|summe|\bsum\b|gross|brutto|net\b|netto|value|wert|paid|payment",
)
_QUANTITY = (r"quantity|qty|menge|anzahl|cantidad|quantit|aantal|stück|stueck|\bunits\b|pieces|\bitems\b|\bcount\b",)
_PRICE = (r"price|preis|prix|precio|prezzo|prijs|cost",)
_ORDER = (
    r"order|invoice|bestell|rechnung|auftrag|pedido|commande|factuur|factura|facture",
    r"transac|trans_|receipt|basket|\bbon|beleg|ticket|purchase",
)
_NOT_ORDER = r"status|priority|type|method|mode|channel|item|line|date|datum|amount|value|total|qty|quantity"


def suggest_rfm(table: Table) -> RfmSpec | None:
    """Find the columns of a file with one line per purchase; None if the file does not look like one.

    It does if a column that tells customers apart repeats its values, a column holds dates, and there is an amount or
    a quantity and a price. Customers, and money unless only one number is left, are known by their names.
    """
    date = _best([c for c in table.columns if c.type == "date" and c.distinct > 1], _DATE, _NOT_WHEN)
    customer = _customer(table)
    if date is None or customer is None:
        return None
    rest = [column for column in table.columns if column not in (date, customer)]
    order = suggest_order(table, (date.name, customer.name))
    numbers = [c for c in rest if c.type == "number" and c.role not in ("empty", "constant", "id") and c.name != order]
    price, quantity = _best(numbers, _PRICE), _best(numbers, _QUANTITY)
    plain = [column for column in numbers if column not in (price, quantity)]
    amount = _best(plain, _AMOUNT, r"discount|rabatt|tax|shipping|points|" + _CODE)
    if amount is None and quantity is None:
        amount = price or (plain[0] if len(plain) == 1 else None)
    money = {"amount": amount.name} if amount is not None else None
    if money is None and price is not None:
        money = {"quantity": quantity.name, "price": price.name}
    if money is None:
        return None
    return RfmSpec(customer.name, date.name, order=order, **money)


def suggest_order(table: Table, taken: tuple[str, ...]) -> str | None:
    """Find the column of order numbers, by name and type, among those not taken; None if there is none."""
    free = [column for column in table.columns if column.name not in taken and _tells_apart(column)]
    named_code = [c for c in free if c.type == "text" or c.role == "id" or re.search(_CODE, c.name, re.I)]
    found = _best(named_code, _ORDER, _NOT_ORDER)
    return found.name if found else None


def _customer(table: Table) -> Column | None:
    """The column that tells customers apart, if its values repeat; the code rather than the name of the customer."""
    for words in _CUSTOMER:
        named = [
            column
            for column in table.columns
            if re.search(words, column.name, re.I)
            and not re.search(_ABOUT, column.name, re.I)
            and _tells_apart(column)
            and MIN_ROWS <= column.distinct <= _REPEATS * (table.n_rows - len(table.set_aside) - column.missing)
        ]
        if named:
            return max(named, key=lambda column: (bool(re.search(_CODE, column.name, re.I)), column.distinct))
    return None


def _tells_apart(column: Column) -> bool:
    """Whether the values can be names or codes: text, or whole numbers."""
    if column.type == "text":
        return column.role != "empty"
    return column.type == "number" and column.distinct > 1 and column.min is not None and column.min >= 0


def _best(columns: list[Column], words: tuple[str, ...], never: str = r"(?!)") -> Column | None:
    """The first column with the word that says most."""
    fitting = [column for column in columns if not re.search(never, column.name, re.I)]
    for word in words:
        for column in fitting:
            if re.search(word, column.name, re.I):
                return column
    return None
