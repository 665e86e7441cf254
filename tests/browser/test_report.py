"""The report as whoever gets it sees it: opened from a folder, without a network, on a screen, a phone and paper."""

import time

import pytest
from playwright.sync_api import Page, expect

from clustering import read_table
from clustering.export.report import to_html
from tests.conftest import SAMPLE_DATA
from tests.test_report import HOSTILE, INCOME, NAMES, SPENDING, found

# Of every element that itself holds text: the contrast of its colour with what lies behind it, by WCAG 2.
CONTRASTS = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("main *:not(script, figure *)")]
    .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((one) => {
      const [low, high] = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => a - b);
      return [(high + 0.05) / (low + 0.05), one.className, one.textContent.slice(0, 40)];
    });
}"""
# The title of every chart, and its chart: how far each reaches to the right.
TITLES = """() => [...document.querySelectorAll("figure")].map((chart) => [
  chart.querySelector(".g-gtitle").getBoundingClientRect().right,
  chart.querySelector(".main-svg").getBoundingClientRect().right,
])"""
WIDTHS = """() => [...document.querySelectorAll("figure")].map((chart) => [
  chart.clientWidth, Number(chart.querySelector(".main-svg").getAttribute("width")),
])"""


@pytest.fixture(scope="module")
def report() -> bytes:
    mall = read_table(SAMPLE_DATA / "mall_customers.csv")
    notes = ("", "Invite them.\nCall before May.")
    return to_html(found(mall, (INCOME, SPENDING), 5, NAMES, notes, "Mall customers", describe=("Age", "Gender")))


@pytest.fixture(scope="module")
def address(report, tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(report)
    return path.as_uri()


@pytest.fixture
def open_report(new_page, address):
    """Open the report without a network; what it asks for and complains of is kept in `asked` and `said`."""

    def opened(width: int = 1280, at: str = address) -> Page:
        page = new_page(width=width)
        page.context.set_offline(True)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(at)
        expect(page.locator("figure .main-svg").first).to_be_visible()
        return page

    return opened


def test_it_draws_its_charts_by_itself_asks_for_nothing_and_complains_of_nothing(open_report, address):
    page = open_report()
    figures = page.locator("figure")
    assert figures.count() == 4
    assert page.locator("figure:has(.main-svg)").count() == 4
    assert page.locator("figure .scatterlayer path.point").count() >= 200
    page.wait_for_timeout(500)
    assert page.asked == [address]
    assert page.said == []


def test_the_pointer_shows_a_customer_without_its_row(open_report):
    page = open_report()
    chart = page.locator("figure[data-figure=customers-figure]")
    first = chart.locator(".scatterlayer .trace").first.locator("path.point").nth(20)
    first.hover(force=True)
    shown = chart.locator(".hoverlayer .hovertext")
    expect(shown).to_contain_text(NAMES[0])
    expect(shown).to_contain_text(INCOME)
    assert "Row" not in shown.text_content()


def test_a_chart_can_be_zoomed_and_saved_as_a_picture(open_report):
    page = open_report()
    page.locator("figure[data-figure=customers-figure]").hover()
    buttons = page.locator("figure[data-figure=customers-figure] .modebar-btn")
    assert buttons.count() == 4
    with page.expect_download() as saved:
        buttons.first.click()
    assert saved.value.suggested_filename == "customers.png"
    assert page.said == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_reaches_beyond_the_window_and_all_text_can_be_read(open_report, width):
    page = open_report(width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert all(title <= chart for title, chart in page.evaluate(TITLES))
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert [one for one in contrasts if one[0] < 4.5] == []


def test_on_paper_the_charts_are_as_wide_as_their_places_and_then_as_before(open_report):
    page = open_report()
    on_screen = page.evaluate(WIDTHS)
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = [({WIDTHS})(), ({TITLES})()] }})")
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    widths, titles = page.evaluate("window.printed")
    assert [drawn for _, drawn in widths] == [540, 364, 452, 452]
    assert all(place == drawn for place, drawn in widths)
    assert all(title <= chart for title, chart in titles)
    # Asked from here: waiting inside the page would evaluate text again and again, which the report's policy forbids.
    deadline = time.monotonic() + 10
    while page.evaluate(WIDTHS) != on_screen and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert page.evaluate(WIDTHS) == on_screen


def test_the_parts_about_the_segments_and_the_figures_begin_on_pages_of_their_own(open_report):
    page = open_report()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    breaks = "[...document.querySelectorAll('section')].map(one => getComputedStyle(one).breakBefore)"
    assert page.evaluate(breaks) == ["auto", "auto", "page", "page", "auto", "auto"]
    shadows = "[...document.querySelectorAll('main *')].every(one => getComputedStyle(one).boxShadow === 'none')"
    assert page.evaluate(shadows)
    assert page.evaluate("document.querySelector('main').scrollWidth") <= 696


def test_names_that_mean_harm_do_none(open_report, tmp_path):
    lines = "\n".join(f"{i % 4 * 10 + i / 100},{i % 4 * i % 4 * 10 + i / 90}" for i in range(160))
    table = read_table(f'"</script><script>document.title=1</script>",<img src=x onerror=alert(1)>\n{lines}'.encode())
    columns = tuple(column.name for column in table.columns)
    findings = found(table, columns, 4, HOSTILE, HOSTILE, HOSTILE[0])
    path = tmp_path / "hostile.html"
    path.write_bytes(to_html(findings))
    page = open_report(at=path.as_uri())
    page.on("dialog", lambda dialog: page.said.append(dialog.message))
    page.wait_for_timeout(500)
    assert page.said == []
    assert page.asked == [path.as_uri()]
    assert page.title() == f"{HOSTILE[0]}: segments"
    # A spreadsheet that opens the report would run a name that begins like a formula: a space of no width precedes it.
    told = [name.removeprefix("\u200b") for name in page.locator("h3").all_text_contents()]
    assert told[:4] == list(HOSTILE[:4])


def test_a_script_that_somebody_puts_into_the_file_does_not_run(open_report, report, tmp_path):
    path = tmp_path / "changed.html"
    path.write_bytes(report.replace(b"<main>", b"<main><script>window.was = 1</script>", 1))
    page = open_report(at=path.as_uri())
    assert page.evaluate("window.was") is None
