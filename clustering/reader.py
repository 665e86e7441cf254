"""Who reads: how numbers and days are written where the reader is.

Texts are made in many places and far from the screen. So whoever shows them says once how to find out who is reading
(`ask`), or for a stretch of work that runs elsewhere, on whose behalf it is (`on_behalf_of`). Where nobody is told, as
on the command line and in a notebook, numbers are written the English way and days by ISO 8601.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache


@dataclass(frozen=True)
class Manner:
    """How numbers and days are written.

    Attributes
    ----------
    decimal, group : str
        What stands before the decimals, and between groups of digits.
    sizes : tuple of int
        Digits of the last group, and of those before it: (3, 3); in India (3, 2).
    locale : str or None
        Whose days are meant, as CLDR names it; None for ISO 8601.
    """

    decimal: str = "."
    group: str = ","
    sizes: tuple[int, int] = (3, 3)
    locale: str | None = None

    def number(self, text: str) -> str:
        """Rewrite a number that Python wrote: "-1,234.5" is "-1.234,5" in Germany."""
        if self.group == "," and self.decimal == "." and self.sizes == (3, 3):
            return text
        whole, point, decimals = text.partition(".")
        if "," in whole and self.sizes != (3, 3):
            whole = self._regrouped(whole)
        return whole.replace(",", self.group) + point.replace(".", self.decimal) + decimals

    def _regrouped(self, whole: str) -> str:
        digits = whole.replace(",", "")
        sign = digits[: len(digits) - len(digits.lstrip("+-"))]
        digits = digits[len(sign) :]
        last, before = self.sizes
        groups, digits = [digits[-last:]], digits[:-last]
        while digits:
            groups, digits = [digits[-before:], *groups], digits[:-before]
        return sign + ",".join(groups)

    def day(self, day: date) -> str:
        """Write a day: 2026-01-31; 31.1.2026 in Germany, 1/31/2026 in the United States."""
        return date(day.year, day.month, day.day).isoformat() if self.locale is None else _day(day, self.locale)


ENGLISH = Manner()
NOBODY = ""  # for what is the same whoever reads it
_on_behalf_of: ContextVar[str | None] = ContextVar("on_behalf_of", default=None)


def _nobody() -> str | None:
    return None


_ask: Callable[[], str | None] = _nobody


def ask(who: Callable[[], str | None]) -> None:
    """Say how to find out who is reading now.

    Parameters
    ----------
    who : callable
        Returns the reader's language and country ("de-CH"), or None where nobody is reading. Asked for every figure.
    """
    global _ask
    _ask = who


def reader() -> str | None:
    """Language and country of whoever reads what is written now; None for nobody in particular."""
    told = _on_behalf_of.get()
    return _ask() if told is None else told or None


@contextmanager
def on_behalf_of(locale: str) -> Iterator[None]:
    """Write for this reader, or for `NOBODY` in particular, until the block ends."""
    token = _on_behalf_of.set(locale)
    try:
        yield
    finally:
        _on_behalf_of.reset(token)


def manner() -> Manner:
    """How whoever reads now has numbers and days written."""
    locale = reader()
    return ENGLISH if locale is None else _manner_of(locale)


# A browser sends what it likes as its locale, so what is kept has a bound. Babel is loaded for the first reader only:
# that takes half a second, which the command line need not wait.
@lru_cache(maxsize=64)
def _manner_of(locale: str) -> Manner:
    from babel import Locale, UnknownLocaleError

    language, _, _ = locale.partition("-u-")  # what follows asks for other digits or another calendar
    try:
        found = Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return ENGLISH
    symbols = found.number_symbols["latn"]
    sizes = found.decimal_formats[None].grouping
    return Manner(symbols["decimal"], symbols["group"], tuple(sizes), str(found))


@lru_cache(maxsize=4096)
def _day(day: date, locale: str) -> str:
    from babel.dates import format_skeleton

    return format_skeleton("yMd", day, locale=locale)
