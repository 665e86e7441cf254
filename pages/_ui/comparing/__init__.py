"""The Compare page, a module per tab."""

from pages._ui.comparing.gallery import all_methods
from pages._ui.comparing.known import against_known
from pages._ui.comparing.two import side_by_side

__all__ = ["against_known", "all_methods", "side_by_side"]
