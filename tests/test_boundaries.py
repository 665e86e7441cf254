"""Who may import whom (DESIGN: arrows point from the screen to the numbers, never back), held by an AST walk."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the screen down to the errors: a module may import from its own layer's right side only.
LAYERS = {
    "__main__": (
        "commandline answers stream export recipe rfm profile recommend stability sweep indices model methods features "
        "table errors writing wording"
    ),
    "commandline": "methods features errors wording",
    "writing": "errors",
    "recipe": ("rfm profile edits identity model indices methods placing features table errors threads wording"),
    "export": (
        "charts recipe groups points profile recommend identity stability blades model indices methods placing "
        "features table errors wording"
    ),
    "answers": "recommend stability sweep methods",
    "stream": (
        "answers export recipe profile recommend stability sweep model kmeans placing indices methods features table "
        "errors threads writing wording"
    ),
    "spark": (
        "stream export recipe profile recommend identity stability sweep model indices methods placing features table "
        "errors threads wording"
    ),
    "charts": (
        "recipe scenes lloyd gallery compare dendrogram nearness points blades flow profile recommend stability "
        "starting identity sweep indices wording reader"
    ),
    "gallery": "compare points model indices methods features table errors threads wording",
    "search": "model indices methods features errors threads wording",
    "compare": "stability model methods features table errors threads wording",
    "groups": "points profile model features table errors wording",
    "points": "islands model methods features table errors threads wording",
    "profile": "model features indices table errors threads wording",
    "recommend": "knee stability sweep indices errors wording",
    "identity": "",
    "islands": "features errors threads wording",
    "scenes": "lloyd table errors",
    "lloyd": "errors wording",
    "rfm": "table errors wording",
    "blades": "model indices features errors threads wording",
    "flow": "sweep features errors wording",
    "starting": "points kmeans model features errors threads wording",
    "stability": "kmeans model indices methods features table errors threads wording",
    "knee": "",
    "sweep": "model kmeans indices methods features errors threads wording",
    "dendrogram": "model methods",
    "nearness": "model methods features errors wording",
    "edits": "model methods features errors threads wording",
    "model": "kmeans methods placing features errors threads wording",
    "kmeans": "methods errors",
    "indices": "errors threads",
    "methods": "placing errors threads wording",
    "placing": "",
    "features": "table errors threads wording",
    "table": "errors wording",
    "errors": "",
    "threads": "",
    "wording": "reader",
    "reader": "",
}
SOURCES = sorted([ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "clustering").rglob("*.py")])


def imports(path: Path) -> set[str]:
    """Full names of everything a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide where a thing comes from"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def library_modules() -> list[Path]:
    return [
        path
        for path in SOURCES
        if name_of(path).startswith("clustering/") and name_of(path) != "clustering/__init__.py"
    ]


def room(path: Path) -> str:
    """The module a file of the library belongs to: a package counts as one."""
    return path.relative_to(ROOT / "clustering").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", library_modules(), ids=name_of)
def test_library_modules_import_only_from_the_layers_below(path):
    own = room(path)
    used = {name.split(".")[1] for name in imports(path) if name.startswith("clustering.")}
    assert used - {own} <= set(LAYERS[own].split())


@pytest.mark.parametrize("path", library_modules(), ids=name_of)
def test_the_library_knows_no_screen_and_only_charts_know_plotly(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert "streamlit" not in roots
    assert "pages" not in roots
    assert "plotly" not in roots or room(path) == "charts"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=name_of)
def test_pages_import_no_page_and_no_number_library(path):
    names = imports(path)
    assert not [name for name in names if name.startswith("pages.") and not name.startswith("pages._ui")]
    assert not {name.split(".")[0] for name in names} & {"numpy", "pandas", "pyarrow", "sklearn", "scipy", "plotly"}


@pytest.mark.parametrize(
    "word, home",
    [
        ("session_state", "pages/_ui/session"),
        ("cache_data", "pages/_ui/compute"),
        ("cache_resource", "pages/_ui/compute"),
        ("rerun", "pages/_ui/compute"),
    ],
)
def test_what_streamlit_does_behind_the_scenes_stands_in_one_room(word, home):
    used_in = {
        home if name_of(path).startswith(f"{home}/") else name_of(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == word
    }
    assert used_in <= {home}


@pytest.mark.parametrize("path", [path for path in SOURCES if not name_of(path).startswith("clustering/")], ids=name_of)
def test_nothing_is_rendered_as_html(path):
    text = path.read_text(encoding="utf-8")
    assert "unsafe_allow_html" not in text
    assert "st.html" not in text


def test_importing_the_library_loads_neither_streamlit_nor_plotly():
    code = "import sys, clustering; print(sorted({'streamlit', 'plotly'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
