"""From a file with one line per purchase to a table with one row per customer: recency, frequency, monetary value."""

from clustering.rfm.customers import RuleGroup, rfm, rule_groups
from clustering.rfm.lines import Lines, sort_lines
from clustering.rfm.scores import NAMES, RULES, fifths, rule_segments
from clustering.rfm.spec import RETURNS, ZERO_AMOUNTS, RfmSpec
from clustering.rfm.suggest import suggest_order, suggest_rfm

__all__ = [
    "NAMES",
    "RETURNS",
    "RULES",
    "ZERO_AMOUNTS",
    "Lines",
    "RfmSpec",
    "RuleGroup",
    "fifths",
    "rfm",
    "rule_groups",
    "rule_segments",
    "sort_lines",
    "suggest_order",
    "suggest_rfm",
]
