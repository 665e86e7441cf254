"""No test that cannot fail, as far as that shows in what is written: every test asks something that has two answers."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.rglob("*.py"))
ASKING = ("raises", "warns", "fail", "expect", "wait_for", "wait_for_selector", "wait_for_function")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def asks(function: ast.FunctionDef, helpers: frozenset[str] = frozenset()) -> bool:
    """Whether it holds an assertion, expects a refusal, or calls one of the helpers that do."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            if called in ASKING or called in helpers or called.startswith("assert_"):
                return True
    return False


@cache
def asking_helpers() -> frozenset[str]:
    helpers = {one for path in FILES for one in functions(path) if not one.name.startswith("test_")}
    found: frozenset[str] = frozenset()
    while (more := frozenset(one.name for one in helpers if asks(one, found))) != found:
        found = more
    return found


def is_never_false(asked: ast.expr) -> bool:
    """A constant, a tuple that is not empty, something or true, or a value compared with itself.

    Two calls that look the same are two answers: they may differ, and whether they do is a fair question.
    """
    if isinstance(asked, ast.Constant):
        return bool(asked.value)
    if isinstance(asked, ast.Tuple | ast.List | ast.JoinedStr | ast.Lambda | ast.GeneratorExp):
        return True
    if isinstance(asked, ast.BoolOp) and isinstance(asked.op, ast.Or):
        return any(is_never_false(one) for one in asked.values)
    if isinstance(asked, ast.Compare) and len(asked.ops) == 1 and isinstance(asked.ops[0], ast.Eq | ast.Is | ast.LtE):
        is_pure = not any(isinstance(node, ast.Call | ast.Await) for node in ast.walk(asked))
        return is_pure and ast.dump(asked.left) == ast.dump(asked.comparators[0])
    return False


def asked_of_nobody(node: ast.AST) -> bool:
    """A comparison whose answer goes nowhere: somebody forgot the `assert`."""
    if not isinstance(node, ast.Expr):
        return False
    if isinstance(node.value, ast.Compare):
        return True
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") in ("approx", "array_equal")


def is_caught_by_anything(node: ast.AST) -> bool:
    """`pytest.raises(Exception)`: also a slip of the test itself would do."""
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "raises"
        and bool(node.args)
        and getattr(node.args[0], "id", "") in ("Exception", "BaseException")
    )


def name_of(path: Path) -> str:
    return path.relative_to(HERE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_test_asks_something(path):
    tests = [one for one in functions(path) if one.name.startswith("test_")]
    assert [one.name for one in tests if not asks(one, asking_helpers())] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_assertion_is_always_true_or_never_made(path):
    told = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Assert) and is_never_false(node.test))
        or asked_of_nobody(node)
        or is_caught_by_anything(node)
    ]
    assert told == []


@pytest.mark.parametrize(
    "line",
    (
        *("assert True", "assert (x == 2, 'two')", "assert x == 3 or True", "assert x == x", "assert a.b <= a.b"),
        *("x == 2", "pytest.approx(x, 2)", "np.array_equal(x, y)", "assert (one for one in x)", "assert f'{x}'"),
        "pytest.raises(Exception)",
    ),
)
def test_what_cannot_fail_is_seen(line):
    nodes = list(ast.walk(ast.parse(line)))
    assert any(
        (isinstance(node, ast.Assert) and is_never_false(node.test))
        or asked_of_nobody(node)
        or is_caught_by_anything(node)
        for node in nodes
    )


@pytest.mark.parametrize(
    "line",
    ("assert x", "assert x == y", "assert made() == made()", "assert x == 2 or y", "assert x < x + 1", "show(x == 2)"),
)
def test_what_can_fail_is_left_alone(line):
    nodes = list(ast.walk(ast.parse(line)))
    assert not any(isinstance(node, ast.Assert) and is_never_false(node.test) for node in nodes)
    assert not any(asked_of_nobody(node) for node in nodes)


def test_a_test_without_a_question_is_seen():
    silent, asking = ast.parse("def test_a():\n    run()\n\n\ndef test_b():\n    check(run())\n").body
    assert not asks(silent)
    assert not asks(asking)
    assert asks(asking, frozenset({"check"}))
