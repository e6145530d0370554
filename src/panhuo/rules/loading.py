"""Finds a pack's folder, reads its files and lays it over its parents."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from panhuo.rules.errors import BadPack
from panhuo.rules.pack import Pack, Programme
from panhuo.rules.problems import Problem, Problems, damage, raise_first
from panhuo.rules.rule_linter import Layer, lint
from panhuo.rules.scheme_pack import borrowed_names
from panhuo.rules.table_promises import promises_broken
from panhuo.rules.tables import Table, extend_table, read_table
from panhuo.rules.values import Parameter, Unit, read_label, read_parameter, read_status
from panhuo.rules.yaml_tree import read_yaml

PACK_KEYS = ("name", "title", "jurisdiction", "version", "parent", "programmes", "note")
PACK_FOLDERS = ("parameters", "tables", "indicators", "text", "cases")
MAX_PACK_BYTES = 128_000_000
MAX_PARENTS = 5
_PACK_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CACHE: dict[tuple[str, str], Pack] = {}


@dataclass(slots=True)
class PackFiles:
    """One pack's own files as read, before its parents are laid under it."""

    folder: Path
    digest: str
    name: str = ""
    title: dict[str, str] = field(default_factory=dict)
    jurisdiction: str = ""
    version: str = ""
    parent: str = ""
    programmes: tuple[Programme, ...] = ()
    parameters: dict[str, Parameter] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def packs_folder() -> Path:
    """Folder of the packs that come with the product."""
    return Path(__file__).parent.parent / "packs"


def own_packs() -> tuple[Path, ...]:
    """Folders of the packs that come with the product, by name."""
    return tuple(sorted(path.parent for path in packs_folder().glob("*/pack.yaml")))


def load_pack(name_or_folder: str | Path) -> Pack:
    """A pack over its parents, by the name of one of our own or by its folder.

    Read once per process and content: a changed file is seen, an unchanged pack costs its digest only.
    Raises: BadPack with file and line.
    """
    chain = _chain(name_or_folder)
    digest = hashlib.sha256("".join(one for _, one in chain).encode()).hexdigest()
    key = (str(chain[0][0]), digest)
    if key not in _CACHE:
        _CACHE[key] = _compose([_files_once(folder, one) for folder, one in chain], digest)
    return _CACHE[key]


def _chain(name_or_folder: str | Path) -> list[tuple[Path, str]]:
    """Folder and digest of a pack and of each parent, own first."""
    chain = [_digested(find_folder(name_or_folder))]
    folder, _ = chain[0]
    while parent := _parent_name(folder):
        folder = parent_folder(parent, folder)
        if len(chain) >= MAX_PARENTS or any(folder == known for known, _ in chain):
            raise BadPack(
                f"Pack {chain[0][0].name} has a circle or more than {MAX_PARENTS} packs in its parents.",
                file="pack.yaml",
                line=0,
            )
        chain.append(_digested(folder))
    return chain


def find_folder(name_or_folder: str | Path) -> Path:
    """Folder of a pack; a bare name is one of ours. Raises: BadPack."""
    text = str(name_or_folder)
    if isinstance(name_or_folder, str) and _PACK_NAME.fullmatch(text):
        folder = packs_folder() / text
    else:
        folder = Path(name_or_folder)
    if not (folder / "pack.yaml").is_file():
        known = ", ".join(path.name for path in own_packs())
        raise BadPack(
            f"{text} is no pack: there is no pack.yaml. Give a folder that has one, or one of {known}.",
            file=text,
            line=0,
        )
    return folder.resolve()


def parent_folder(parent: str, folder: Path) -> Path:
    """Where a parent lies: beside the child, else among our own packs."""
    if not _PACK_NAME.fullmatch(parent):
        raise BadPack(f"pack.yaml names a parent {parent!r} that is no pack name.", file="pack.yaml", line=0)
    beside = folder.parent / parent
    return beside.resolve() if (beside / "pack.yaml").is_file() else find_folder(parent)


def read_files(folder: Path, digest: str = "") -> PackFiles:
    """All of one pack's own files with everything that is wrong with them, damage of files among it."""
    files = PackFiles(folder, digest)
    _reading(_read_head, folder / "pack.yaml", files)
    for path in sorted((folder / "parameters").glob("**/*.yaml")):
        _reading(_read_parameters, path, files)
    for path in sorted((folder / "tables").glob("*.csv")):
        _reading(_read_table, path, files)
    return files


@lru_cache(maxsize=8)
def _files_once(folder: Path, digest: str) -> PackFiles:
    """read_files of one content: a parent is read once for all its children."""
    return read_files(folder, digest)


def _reading(read: Callable[[Path, PackFiles], None], path: Path, files: PackFiles) -> None:
    """A damaged file is one problem more, so that the check can tell of all files at once."""
    try:
        read(path, files)
    except BadPack as error:
        files.problems.append(damage(error, path.relative_to(files.folder).as_posix()))


def _read_table(path: Path, files: PackFiles) -> None:
    table, problems = read_table(path.parent, path.stem, pack=files.name, root=files.folder)
    files.problems += problems.found
    if table:
        files.tables[path.stem] = table


