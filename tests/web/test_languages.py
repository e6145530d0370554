"""Chinese is written in pages and code; the English catalogue holds each of its sentences."""

from __future__ import annotations

import io
import re
from pathlib import Path

import panhuo.web

ROOT = Path(str(panhuo.web.__file__)).parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
NAMES = ("gettext", "gettext_lazy", "_", "pgettext:1c,2", "ngettext:1,2")


def sentences() -> set[str]:
    """All sentences that pages and code mark as words."""
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
    from django.utils.translation.template import templatize

    found = set()
    for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.html"), *ROOT.rglob("*.txt")]:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = "# coding: utf-8\n" + re.sub(
                r"(?m)^(?![ _g]*(_|gettext|pgettext|ngettext)\().*X.*$", "", templatize(text)
            )
            text = "\n".join(
                re.findall(
                    r"(?:gettext|_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\")\)",
                    templatize(path.read_text(encoding="utf-8")),
                )
            )
        keywords = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "_": None, "_lazy": None}
        for _, _, words, _ in extract_python(io.BytesIO(text.encode()), keywords, (), {}):
            for word in words if isinstance(words, tuple) else (words,):
                if word:
                    found.add(str(word))
    return found


def test_the_english_catalogue_is_complete_and_holds_nothing_else() -> None:
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as words:
        catalogue = read_po(words, abort_invalid=True)
    told = {str(one.id): str(one.string) for one in catalogue if one.id}
    asked = sentences()
    assert len(asked) > 100
    assert asked - told.keys() == set(), "not translated"
    assert told.keys() - asked == set(), "nobody says this any more"
    assert [one for one, english in told.items() if not english or re.search("[一-鿿]", english)] == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    from babel.messages.pofile import read_po

    with CATALOGUE.open("rb") as words:
        for one in read_po(words):
            assert set(re.findall(r"%\(\w+\)s", str(one.id))) == set(re.findall(r"%\(\w+\)s", str(one.string))), one.id


def test_no_page_holds_chinese_that_is_not_marked_as_words() -> None:
    bare = []
    for path in ROOT.rglob("*.html"):
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        text = re.sub(r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}", "", text, flags=re.S)
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", text)
        bare += [f"{path.name}: {found}" for found in re.findall("[一-鿿]+", text) if found != "中文"]
    assert bare == []
