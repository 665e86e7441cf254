"""User text on a page: what stands in a file is data, never Markdown, HTML or LaTeX."""

import re

from clustering.wording import one_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=@])")
_BECOMES_LINK = re.compile(r"(://|\bwww(?=\.)|@)")
_WORD_JOINER = "\u2060"  # invisible, and no part of an address


def plain(text: object, most: int = 300) -> str:
    """Escape text from outside so that Markdown shows it as it is, on one line.

    Addresses are made links after the escapes are read, so they are broken up by an invisible character.
    """
    broken_up = _BECOMES_LINK.sub(rf"\1{_WORD_JOINER}", one_line(text, most))
    return _SPECIAL.sub(r"\\\1", broken_up)