def _read_head(path: Path, files: PackFiles) -> None:
    node = read_yaml(path, shown="pack.yaml")
    problems = Problems("pack.yaml", files.problems)
    where = problems.at(node.line)
    where.only_keys(node, PACK_KEYS)
    text = {key: (item.text or "").strip() for key, item in node.pairs.items()}
    files.name, files.version = text.get("name", ""), text.get("version", "")
    files.jurisdiction, files.parent = text.get("jurisdiction", ""), text.get("parent", "")
    files.title = read_label(node.pairs.get("title"), where)
    if files.name != files.folder.name:
        where.add(f"its name {files.name!r} is not that of its folder {files.folder.name!r}")
    for key in ("version", "jurisdiction"):
        if not text.get(key):
            where.add(f"has no {key}")
    programmes = node.pairs.get("programmes")
    found = []
    for name, item in (programmes.pairs if programmes else {}).items():
        place = problems.at(item.line, name)
        place.only_keys(item, ("status", "verified_years", "note"))
        said = item.pairs.get("status")
        years = item.pairs.get("verified_years")
        texts = [year.text or "" for year in years.items] if years else []
        if any(not (len(year) == 4 and year.isdigit()) for year in texts):
            place.add("verified_years are years of four digits")
        status = read_status((said.text or "") if said else "", place)
        found.append(Programme(name, status, tuple(int(year) for year in texts if year.isdigit())))
    files.programmes = tuple(found)


def _read_parameters(path: Path, files: PackFiles) -> None:
    shown = path.relative_to(files.folder).as_posix()
    node = read_yaml(path, shown=shown)
    problems = Problems(shown, files.problems)
    problems.at(node.line).only_keys(node, node.pairs)
    for name, item in node.pairs.items():
        if name in files.parameters:
            problems.add(f"stands in {files.parameters[name].file} already", line=item.line, name=name)
            continue
        parameter = read_parameter(name, item, pack=files.name, problems=problems)
        if parameter:
            files.parameters[name] = parameter


def weight_groups(parameters: dict[str, Parameter]) -> Iterator[tuple[str, str]]:
    """Groups of weights (one dotted prefix each) that do not sum to one, with a sentence on each."""
    groups: dict[str, list[Parameter]] = {}
    for parameter in parameters.values():
        if parameter.unit is Unit.WEIGHT:
            groups.setdefault(parameter.name.rpartition(".")[0], []).append(parameter)
    for prefix, members in sorted(groups.items()):
        for day in sorted({value.since for member in members for value in member.values}):
            held = [dated.value for member in members if (dated := member.on(day)) and dated.value is not None]
            total = sum((value for value in held if isinstance(value, Decimal)), Decimal(0))
            if held and total != 1:
                yield prefix, f"the weights {prefix}.* sum to {total} from {day}, not to 1"


def _compose(chain: list[PackFiles], digest: str) -> Pack:
    """Lay each pack over its parent, the root first."""
    parameters: dict[str, Parameter] = {}
    tables: dict[str, Table] = {}
    for files in reversed(chain):
        raise_first(files.problems, pack=files.name or files.folder.name)
        parameters.update(files.parameters)
        for name, table in files.tables.items():
            tables[name] = extend_table(tables[name], table) if table.extends and name in tables else table
    for problem in promises_broken(tables):
        raise_first([problem], pack=chain[0].name)
    refused, _ = lint_chain(chain)
    raise_first(refused, pack=chain[0].name)
    for prefix, message in weight_groups(parameters):
        raise BadPack(f"Pack {chain[0].name}: {message}. Mend the weights.", file=prefix, line=0)
    head = chain[0]
    return Pack(
        head.name,
        head.title,
        head.jurisdiction,
        head.version,
        head.parent,
        head.programmes,
        parameters,
        tables,
        tuple(files.folder for files in chain),
        digest,
    )


def lint_chain(chain: Sequence[PackFiles]) -> tuple[list[Problem], list[Problem]]:
    """What a pack over its parents may not say (programme rules, a scheme's name), and notes; own files first."""
    layers = [Layer(files.name, files.tables, files.parameters) for files in reversed(chain)]
    refused, notes = lint(layers)
    return [*refused, *borrowed_names(layers)], notes


def read_chain(name_or_folder: str | Path) -> list[PackFiles]:
    """A pack's own files and those of each parent, own first, with all that is wrong with them.

    Raises: BadPack where a pack.yaml is missing or damaged, or the parents make a circle.
    """
    return [_files_once(folder, digest) for folder, digest in _chain(name_or_folder)]


def _parent_name(folder: Path) -> str:
    node = read_yaml(folder / "pack.yaml", shown="pack.yaml")
    parent = node.pairs.get("parent")
    return (parent.text or "").strip() if parent else ""


def _digested(folder: Path) -> tuple[Path, str]:
    """Digest over a pack's own files, cases left out: they prove rules and are none."""
    digest = hashlib.sha256()
    read = 0
    for path in pack_files(folder):
        relative = path.relative_to(folder).as_posix()
        if relative.startswith("cases/"):
            continue
        read += path.stat().st_size
        if read > MAX_PACK_BYTES:
            raise BadPack(f"{folder.name} holds more than {MAX_PACK_BYTES} bytes.", file=relative, line=0)
        data = path.read_bytes()
        digest.update(f"{relative}\0{len(data)}\0".encode())
        digest.update(data)
    return folder, digest.hexdigest()


def pack_files(folder: Path) -> list[Path]:
    """Files that belong to a pack, in order: pack.yaml and what lies in its known folders."""
    found = [folder / "pack.yaml"]
    for name in PACK_FOLDERS:
        found += sorted(path for path in (folder / name).glob("**/*") if path.is_file())
    return found
