"""What each slide tells."""

from collections.abc import Callable

from pptx.util import Emu

from clustering.charts.telling import telling
from clustering.export.delimited import OnStep
from clustering.export.findings import Findings
from clustering.export.honesty import doubts, isolated, method_facts
from clustering.export.slides.deck import Box, Deck
from clustering.export.slides.drawing import bars, swatch, table, text
from clustering.export.slides.measure import Paragraph, clean, n_lines, on_one_line
from clustering.identity import default_name
from clustering.methods import METHODS
from clustering.profile.compare import CLEARLY, OVER, SMALL, UNDER, Trait
from clustering.profile.headlines import cell_told, looked_at, segment_size, sizes_finding, weighing
from clustering.profile.persona import character, proposed_names, summary
from clustering.profile.phrases import capital, short_titles
from clustering.wording import count, share, spelled, whole

MOST_SEGMENTS = 20
_MOST_TRAITS, _MOST_COLUMNS = 6, 6
_TEXT = (18, 17, 16, 15, 14, 13, 12, 11)
_SMALL_TEXT = (13, 12, 11, 10, 9)
_CAPTION = (15, 14, 13, 12, 11)
_SIGNS = {"green": "✓", "amber": "!", "red": "✗", "unknown": "?"}
_CAPTION_HEIGHT, _GAP = 0.36, 0.18  # inches


def show(findings: Findings, template: bytes | None, on_step: OnStep | None) -> bytes:
    """Make the slides, one after the other."""
    shown = range(min(findings.clustering.n_clusters, MOST_SEGMENTS))
    told = on_step or (lambda share_done, what: None)
    told(0.0, "Opening the template" if template is not None else "Laying out the slides")
    deck = Deck(template)
    steps = [_cover, _sizes, _comparison, *[_segment(label) for label in shown], _honesty]
    for i, step in enumerate(steps):
        told(i / len(steps), f"Slide {i + 1} of {len(steps)}")
        step(deck, findings)
    told(1.0, "Writing the file")
    return deck.save(_title(findings))


def _cover(deck: Deck, findings: Findings) -> None:
    clustering = findings.clustering
    method = METHODS[clustering.spec.method].label
    n = count(len(clustering.rows), "customer")
    subtitle = f"{spelled(clustering.n_clusters).capitalize()} segments of {n}, found with {method}"
    if findings.advice is not None and findings.advice.agreement == "none":
        subtitle += ": a convenient cut, for no clear segments were found"
    slide = deck.cover(_title(findings), subtitle, f"{_title(findings)}\n{subtitle}")
    if deck.is_own:  # a template has its own decoration
        size, gap = deck.emu(0.32), deck.emu(0.16)
        for i, look in enumerate(findings.looks[:8]):
            left = deck.body.left + i * (size + gap)
            swatch(deck, slide, left, deck.emu(1.25), size, look.mark, look.name)


def _sizes(deck: Deck, findings: Findings) -> None:
    profile, n_noise = findings.comparison.profile, len(findings.clustering.noise)
    n_shown = min(len(profile.sizes), MOST_SEGMENTS)
    title = sizes_finding(profile, findings.clustering.noise_share)
    caption = f"{count(sum(profile.sizes), 'customer')} and their shares"
    if n_noise:
        caption += f". {whole(n_noise)} more are noise, near no segment"
    if n_shown < len(profile.sizes):
        left = share(sum(profile.shares[n_shown:]))
        caption += f". The {n_shown} largest; the other {len(profile.sizes) - n_shown} hold {left}"
    every = [f"{_numbered(findings, label)}: {segment_size(profile, label)}" for label in range(len(profile.sizes))]
    lines = [title, f"{caption}.", *every, weighing(profile)]
    slide = deck.add(title, "\n".join(lines).strip())
    below = _captioned(deck, slide, f"{caption}.")
    n_room = min(1.0, 0.16 + 0.14 * n_shown)  # few bars need not be thick
    bars(
        deck,
        slide,
        below.part(0, 0, 1, n_room),
        series="Customers",
        labels=[on_one_line(_numbered(findings, label)) for label in range(n_shown)],
        ends=[f" · {share(profile.shares[label])}" for label in range(n_shown)],
        values=profile.sizes[:n_shown],
        hues=[look.mark.colour(deck.mode) for look in findings.looks[:n_shown]],
        number_format="#,##0",
        average=None,
        size=14 if n_shown <= 12 else 11,
        alt="\n".join(every),
    )


