"""What is told in a file of ours is taken as the classes want it, or refused with its place."""

from dataclasses import dataclass

import pytest

from clustering.errors import InvalidSetting
from clustering.recipe.codec import from_plain


@dataclass(frozen=True)
class Inner:
    number: int


@dataclass(frozen=True)
class Outer:
    inner: Inner | None = None
    names: tuple[str, ...] = ()
    span: tuple[int, float] = (0, 1.0)


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
