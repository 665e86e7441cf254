"""What the tests of the pages share: finding things on a page and going through the app."""

import csv
import io
import json
from pathlib import Path

from clustering import fit, label_table, prepare, to_csv
from clustering.edits import apply_edits

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_data"
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
INCOME, SPENDING = "Annual Income (k$)", "Spending Score (1-100)"


def button(app, label):
    return next(b for b in app.button if b.label == label)


def widget(widgets, label):
    return next(w for w in widgets if w.label == label)


def metric(app, label):
    return next(m.value for m in app.metric if m.label == label)


def go(app, page):
    app.switch_page(page).run()
    assert not app.exception
    return app


def upload(app, name, content):
    go(app, "pages/1_Data.py")
    app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def table_with(app, column):
    """The table that has this column."""
    return next(table.value for table in app.dataframe if column in table.value.columns)


def texts(app):
    return " ".join(element.value.replace("\\", "") for element in [*app.markdown, *app.caption])


def answer(app):
    """The first heading below the page's title."""
    return next(m.value for m in app.main.markdown if m.value.startswith("## "))


def errors(app):
    return [error.value.replace("\\", "") for error in app.error]


def figures(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def exported(app):
    """The columns of the labelled file, made as the download button makes it (the browser tests press it)."""
    session = session_of(app)
    outer = session.outer
    features = prepare(session.table, session.features, outer and outer.among)
    segments = apply_edits(features, fit(features, session.spec), session.edited)
    left = outer and (outer.segments, outer.names)
    content = to_csv(
        label_table(session.table, segments, session.segment_names, outer=left, groups=session.groups)
    ).content
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return dict(zip(header, (list(cells) for cells in zip(*rows, strict=True)), strict=True))


def press(app, label, page):
    """Press the button to the next step; the test driver has to be told which page that is."""
    before = app.title[0].value
    button(app, label).click().run()
    assert app.title[0].value != before
    return go(app, page)


def use_income_and_spending(app):
    go(app, "pages/2_Features.py")
    app.multiselect[0].set_value([INCOME, SPENDING]).run()
    assert not app.exception
    return app


def open_tab(app, tab):
    """Open a tab of the Segments page; the driver cannot click one, so what the click would leave is put there."""
    app.session_state[session_of(app).key("segments")] = f":gray[{tab}]"
    app.run()
    assert not app.exception
    return app


def session_of(app):
    return app.session_state["session"]


def table_of(sample):
    content = (SAMPLES / f"{sample}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(content)))
