"""Owners by name: what type the name tells, when two spellings mean one party, several owners in one cell.

Only the type is read from a name. State ownership, size class and titles such as 高新技术企业 are known from
rosters alone, and nothing here guesses them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from panhuo.terms.kinds import OwnerType

Rules = Sequence[Mapping[str, str]]
"""Rows of pack table owner_suffixes: order, suffix, owner_type, note."""

_HANZI = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ONE_HANZI = re.compile(f"[{_HANZI}]")
_PERSON = re.compile(f"[{_HANZI}]{{2,4}}")
_PERSON_WITH_DOT = re.compile(
    f"(?=.*[{_HANZI}])(?:[{_HANZI}]{{1,8}}|[A-Z]{{1,2}})(?:·(?:[{_HANZI}-]{{1,12}}|[A-Z]{{1,2}}))+"
)
_LAST_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
_DOT_IN_WORD = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_NO_WORD = re.compile(r"[^\w*]+")
_BRACKETS = str.maketrans("〔【[{〈《「〕】]}〉》」", "(((((((" + ")))))))")
_MIDDLE_DOTS = str.maketrans("•・‧∙⋅●˙", "·······")
_EDGES = " .,;:·"
_NAME_CACHE = 1 << 17

_SURE_SEPARATORS = re.compile(r"\s*(?:[;；|、\n\r\t]|\s/\s)\s*")
# A comma parts two owners only between Chinese names: "Foo Co., Ltd." is one.
_COMMA_BETWEEN_HANZI = re.compile(f"(?<=[{_HANZI})）])\\s*[,，]\\s*(?=[{_HANZI}])")


@dataclass(frozen=True, slots=True)
class OwnerJudgement:
    """Type of an owner and the rule that gave it.

    rule: "end:有限公司", "inside:有限公司", "word:university" for a row of the table, "hanzi_2_4" and
    "middle_dot" for persons' names, "no_rule" and "empty" for unknown.
    """

    owner_type: OwnerType
    rule: str


@dataclass(frozen=True, slots=True)
class _Rule:
    order: int
    text: str
    inside: bool
    owner_type: OwnerType

    @property
    def is_latin(self) -> bool:
        return self.text.isascii()


class OwnerSuffixes:
    """The table of suffixes made ready: many names are judged by the same rows.

    A suffix stands at the end of the cleaned name; "*text*" stands anywhere in it. Latin ones are whole words.
    Rows apply by order, the longer suffix first among equals.
    """

    def __init__(self, rows: Rules) -> None:
        rules = [_rule(row) for row in rows]
        rules.sort(key=lambda rule: (rule.order, -len(rule.text)))
        self._hanzi = [rule for rule in rules if not rule.is_latin]
        self._latin = [rule for rule in rules if rule.is_latin]

    def judge(self, name: str) -> OwnerJudgement:
        """Type of one owner by its name."""
        cleaned = cleaned_owner_name(name)
        if not cleaned:
            return OwnerJudgement(OwnerType.UNKNOWN, "empty")
        if _ONE_HANZI.search(cleaned):
            return self._judge_hanzi(cleaned)
        return self._judge_latin(cleaned)

    def _judge_hanzi(self, cleaned: str) -> OwnerJudgement:
        for rule in self._hanzi:
            if rule.text in cleaned if rule.inside else cleaned.endswith(rule.text):
                return OwnerJudgement(rule.owner_type, f"{'inside' if rule.inside else 'end'}:{rule.text}")
        if _PERSON.fullmatch(cleaned):
            return OwnerJudgement(OwnerType.INDIVIDUAL, "hanzi_2_4")
        if _PERSON_WITH_DOT.fullmatch(cleaned.replace(".", "·")):
            return OwnerJudgement(OwnerType.INDIVIDUAL, "middle_dot")
        return OwnerJudgement(OwnerType.UNKNOWN, "no_rule")

    def _judge_latin(self, cleaned: str) -> OwnerJudgement:
        words = f" {_NO_WORD.sub(' ', _DOT_IN_WORD.sub('', cleaned.casefold())).strip()} "
        for rule in self._latin:
            sought = f" {rule.text} "
            if sought in words if rule.inside else words.endswith(sought):
                return OwnerJudgement(rule.owner_type, f"word:{rule.text}")
        return OwnerJudgement(OwnerType.UNKNOWN, "no_rule")


def owner_type(name: str, suffix_rules: Rules) -> OwnerJudgement:
    """Type of one owner by the end of its cleaned name; see OwnerSuffixes for many names.

    Args: suffix_rules: rows of pack table owner_suffixes.

    >>> rows = [{"order": "10", "suffix": "有限公司", "owner_type": "enterprise", "note": ""}]
    >>> owner_type("云湖大学科技园（东区）有限公司", rows).rule
    'end:有限公司'
    """
    return _ready(suffix_rules).judge(name)


_last_ready: list[tuple[Rules, OwnerSuffixes]] = []


def _ready(rows: Rules) -> OwnerSuffixes:
    """The rows made ready, kept for the next name; only a tuple is sure not to have changed since."""
    if _last_ready and _last_ready[0][0] is rows and isinstance(rows, tuple):
        return _last_ready[0][1]
    suffixes = OwnerSuffixes(rows)
    _last_ready[:] = [(rows, suffixes)]
    return suffixes


def cleaned_owner_name(name: str) -> str:
    """Name in half width, without blanks beside Hanzi and without remarks in brackets at its end.

    >>> cleaned_owner_name(" 云湖大学 （深圳） ")
    '云湖大学'
    """
    cleaned = _folded(name).strip(_EDGES)
    while (shorter := _LAST_BRACKETS.sub("", cleaned).strip(_EDGES)) and shorter != cleaned:
        cleaned = shorter
    return cleaned if any(character.isalnum() for character in cleaned) else ""


@lru_cache(maxsize=_NAME_CACHE)
def normalise_party_name(name: str) -> str:
    """One spelling for a party however it is written: width, letter case, blanks, kinds of brackets and dots.

    Nothing is dropped that could tell two firms apart: no place name, no word in brackets, no legal form.
    Equal results mean the same name, not yet the same party; that is for rosters and codes to say.

    >>> normalise_party_name("云湖科技（江城） 有限公司") == normalise_party_name("云湖科技(江城)有限公司")
    True
    """
    folded = _folded(name).casefold()
    if not _ONE_HANZI.search(folded):
        plain = " ".join(_NO_WORD.sub(" ", _DOT_IN_WORD.sub("", folded)).split())
    else:
        plain = "".join(folded.split()).strip(_EDGES)
    return unicodedata.normalize("NFC", plain)  # without the blank, an accent may stand beside its letter


def split_joint_owners(text: str) -> tuple[str, ...]:
    """Owners of one cell in order, without doubles; a blank alone parts persons' names only.

    >>> split_joint_owners("云湖大学；江城示例有限公司、张三")
    ('云湖大学', '江城示例有限公司', '张三')
    >>> split_joint_owners("Foo Co., Ltd.; Bar Inc.")
    ('Foo Co., Ltd.', 'Bar Inc.')
    """
    parts: list[str] = []
    for part in _SURE_SEPARATORS.split(text):
        for piece in _COMMA_BETWEEN_HANZI.split(part):
            parts.extend(_persons_apart(piece.strip()))
    return tuple(dict.fromkeys(part for part in parts if part))


def _persons_apart(text: str) -> Iterable[str]:
    """张三 李四 are two persons; 张 三 is one, and a firm's name with a blank in it stays whole."""
    words = text.split()
    if len(words) > 1 and all(_PERSON.fullmatch(word) and len(word) <= 3 for word in words):
        return words
    return (text,)


@lru_cache(maxsize=_NAME_CACHE)
def _folded(name: str) -> str:
    """Half width, one kind of bracket and dot, no invisible characters, no blanks beside Hanzi or brackets."""
    folded = unicodedata.normalize("NFKC", name).translate(_BRACKETS).translate(_MIDDLE_DOTS)
    folded = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc") or c.isspace())
    words = " ".join(folded.split())
    return re.sub(f"(?<=[{_HANZI}()·]) | (?=[{_HANZI}()·])", "", words)


def _rule(row: Mapping[str, str]) -> _Rule:
    written = row["suffix"]
    inside = len(written) > 2 and written.startswith("*") and written.endswith("*")
    text = unicodedata.normalize("NFKC", written.strip("*") if inside else written).casefold()
    return _Rule(int(row["order"]), text, inside, OwnerType(row["owner_type"]))
