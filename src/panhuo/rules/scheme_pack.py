"""A scheme that was read from an operator's licensed copy, as the files of a child pack; and whose name it may carry.

The files seal the two tables with a digest. A pack whose scheme.name names the standard loads only with that seal:
who changes a weight afterwards, in the pack or in a child of it, has another scheme and gives it another name.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from panhuo.rules.errors import BadPack
from panhuo.rules.pack import Pack
from panhuo.rules.problems import Problem
from panhuo.rules.rule_linter import Layer
from panhuo.rules.standard_scheme import Scheme, folded
from panhuo.rules.yaml_tree import read_yaml

__all__ = ["INDICATORS", "LICENCE", "WEIGHTS", "Licence", "borrowed_names", "scheme_files"]

INDICATORS, WEIGHTS, LICENCE = "scheme_indicators", "scheme_weights", "scheme_licence"
NAME, NOTICE = "scheme.name", "scheme.notice"
WORDS = "standard_words"
COLUMNS: Mapping[str, Mapping[str, Any]] = {
    INDICATORS: {
        "code": {"type": "code", "required": "true"},
        "parent": {},
        "level": {"type": "integer", "required": "true"},
        "zh": {"required": "true"},
        "en": {},
        "scorer": {"one_of": ["", "automatic", "expert", "mixed"]},
        "rule": {},
        "status": {"type": "status", "required": "true"},
    },
    WEIGHTS: {
        "scene": {"type": "code", "required": "true"},
        "indicator": {"type": "code", "required": "true", "refers_to": f"{INDICATORS}.code"},
        "weight": {"type": "share", "required": "true"},
    },
    LICENCE: {
        "scheme": {"required": "true"},
        "statement": {"required": "true"},
        "office": {"required": "true"},
        "stated_on": {"type": "date", "required": "true"},
        "file_digest": {"type": "code", "required": "true"},
        "tables_digest": {"type": "code", "required": "true"},
    },
}
KEYS = {INDICATORS: ["code"], WEIGHTS: ["scene", "indicator"], LICENCE: ["scheme"]}
TITLES = {
    INDICATORS: {"zh": "指标", "en": "Indicators"},
    WEIGHTS: {"zh": "指标权重", "en": "Weights of indicators"},
    LICENCE: {"zh": "指标与权重的来源声明", "en": "Statement of licence"},
}
STATUS = "quoted"
"""Of all that comes from the operator's copy: read in a text that gives the official one."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What the operator states of the copy: in its own words, who stated it (an office, no name), on which day.

    scheme: the name that scores by it carry. since: first day of the scheme. file_digest: of the copy, sha256.
    """

    scheme: str
    statement: str
    office: str
    stated_on: date
    since: date
    file_digest: str

    @property
    def cited(self) -> str:
        return f"{self.statement} ({self.office}, {self.stated_on})"


def scheme_files(scheme: Scheme, licence: Licence, *, name: str, parent: Pack) -> dict[str, str]:
    """Files of a child pack, path -> text.

    Its tables have the columns of the parent's tables of that name, where it has them, and what their sidecars ask
    (sums, references), so that they are proved like the parent's.
    Raises: BadPack where the parent's tables lack a column that is written.
    """
    rows = {INDICATORS: _indicator_rows(scheme), WEIGHTS: _weight_rows(scheme)}
    tables = {table: _csv(_columns(table, parent), told) for table, told in rows.items()}
    sealed = _seal(tables[INDICATORS], tables[WEIGHTS])
    tables[LICENCE] = _csv(list(COLUMNS[LICENCE]), [_licence_row(licence, sealed)])
    files = {"pack.yaml": _yaml(_head(licence, name, parent)), "parameters/scheme.yaml": _yaml(_parameters(licence))}
    for table, text in tables.items():
        files[f"tables/{table}.csv"] = text
        files[f"tables/{table}.yaml"] = _yaml(_sidecar(table, parent, licence))
    return files


def borrowed_names(layers: Sequence[Layer]) -> list[Problem]:
    """Packs that call their scheme by a reserved name (standard_words) without the seal of an imported copy.

    Args:
        layers: the pack and its parents, the root first.
    """
    reserved = [
        folded(row["word"])
        for layer in layers
        if WORDS in layer.tables
        for row in layer.tables[WORDS].rows
        if row.get("kind") == "reserved"
    ]
    named = [layer.parameters[NAME] for layer in layers if NAME in layer.parameters]
    if not reserved or not named:
        return []
    told = [str(dated.value or "") for dated in named[-1].values]
    if not any(word in folded(text) for word in reserved for text in told):
        return []
    tables = {name: table for layer in layers for name, table in layer.tables.items()}
    if all(one in tables for one in (INDICATORS, WEIGHTS, LICENCE)):
        sealed = _joined(tables[INDICATORS].digest, tables[WEIGHTS].digest)
        if any(row.get("tables_digest") == sealed and row.get("scheme") in told for row in tables[LICENCE].rows):
            return []
    said = (
        f"calls its scheme {told[-1]!r}, but its indicators and weights are not those of an imported licensed copy. "
        "Give the scheme a name of its own, or import the copy with panhuo packs import-standard"
    )
    return [Problem(named[-1].file, f"line {named[-1].line}, {NAME}", said, line=named[-1].line)]


def _seal(indicators: str, weights: str) -> str:
    return _joined(*(hashlib.sha256(text.encode()).hexdigest() for text in (indicators, weights)))


def _joined(indicators: str, weights: str) -> str:
    return "sha256:" + hashlib.sha256(f"{indicators}+{weights}".encode()).hexdigest()


def _indicator_rows(scheme: Scheme) -> list[dict[str, str]]:
    return [
        {
            "code": one.code,
            "parent": one.parent,
            "level": str(one.level),
            "zh": one.zh,
            "en": one.en or one.zh,  # a copy in Chinese alone
            "scorer": one.scorer,
            "rule": one.rule,
            "status": STATUS,
        }
        for one in scheme.indicators
    ]


def _weight_rows(scheme: Scheme) -> list[dict[str, str]]:
    return [
        {"scene": scene, "indicator": code, "weight": format(weight, "f")}
        for (scene, code), weight in scheme.weights.items()
    ]


def _licence_row(licence: Licence, sealed: str) -> dict[str, str]:
    return {
        "scheme": licence.scheme,
        "statement": licence.statement,
        "office": licence.office,
        "stated_on": licence.stated_on.isoformat(),
        "file_digest": f"sha256:{licence.file_digest}",
        "tables_digest": sealed,
    }


def _columns(table: str, parent: Pack) -> list[str]:
    above = parent.tables.get(table)
    if above is None:
        return list(COLUMNS[table])
    found = [column.name for column in above.columns]
    lacking = sorted(set(COLUMNS[table]) - set(found))
    if lacking:
        raise BadPack(
            f"The table {table} of {parent.name} lacks the columns {', '.join(lacking)}. Choose another --parent.",
            file=above.file,
            line=1,
        )
    return found


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(columns)
    sheet.writerows([row.get(column, "") for column in columns] for row in rows)
    return text.getvalue()


def _head(licence: Licence, name: str, parent: Pack) -> dict[str, Any]:
    return {
        "name": name,
        "title": {"zh": licence.scheme, "en": licence.scheme},
        "jurisdiction": parent.jurisdiction,
        "version": licence.stated_on.isoformat(),
        "parent": parent.name,
        "note": "Made by panhuo packs import-standard; the tables are sealed in scheme_licence.",
    }


def _parameters(licence: Licence) -> dict[str, Any]:
    def text(zh: str, en: str, value: str) -> dict[str, Any]:
        dated = {"since": licence.since.isoformat(), "value": value, "source": _source(licence)}
        return {"label": {"zh": zh, "en": en}, "unit": "text", "values": [dated]}

    return {
        NAME: text("评分方案", "Name of the scheme", licence.scheme),
        NOTICE: text("随分级打印的说明", "Printed with every grade", ""),
    }


def _source(licence: Licence) -> dict[str, str]:
    return {"title": licence.cited, "checked": licence.stated_on.isoformat(), "status": STATUS}


def _sidecar(table: str, parent: Pack, licence: Licence) -> dict[str, Any]:
    """The parent's sidecar with another title and source, else our own."""
    above: dict[str, Any] = {}
    for folder in parent.folders if table != LICENCE else ():
        path = folder / "tables" / f"{table}.yaml"
        if path.is_file():
            above = {key: node.plain() for key, node in read_yaml(path, shown=path.name).pairs.items()}
            break
    kept = {key: value for key, value in above.items() if key not in ("extends", "note")}
    own = {"columns": COLUMNS[table], "key": KEYS[table]}
    return {**own, **kept, "title": TITLES[table], "source": _source(licence)}


def _yaml(tree: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(_bare(tree), allow_unicode=True, sort_keys=False, width=4_000)
    return text


def _bare(tree: Any) -> Any:
    """Plain mappings and lists, each of its own, so that no alias is written."""
    if isinstance(tree, Mapping):
        return {key: _bare(value) for key, value in tree.items()}
    return [_bare(value) for value in tree] if isinstance(tree, list) else tree
