"""Breaks the code on purpose, change by change, and sees whether a test notices: `make mutants`.

    python -m tests.mutants                       all of it (hours)
    python -m tests.mutants indices profile/rules these modules and packages
    python -m tests.mutants profile --share 0.1   a tenth of the changes, always the same ones

Ends with 1 if a change went unnoticed that is not in reviewed.txt, where each has the reason why it does not matter.
"""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.groups import GROUPS
from tests.mutants.mutating import mutants_of
from tests.mutants.reviewed import read_reviewed
from tests.mutants.running import load_libraries, outcomes

_REVIEWED = Path(__file__).with_name("reviewed.txt")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=list(GROUPS), help="below clustering/: indices, profile/rules, …")
    parser.add_argument("--share", type=float, default=1, help="the part of the changes to try, above 0 up to 1")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="how many at a time")
    asked = parser.parse_args()
    if unknown := [name for name in asked.modules if name.split("/")[0] not in GROUPS or not _files(name)]:
        parser.error(f"There is no {unknown[0]}; there are {', '.join(GROUPS)} and what is in them, as profile/rules.")
    reviewed = read_reviewed(_REVIEWED)
    load_libraries()
    new = []
    for name in asked.modules:
        new += _survivors(name, asked.share, asked.workers, reviewed)
    for mutant, outcome in new:
        print(f"\n{mutant.path}:{mutant.lines.start} {outcome}\n- {mutant.was}\n+ {mutant.now}")
    print(f"\n{len(new)} changes went unnoticed that nobody has reviewed.")
    return bool(new)


def _survivors(name: str, share: float, workers: int, reviewed: dict) -> list:
    """Try the mutants of one module or package; return those that went unnoticed and are not on the list."""
    mutants = [mutant for path in _files(name) for mutant in mutants_of(path, share)]
    counts, new = {}, []
    for mutant, outcome in outcomes(mutants, GROUPS[name.split("/")[0]], workers):
        if outcome in ("survived", "untested", "not tried"):
            if mutant.key in reviewed:
                outcome = "reviewed"
            else:
                new.append((mutant, outcome))
        counts.setdefault(str(mutant.path), Counter())[outcome] += 1
        if sys.stderr.isatty():
            print(f"\r{name}: {sum(map(Counter.total, counts.values()))} of {len(mutants)}", end="", file=sys.stderr)
    heads = ("killed", "timeout", "survived", "untested", "not tried", "reviewed")
    print(f"\n{'':42}{'changes':>9}{''.join(f'{head:>10}' for head in heads)}")
    for path, count in [*sorted(counts.items()), (name, sum(counts.values(), Counter()))]:
        numbers = "".join(f"{count[head]:10}" for head in heads)
        print(f"{path:42}{count.total():9}{numbers}", flush=True)
    paths, keys = {str(path) for path in _files(name)}, {mutant.key for mutant in mutants}
    for path, was, now in reviewed if share == 1 else ():
        if path in paths and (path, was, now) not in keys:
            print(f"reviewed.txt has a change that there is no more:\n{path}\n- {was}\n+ {now}")
    return sorted(new, key=lambda pair: (pair[0].path, pair[0].lines.start))


def _files(name: str) -> list[Path]:
    place = Path("clustering") / name
    return sorted(place.rglob("*.py")) or [path for path in [place.with_suffix(".py")] if path.is_file()]


if __name__ == "__main__":
    sys.exit(main())
