"""The Compare page, a module per tab."""

from pages._ui.comparing.known import against_known
from pages._ui.comparing.two import side_by_side

__all__ = ["against_known", "side_by_side"]
