"""Which legacy encoding text is in: the one under which most of its words are words of some language.

Told from word to word, because customers of one file come from many countries, and from the letters around an
accented one: "ñ" stands before a vowel in Spanish, so "Gdañsk" is no word there and "Gdańsk" is one in Polish.
"""

import re

from charset_normalizer import from_bytes

# The accented letters of a language, what none of its words holds, and how much a word of it counts.
_WESTERN = (
    ("äöüß", "", 1.0),
    ("àâæçéèêëîïôœùûüÿ", r"œ(?![ui]|n)|(?<=.)œn|æ$|[îùû]$(?<!où)", 1.0),  # French
    ("áéíóúñüïçàòèª", r"ñ(?![aeiouáéíóú])|ç[^aeoóáuà]|[àòè]\B(?![^aeiou])", 1.0),  # Spanish, Catalan
    ("áâãàçéêíóôõúü", r"ã(?![oes]|$)|õ(?!e)|[âô]$", 1.0),  # Portuguese
    ("àèéìíîòóùú", r"[àìòù](?!$)|[íîú].", 1.0),  # Italian
    ("åäöæøéèêüôáó", r"iæ$|[êôèáó]$|ø.*[äö]|[äö].*ø|[áóôè].*[øå]|ø.*[áóè]", 1.0),  # Swedish, Danish, Norwegian
    ("åäöšž", "", 1.0),  # Finnish
    ("ëïéèüöêóáçû", r"û$|ê$", 1.0),  # Dutch
    ("áæðéíóöúýþ", r"[cqwz]|^ý|(?<=[^íó])þ", 0.9),  # Icelandic, whose letters stand where the Turkish ones do
)
_CENTRAL = (
    ("ąćęłńóśźż", "[qvx]", 1.0),
    ("áčďéěíňóřšťúůýžäĺľŕô", "[qx]|^[ýěů]", 1.0),  # Czech, Slovak
    ("áéíóöőúüű", "[qx]", 1.0),
    ("ăâîşţ", "[kqwy]", 0.9),  # Romanian, likewise
    ("čćđšž", "[qwxy]", 0.9),  # Croatian, Slovenian
    ("äöüß", "", 1.0),
)
_TURKISH = (("çğıöşüâîû", "[qwx]", 1.0),)
# In the order in which they are taken where two explain as much.
_LANGUAGES = {
    "cp1252": _WESTERN,
    "cp1250": _CENTRAL,
    "cp1254": _TURKISH,
    "iso8859-2": _CENTRAL,
    "mac-roman": _WESTERN,
    "cp850": _WESTERN,
}
_OLD = ("mac-roman", "cp850")  # their signs are hardly written any more
_SPOKEN = 0.7  # of the words, where one of the encodings above explains the text

# What is told of an encoding that was guessed; Western European is the usual guess.
WRITING = {
    "cp1250": "Central European",
    "iso8859-2": "Central European",
    "cp1254": "Turkish",
    "mac-roman": "Western European of an old Macintosh",
    "cp850": "Western European of DOS",
    "cp1251": "Cyrillic",
    "cp1253": "Greek",
    "cp932": "Japanese",
    "gb18030": "Chinese",
    "big5": "traditional Chinese",
    "cp949": "Korean",
}

# What stands around and between words; a sign of money or a small number too.
_SIGNS = "\u00a0€£¥§©®™°±µ·«»‹›…–—‘’‚“”„•¿¡´¨¤¦¬\u00ad"
_MOST_SIGNS = 2
_JOINTS = re.compile("[\u00a0·–—‘’´…]")
_ORDINAL = re.compile(r"(?:[nc]?m|k|\d)?[²³¹]|.?[ºª]|[¼½¾]")
# Looked for at the heads of words alone, or a cell of 300,000 letters would be gone through from each of them.
_CHUNK = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]*+[\x80-\xff][A-Za-z\x80-\xff]*")
_KORUNA = "Kč".encode("cp1250")
_MOST_WORDS = 2_000

