"""One process of the fuzzing: so many inputs of one target, each within a bound of time and all within one of memory.

What is being tried stands in a file all the while, so that the input is known that ended the process.
"""

import faulthandler
import json
import pickle
import resource
import sys
import traceback
import warnings
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import TARGETS

SECONDS = 300  # for one input, by the clock, also on a machine with much else to do; all are small
STUCK = 1  # the exit status of a process that was ended for it
BYTES = 3 << 29  # more than the process takes by itself


def limit_memory() -> None:
    """Bound what this process may take, its children not."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + BYTES, hard))


def where(error: BaseException) -> str:
    """The kind of a defect: two inputs that fail at one place show the same."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/clustering/" in frame.filename and "site-packages" not in frame.filename]
    frame = (ours or frames)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"


def main(name: str, cases: int, start: int, folder: Path) -> None:
    target, counts, kinds = TARGETS[name], Counter(), {}
    current = folder / "current"
    trace = (folder / "trace").open("w")
    number = 0

    def tried(case) -> None:
        nonlocal number
        if number == cases:
            return
        number += 1
        current.write_bytes(pickle.dumps((number, case)))
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=trace)
        try:
            counts[target.run(case)] += 1
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a panic of a library is no Exception
            counts["failed"] += 1
            kind = where(error)
            if kind not in kinds:
                kinds[kind] = f"{number:05}"
                (folder / f"{kinds[kind]}.case").write_bytes(pickle.dumps((name, case)))
                (folder / f"{kinds[kind]}.txt").write_text(traceback.format_exc(), errors="backslashreplace")
        finally:
            faulthandler.cancel_dump_traceback_later()
        (folder / "result.json").write_text(json.dumps({"number": number, **counts, "kinds": kinds}))

    warnings.simplefilter("ignore")
    limit_memory()
    while number < cases:
        bounded = settings(
            max_examples=cases - number,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        seed(start + number)(bounded(given(target.inputs)(tried)))()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
