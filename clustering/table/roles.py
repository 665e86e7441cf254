"""What a column is good for, and why: the role that is proposed until the user gives another."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clustering.errors import InvalidColumns
from clustering.wording import one_line, whole

_NAMED_LIKE_ID = re.compile(
    r"(?i:(^|[\s_\-.])(id|uuid|guid|key|nr|no|number)$)|[a-z](ID|Id|Key|Nr|No)$|^(?i:id)\b", re.ASCII
)
_NUMBERED = (
    "accounts?|acct|baskets?|bookings?|buyer|cards?|clients?|contacts?|contracts?|cust|customers?|devices?|employees?"
    "|households?|invoices?|items?|kunden?|loans?|members?|movies?|orders?|patients?|persons?|policy|products?|receipts?"
    "|sessions?|shops?|stores?|students?|tickets?|transactions?|trans|users?|visitors?"
)
# A number with such a name is never an amount, also where it repeats: one customer, many purchases.
_NAMED_ID = re.compile(rf"(?i:(^|[\s_\-.])(id|uuid|guid)$|[\s_\-.]key$|({_NUMBERED})(id|key)$)|[a-z](ID|Id)$", re.ASCII)
# So is a large one that numbers things: a small one may count them.
_NAMED_NUMBER = re.compile(rf"(?i:(^|[^a-z])({_NUMBERED})[\s_\-.]*(no|nr|nbr|num|number)\.?$)", re.ASCII)
_SMALLEST_NUMBER = 1000
# What ends so and is no word: LEID.
_ENDS_LIKE_ID = re.compile(r"(?!.*(?:ACID|AID|BID|COVID|FLUID|GRID|HYBRID|LIQUID|MADRID|SOLID|VALID|VOID)$)[A-Z]+ID")
# What stands first and has no name of its own: row numbers, or what the rows are called.
_UNNAMED = re.compile(r"column 1|Unnamed: ?0|index", re.IGNORECASE)
_ROWS_OF_ID = 30
_SAMPLE_ENDS = 20  # times the usual distance between two numbers of a sample that both ends may lack
# Digits that nobody adds up.
_POSTAL = re.compile(
    r"(?i:(^|[^a-z])(zip|zip.?code|postal.?code|post.?code|postleitzahl|plz|pin.?code|code.?postal|cap|cep)(.?prefix)?$)"
    r"|[a-z](Zip|ZipCode|PostalCode|Postcode|PLZ)$"
)
_TELEPHONE = re.compile(
    r"(?i:(^|[^a-z])(phone|telephone|telefon|mobile|fax|tel|msisdn|ean|gtin|upc|isbn|barcode)"
    r"([^a-z]*(no|nr|number|code))?\.?$)|[a-z]Phone(Number|No)?$"
)
# Words between blanks, underscores and capitals: "CityTier", "city_tier" and "tier" all hold "tier".
_CODE_WORDS = (
    "area|branch|category|channel|city|class|cluster|code|country|department|district|education|ethnic|flag|gender"
    "|group|industry|location|marital|marriage|method|mode|nation|occupation|plan|profession|race|region|segment|sex"
    "|state|status|store|tier|type|zone"
)
_AMOUNT_WORDS = (
    "age|amount|amt|anzahl|average|avg|child|children|count|day|days|dependents?|duration|frequency|hour|hours|income"
    "|items?|kids?|length|likert|member|members|minutes|month|months|num|number|orders?|people|persons?|points?|price"
    "|purchases?|qty|quantity|rank|rate|rating|ratings|recency|rooms?|satisfaction|score|scores|size|stars?|teens?"
    "|tenure|times|total|visits?|week|weeks|year|years"
)
# What exports call the scores that recency, frequency and monetary value are cut into.
_CUT = "(?:score|rank|rating|quintile|quartile|decile|quantile|tile|class|group|bin|points?)"
_SCORE = re.compile(rf"(?:r|f|m|recency|frequency|monetary|monetaryvalue){_CUT}\d?|{_CUT}[rfm]")
_WHOLE_SCORE = re.compile(r"rfm.*")
_HIGHEST_SCORE = 10
_MAX_CODES, _MAX_UNNAMED_CODES, _MAX_CODE = 10, 4, 20
_ROWS_PER_CODE = 10
_SMALLEST_TELEPHONE = 100_000

_ANSWER = re.compile(r"(known[ _])?(label|target|class|cluster|segment|species)([ _]name)?", re.IGNORECASE)

_TYPES_OF_ROLE = {"number": ("number",), "date": ("date",), "ordered": ("number", "text", "boolean")}
_USED_AS = {"number": "a number", "date": "a date", "ordered": "an ordered category"}
_HOLDS = {"number": "numbers", "text": "text", "date": "dates", "boolean": "yes and no"}

REFUSALS = {
    "id": "an identifier: it tells customers apart, not groups",
    "category": "a category, not a number",
    "ordered": "an ordered category, not a number",
    "date": "a date, not a number",
    "text": "text, not a number",
    "label": "a known label: segments are compared with it, not built from it",
}


def check_role(name: str, role: str, type: str) -> None:
    """Refuse a role that the values cannot have.

    Raises
    ------
    InvalidColumns
        Such as the role "number" for a column of text.
    """
    legal = _TYPES_OF_ROLE.get(role)
    if legal and type not in legal:
        raise InvalidColumns(
            f'"{one_line(name)}" holds {_HOLDS[type]} and cannot be used as {_USED_AS[role]}; that takes '
            f"{' or '.join(_HOLDS[possible] for possible in legal)}. Change its type first, or its use.",
            (name,),
        )


def why_id(
    name: str, type: str, present: pd.Series, distinct: int, is_code: bool, n_in_all: int | None = None
) -> str | None:
    """An identifier is named like one, or differs on every row and is a code or a running number.

    `n_in_all`: rows that these are a sample of.
    """
    every_row_differs = distinct == len(present)
    if type == "number":
        if not np.array_equal(present, np.floor(present)):
            return None
        if every_row_differs and _is_running(present, n_in_all):
            return "whole numbers without a gap, each on one row"
        if every_row_differs and len(present) >= _ROWS_OF_ID and _UNNAMED.fullmatch(name):
            return "whole numbers without a name of their own, each on one row"
    elif type == "text":
        if every_row_differs and is_code and not _any_blank(present):
            return "different on every row, and no blank inside"
    else:
        return None
    if type == "number" and _TELEPHONE.search(name.strip()) and present.min() >= _SMALLEST_TELEPHONE:
        return "named like a telephone number or a barcode"
    is_like_id = _NAMED_LIKE_ID.search(name.strip()) or _NAMED_NUMBER.search(name.strip())
    if is_like_id and distinct > len(present) / 2:
        return "named like an identifier, and mostly different"
    if type == "number" and every_row_differs and _ENDS_LIKE_ID.fullmatch(name):
        return "named like an identifier, and different on every row"
    is_number = type == "number" and _NAMED_NUMBER.search(name.strip()) and present.min() >= _SMALLEST_NUMBER
    if distinct > _MAX_CODES and (is_number or _NAMED_ID.search(name.strip())):
        return f"named like an identifier, with {whole(distinct)} different values"
    return None


def _is_running(present: pd.Series, n_in_all: int | None) -> bool:
    """Whether different whole numbers leave none out; of a sample, whether they reach over as many as there are rows.

    Numbers that come again would do so within the sample, as two of a few hundred people share their birthday.
    """
    span = present.max().item() - present.min().item() + 1  # which in numpy would warn of numbers near 1e308
    if n_in_all is None:
        return span == len(present)
    return n_in_all * (1 - _SAMPLE_ENDS / len(present)) <= span <= n_in_all


def is_named_answer(name: str) -> bool:
    """Whether a column is named like the answer itself: a class, a target, the segment of an earlier file."""
    return _ANSWER.fullmatch(name.strip()) is not None


def why_code(name: str, values: np.ndarray, distinct: int) -> str | None:
    """A whole number with few values is a code: two of them, or 1 to 3 or 4 without a gap, or named like a code.

    Counts begin with 0 and go on, and scales of satisfaction have five points or more: both stay amounts.
    """
    if _POSTAL.search(name.strip()) and values.min() >= 0 and np.array_equal(values, np.floor(values)):
        return "postal codes: no amounts, though they are numbers"
    if distinct > _MAX_CODES or len(values) < _ROWS_PER_CODE * distinct:
        return None
    levels = np.sort(pd.unique(values))
    if not np.array_equal(levels, np.floor(levels)) or levels[0] < 0:
        return None
    if not _has_word(name, _CODE_WORDS) and not _NAMED_ID.search(name.strip()):
        is_flag = levels.tolist() == [0, 1]
        if _has_word(name, _AMOUNT_WORDS) and not is_flag:
            return None
        pair = distinct == 2 and levels[-1] <= _MAX_CODE
        run = levels[0] == 1 and levels[-1] == distinct <= _MAX_UNNAMED_CODES
        if not (pair or run):
            return None
    elif _has_word(name, "num|number|count|anzahl|total"):
        return None
    return f"a code with {distinct} values: counts as a category, not as an amount; change its role if it is one"


def find_scores(numbers: Mapping[str, np.ndarray]) -> list[str]:
    """Which of these columns are scores of recency, frequency and monetary value, beside the values themselves.

    Parameters
    ----------
    numbers : mapping of str to array
        The columns that would be suggested, and their values (NaN where missing).
    """
    short = {name: re.sub(r"[\W_]+", "", name.lower()) for name in numbers}
    letters = {"r", "f", "m"} <= set(short.values())
    named = [name for name in numbers if _SCORE.fullmatch(short[name]) or (letters and short[name] in ("r", "f", "m"))]
    scores = [name for name in named if _is_score(numbers[name])]
    scores += [name for name in numbers if _WHOLE_SCORE.fullmatch(short[name])]
    return scores if len(scores) < len(numbers) else []


def _is_score(values: np.ndarray) -> bool:
    values = values[~np.isnan(values)]
    return bool(((values == np.floor(values)) & (values >= 0) & (values <= _HIGHEST_SCORE)).all())


def _has_word(name: str, words: str) -> bool:
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return bool(re.search(rf"(?i)(?:^|[^a-z])(?:{words})(?:$|[^a-z])", parts, re.ASCII))


def _any_blank(present: pd.Series) -> bool:
    return bool(pc.any(pc.match_substring_regex(pa.array(present, pa.string()), r"\s")).as_py())
