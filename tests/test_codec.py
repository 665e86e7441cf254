"""What is told in a file of ours is taken as the classes want it, or refused with its place."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pytest

from clustering.errors import InvalidSetting
from clustering.recipe.codec import MOST_BYTES, as_plain, check_size, from_json, from_plain, to_json


@dataclass(frozen=True)
class Inner:
    number: int


@dataclass(frozen=True)
class Outer:
    inner: Inner | None = None
    names: tuple[str, ...] = ()
    span: tuple[int, float] = (0, 1.0)


@dataclass(frozen=True)
class Circle:
    radius: float


@dataclass(frozen=True)
class Square:
    side: float


@dataclass(frozen=True, eq=False)
class Kinds:
    """A field of every kind that a file can hold."""

    shape: Circle | Square | None = None
    shapes: tuple[Circle | Square, ...] = ()
    day: date | None = None
    amount: float = float("nan")
    limit: float | None = 3.0
    points: np.ndarray | None = None
    settings: tuple[tuple[str, object], ...] = ()
    positions: tuple[int, ...] = ()
    note: str = ""
    names: tuple[str, ...] = field(default_factory=tuple)


def test_what_is_told_becomes_what_the_classes_want():
    assert from_plain(Outer, {"inner": {"number": 3}, "names": ["a"]}, "file") == Outer(Inner(3), ("a",))
    assert from_plain(Outer, {"inner": {"number": 2**63 - 1}, "span": [1, 2]}, "file") == Outer(
        Inner(2**63 - 1), span=(1, 2.0)
    )


@pytest.mark.parametrize(
    "told, sentence",
    [
        (["number"], 'is no object with "inner", "names", "span"'),
        ({"inner": None, "speed": 1}, 'file: "speed" is no setting. Known: "inner", "names", "span"'),
        ({"inner": {}}, 'file: inner: "number" is not told'),
        ({"inner": 3}, "file: inner is 3; it must be an object or"),
        ({"inner": {"number": True}}, "file: inner: number is true; it must be a whole number"),
        ({"inner": {"number": 2**63}}, "file: inner: number is 9"),
        ({"inner": {"number": -(2**63)}}, "file: inner: number is -9"),
        ({"span": [1]}, "file: span holds 1 values; it must be 2."),
        ({"span": [1, 2.0, 3]}, "file: span holds 3 values; it must be 2."),
    ],
    ids=[
        "a list",
        "an unknown name",
        "a missing one",
        "a number for an object",
        "a truth for a number",
        "more than 64 bits",
        "less than 64 bits",
        "too few",
        "too many",
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(told, sentence):
    with pytest.raises(InvalidSetting) as refused:
        from_plain(Outer, told, "file")
    assert sentence in str(refused.value)


def there_and_back(value):
    return from_plain(type(value), from_json(to_json(value)), "file")


def test_which_of_two_classes_an_object_is_comes_back():
    value = Kinds(Square(2.0), (Circle(1.0), Square(3.0)))
    assert as_plain(value)["shape"] == {"kind": "Square", "side": 2.0}
    assert (there_and_back(value).shape, there_and_back(value).shapes) == (value.shape, value.shapes)


def test_a_day_and_plain_settings_come_back():
    value = Kinds(day=date(2026, 1, 31), settings=(("linkage", "single"), ("eps", 0.5), ("seed", None), ("fast", True)))
    assert as_plain(value)["day"] == "2026-01-31"
    assert (there_and_back(value).day, there_and_back(value).settings) == (value.day, value.settings)


def test_what_is_nothing_and_usually_so_is_left_out_and_nothing_else():
    assert as_plain(Kinds(limit=3.0)) == {"limit": 3.0}
    assert as_plain(Kinds(limit=None)) == {"limit": None}
    assert there_and_back(Kinds(limit=None)).limit is None


def test_what_is_no_number_is_null():
    assert as_plain([1.5, float("nan"), float("inf"), float("-inf")]) == [1.5, None, None, None]


def test_a_file_has_a_field_to_a_line_and_a_list_of_numbers_on_one_and_letters_as_they_are():
    value = Kinds(Circle(1.0), points=np.array([[1.0, 2.0], [3.0, 4.0]]), settings=(("größe", "weiß"),), names=("é",))
    assert to_json(value) == (
        "{\n"
        '  "shape": {\n'
        '    "kind": "Circle",\n'
        '    "radius": 1.0\n'
        "  },\n"
        '  "limit": 3.0,\n'
        '  "points": [\n'
        "    [1.0, 2.0],\n"
        "    [3.0, 4.0]\n"
        "  ],\n"
        '  "settings": {\n'
        '    "größe": "weiß"\n'
        "  },\n"
        '  "names": ["é"]\n'
        "}\n"
    )


def test_numbers_that_are_read_cannot_be_changed():
    points = there_and_back(Kinds(points=np.array([[1, 2], [3, 4]]))).points
    assert points.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match="read-only"):
        points[0, 0] = 5


@pytest.mark.parametrize(
    "told, sentence",
    [
        ({"day": "2026-02-30"}, 'file: day is "2026-02-30"; it must be a day such as 2026-01-31 or null.'),
        ({"day": 3}, "file: day is 3; it must be a day such as 2026-01-31 or null."),
        ({"limit": "2026-01-31"}, 'file: limit is "2026-01-31"; it must be a number or null.'),
        ({"limit": {"a": 1}}, 'file: limit is {"a": 1}; it must be a number or null.'),
        ({"limit": [1]}, "file: limit is [1]; it must be a number or null."),
        ({"settings": [["a", 1]]}, 'file: settings is [["a", 1]]; it must be an object.'),
        ({"settings": {"a": [1]}}, "file: settings is [1]; it must be a number, a text, or true or false."),
        ({"settings": {"a": {}}}, "file: settings is {}; it must be a number, a text, or true or false."),
        ({"settings": {"a": "\ud800"}}, "file: settings holds half a character, which no text does."),
        ({"names": 3}, "file: names is 3; it must be a list."),
        ({"positions": [1, 2.5]}, "file: positions is 2.5; it must be a whole number."),
        ({"positions": [1.5]}, "file: positions is 1.5; it must be a whole number."),
        ({"positions": [True]}, "file: positions is true; it must be a whole number."),
        ({"positions": ["1"]}, 'file: positions is "1"; it must be a whole number.'),
        ({"positions": [2**63]}, "file: positions is 9223372036854775808; it must be a whole number."),
        ({"shape": {"kind": "Line", "side": 1}}, 'file: shape: kind is "Line"; it can be Circle, Square.'),
        ({"shape": {"side": 1}}, "file: shape: kind is null; it can be Circle, Square."),
        ({"points": [[1], [1, 2]]}, "file: points must hold numbers, and as many in every row."),
        ({"points": ["1"]}, "file: points must hold numbers, and as many in every row."),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(told, sentence):
    with pytest.raises(InvalidSetting) as refused:
        from_plain(Kinds, told, "file")
    assert str(refused.value) == sentence


def test_a_file_may_hold_64_megabytes_and_no_byte_more():
    check_size(bytes(MOST_BYTES))
    with pytest.raises(InvalidSetting, match="it is larger than 64 MB"):
        check_size(bytes(MOST_BYTES + 1))
