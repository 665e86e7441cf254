"""Runs tests against mutants without starting Python again for each.

One process per group collects the tests once. For each mutant it forks a child that puts the changed code into the
function where it stands, in memory, and runs the tests that pass through the changed lines, the fastest first, until
one fails. What is found at import (constants, tables, defaults) is found anew and handed to all modules that have it;
there the tests that enter the module are run. No file is written: the project stays as it is.
"""

import contextlib
import functools
import gc
import importlib
import json
import linecache
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.mutants.mutating import Mutant

# Loaded once, for all mutants of all groups; nothing of the project is among them.
_HEAVY = ("hypothesis", "numpy", "pandas", "pyarrow.parquet", "scipy.stats", "sklearn.cluster", "sklearn.mixture")
_SECONDS = 5  # a test may take that much longer than it does on the code as it is, and eight times as long
_KILLED, _SURVIVED, _TIMEOUT, _BROKEN = "killed", "survived", "timeout", "not tried"
_NOT_PUT_IN = 70  # how a child ends that could not put the change in


def load_libraries() -> None:
    """Load what all children need; one thread each, as several run at a time."""
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "COVERAGE_CORE": "ctrace"}
    for name in _HEAVY:
        importlib.import_module(name)


def outcomes(mutants: list[Mutant], tests: tuple[str, ...], workers: int) -> Iterator[tuple[Mutant, str]]:
    """Yield each mutant with what came of it.

    That is "killed", "survived", "timeout", "untested" if no test passes through the line, or "not tried" if the change
    could not be put in. Every module is first put in as it is: if a test fails at that, all would seem to be killed.
    """
    files = [f"tests/{name}.py" for name in tests]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{folder}/hypothesis"
        plan = _plan(*files)
        mutants = [*_as_they_are(mutants), *mutants]
        reader, writer = os.pipe()
        pid = _forked(lambda: _session(files, _Mutating(mutants, plan, workers, writer)), folder)
        os.close(writer)
        try:
            with os.fdopen(reader) as told:
                for line in told:
                    place, outcome = json.loads(line)
                    if _is_change(mutants[place]):
                        yield mutants[place], outcome
                    elif outcome not in (_SURVIVED, "untested"):
                        raise SystemExit(f"A test fails on {mutants[place].path} put in as it is: {outcome}")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # done, or not to go on
            _wait(pid)


@functools.cache
def _plan(*files: str) -> "_Plan":
    """What the tests pass through: asked once for all modules of a group."""
    with tempfile.TemporaryDirectory() as folder:
        covered = Path(folder) / "covered.json"
        if _wait(_forked(lambda: _session(files, _Covering(covered)), folder)) != _SURVIVED:
            raise SystemExit(f"These fail on the code as it is: {', '.join(files)}")
        return _Plan(**json.loads(covered.read_text()))


def _as_they_are(mutants: list[Mutant]) -> Iterator[Mutant]:
    """For each module and for each way of putting a change in: nothing changed."""
    functions = defaultdict(set)
    for mutant in mutants:
        functions[mutant.path, bool(mutant.function)].add(mutant.function)
    for (path, _), names in functions.items():
        source = path.read_text(encoding="utf-8")
        lines = range(1, source.count("\n") + 1)
        yield Mutant(path, lines, " ".join(sorted(names)), "", "", source)


def _is_change(mutant: Mutant) -> bool:
    return bool(mutant.was or mutant.now)


class _Plan:
    """Which tests pass through a line, and how long each takes."""

    def __init__(self, seconds: dict[str, float], lines: dict[str, dict[str, list[str]]]) -> None:
        self._seconds = seconds
        self._lines = lines

    def tests(self, mutant: Mutant) -> list[str]:
        """Ids of the tests to run, the fastest first; for what runs at import, those that enter the module at all."""
        lines = self._lines.get(str(mutant.path.absolute()), {})
        asked = map(str, mutant.lines) if mutant.function else lines
        found = {test for line in asked for test in lines.get(line, ())}
        if not mutant.function and not found:
            found = set(self._seconds)
        return sorted(found, key=lambda test: (self._seconds[test], test))

    def limit(self, test: str) -> float:
        return _SECONDS + 8 * self._seconds[test]


