"""What the pages show of a Spark cluster; nothing of it where the server names none."""

from pages._ui.on_cluster.choosing import choose_table
from pages._ui.on_cluster.running import all_rows

__all__ = ["all_rows", "choose_table"]
