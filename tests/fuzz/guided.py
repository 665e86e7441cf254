"""A search led by coverage: atheris tries what reaches new lines of clustering/. Left out where it is not installed."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

_READERS = ("read_table", "load_recipe")
_BYTES = 20_000  # an input at most
_MEGABYTES = 4_000


def guided(seconds: int, folder: Path) -> int:
    """Search for so many seconds in each reader; how many were brought down."""
    if importlib.util.find_spec("atheris") is None:
        print("\nThe search led by coverage was left out: atheris is not installed.")
        return 0
    failed = 0
    for reader in _READERS:
        found, begun = folder / f"found-{reader}", folder / f"corpus-{reader}"
        for place in (found, begun):
            place.mkdir()
        for number, content in enumerate(_seeds(reader)):
            (begun / str(number)).write_bytes(content)
        limits = [f"-max_total_time={seconds}", "-timeout=60", f"-rss_limit_mb={_MEGABYTES}", f"-max_len={_BYTES}"]
        called = [sys.executable, "-m", "tests.fuzz.guided", reader, str(begun), *limits, f"-artifact_prefix={found}/"]
        ended = subprocess.run(
            called, capture_output=True, text=True, errors="replace", env={**os.environ, "OMP_NUM_THREADS": "1"}
        )
        runs = re.findall(r"#(\d+)\s", ended.stderr)
        covered = re.findall(r"\bcov: (\d+)", ended.stderr)
        n_runs, n_edges = int(runs[-1]) if runs else 0, int(covered[-1]) if covered else 0
        print(f"\natheris, {reader}: {n_runs:,} inputs, {n_edges:,} edges reached")
        if ended.returncode:
            failed += 1
            print(f"FAILED {reader}: {[str(path) for path in found.iterdir()]}\n{ended.stderr[-3_000:]}")
    return failed


def _seeds(reader: str) -> list[bytes]:
    from tests.fuzz import documents, samples  # these import clustering, which atheris has to do itself

    if reader == "load_recipe":
        return [json.dumps(told).encode() for told in documents.recipes().values()]
    kinds = (samples.TEXTS, samples.WORKBOOKS, samples.PARQUETS, samples.ARCHIVES)
    return [content for kind in kinds for content in kind.values()]


def main(reader: str, arguments: list[str]) -> None:
    import atheris

    with atheris.instrument_imports(include=["clustering"]):
        from clustering import ClusteringError, read_table
        from clustering.recipe import load_recipe
    read = {"read_table": read_table, "load_recipe": load_recipe}[reader]

    def once(content: bytes) -> None:
        try:
            read(content)
        except ClusteringError as error:
            assert str(error).rstrip()[-1] in ".?!"

    atheris.Setup([sys.argv[0], *arguments], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