class _Covering:
    """Runs the tests on the code as it is and writes down what each passes through, its fixtures included."""

    def __init__(self, path: Path) -> None:
        import coverage

        self._path = path
        self._coverage = coverage.Coverage(source=["clustering"], data_file=None, config_file=False)
        self._seconds, self._fixtures, self._in_fixtures = {}, {}, 0.0
        self._users = defaultdict(set)
        self._running = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        self._coverage.start()
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            self._running = [item.nodeid]
            self._coverage.switch_context(item.nodeid)
            begun = time.process_time() - self._in_fixtures
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            self._seconds[item.nodeid] = time.process_time() - self._in_fixtures - begun
            # What a fixture found before this test ran is also what the test looks at, and in a child waits for.
            names = {_name(one) for several in item._fixtureinfo.name2fixturedefs.values() for one in several}
            for name in names & self._fixtures.keys():
                self._users[name].add(item.nodeid)
                self._seconds[item.nodeid] += self._fixtures[name]
        self._coverage.stop()
        self._write()
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        outer, name = self._running[-1], _name(fixturedef)
        self._running.append(name)
        self._coverage.switch_context(name)
        begun = time.process_time()
        try:
            return (yield)
        finally:
            self._fixtures[name] = time.process_time() - begun
            self._in_fixtures += self._fixtures[name]
            self._running.pop()
            self._coverage.switch_context(outer)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            print(report.longrepr, file=sys.stderr)
            os._exit(1)

    def _write(self) -> None:
        data = self._coverage.get_data()
        lines = {}
        for path in data.measured_files():
            lines[path] = {}
            for line, contexts in data.contexts_by_lineno(path).items():
                tests = {test for context in contexts for test in self._users.get(context, {context}) if test}
                if tests:
                    lines[path][line] = sorted(tests)
        self._path.write_text(json.dumps({"seconds": self._seconds, "lines": lines}))


def _name(definition) -> str:
    return f"fixture {definition.baseid} {definition.argname}"


class _Mutating:
    """In place of running the tests: a child for each mutant that does."""

    def __init__(self, mutants: list[Mutant], plan: _Plan, workers: int, writer: int) -> None:
        self._mutants, self._plan, self._workers, self._writer = mutants, plan, workers, writer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        items = {item.nodeid: item for item in session.items}

        def run(mutant: Mutant) -> None:
            try:
                _put_in(mutant)
            except BaseException:
                # A table that cannot be made is noticed by whoever imports it; a function not found is our fault.
                os._exit(_NOT_PUT_IN if mutant.function or not _is_change(mutant) else 1)
            _run_until_failure([items[test] for test in self._plan.tests(mutant)], self._plan)

        gc.collect()
        gc.freeze()  # a collection in a child would touch, and so copy, everything that it shares with this process
        places = {id(mutant): place for place, mutant in enumerate(self._mutants)}
        tested = [mutant for mutant in self._mutants if self._plan.tests(mutant)]
        with os.fdopen(self._writer, "w", buffering=1) as told:
            for mutant in self._mutants:
                if not self._plan.tests(mutant):
                    print(json.dumps([places[id(mutant)], "untested"]), file=told)
            for mutant, outcome in _in_parallel(tested, self._workers, run):
                print(json.dumps([places[id(mutant)], outcome]), file=told)
        os._exit(0)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os._exit(1)


def _run_until_failure(items: list[pytest.Item], plan: _Plan) -> None:
    for item, following in zip(items, [*items[1:], None], strict=True):
        # Time of the processor, so that a busy machine kills nothing; the other for a test that waits for ever.
        signal.setitimer(signal.ITIMER_PROF, plan.limit(item.nodeid))
        signal.setitimer(signal.ITIMER_REAL, 30 * plan.limit(item.nodeid))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    os._exit(0)


def _session(files: Sequence[str], plugin: object) -> None:
    os._exit(int(pytest.main([*files, "-q", "-p", "no:cacheprovider", "-p", "no:randomly"], plugins=[plugin])))


