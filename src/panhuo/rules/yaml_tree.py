"""YAML as a tree of texts that remember their lines.

Read from the parser's events, so that no Python object is ever built from a file, doubled keys are seen,
and hostile nesting or aliases are refused before they cost anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from panhuo.rules.errors import BadPack

MAX_BYTES = 4_000_000
MAX_DEPTH = 12
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = ("", "~", "null", "Null", "NULL")


@dataclass(slots=True)
class Node:
    """One place in a YAML file: a text, nothing, a list or a mapping.

    quoted: the text stood in quotes, so that "0.05" and 0.05 can be told apart.
    doubled: keys of a mapping that stood there more than once, with their lines.
    """

    line: int
    value: str | list[Node] | dict[str, Node] | None
    quoted: bool = False
    doubled: list[tuple[str, int]] = field(default_factory=list)

    @property
    def text(self) -> str | None:
        """The text, or None where this is not a text."""
        return self.value if isinstance(self.value, str) else None

    @property
    def items(self) -> list[Node]:
        return self.value if isinstance(self.value, list) else []

    @property
    def pairs(self) -> dict[str, Node]:
        return self.value if isinstance(self.value, dict) else {}

    def plain(self) -> object:
        """The same as str, list, dict and None, without lines."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value


def read_yaml(path: Path, *, shown: str) -> Node:
    """Tree of one YAML document; an empty file is an empty mapping.

    Args:
        shown: the file's name as it stands in messages.
    Raises: BadPack with file and line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadPack(f"{shown} cannot be read: {error.strerror}.", file=shown, line=0) from error
    if len(data) > MAX_BYTES:
        raise BadPack(f"{shown} is larger than {MAX_BYTES} bytes.", file=shown, line=0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadPack(f"{shown} line {line} is not UTF-8. Save the file as UTF-8.", file=shown, line=line) from error
    return parse_yaml(text, shown=shown)


def parse_yaml(text: str, *, shown: str) -> Node:
    """Tree of a YAML text of one document. Raises: BadPack with file and line."""
    builder = _Builder(shown)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        line = _line_of(error, text)
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or "damaged"
        raise BadPack(f"{shown} line {line} is not YAML: {why}.", file=shown, line=line) from error
    return builder.root or Node(1, {})


def _line_of(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark:
        return int(mark.line) + 1
    return text.count("\n", 0, int(getattr(error, "position", 0))) + 1


class _Builder:
    """Stacks open collections; a mapping waits for its next key in `keys`."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Node | None = None
        self.stack: list[Node] = []
        self.keys: list[tuple[str, int] | None] = []

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, AliasEvent):
            self.refuse(line, "an alias (*name); write the value out")
        elif isinstance(event, ScalarEvent):
            self.refuse_tag(event.tag, line)
            quoted = bool(event.style)  # "" or None is plain, as the parser in C or in Python has it
            self.add(Node(line, None if not quoted and event.value in _NULLS else event.value, quoted))
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self.refuse_tag(event.tag, line)
            if len(self.stack) >= MAX_DEPTH:
                self.refuse(line, f"more than {MAX_DEPTH} levels")
            node = Node(line, {} if isinstance(event, MappingStartEvent) else [])
            self.add(node)
            self.stack.append(node)
            self.keys.append(None)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self.stack.pop()
            self.keys.pop()

    def refuse(self, line: int, what: str) -> None:
        raise BadPack(f"{self.shown} line {line} has {what}; packs do not use that.", file=self.shown, line=line)

    def refuse_tag(self, tag: str | None, line: int) -> None:
        if tag is not None and tag != "!":
            self.refuse(line, f"a tag ({tag})")

    def add(self, node: Node) -> None:
        if not self.stack:
            if self.root is not None:
                self.refuse(node.line, "a second document (---)")
            self.root = node
            return
        parent = self.stack[-1].value
        if isinstance(parent, list):
            parent.append(node)
        elif isinstance(parent, dict):
            self.add_to_mapping(parent, node)

    def add_to_mapping(self, parent: dict[str, Node], node: Node) -> None:
        waiting = self.keys[-1]
        if waiting is None:
            if isinstance(node.value, (list, dict)):
                self.refuse(node.line, "a list or mapping as a key")
            self.keys[-1] = (str(node.value or ""), node.line)
            return
        key, line = waiting
        self.keys[-1] = None
        node.line = line  # a person looks for the key, not for where its block begins
        if key in parent:
            self.stack[-1].doubled.append((key, line))
        else:
            parent[key] = node
