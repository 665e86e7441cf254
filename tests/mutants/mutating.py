"""What a mutant is, and all mutants of a module: mutmut's mutators for numbers and operators, and four of our own.

Text is left alone: a sentence that reads otherwise is for a person to find. So are values replaced by None and
positional arguments that are left out: nearly all of them end in a TypeError in the first test that passes by.
"""

import difflib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation import mutators

_OTHERS = (
    ("min", "max"),
    ("argmin", "argmax"),
    ("minimum", "maximum"),
    ("any", "all"),
    ("floor", "ceil"),
    ("median", "mean"),
    ("sum", "max"),
    ("nanmin", "nanmax"),
    ("cummin", "cummax"),
)
_SWAPPED = dict(_OTHERS) | {second: first for first, second in _OTHERS if first != "sum"}
_FALSE, _TRUE = cst.Name("False"), cst.Name("True")


@dataclass(frozen=True)
class Mutant:
    """One change to one module.

    Attributes
    ----------
    path : Path
        Of the module, from the root of the project.
    lines : range
        Of the statement that is changed, or of its head.
    function : str
        Qualified name of the function it stands in; empty for what runs at import.
    was, now : str
        The changed lines.
    source : str
        The module as it is changed.
    """

    path: Path
    lines: range
    function: str
    was: str
    now: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        return str(self.path), self.was, self.now


def mutants_of(path: Path, share: float = 1) -> list[Mutant]:
    """The mutants of a module, from the top down, each change once; of `share` below 1 that part, drawn at random."""
    source = path.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(source))
    visitor = _Visitor()
    wrapper.visit(visitor)
    statements = [wrapper.module.code_for_node(statement) for statement in wrapper.module.body]
    head = source[: len(source) - sum(map(len, statements)) - _tail(wrapper.module)]
    tail = source[len(head) + sum(map(len, statements)) :]
    places = {id(statement): place for place, statement in enumerate(wrapper.module.body)}
    found = {}
    draw = random.Random(str(path))
    for top, node, changed, lines, function in visitor.changes:
        if draw.random() >= share:
            continue
        place = places[id(top)]
        renewed = statements.copy()
        renewed[place] = wrapper.module.code_for_node(top.deep_replace(node, changed))
        mutated = head + "".join(renewed) + tail
        was, now = _difference(statements[place], renewed[place])
        if was != now:
            found.setdefault((lines.start, was, now), Mutant(path, lines, function, was, now, mutated))
    return list(found.values())


def _tail(module: cst.Module) -> int:
    return sum(len(module.code_for_node(line)) for line in module.footer)


def _difference(was: str, now: str) -> tuple[str, str]:
    changed = [line for line in difflib.ndiff(was.splitlines(), now.splitlines()) if line[0] in "+-"]
    return tuple(" ".join(line[2:].strip() for line in changed if line[0] == sign) for sign in "-+")


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.changes = []
        self._path = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom | cst.SimpleString):
            return False
        if isinstance(node, cst.Arg) and node.keyword and node.keyword.value == "strict":
            return False  # zip(…, strict=True) guards against a fault of ours and changes no result
        self._path.append(node)
        for mutate in _MUTATORS:
            for changed in mutate(node):
                self.changes.append((self._path[1], node, changed, self._lines(), self._function()))
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._path and self._path[-1] is original_node:
            self._path.pop()

    def _lines(self) -> range:
        for node in reversed(self._path):
            position = self.get_metadata(PositionProvider, node, None)
            if isinstance(node, cst.BaseCompoundStatement):
                return range(position.start.line, position.start.line + 1)
            if position and position.end.line:
                simple = next((above for above in self._path if isinstance(above, cst.SimpleStatementLine)), None)
                whole = self.get_metadata(PositionProvider, simple) if simple else position
                return range(whole.start.line, whole.end.line + 1)
        raise AssertionError(node)

    def _function(self) -> str:
        names = []
        for place, node in enumerate(self._path):
            if isinstance(node, cst.ClassDef):
                names.append(node.name.value)
            if isinstance(node, cst.FunctionDef):
                # Defaults are found when the function is defined, not when it is called.
                is_run_later = self._path[place + 1 : place + 2] == [node.body]
                return ".".join([*names, node.name.value]) if is_run_later else ""
        return ""


def _numbers(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Integer | cst.Float):
        yield from mutators.operator_number(node)
        if node.value == "1":
            yield node.with_changes(value="0")


def _operators(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Name):
        yield from mutators.operator_name(node)
    yield from mutators.operator_swap_op(node)
    yield from mutators.operator_keywords(node)
    if isinstance(node, cst.UnaryOperation):
        yield from mutators.operator_remove_unary_ops(node)
    if isinstance(node, cst.AugAssign):
        yield from mutators.operator_augmented_assignment(node)
    if isinstance(node, cst.IfExp):
        yield from mutators.operator_if_exp(node)
    if isinstance(node, cst.Match):
        yield from mutators.operator_match(node)


def _calls(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Another function of the same shape, and every argument with a name left out."""
    if isinstance(node, cst.Call):
        called = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(called, cst.Name) and called.value in _SWAPPED:
            yield node.with_deep_changes(called, value=_SWAPPED[called.value])
        yield from mutators.operator_symmetric_string_methods_swap(node)
        yield from mutators.operator_unsymmetrical_string_methods_swap(node)
        for place, argument in enumerate(node.args):
            if argument.keyword and argument.keyword.value != "strict":
                yield node.with_changes(args=[*node.args[:place], *node.args[place + 1 :]])


def _conditions(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A condition that is always or never met; mutmut changes only those in which something is compared."""
    if isinstance(node, cst.If | cst.While | cst.CompIf):
        yield node.with_changes(test=_FALSE, **_space(node))
        if not isinstance(node, cst.While):
            yield node.with_changes(test=_TRUE, **_space(node))


def _space(node: cst.CSTNode) -> dict[str, cst.SimpleWhitespace]:
    name = "whitespace_before_test"
    return {name: cst.SimpleWhitespace(" ")} if hasattr(node, name) else {}


def _statements(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A statement left out that is there for what it does to something else."""
    is_call = isinstance(node, cst.Expr) and isinstance(node.value, cst.Call)
    is_set = isinstance(node, cst.Assign) and isinstance(node.targets[0].target, cst.Subscript | cst.Attribute)
    if is_call or is_set or isinstance(node, cst.AugAssign):
        yield cst.Pass()


_MUTATORS = (_numbers, _operators, _calls, _conditions, _statements)