def _put_in(mutant: Mutant) -> None:
    module = importlib.import_module(_module(mutant.path))  # which may be loaded only where it is used
    # What is written out of the functions' own lines (the Python script) is of the changed ones.
    lines = mutant.source.splitlines(keepends=True)
    linecache.cache[module.__file__] = len(mutant.source), None, lines, module.__file__
    for function in mutant.function.split():
        _change_function(module, function, mutant.source)
    if not mutant.function:
        _change_values(module, mutant)


def _change_function(module: ModuleType, function: str, source: str) -> None:
    """Give the function the code it has in the mutant: whoever imported it, from wherever, runs that."""
    found = module
    for name in function.split("."):
        found = vars(found)[name]
    found = _bare(found)
    codes = [compile(source, module.__file__, "exec")]
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    same = [c for c in codes if (c.co_qualname, c.co_freevars) == (function, found.__code__.co_freevars)]
    found.__code__ = same[0]


def _bare(found: object) -> FunctionType:
    """The function in a property, a class method or a cache, which is emptied."""
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        if hasattr(found, "cache_clear"):
            found.cache_clear()
        found = next(getattr(found, name) for name in ("fget", "func", "__wrapped__") if hasattr(found, name))
    return found


def _change_values(module: ModuleType, mutant: Mutant) -> None:
    """Find constants, tables and defaults anew, and hand them to every module that has them."""
    renewed = {"__name__": module.__name__, "__file__": module.__file__, "__package__": module.__package__}
    exec(compile(mutant.source, module.__file__, "exec"), renewed)
    project = [other for other in list(sys.modules.values()) if _is_of_the_project(other)]
    for name, old in list(vars(module).items()):
        new = renewed.get(name)
        if name.startswith("__") or isinstance(old, ModuleType):
            continue
        if isinstance(old, FunctionType | type):
            if old.__module__ == module.__name__:
                _change_defaults(old, new)
            continue
        for other in project:
            if vars(other).get(name) is old:
                setattr(other, name, new)


def _is_of_the_project(module: ModuleType) -> bool:
    """Whether it is a module of the library or of the tests, which pytest imports without the name of their folder."""
    file = Path(getattr(module, "__file__", None) or "/")
    return any(file.is_relative_to(Path(folder).absolute()) for folder in ("clustering", "tests"))


def _change_defaults(old: FunctionType | type, new: FunctionType | type) -> None:
    if isinstance(old, FunctionType):
        old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
        return
    for name, value in list(vars(new).items()):
        if isinstance(value, FunctionType):
            _change_defaults(vars(old)[name], value)
        elif not name.startswith("__") and not hasattr(value, "__get__"):
            setattr(old, name, value)


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _in_parallel(mutants: list[Mutant], workers: int, run: Callable) -> Iterator[tuple[Mutant, str]]:
    running = {}
    waiting = iter(mutants)
    while True:
        for mutant in waiting:
            folder = tempfile.mkdtemp()
            running[_forked(lambda mutant=mutant: run(mutant), folder)] = mutant, folder
            if len(running) >= workers:
                break
        if not running:
            return
        pid, status = os.wait()
        mutant, folder = running.pop(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # what the tests started, if they were cut off
        shutil.rmtree(folder, ignore_errors=True)
        yield mutant, _outcome(status)


def _forked(run: Callable[[], None], folder: str) -> int:
    """Start a child, in a process group and with a folder of its own, that says nothing; return its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        sys.dont_write_bytecode = True
        tempfile.tempdir = folder
        os.environ |= {"TMPDIR": folder, "PYTEST_DEBUG_TEMPROOT": folder}
        run()
    finally:
        os._exit(1)


def _wait(pid: int) -> str:
    try:
        return _outcome(os.waitpid(pid, 0)[1])
    except KeyboardInterrupt:  # which a process group of its own is not told
        os.killpg(pid, signal.SIGKILL)
        raise


def _outcome(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _TIMEOUT if os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM) else _KILLED
    return {0: _SURVIVED, _NOT_PUT_IN: _BROKEN}.get(os.WEXITSTATUS(status), _KILLED)