# Left to itself the detector finds code pages of DOS and of old Macintoshes in files with a few accented letters.
_OTHER_WRITING = ["cp1251", "cp1253", "cp932", "gb18030", "big5", "cp949"]
_TWO_HIGH_BYTES = re.compile(rb"[\x80-\xff]{2}")
# First bytes of kana and of the three thousand usual kanji.
_USUAL_JAPANESE = (0x81, 0x82, 0x83, *range(0x88, 0x98))
_USUAL_SHARE = 0.9


def guess_legacy_encoding(text: bytes) -> str | None:
    """The encoding of lines that are no UTF-8, as Python knows it; None if it is no text."""
    words = list(dict.fromkeys(_CHUNK.findall(text)))[:_MOST_WORDS]
    explained = {encoding: _explained(words, encoding) for encoding in _LANGUAGES}
    best = max(explained, key=explained.get)
    if explained[best] >= _SPOKEN * len(words):
        return _with_euro(text) if best == "cp1252" else best
    if _TWO_HIGH_BYTES.search(text):
        if _is_japanese(text):
            return "cp932"
        found = from_bytes(text, cp_isolation=["cp1252", "cp1250", "cp1254", *_OTHER_WRITING]).best()
        if found is not None and found.encoding in _OTHER_WRITING:
            return found.encoding
    return next((encoding for encoding in dict.fromkeys((best, "cp1252")) if _decodes(text, encoding)), None)


def _explained(words: list[bytes], encoding: str) -> float:
    """How many words are such in one of the languages that are written in this encoding."""
    n = 0.0
    for word in words:
        if word == _KORUNA:  # the only word beyond ASCII in many a table of amounts
            n += encoding == "cp1250"
            continue
        try:
            text = word.decode(encoding)
        except UnicodeDecodeError:
            continue
        core = text.strip(_SIGNS)
        is_bare = text.find(core) <= _MOST_SIGNS and len(text) - len(text.rstrip(_SIGNS)) <= _MOST_SIGNS
        parts = (part for part in _JOINTS.split(core) if not part.isascii())
        sign_alone = float(encoding not in _OLD)
        n += is_bare * min((_weight(part, _LANGUAGES[encoding]) for part in parts), default=sign_alone)
    return n


def _weight(word: str, languages) -> float:
    """1 for a word of one of the languages, 0 for none."""
    if _ORDINAL.fullmatch(word):
        return 1.0
    # A capital inside a word is none of its letters, but for words that are all capitals.
    if not word.isalpha() or not (word[1:].islower() or word.isupper() or len(word) == 1 or _is_joined(word)):
        return 0.0
    lower = word.replace("İ", "i").lower()
    accents = {letter for letter in lower if not letter.isascii()}
    fitting = (
        weight
        for letters, never, weight in languages
        if accents <= set(letters) and not (never and re.search(never, lower))
    )
    return max(fitting, default=0.0)


def _is_joined(word: str) -> bool:
    """Such as McCaffé: capitals inside that are plain."""
    return all(letter.isascii() or letter.islower() for letter in word[1:])


def _with_euro(text: bytes) -> str:
    """Nobody writes the general sign of currency, which is the euro in Latin-9."""
    is_latin_9 = re.search(rb"\d[ \xa0]?\xa4|\xa4[ \xa0]?\d", text) and not re.search(rb"[\x80-\x9f]", text)
    return "iso8859-15" if is_latin_9 else "cp1252"


def _is_japanese(text: bytes) -> bool:
    if not _decodes(text, "cp932"):
        return False
    pairs = [pair for pair in map(_in_cp932, text.decode("cp932")) if len(pair) == 2]
    return bool(pairs) and sum(pair[0] in _USUAL_JAPANESE for pair in pairs) >= _USUAL_SHARE * len(pairs)


def _in_cp932(letter: str) -> bytes:
    return letter.encode("cp932", errors="replace")


def _decodes(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
