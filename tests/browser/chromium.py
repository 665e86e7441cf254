"""Find a Chromium for the browser tests; run as a script, install one where there is none.

Playwright brings its own browser only by a download that many places do not allow, so one that is already
there or comes from the distribution goes first.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ADVICE = (
    "No Chromium for the browser tests. Install one (Debian: apt-get install chromium; "
    "elsewhere: python -m playwright install chromium) or set CHROMIUM to the path of one."
)


def find() -> str | None:
    """Return the path of the first Chromium that starts, None without one."""
    return next((path for path in _candidates() if _starts(path)), None)


def _candidates() -> Iterator[str]:
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        if name and (path := shutil.which(name)):
            yield path
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if os.path.exists(path):
        yield path


def _starts(path: str) -> bool:
    # Being there is not enough: Ubuntu's chromium-browser only asks for a snap, a downloaded one may lack libraries.
    return _ended_well([path, "--version"], seconds=30)


def _ended_well(command: list[str], seconds: float, output=subprocess.DEVNULL) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        if output is not subprocess.DEVNULL:
            print(error, file=output, flush=True)
        return False
    return done.returncode == 0


def _ways() -> Iterator[list[tuple[float, list[str]]]]:
    """Yield each way to install a Chromium: commands, each with its time limit in seconds."""
    if shutil.which("apt-get"):
        if os.geteuid() == 0:
            apt = ["env"]
        elif _ended_well(["sudo", "-n", "true"], seconds=10):
            apt = ["sudo", "-n", "env"]
        else:
            apt = []
        if apt:
            apt += ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq", "-o", "DPkg::Lock::Timeout=120"]
            yield [
                (300, [*apt, "update"]),
                (900, [*apt, "install", "--no-install-recommends", "chromium"]),
            ]
    yield [(900, [sys.executable, "-m", "playwright", "install", "chromium"])]


def install() -> str | None:
    """Install a Chromium and return its path; None, after the log of all attempts on stderr, if none could be had."""
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        for way in _ways():
            for seconds, command in way:
                # A failed update is no reason to stop: the lists at hand may do.
                print("$", *command, file=log, flush=True)
                _ended_well(command, seconds, log)
            if path := find():
                return path
        log.seek(0)
        print(log.read(), file=sys.stderr)
    return None


def main() -> int:
    path = find()
    if path is None:
        print("No Chromium found; installing one for the browser tests, which may take minutes.", file=sys.stderr)
        path = install()
    if path is not None:
        print(path)
        return 0
    if os.environ.get("CI") == "true":
        print(ADVICE, file=sys.stderr)
        return 1
    print(f"{'!' * 100}\n{ADVICE}\nTHE BROWSER TESTS WILL BE SKIPPED.\n{'!' * 100}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