def _comparison(deck: Deck, findings: Findings) -> None:
    comparison = findings.comparison
    found = telling(comparison)
    if not found:
        return
    chosen, n_shown = found[:_MOST_COLUMNS], min(len(findings.looks), MOST_SEGMENTS)
    strongest = findings.effects[0] if findings.effects else None
    title = "No column sets the segments apart"
    if strongest is not None and strongest.strength >= 0.005:
        title = f"{on_one_line(strongest.column)} sets the segments apart most"
    parts = [f"Index: 100 is the average of all customers; blue from {OVER}, orange to {UNDER}"]
    parts = parts if any(one.is_index for one in chosen) else []
    if not all(one.is_index for one in chosen):
        parts.append(f"sd: standard deviations from the average of all customers; coloured from {CLEARLY}")
    caption = "; ".join(parts)
    if comparison.small.any():
        caption += f"; in brackets: fewer than {SMALL} customers"
    if len(chosen) < len(found):
        caption += f"; the {len(chosen)} of {len(found)} that differ most"
    lines = [
        f"{_numbered(findings, label)}: "
        + "; ".join(f"{one.title} {one.written[label]} ({one.own[label]})" for one in found)
        for label in range(len(findings.looks))
    ]
    slide = deck.add(title, "\n".join([title, f"{caption}.", *lines]))
    below = _captioned(deck, slide, f"{caption}.")
    row = min(deck.emu(0.46), below.height // (n_shown + 2))
    edge = round(0.8 * row)
    table(
        deck,
        slide,
        Box(below.left + edge, below.top, below.width - edge, row * (n_shown + 2)),
        head=["", *(on_one_line(one.title.replace("_", " ")) for one in chosen)],
        rows=[
            [
                on_one_line(_numbered(findings, label)),
                *(f"({one.written[label]})" if comparison.small[label] else one.written[label] for one in chosen),
            ]
            for label in range(n_shown)
        ],
        marks=[[int(one.marks[label]) for one in chosen] for label in range(n_shown)],
        first=0.34,
        row_height=row,
        size=14 if n_shown <= 8 else 12 if n_shown <= 12 else 9,
        alt="\n".join(lines),
    )
    size = round(0.42 * row)
    for label in range(n_shown):
        top = below.top + row * (label + 2) + (row - size) // 2
        swatch(deck, slide, below.left, top, size, findings.looks[label].mark, findings.names[label])


def _segment(label: int) -> Callable[[Deck, Findings], None]:
    """The slide of one segment."""

    def add(deck: Deck, findings: Findings) -> None:
        comparison, look = findings.comparison, findings.looks[label]
        profile = comparison.profile
        title = look.name if look.is_named else f"{look.name}: {proposed_names(comparison)[label]}"
        caption = f"{default_name(label)} · " * look.is_named
        caption += segment_size(profile, label)
        if comparison.small[label]:
            caption += " · of so few, much may be chance"
        slide = deck.add(title, _told_in_full(findings, label))
        below = _captioned(deck, slide, caption, indent=0.34)
        mark = deck.emu(0.22)
        swatch(deck, slide, below.left, deck.body.top + deck.emu(0.05), mark, look.mark, look.name)
        _card(deck, slide, below.part(0, 0, 0.43, 1), findings, label)
        _differences(deck, slide, below.part(0.47, 0, 0.53, 1), findings, label)

    return add


def _card(deck: Deck, slide, box: Box, findings: Findings, label: int) -> None:
    """Who they are, the user's note, and the checks."""
    note = on_one_line(findings.notes[label])
    persona = Paragraph(
        clean(character(findings.comparison, label, names=findings.names, everybody=_everybody(findings)))
    )
    text(deck, slide, box.part(0, 0, 1, 0.42 if note else 0.6), [persona], _TEXT, name="Who they are")
    if note:
        text(deck, slide, box.part(0, 0.45, 1, 0.2), [Paragraph(note, "Note:")], _CAPTION, name="Note")
    checks = [Paragraph(f"{check.figure}", f"{_SIGNS[check.level]} {check.name}") for check in findings.checks[label]]
    head = [Paragraph("", "How far they can be relied on")]
    text(deck, slide, box.part(0, 0.68, 1, 0.32), head + checks, _CAPTION, name="Checks")


def _differences(deck: Deck, slide, box: Box, findings: Findings, label: int) -> None:
    """The strongest differences: as an index where there is one, the others beside it in standard deviations."""
    comparison = findings.comparison
    strongest = comparison.traits(label)[:_MOST_TRAITS]
    drawn = [trait for trait in strongest if trait.is_index] or strongest
    if not drawn:
        text(deck, slide, box.part(0, 0, 1, 0.2), [Paragraph("No column tells them apart.")], _TEXT, name="Differences")
        return
    is_index = drawn[0].is_index
    others = [trait for trait in strongest if trait not in drawn]
    titles = short_titles(comparison.columns)
    what = "Index; the line is 100, the average of all customers"
    if not is_index:
        what = "Standard deviations; the line is the average of all customers"
    head, chart = box.split(deck.emu(0.62), deck.emu(0.05))
    text(deck, slide, head, [Paragraph("", "What sets them apart"), Paragraph(what)], _CAPTION, name="Differences")
    if others:
        told = "; ".join(f"{_called(trait, titles)} {trait.figure_written}" for trait in others)
        below = Box(chart.left, chart.bottom - deck.emu(0.5), chart.width, deck.emu(0.5))
        chart = Box(chart.left, chart.top, chart.width, chart.height - deck.emu(0.6))
        text(
            deck,
            slide,
            below,
            [Paragraph(f"In standard deviations from the average: {told}.")],
            _SMALL_TEXT,
            name="Other differences",
        )
    bars(
        deck,
        slide,
        chart.part(0, 0, 1, min(1.0, 0.2 + 0.16 * len(drawn))),
        series="Index" if is_index else "Standard deviations",
        labels=[on_one_line(_called(trait, titles)) for trait in drawn],
        values=[trait.figure for trait in drawn],
        hues=[findings.looks[label].mark.colour(deck.mode)] * len(drawn),
        number_format="#,##0" if is_index else "+0.0;-0.0;0.0",
        average=100.0 if is_index else 0.0,
        size=13,
        alt="\n".join(map(_trait_told, drawn)),
    )


def _honesty(deck: Deck, findings: Findings) -> None:
    facts, against = method_facts(findings), doubts(findings)
    title = "How this was found, and how sure it is"
    told = against or ("Nothing that was checked.",)
    notes = [title, *(f"{what}: {how}" for what, how in facts), "What speaks against it:", *told]
    slide = deck.add(title, "\n".join(notes))
    left, right = deck.body.part(0, 0, 0.56, 1), deck.body.part(0.61, 0, 0.39, 1)
    # the preparation is long and stands in the notes where there is no room for all
    text(deck, slide, left, [Paragraph(on_one_line(how), what) for what, how in facts], _SMALL_TEXT, name="How found")
    head = Paragraph("", "What speaks against it")
    text(deck, slide, right, [head, *(Paragraph(on_one_line(one)) for one in told)], _CAPTION[1:], name="How sure")


def _captioned(deck: Deck, slide, caption: str, *, indent: float = 0.0) -> Box:
    """Write the line below the title, or two of them; returns the room below."""
    caption, aside = on_one_line(caption), deck.emu(indent)
    across = Emu(deck.body.width - aside).pt / deck.wider
    lines = 1 if n_lines(caption, across / deck.points(_CAPTION[1])) == 1 else 1.8
    head, below = deck.body.split(deck.emu(_CAPTION_HEIGHT * lines), deck.emu(_GAP))
    box = Box(head.left + aside, head.top, head.width - aside, head.height)
    text(deck, slide, box, [Paragraph(caption)], (*_CAPTION, 10, 9), name="Caption", muted=True)
    return below


def _told_in_full(findings: Findings, label: int) -> str:
    """Everything about a segment, for the notes of its slide."""
    comparison, checks = findings.comparison, findings.checks[label]
    lines = [
        _numbered(findings, label),
        summary(comparison, label, names=findings.names, everybody=_everybody(findings)),
    ]
    if findings.notes[label]:
        lines.append(f"Note: {findings.notes[label]}")
    lines += ["", "What sets them apart, the strongest first:", *map(_trait_told, comparison.traits(label))]
    lines += ["", "How far they can be relied on:"]
    lines += [f"{check.name}, {check.figure}: {check.reason}" for check in checks]
    row, ids = findings.typical[label], [one.name for one in findings.table.columns if one.role == "id"][:1]
    who = "".join(f", {name} {cell_told(findings.table, name, row)}" for name in ids)
    return "\n".join([*lines, "", f"The most typical customer: row {whole(row + 1)} of the file{who}."])


def _trait_told(trait: Trait) -> str:
    whose = trait.column if trait.level is None else f"{trait.column}: {trait.level}"
    what = f"index {trait.figure_written}" if trait.is_index else trait.figure_written
    return f"{whose}: {trait.own_written}, against {trait.baseline_written} of all customers ({what})"


def _called(trait: Trait, titles: dict[str, str]) -> str:
    title = capital(titles[trait.column])
    if trait.level is not None:
        return f"{title}: {trait.level}"
    return f"{title}: yes" if trait.kind == "boolean" else title


def _everybody(findings: Findings) -> str:
    return looked_at(findings.recipe.outer is not None, findings.clustering)


def _numbered(findings: Findings, label: int) -> str:
    look = findings.looks[label]
    return f"{label + 1}  {isolated(look.name)}" if look.is_named else look.name


def _title(findings: Findings) -> str:
    return findings.title or "Customer segments"
