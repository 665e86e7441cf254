"""User text on a page: what stands in a file is data, never Markdown, HTML or LaTeX."""

import re

from clustering.wording import one_line

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|~$:<>&^=@])")
# Addresses become links, :words: icons and emoji, and arrows and the like one sign.
_BECOMES_MORE = re.compile(r"(://|\bwww(?=\.)|@|:(?=[\w+/-]+:)|(?<!\S)[<>~-](?=-?[<>=-](?!\S)))")
_WORD_JOINER = "\u2060"  # invisible, and no part of an address or of the name of an icon


def plain(text: object, most: int = 300) -> str:
    """Escape text from outside so that Markdown shows it as it is, on one line.

    Some of it is made more than text after the escapes are read, and so is broken up by an invisible character.
    """
    broken_up = _BECOMES_MORE.sub(rf"\1{_WORD_JOINER}", one_line(text, most))
    return _SPECIAL.sub(r"\\\1", broken_up)
