"""What the Segments page shows: a card per segment, and behind them a tab per question."""

from pages._ui.segments.cards import cards
from pages._ui.segments.tabs import tabs

__all__ = ["cards", "tabs"]
