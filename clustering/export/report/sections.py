"""What the report tells, part by part."""

from collections.abc import Iterator

from clustering.export.findings import Findings
from clustering.export.honesty import doubts, method_facts
from clustering.export.report.markup import abreast, definitions, grouped_table, listed, name, picture, table, text
from clustering.identity import default_name
from clustering.methods import METHODS
from clustering.profile import Trait
from clustering.profile.checklist import Check
from clustering.profile.headlines import cells_told, looked_at, segment_size, sizes_finding, weighing
from clustering.profile.persona import character, overall
from clustering.profile.phrases import capital, short_titles
from clustering.profile.sheet import written_profile
from clustering.wording import count, one_line, rounded_share, score, whole

_MOST_BADGES = 3
_SIGNS = {  # a sign and a word for those who cannot tell the colours
    "green": ("✓", "Good"),
    "amber": ("!", "Doubtful"),
    "red": ("✕", "Poor"),
    "unknown": ("?", "Not known"),
}
_MARKS = {1: ("high", "▲"), -1: ("low", "▼"), 0: ("", "–")}


def heading(findings: Findings) -> str:
    """The answer first: what was found, in one sentence and in figures, and how many doubts there are."""
    clustering, profile = findings.clustering, findings.comparison.profile
    facts = [
        ("Segments", whole(clustering.n_clusters)),
        ("Customers", whole(len(clustering.rows))),
        ("Separation", score(findings.separation)),
        ("How repeatable", score(findings.repeatability)),
    ]
    if METHODS[clustering.spec.method].finds_noise:
        facts.append(("Noise", rounded_share(clustering.noise_share)))
    n_doubts = len(doubts(findings))
    told = f"{count(n_doubts, 'doubt')} to know about" if n_doubts else "Nothing measured speaks against them"
    return (
        f'<header><p class="kicker">Customer segments</p><h1>{name(findings.title or "Customer segments")}</h1>'
        f'<p class="lead">{text(sizes_finding(profile, clustering.noise_share))}.</p>'
        f"{definitions(facts, 'facts')}"
        f'<p class="caption">Separation and repeatability: 1 is best, 0 is none. {told}: see '
        f'<a href="#method">how they were found, and how sure that is</a>.</p></header>'
    )


def overview(customers: str, sizes: str) -> str:
    return f'<section><h2>The segments at a glance</h2><div class="pair uneven">{customers}{sizes}</div></section>'


def differences(findings: Findings, heat_map: str, ranking: str) -> str:
    told = (
        "100 is the average of all customers; 120 and above is marked as high, 80 and below as low. Where an average "
        "near zero or below it allows no index, the distance from it stands in standard deviations (sd). Pale: fewer "
        "than 30 customers."
    )
    weighed = weighing(findings.comparison.profile)
    return (
        f'<section><h2>What sets them apart</h2><div class="pair">{heat_map}{ranking}</div>'
        f'<p class="caption">{text(f"{told} {weighed}".strip())}</p></section>'
    )


def segments(findings: Findings) -> str:
    """A card for every segment, the largest first, and one for everybody."""
    everybody = looked_at(findings.recipe.outer is not None, findings.clustering)
    cards = [_card(findings, label, everybody) for label in range(findings.clustering.n_clusters)]
    cards.append(
        f'<article class="card everybody"><div><h3>{capital(everybody)}</h3><p class="size">'
        f"{count(len(findings.clustering.rows), 'customer')} with a segment: the average that 100 stands for</p></div>"
        f"<p>{text(overall(findings.comparison.profile, everybody=everybody))}</p></article>"
    )
    return f'<section class="segments"><h2>Who they are</h2><div class="cards">{"".join(cards)}</div></section>'


