"""How the segments were found and how far they can be relied on, in sentences that every document tells alike."""

import unicodedata
from collections.abc import Iterable
from math import isfinite

from clustering.export.findings import Findings
from clustering.features.prepare import MANY_COLUMNS, ROWS_PER_COLUMN
from clustering.indices.silhouette import EXACT_ROWS, SILHOUETTE_SAMPLE
from clustering.methods import METHODS
from clustering.profile.checklist import DISTINCT, HARDLY_DISTINCT
from clustering.profile.words import joined
from clustering.wording import UNDEFINED, count, exact, number, rounded_share, sample_of, score, spelled, whole

_MANY = 0.1  # share of the customers that are noise, have no segment or were filled, from which on it is a doubt
_AGREE, _AGREE_IN_PART = 0.8, 0.4  # repeatability from which on random halves are said to agree
_SCALED = {
    "standard": "Every column was scaled to average 0 and spread 1, so that each counts alike.",
    "minmax": "Every column was scaled to run from 0 to 1.",
    "robust": "Every column was scaled by its median and quartiles, so that extreme customers count less.",
    "none": "The columns were taken in their own units: the one with the largest numbers counts most.",
}
_TURNING = ("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI")
_COMMON = {
    "n_init": "random starts {}",
    "max_iter": "at most {} rounds",
    "tol": "tolerance {}",
    "init": "start {}",
    "random_state": "seed {}",
}


