"""A document as PDF by WeasyPrint, with its fonts embedded. Pango and a Chinese font are the machine's to bring.

WeasyPrint loads pango when it is imported; so it is imported only when a PDF is asked for.
"""

from __future__ import annotations

import ctypes
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from panhuo.adapters.writers.atomic import whole_file
from panhuo.adapters.writers.document import Document
from panhuo.adapters.writers.document_pages import document_page
from panhuo.terms.errors import DomainError

DEBIAN_PACKAGES = {
    "libgobject-2.0.so.0": "libpango-1.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libharfbuzz.so.0": "libpango-1.0-0",
    "libfontconfig.so.1": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""Libraries that WeasyPrint opens -> Debian packages that bring them, themselves or by what they depend on."""
FONT_PACKAGE = "fonts-noto-cjk"
_MISSING = ".notdef"


class NoPdf(DomainError):
    """The machine lacks what a PDF needs; fields: packages, Debian's names."""

    code = "no_pdf"


def lacking_libraries() -> tuple[str, ...]:
    """Debian packages of the libraries that cannot be opened here, in a fixed order."""
    return tuple(dict.fromkeys(package for library, package in DEBIAN_PACKAGES.items() if not _opens(library)))


def chinese_fonts() -> tuple[str, ...]:
    """Families that fontconfig knows for simplified Chinese, sorted; none where it is not here."""
    try:
        found = _asked(ctypes.CDLL("libfontconfig.so.1"))
    except OSError:
        return ()
    return tuple(sorted(found))


def check_pdf() -> None:
    """Raises: NoPdf with the names of Debian's packages where a library or a Chinese font lacks, or WeasyPrint."""
    lacking = lacking_libraries()
    if not lacking and not chinese_fonts():
        lacking = (FONT_PACKAGE,)
    if lacking:
        raise NoPdf(
            f"A PDF needs what this machine lacks: {', '.join(lacking)}. On Debian: "
            f"apt-get install {' '.join(lacking)}. Or name .docx or .html, which need nothing.",
            packages=lacking,
        )
    if find_spec("weasyprint") is None:
        raise NoPdf("A PDF needs WeasyPrint, which is not installed: python -m pip install weasyprint.", packages=())


def write_document_pdf(path: Path, document: Document) -> tuple[str, ...]:
    """Write the document as .pdf. Returns the signs that no font of this machine has; each stands as a box.

    Nothing is fetched: the page refers to nothing, and a fetcher that refuses stands guard.
    Same document, same bytes, on machines with the same fonts and libraries.
    Raises: NoPdf; DomainError cannot_write.
    """
    check_pdf()
    with _missing_signs() as missing:
        page = _weasyprint().HTML(string=document_page(document), url_fetcher=_refuses)
        made = page.write_pdf(pdf_identifier=document.identifier.encode("ascii"), pdf_tags=True)
    with whole_file(path) as draft:
        draft.write_bytes(made)
    return tuple(dict.fromkeys(missing))


def writer_version() -> str:
    """Version of WeasyPrint. Raises: ImportError where it is not installed, OSError where its libraries lack."""
    return str(_weasyprint().__version__)


def _weasyprint() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import weasyprint
    return weasyprint


def _refuses(url: str, *_rest: Any, **_options: Any) -> Any:
    raise ValueError(f"a document refers to nothing outside itself, and {url[:80]} is outside")


@contextmanager
def _missing_signs() -> Iterator[list[str]]:
    """What WeasyPrint tells its log of signs without a glyph; the log itself stays quiet meanwhile."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if _MISSING in str(record.msg) and isinstance(record.args, tuple) and record.args:
                found.append(str(record.args[0]))

    log, listener = logging.getLogger("weasyprint"), Listener()
    former, spreads = log.handlers[:], log.propagate
    log.handlers, log.propagate = [listener], False
    try:
        yield found
    finally:
        log.handlers, log.propagate = former, spreads


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


def _asked(library: Any) -> set[str]:
    """Families for zh-cn by fontconfig's own C functions (FcNameParse, FcFontList), asked afresh each time."""
    for name in ("FcInitLoadConfigAndFonts", "FcNameParse", "FcObjectSetCreate"):
        getattr(library, name).restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    config = ctypes.c_void_p(library.FcInitLoadConfigAndFonts())
    pattern = ctypes.c_void_p(library.FcNameParse(b":lang=zh-cn"))
    objects = ctypes.c_void_p(library.FcObjectSetCreate())
    library.FcObjectSetAdd(objects, b"family")
    listed = library.FcFontList(config, pattern, objects)
    found = set()
    for place in range(listed.contents.count if listed else 0):
        family = ctypes.c_char_p()
        font = ctypes.c_void_p(listed.contents.fonts[place])
        if library.FcPatternGetString(font, b"family", 0, ctypes.byref(family)) == 0 and family.value:
            found.add(family.value.decode("utf-8", "replace"))
    if listed:
        library.FcFontSetDestroy(listed)
    library.FcObjectSetDestroy(objects)
    library.FcPatternDestroy(pattern)
    library.FcConfigDestroy(config)
    return found