def _card(findings: Findings, label: int, everybody: str) -> str:
    comparison, look, note = findings.comparison, findings.looks[label], findings.notes[label]
    number = f"{default_name(label)} · " if look.is_named else ""
    told = character(comparison, label, names=findings.names, everybody=everybody)
    titles = short_titles(comparison.columns)
    typical = cells_told(findings.table, findings.features.spec.columns, findings.typical[label])
    parts = [
        f"<div><h3>{picture(look.mark)}{name(look.name)}</h3>",
        f'<p class="size">{text(number + segment_size(comparison.profile, label))}</p></div>',
        f"<p>{text(told)}</p>",
        f'<p class="note">{name(note)}</p>' if note else "",
        listed((_badge(trait, titles) for trait in comparison.traits(label)[:_MOST_BADGES]), "badges"),
        f'<p class="typical">A typical customer: {text(typical)}</p>',
        listed(map(_check, findings.checks[label]), "checks"),
    ]
    return f'<article class="card">{"".join(parts)}</article>'


def _badge(trait: Trait, titles: dict[str, str]) -> str:
    kind, arrow = _MARKS[trait.mark]
    told = capital(titles[trait.column]) if trait.level is None else one_line(trait.level, 24)
    return (
        f'<span class="badge {kind}"><span aria-hidden="true">{arrow}</span> {text(told)} {trait.figure_written}</span>'
    )


def _check(check: Check) -> str:
    sign, verdict = _SIGNS[check.level]
    return (
        f'<span class="check {check.level}"><i aria-hidden="true">{sign}</i><span class="unseen">{verdict}: </span>'
        f"{check.name} {text(check.brief)}</span>"
    )


def numbers(findings: Findings) -> str:
    """The profile: the mean of every column in every segment, and what it is against all customers."""
    tables = [
        *_profile(findings, "Mean", "Averages; of a category the shares of its levels"),
        *_profile(
            findings, "Index", "Index: 100 is the average of all; ▲ from 120, ▼ to 80; (fewer than 30 customers)"
        ),
    ]
    return f'<section class="numbers"><h2>The figures</h2>{"".join(tables)}</section>'


def _profile(findings: Findings, figure: str, caption: str) -> Iterator[str]:
    frame = written_profile(findings.comparison, findings.names, figure)
    titles = [name(title) for title in _titles(findings)]
    for part, labels in abreast(findings.clustering.n_clusters):
        chosen = frame.iloc[:, [1, *(2 + label for label in labels)]]
        rows = ([title, *map(text, cells)] for title, cells in zip(titles, chosen.to_numpy().tolist(), strict=True))
        yield table(f"{caption}{part}", ["Column", *map(name, chosen.columns)], rows)


def _titles(findings: Findings) -> list[str]:
    """What the rows of the written profile are, names of columns and levels in full."""
    profile = findings.comparison.profile
    counted = ["Customers", "Share"]
    if profile.weight_column is not None:
        counted = ["Customers", "Share of customers", f"Share of {profile.weight_column}"]
    columns = [profile.title(i, len(column) + 1) for i, column in enumerate(profile.columns)]
    levels = [f"{category.column}: {level}" for category in profile.categories for level in category.levels]
    return [*counted, *columns, *levels]


def method(findings: Findings) -> str:
    """How the segments were found, what speaks against them, and every check of every segment."""
    told = doubts(findings)
    what = listed(map(text, told), "doubts") if told else "<p>Nothing that was measured speaks against them.</p>"
    checks = (
        (name(own), [[check.name, _verdict(check), text(check.figure), text(check.reason)] for check in of_segment])
        for own, of_segment in zip(findings.names, findings.checks, strict=True)
    )
    facts = definitions(((text(title), text(fact)) for title, fact in method_facts(findings)), "method")
    head = ["Segment", "Check", "Verdict", "Figure", "What it means"]
    return (
        '<section id="method"><h2>How they were found, and how sure that is</h2>'
        f"{what}{facts}{grouped_table('How far each segment can be relied on', head, checks)}</section>"
    )


def _verdict(check: Check) -> str:
    sign, verdict = _SIGNS[check.level]
    return f'<span class="check {check.level}"><i aria-hidden="true">{sign}</i>{verdict}</span>'


def closing() -> str:
    """What the file holds of the customers, for whoever passes it on."""
    return (
        "<footer><p>This file holds all it shows and asks no server for anything. Of single customers it holds where "
        "they stand in the scatter and the typical values on the cards, and no identifier.</p></footer>"
    )