def method_facts(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Tell how the segments were found: pairs of what is told and the telling; names stand there in full."""
    source = findings.recipe.source
    facts = [
        ("Data", " · ".join(dict.fromkeys(text for text in (findings.title, source.file_name) if text))),
        ("Customers", _customers(findings)),
        ("Columns", _columns(findings)),
        ("Preparation", " ".join((_SCALED[findings.features.spec.scale], *_weighted(findings), *_prepared(findings)))),
        ("Method", _method(findings)),
        (f"Why {spelled(_found(findings))} segments", _why(findings)),
        ("How separate", _separation(findings)),
        ("How repeatable", _repeatability(findings)),
        ("Steps by hand", " ".join(f"{i}. {told}" for i, told in enumerate(findings.edits, 1)) or "None."),
        ("New customers", _new_customers(findings)),
        ("Made with", ", ".join(f"{name} {version}" for name, version in findings.recipe.versions)),
    ]
    return tuple((label, text) for label, text in facts if text)


def doubts(findings: Findings) -> tuple[str, ...]:
    """Tell what speaks against relying on the segments, the gravest first; nothing where nothing does."""
    return (
        *_about_number(findings),
        *_about_whole(findings),
        *_about_customers(findings),
        *_about_segments(findings),
    )


def isolated(name: str) -> str:
    """A name as it stands in a sentence: one that is written from the right does not turn round what follows."""
    turns = any(unicodedata.bidirectional(character) in _TURNING for character in name)
    return f"\u2068{name}\u2069" if turns else name


def _customers(findings: Findings) -> str:
    clustering, n_in_all = findings.clustering, findings.table.reading.n_in_all
    n_noise, n_placed = len(clustering.noise), len(clustering.rows)
    afterwards = n_placed - len(clustering.fit_labels)
    told = [] if n_in_all is None else [f"{sample_of(clustering.n_rows, n_in_all)}."]
    if not clustering.n_without:
        told += [f"All {count(n_placed, 'customer')} of the file have a segment."]
    else:
        part = rounded_share(n_placed / clustering.n_rows)
        told += [f"{whole(n_placed)} of the {count(clustering.n_rows, 'row')} of the file ({part}) have a segment."]
    if n_noise:
        part = rounded_share(clustering.noise_share)
        told.append(f"{whole(n_noise)} ({part}) {_are(n_noise)} noise: near no segment.")
    inside = findings.recipe.outer
    if inside is not None:
        told.append(f"Only the customers of {_quoted([inside.names[findings.recipe.outer_label]])} were looked at.")
    elif aside := clustering.n_without - n_noise:
        told.append(f"{whole(aside)} {_were(aside)} set aside.")
    if afterwards:
        told.append(
            f"{whole(afterwards)} took no part in finding the segments and {_were(afterwards)} placed with the nearest "
            "one."
        )
    return " ".join(told)


def _columns(findings: Findings) -> str:
    spec = findings.features.spec
    told = f"{_quoted(spec.columns)} built the segments."
    if spec.describe:
        told += f" {_quoted(spec.describe)} only describe{'s' * (len(spec.describe) == 1)} them."
    return told


def _weighted(findings: Findings) -> Iterable[str]:
    """What was done to single columns; what was done to cells and rows stands in the notes of the preparation."""
    spec = findings.features.spec
    if logged := [column.name for column in spec.settings if column.log]:
        yield f"{_quoted(logged)}: taken as a log, so that amounts count by their order of magnitude."
    for column in spec.settings:
        if column.weight != 1:
            yield f'"{isolated(column.name)}" counts {exact(column.weight)} times.'


def _prepared(findings: Findings) -> Iterable[str]:
    yield from findings.features.notes
    components = findings.features.components
    if components is not None:
        kept = rounded_share(sum(components.explained))
        n = count(len(components.names), "principal component")
        yield f"{n} in place of the columns: {kept} of their variance."


def _method(findings: Findings) -> str:
    clustering = findings.clustering
    spec, method = clustering.spec, METHODS[clustering.spec.method]
    told = "which finds the number of segments itself"
    if spec.n_clusters is not None:
        told = f"told to find {spelled(spec.n_clusters)} segments"
    own = [
        f"{setting.label[:1].lower()}{setting.label[1:]} {_value(setting.said(value))}"
        for name, value in clustering.settings
        for setting in method.settings
        if setting.name == name
    ]
    common = [name for name in _COMMON if name in method.common]
    if spec.start:
        common = [name for name in common if name not in ("n_init", "init")]
        own.append("from centers placed by hand")
    own += [_COMMON[name].format(_value(getattr(spec, name))) for name in common]
    sentences = [f"{method.label}, {told}{': ' * bool(own)}{', '.join(own)}."]
    if clustering.n_iter is not None and clustering.settled:
        sentences.append(f"It came to rest after {count(clustering.n_iter, 'round')}.")
    sentences += [f"{name}: {number(value, 6)}." for name, value in clustering.figures]
    return " ".join([*sentences, *clustering.notes])


def _found(findings: Findings) -> int:
    """How many segments the method found, before any step by hand."""
    return findings.clustering.spec.n_clusters or findings.clustering.n_clusters


def _why(findings: Findings) -> str:
    advice, method = findings.advice, METHODS[findings.clustering.spec.method]
    if not method.takes_k:
        return "Nobody chose the number: it follows from the customers and the settings of the method."
    if advice is None:
        return "The number was chosen; no other was compared with it."
    if advice.best_split != _found(findings):
        best = "the best split of those compared has" if advice.n_clusters is None else "recommended were"
        return f"The number was chosen; {best} {spelled(advice.best_split)}. {advice.reason}"
    return advice.reason


def _separation(findings: Findings) -> str:
    if not isfinite(findings.separation):
        return f"{UNDEFINED} Undefined: it needs more customers than segments."
    told = f"{score(findings.separation)} (mean silhouette: 1 is far apart, 0 means they touch)"
    if len(findings.clustering.fit_labels) > EXACT_ROWS:
        told += f", estimated from a sample of about {whole(SILHOUETTE_SAMPLE)} customers"
    return f"{told}."


def _repeatability(findings: Findings) -> str:
    if not isfinite(findings.repeatability):
        return f"{UNDEFINED} {_why_not_known(findings)}"
    return (
        f"{score(findings.repeatability)} (random halves of the customers are grouped separately: 1 if they agree on "
        "everybody, 0 if it is left to chance)."
    )


def _new_customers(findings: Findings) -> str:
    recipe = findings.recipe
    if not recipe.stand_in:
        return ""
    by = recipe.stand_in.replace("_", " ")
    return (
        f"The recipe places them by the {by}, for want of a rule of the method's own: it gives "
        f"{rounded_share(recipe.agreement)} of these customers what they have here."
    )


def _about_number(findings: Findings) -> Iterable[str]:
    """Whether another number of segments, or none, would be as right."""
    advice = findings.advice
    if not METHODS[findings.clustering.spec.method].takes_k:
        return
    if advice is None:
        yield f"No other number of segments was compared with {spelled(_found(findings))}."
        return
    if advice.agreement == "none":
        yield (
            "No clear segments were found in these customers: what is told is a convenient cut, not groups that are "
            "there."
        )
    elif advice.agreement == "open":
        yield (
            f"How many segments there are is open: {spelled(advice.best_split)} is the best of the numbers compared, "
            "but not enough speaks for it."
        )
    elif advice.agreement == "split":
        against = {vote for _, vote in advice.votes if vote != advice.best_split} or {advice.alternative}
        others = " or ".join(map(spelled, sorted(against)))
        n_for = sum(vote == advice.best_split for _, vote in advice.votes)
        if n_for < len(advice.votes):
            yield (
                f"The measures do not agree on the number: {n_for} of {len(advice.votes)} prefer "
                f"{spelled(advice.best_split)}, the others {others}."
            )
        else:
            yield f"Another number of segments is about as good: {others} instead of {spelled(advice.best_split)}."
    if advice.n_clusters is not None and advice.n_clusters != _found(findings):
        yield f"Recommended were {spelled(advice.n_clusters)} segments, not {spelled(_found(findings))}."


def _about_whole(findings: Findings) -> Iterable[str]:
    """Whether the segments as a whole would be found again, are apart, and were found to the end."""
    repeatable, separation = round(findings.repeatability, 2), round(findings.separation, 2)
    if not isfinite(repeatable):
        yield f"How repeatable the segments are is not known. {_why_not_known(findings)}"
    elif repeatable < _AGREE:
        agree = "agree only in part" if repeatable >= _AGREE_IN_PART else "hardly agree"
        yield (
            f"Random halves of the customers {agree} on who belongs together (repeatability "
            f"{score(findings.repeatability)})."
        )
    if not isfinite(separation):
        yield "How separate the segments are is not known: it needs more customers than segments."
    elif separation < DISTINCT:
        blurred = "their borders are blurred" if separation >= HARDLY_DISTINCT else "they run into each other"
        bent = " Bent segments, which this method can find, score low in it." if _any_shape(findings) else ""
        yield f"The segments are not far apart (separation {score(findings.separation)}): {blurred}.{bent}"
    if not findings.clustering.settled:
        yield "The method had not come to rest when it was ended: more rounds may move customers to other segments."


def _about_customers(findings: Findings) -> Iterable[str]:
    """Whether there are enough customers, and whom the segments say nothing about."""
    clustering, features = findings.clustering, findings.features
    n_columns = features.scaled.shape[1]
    if features.spec.pca is None and n_columns > MANY_COLUMNS:
        yield f"{n_columns} columns are many: in so many directions all customers are about equally far apart."
    elif features.spec.pca is None and len(features.rows) < ROWS_PER_COLUMN * n_columns:
        yield (
            f"{count(len(features.rows), 'customer')} for {count(n_columns, 'prepared column')} are few: chance has a "
            "large part in the segments."
        )
    if clustering.noise_share >= _MANY:
        yield (
            f"{rounded_share(clustering.noise_share)} of the customers are noise, near no segment: nothing here is "
            "said about them."
        )
    aside = (clustering.n_without - len(clustering.noise)) / clustering.n_rows
    if aside >= _MANY and findings.recipe.outer is None:
        yield f"{rounded_share(aside)} of the rows of the file were set aside: nothing here is said about them."
    filled = features.n_filled_rows / clustering.n_rows
    if filled >= _MANY:
        yield f"{rounded_share(filled)} of the customers had a missing value, which was filled in by a guess."


def _about_segments(findings: Findings) -> Iterable[str]:
    """In which checks segments are not green, and why; those of which the same is to be said together."""
    told: dict[tuple[str, str], list[str]] = {}
    for name, checks in zip(findings.names, findings.checks, strict=True):
        for check in checks:
            if check.level in ("amber", "red"):
                verdict = f"{'not quite' if check.level == 'amber' else 'not'} {check.name.lower()}"
                figure = "" if check.figure == UNDEFINED else f" ({check.figure})"
                told.setdefault((verdict, check.reason), []).append(f'"{isolated(name)}"{figure}')
    for (verdict, reason), segments in told.items():
        is_or_are = "is" if len(segments) == 1 else "are each"
        yield f"{joined(segments)} {is_or_are} {verdict}. {reason}"


def _why_not_known(findings: Findings) -> str:
    if findings.edits:
        return "Steps by hand changed what the method found, and no method would find that again."
    return "There are too few customers for two halves."


def _any_shape(findings: Findings) -> bool:
    """Whether the method follows chains and bends, which the silhouette cannot judge."""
    spec = findings.clustering.spec
    is_chain = spec.method == "agglomerative" and spec.value("linkage") == "single"
    return METHODS[spec.method].finds_noise or spec.method == "spectral" or is_chain


def _quoted(names: Iterable[str]) -> str:
    return joined([f'"{isolated(name)}"' for name in names])


def _value(value: object) -> str:
    return exact(value) if isinstance(value, int | float) else str(value)


def _are(n: int) -> str:
    return "is" if n == 1 else "are"


def _were(n: int) -> str:
    return "was" if n == 1 else "were"
