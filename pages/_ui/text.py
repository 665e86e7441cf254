"""User text on a page: what stands in a file is data, never Markdown, HTML or LaTeX."""

import re

from clustering.wording import one_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=@])")


def plain(text: object, most: int = 300) -> str:
    """Escape text from outside so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", one_line(text, most))
