"""Known holes and licences of everything that the app needs at run time: `make audit`.

Ends with an error where a hole is known, a release was withdrawn, or a licence is unknown or asks for more than to be
named. Where no service that knows holes can be reached, that is said, and what can be asked instead is: whether a
release was withdrawn and how old it is.
"""

import json
import subprocess
import sys
import tempfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("pypi", "osv")

# Each asks for no more than that its text and its authors' names are passed on.
PERMISSIVE = {
    *("0BSD", "Apache-2.0", "Apache License 2.0", "Apache Software License", "BSD License", "3-Clause BSD License"),
    *("BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "HPND", "ISC", "MIT", "MIT License", "MIT-CMU"),
    *("PSF-2.0", "Python Software Foundation License", "Unlicense", "Zlib"),
}
# A part that must stay free itself, and may be used unchanged by anything.
WEAK = {
    *("MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"),
    *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later"),
}
# What a package does not say in a form that can be compared, and who looked where.
_READ = {"kneed": "BSD-3-Clause"}  # its LICENSE


def runtime() -> dict[str, Distribution]:
    """Every package that requirements.txt brings, itself or through another."""
    found: dict[str, Distribution] = {}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name not in found:
            found[name] = distribution(name)
            wanted += _required_by(found[name])
    return dict(sorted(found.items()))


def _required_by(package: Distribution) -> list[Requirement]:
    requirements = map(Requirement, package.requires or ())
    return [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})]


def licence(package: Distribution) -> str:
    """The licence a package names, as an expression; "" where it names none."""
    said = package.metadata
    if expression := said.get("License-Expression"):
        return expression
    classifiers = [line.split(" :: ")[-1] for line in said.get_all("Classifier", []) if line.startswith("License ::")]
    named = [one for one in classifiers if one != "OSI Approved"]
    text = (said.get("License") or "").strip()
    return " OR ".join(named) or ("" if "\n" in text else text) or _READ.get(canonicalize_name(package.name), "")


def verdict(expression: str) -> str:
    """What a licence asks for: "permissive", "weak", or a reason why it is neither."""
    if not expression:
        return "names no licence"
    choices = [set(choice.split(" AND ")) for choice in expression.split(" OR ")]
    if any(parts <= PERMISSIVE for parts in choices):
        return "permissive"
    if any(parts <= PERMISSIVE | WEAK for parts in choices):
        return "weak"
    return "is neither permissive nor one of a part that stays free by itself"


def check_licences(packages: dict[str, Distribution]) -> bool:
    weak, refused = [], []
    for name, package in packages.items():
        expression = licence(package)
        found = verdict(expression)
        if found == "weak":
            weak.append(f"{name} ({expression})")
        elif found != "permissive":
            refused.append(f"{name} {package.version} {found}" + (f": {expression}" if expression else ""))
    print(f"Licences of {len(packages)} packages: {len(packages) - len(weak) - len(refused)} permissive.")
    if weak:
        print(f"  To be used unchanged: {', '.join(weak)}.")
    for line in refused:
        print(f"  NOT ALLOWED: {line}.")
    return not refused


def check_holes(packages: dict[str, Distribution]) -> bool:
    """Ask a service for known holes; where none answers, what is known of the releases."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.writelines(f"{name}=={package.version}\n" for name, package in packages.items())
        pins.flush()
        for service in SERVICES:
            answer = _run("pip_audit", "-r", pins.name, "--no-deps", "--disable-pip", "-s", service, "-f", "json")
            asked = [one for one in answer.get("dependencies", []) if "vulns" in one] if answer else []
            if asked:
                return _tell_holes(service, asked, packages)
        print("Known holes: NOT CHECKED. No service that knows them could be reached; run this where one can.")
        return _check_releases(pins.name)


def _tell_holes(service: str, asked: list[dict], packages: dict[str, Distribution]) -> bool:
    print(f"Known holes, as {service} knows them: {len(asked)} of {len(packages)} packages were asked for.")
    for name in sorted(packages.keys() - {canonicalize_name(one["name"]) for one in asked}):
        print(f"  not asked for: {name}")
    holes = [(one, hole) for one in asked for hole in one["vulns"]]
    for one, hole in holes:
        mended = ", ".join(hole["fix_versions"]) or "no release yet"
        print(f"  HOLE: {one['name']} {one['version']} {hole['id']}, mended in {mended}.")
    return not holes


def _check_releases(pins: str) -> bool:
    said = _run(
        "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-", "-r", pins
    )
    newer = _run("pip", "list", "--outdated", "--format=json")
    if said is None or newer is None:
        print("Releases: NOT CHECKED. The package index could not be reached.")
        return True
    names = {canonicalize_name(one["metadata"]["name"]) for one in said["install"]}
    withdrawn = [one["metadata"] for one in said["install"] if one.get("is_yanked")]
    print(f"Releases instead: {len(names)} asked for, {len(withdrawn)} withdrawn by their authors.")
    for one in withdrawn:
        print(f"  WITHDRAWN: {one['name']} {one['version']}.")
    for one in newer:
        if canonicalize_name(one["name"]) in names:
            print(f"  not the newest: {one['name']} {one['version']} (newest {one['latest_version']})")
    return not withdrawn


def _run(module: str, *arguments: str):
    """What a module prints as JSON; None where it prints none."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, timeout=600)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return None


if __name__ == "__main__":
    installed = runtime()
    fine = [check_licences(installed), check_holes(installed)]
    sys.exit(not all(fine))
