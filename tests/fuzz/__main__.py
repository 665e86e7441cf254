"""`make fuzz`: 20,000 damaged and hostile inputs, every bomb at its full size, and a search led by coverage.

    python -m tests.fuzz [--cases 20000] [--seed 1] [--only "text"] [--no-bombs]
    python -m tests.fuzz --again /tmp/…/00042.case

Exit status 1 if anything ended in something else than a result or a sentence. What did is saved, and its path printed.
"""

import argparse
import json
import os
import pickle
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz import documents
from tests.fuzz.bombs import BOMBS, defused, is_defused
from tests.fuzz.guided import guided
from tests.fuzz.targets import ROOT, TARGETS
from tests.fuzz.worker import SECONDS, STUCK

_CHUNK = 500  # inputs tried by one process
_TOGETHER = min(2, os.cpu_count() or 1)


def chunk(name: str, cases: int, seed: int, folder: Path) -> dict:
    """Try so many inputs; a process that ends before is told and another goes on after the input that ended it."""
    counts, failures, done = Counter(), {}, 0
    while done < cases:
        here = Path(tempfile.mkdtemp(prefix=f"{name.replace(' ', '-')}-", dir=folder))
        called = [sys.executable, "-m", "tests.fuzz.worker", name, str(cases - done), str(seed + done), str(here)]
        ended = subprocess.run(called, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True)
        result = here / "result.json"
        told = json.loads(result.read_text()) if result.exists() else {"number": 0, "kinds": {}}
        counts.update({key: told[key] for key in ("done", "refused", "failed") if key in told})
        failures |= {kind: here / f"{number}.case" for kind, number in told["kinds"].items()}
        done += told["number"]
        if ended.returncode:
            current = here / "current"
            if not current.exists():
                raise RuntimeError(ended.stderr.decode(errors="replace"))
            case = here / "ended.case"
            (here / "stderr.txt").write_bytes(ended.stderr)
            case.write_bytes(pickle.dumps((name, pickle.loads(current.read_bytes())[1])))
            kind = f"longer than {SECONDS} seconds" if ended.returncode == STUCK else f"ended with {ended.returncode}"
            failures[f"the process: {kind}"] = case
            counts["failed"] += 1
            done += 1
    return {"name": name, "counts": counts, "failures": failures}


def fuzz(cases: int, seed: int, only: str | None, folder: Path) -> int:
    """Try all targets; how many kinds of failures there were."""
    total = sum(target.cases for target in TARGETS.values())
    parts = {name: cases if only else round(target.cases * cases / total) for name, target in TARGETS.items()}
    chosen = {name: n for name, n in parts.items() if only in (None, name)}
    # A part of each first: what is broken shows soon.
    starts = [
        (begun, name) for begun in range(0, max(chosen.values()), _CHUNK) for name in chosen if begun < chosen[name]
    ]
    jobs = [
        (name, min(_CHUNK, chosen[name] - begun), seed + 10_000_000 * place, folder)
        for place, (begun, name) in enumerate(starts)
    ]
    with ThreadPoolExecutor(_TOGETHER) as pool:
        answers = list(pool.map(lambda job: chunk(*job), jobs))
    failures = {}
    print(f"{'':22}{'inputs':>9}{'results':>9}{'refused':>9}{'failed':>9}")
    for name in chosen:
        counts = sum((answer["counts"] for answer in answers if answer["name"] == name), Counter())
        failures |= {(name, k): path for a in answers if a["name"] == name for k, path in a["failures"].items()}
        told = counts.total(), counts["done"], counts["refused"], counts["failed"]
        print(f"{name:22}" + "".join(f"{n:>9,}" for n in told), flush=True)
    for (name, kind), path in failures.items():
        print(f"FAILED {name}: {kind}\n  {path}")
    return len(failures)


def bombs(size: str) -> int:
    """Read every bomb; how many did harm."""
    documents.recipes()
    harm = 0
    print(f"\n{'':42}{'bytes':>13}{'s of CPU':>10}{'MB':>7}")
    for name in BOMBS:
        found = defused(name, size)
        figures = f"{found['bytes']:>13,}{found.get('seconds', 0):>10.1f}{found.get('megabytes', 0):>7,}"
        print(f"{name:42}{figures}  {found['end'][:90]}", flush=True)
        if not is_defused(found):
            harm += 1
            print(f"FAILED {name}: {found['end'][:500]}")
    return harm


def again(path: Path) -> None:
    """Try one saved input once more; what it ends in is seen."""
    name, case = pickle.loads(path.read_bytes())  # written by this program
    print(name, case, sep="\n")
    print(TARGETS[name].run(case))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", choices=tuple(TARGETS))
    parser.add_argument("--no-bombs", action="store_true")
    parser.add_argument("--guided-seconds", type=int, default=60)
    parser.add_argument("--again", type=Path)
    options = parser.parse_args()
    if options.again:
        again(options.again)
        return 0
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"{options.cases:,} inputs, --seed {seed}; what fails is kept in {folder}\n", flush=True)
    start = time.monotonic()
    failed = fuzz(options.cases, seed, options.only, folder)
    # Before the bombs: a process that is started passes for as large as the largest its parent has been.
    failed += guided(options.guided_seconds, folder)
    if not options.no_bombs:
        failed += bombs("full")
    print(f"\n{time.monotonic() - start:,.0f} s; {failed or 'no'} kinds of failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
