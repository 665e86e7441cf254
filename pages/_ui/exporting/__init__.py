"""The parts of the Export page: files and documents, a campaign list, code, and what will be in the list."""

from pages._ui.exporting.building import Workshop
from pages._ui.exporting.campaign import campaign_list
from pages._ui.exporting.code import code
from pages._ui.exporting.files import files
from pages._ui.exporting.preview import preview

__all__ = ["Workshop", "campaign_list", "code", "files", "preview"]
