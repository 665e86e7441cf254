"""All that many people at once do to the app: `python -m tests.load`, or the names of some parts."""

import sys
import time
from importlib import import_module

PARTS = {
    "journeys": "tests.load.journeys",
    "million": "tests.load.million",
    "idle": "tests.load.idle",
    "memory": "tests.load.memory",
    "survival": "tests.load.survival",
}


def main(names: list[str]) -> int:
    """Run these parts, all of them if none is named; every one is run, also after one that fails."""
    if unknown := [name for name in names if name not in PARTS]:
        print(f"No part is called {', '.join(unknown)}. There are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names or PARTS:
        print(f"== {name}", flush=True)
        began = time.monotonic()
        try:
            import_module(PARTS[name]).run()
        except Exception as error:  # of any kind: a server that has gone is a failure as well, and no end of the rest
            failed.append(name)
            print(f"FAILED: {type(error).__name__}: {error}", flush=True)
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"failed: {', '.join(failed)}" if failed else "all held")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
