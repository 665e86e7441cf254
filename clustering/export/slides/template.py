"""The user's own .pptx: looked at before it is opened, for it may be damaged, foreign, or made to do harm."""

import io
import re
import zipfile
import zlib

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.util import Inches

from clustering.errors import ClusteringError, InvalidSetting, UnreadableFile

MAX_BYTES, MAX_UNPACKED = 50 << 20, 200 << 20
_MAX_XML, _MAX_PARTS = 50 << 20, 5_000  # of all XML together, which takes many times its size in memory
_SMALLEST = Inches(4), Inches(3)
_KIND = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
_PRESENTATION = _KIND.format("presentation").encode()
_LIKE_IT = (_KIND.format("template").encode(), _KIND.format("slideshow").encode())
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .ppt, and any file with a password
_SAVE_AGAIN = "Save it again in PowerPoint as .pptx or .potx and choose that."
# what zipfile, lxml and python-pptx raise on parts that are damaged, absent or of another kind
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, etree.LxmlError, EOFError, OSError, NotImplementedError, RuntimeError),
    *(AttributeError, AssertionError, LookupError, TypeError, ValueError),
)


def open_template(content: bytes, rehearse):
    """Open a template without its slides.

    Parameters
    ----------
    content : bytes
        A .pptx, .potx or .ppsx file.
    rehearse : callable of Presentation
        What is to be done with it; tried on a copy, so that a damage is found before the work begins.

    Raises
    ------
    UnreadableFile
        If it is no presentation, or damaged.
    InvalidSetting
        If it is too large, holds macros, or its slides are too small to write on.
    """
    content = _checked(content)
    try:
        _try(_without_slides(content), rehearse)
        return _without_slides(content)
    except ClusteringError:
        raise
    except _DAMAGE as error:
        raise UnreadableFile(f"The template is damaged, or no complete PowerPoint file. {_SAVE_AGAIN}") from error


def _try(presentation, rehearse) -> None:
    if presentation.slide_width < _SMALLEST[0] or presentation.slide_height < _SMALLEST[1]:
        raise InvalidSetting(
            "The slides of the template are smaller than 4 x 3 inches, too small to write on. Choose another template, "
            "or leave it out."
        )
    rehearse(presentation)
    presentation.save(io.BytesIO())


def _checked(content: bytes) -> bytes:
    """The file, if it is a presentation within limits; a .potx as the .pptx that it nearly is."""
    if len(content) > MAX_BYTES:
        raise InvalidSetting(f"The template is larger than {MAX_BYTES >> 20} MB. Take out its pictures and slides.")
    if content[:4] == _OLD_OFFICE:
        raise UnreadableFile(f"The template is an old .ppt file, or protected by a password. {_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = [part.filename for part in parts]
            if "[Content_Types].xml" not in names or not any(name.startswith("ppt/") for name in names):
                raise UnreadableFile(f"The template is no PowerPoint file. {_SAVE_AGAIN}")
            _check_size(parts)
            kinds = archive.read("[Content_Types].xml")
            if b"macroEnabled" in kinds or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise InvalidSetting(f"The template holds macros, which are not taken over. {_SAVE_AGAIN}")
            if any(_declares(archive.read(name)) for name in names if _is_xml(name)):
                raise UnreadableFile(f"The template holds what no presentation holds (a DOCTYPE). {_SAVE_AGAIN}")
            for kind in _LIKE_IT:
                kinds = kinds.replace(kind, _PRESENTATION)
            return _with_kinds(archive, kinds) if kinds != archive.read("[Content_Types].xml") else content
    except _DAMAGE as error:
        if isinstance(error, ClusteringError):
            raise
        raise UnreadableFile(f"The template is no PowerPoint file, or damaged. {_SAVE_AGAIN}") from error


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    # what a part claims is what is read of it at most: zipfile stops there
    n_xml = sum(part.file_size for part in parts if _is_xml(part.filename))
    if sum(part.file_size for part in parts) > MAX_UNPACKED or n_xml > _MAX_XML or len(parts) > _MAX_PARTS:
        raise InvalidSetting("The template unpacks to more than a template holds. Take out its pictures and slides.")


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _declares(xml: bytes) -> bool:
    """Whether it declares entities, which could be anything, such as a file of the server."""
    return any("<!DOCTYPE".encode(encoding) in xml for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def _with_kinds(archive: zipfile.ZipFile, kinds: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as changed:
        for part in archive.infolist():
            changed.writestr(part, kinds if part.filename == "[Content_Types].xml" else archive.read(part))
    return stream.getvalue()


def _without_slides(content: bytes):
    """Open it without its own slides and the lists that name them; its masters and layouts stay."""
    presentation = Presentation(io.BytesIO(content))
    part, element = presentation.part, presentation.part._element
    for found in element.xpath("./p:custShowLst | ./p:extLst/p:ext[.//*[local-name()='sectionLst']]"):
        found.getparent().remove(found)
    for slide in list(presentation.slides._sldIdLst):
        part.drop_rel(slide.rId)
        presentation.slides._sldIdLst.remove(slide)
    package = part.package
    for rel in [rel for rel in package._rels.values() if rel.reltype == RT.ORIGIN]:  # a signature of the old content
        package.drop_rel(rel.rId)
    if any(re.match(r"/ppt/slides/slide\d", str(left.partname)) for left in package.iter_parts()):
        raise UnreadableFile(f"A layout of the template leads to one of its slides. Take that link out. {_SAVE_AGAIN}")
    return presentation
