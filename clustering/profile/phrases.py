"""Columns and differences as people say them: "Annual Income (k$)" is "annual income", and much of it is high."""

import re
from collections import Counter

from clustering.profile.compare import Trait
from clustering.wording import one_line

LEVEL = 24  # characters of a level
_MOST = 60
_IN_BRACKETS = re.compile(r"\s*(\([^()]*\)|\[[^\[\]]*\])")
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z])")
_UNITS = ("€", "$", "£", "eur", "euro", "usd", "gbp", "chf", "pct", "cm", "mm", "kg", "km")
_LONG = 4  # letters; a shorter word in capitals is an abbreviation: CLV, RFM
_NEARLY_ALL, _MOSTLY = 0.9, 0.5
_AMOUNTS = ("costs", "earnings", "expenses", "fees", "sales", "savings", "takings")  # plurals of which nobody has many
_STATES = ("active", "inactive", "female", "male", "loyal", "new", "online", "premium", "single")
_COMPARATIVE = re.compile(r"(much |slightly )?(older|younger|more often|less often)\b")
# Of English headers. Other languages write nouns with a capital, so only where one of these stands is it a headline's.
_ENGLISH = (
    "of the since last first with by for and your you are is has have how average mean total number count age "
    "gender sex income spend spending spent score rating region country city state year years month months week "
    "weeks day days date time order orders purchase purchases basket revenue value amount price discount "
    "discounts returns return quantity frequency recency visit visits customer customers client member membership "
    "newsletter channel education job family household children kids size length width height weight satisfaction "
    "tenure churn churned balance credit loan debt salary usage type category product products share rate ratio "
    "level annual monthly yearly weekly daily duration signup subscription marital status work group cost profit "
    "margin transaction transactions session sessions clicks "
)
_ENGLISH_WORDS = {*_AMOUNTS, *_STATES, *_ENGLISH.split()}
_CALLED = {"monetary": "monetary value", "recency days": "days since last purchase"}  # the app's own columns


def short_titles(columns: tuple[str, ...]) -> dict[str, str]:
    """What every column is called in a sentence; units in brackets stay where nothing else tells two columns apart."""
    told = {column: _short(_IN_BRACKETS.sub("", one_line(column, 200)), column) for column in columns}
    counted = Counter(told.values())
    return {
        column: title if counted[title] == 1 else _short(one_line(column, 200), column, with_unit=True)
        for column, title in told.items()
    }


def cut(title: str, most: int) -> str:
    """The title in at most so many characters, between two words where that leaves half of them."""
    if len(title) <= most:
        return title
    head = title[:most].rsplit(" ", 1)[0]
    return f"{head}…" if most / 2 <= len(head) < most else one_line(title, most)


def _short(text: str, column: str, *, with_unit: bool = False) -> str:
    apart = _HUMP.sub(" ", text)
    words = re.sub("[_,]", " ", apart).rstrip(" ?:").split()
    if len(words) == 1:
        words = re.sub(r"(?<=[^\W\d])[.\-](?=[^\W\d])", " ", words[0]).split()
    if len(words) > 1 and words[-1].lower() in _UNITS and not with_unit:
        words = words[: -2 if words[-2].lower() == "in" else -1]  # Umsatz in €
    if text.isupper() and any(len(word) > _LONG for word in words):
        words = [word.lower() for word in words]
    words = _in_a_sentence(words, text)
    title = re.sub(r"^(number|no\.?|num|count) of (?=.)", "", " ".join(words))
    return one_line(_CALLED.get(title, title) or column, _MOST)


def _in_a_sentence(words: list[str], text: str) -> list[str]:
    """The words of a header without the capitals that stand there because it is a headline or a beginning."""
    is_english = any(word.lower() in _ENGLISH_WORDS for word in words)
    is_headline = all(word[0].isupper() for word in words if len(word) > _LONG)  # in English Every Word has a capital
    if text[:1].islower() or (is_english and is_headline):
        is_camel = len(words) > len(text.replace("_", " ").split())
        return [_small(word) if is_english or is_camel else word for word in words]
    is_beginning = is_english or text.rstrip().endswith("?")
    return [_small(word) if is_beginning and not i else word for i, word in enumerate(words)]


def _small(word: str) -> str:
    return word.lower() if word[0].isupper() and word[1:].islower() else word


def capital(text: str) -> str:
    """The text with a large first letter; a word with capitals of its own (iPhone) keeps its look."""
    return text[:1].upper() + text[1:] if text.split(" ")[0].islower() else text


def phrase(trait: Trait, title: str, degree: str = "", *, counts: bool = False) -> str:
    """What a name says of one difference: "high income", "few orders", "mostly Germany", "without newsletter".

    Parameters
    ----------
    title : str
        What the column is called.
    degree : {"", "very ", "slightly "}
    counts : bool
        Whether the column holds whole numbers, of which one can have many.
    """
    is_over = trait.difference > 0
    if trait.kind == "level":
        return _share_phrase(_level(trait, title), trait.own, is_over)
    if trait.kind == "boolean":
        return _boolean_phrase(title, trait.own, is_over)
    if trait.kind == "date":
        return f"{degree}{'early' if is_over else 'recent'} {title.removesuffix(' date')}"
    if title.startswith(("days since ", "weeks since ", "months since ")):
        event = title.split(" since ", 1)[1]
        return f"{degree}{'long since' if is_over else 'recent'} {event}"
    if title == "age":
        return f"{degree.replace('very', 'much')}{'older' if is_over else 'younger'}"
    if counts and _is_plural(title):
        return f"{degree}{'many' if is_over else 'few'} {title}"
    return f"{degree}{'high' if is_over else 'low'} {title}"


def is_comparative(told: str) -> bool:
    """Whether a phrase holds the segment against others, so that one that is more so belies it: "older"."""
    return _COMPARATIVE.match(told) is not None


def _level(trait: Trait, title: str) -> str:
    level = one_line(trait.level, LEVEL)
    speaks_for_itself = len(level) > 3 and not any(c.isdigit() for c in level)
    return level if speaks_for_itself else f"{title} {level}"


def _share_phrase(level: str, own: float, is_over: bool) -> str:
    if not is_over:
        return f"not {level}" if 1 - own >= _NEARLY_ALL else f"less often {level}"
    return level if own >= _NEARLY_ALL else f"mostly {level}" if own >= _MOSTLY else f"more often {level}"


def _boolean_phrase(title: str, own: float, is_over: bool) -> str:
    bare = title.removeprefix("is ").removeprefix("was ")
    is_state = bare != title or bare.split(" ")[-1].endswith("ed") or bare.lower() in _STATES
    has, has_not = (bare, f"not {bare}") if is_state else (f"with {_thing(title)}", f"without {_thing(title)}")
    if is_over:
        return has if own >= _NEARLY_ALL else f"mostly {has}" if own >= _MOSTLY else f"more often {has}"
    return has_not if 1 - own >= _NEARLY_ALL else f"mostly {has_not}" if 1 - own >= _MOSTLY else f"less often {has}"


def _thing(title: str) -> str:
    return title.removeprefix("has ").removeprefix("have ").removeprefix("with ") or title


def _is_plural(title: str) -> bool:
    head = title.split(" of ")[0].split(" per ")[0].split(" in ")[0].split(" ")[-1]
    return head.endswith("s") and not head.endswith(("ss", "us", "is")) and head not in _AMOUNTS
