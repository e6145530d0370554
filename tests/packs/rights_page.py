"""The table of docs/people-and-rights.md, made from the pack: PYTHONPATH=src:tests python -m packs.rights_page."""

from __future__ import annotations

from panhuo.rules import Pack, load_pack

HEAD = "| right 权限 | who and how far 谁、到何处 |"
SHORT = {"unit_and_children": "unit+", "everything": "all"}


def page_rows(pack: Pack) -> list[str]:
    """One line per right, in the order of the pack; roles of the same reach together."""
    found = []
    for right in pack.tables["rights"].rows:
        reaches: dict[str, list[str]] = {}
        for row in pack.tables["role_rights"].rows:
            if row["right"] == right["right"]:
                reach = SHORT.get(row["reach"], row["reach"])
                how = f"{'not ' if row['effect'] == 'deny' else ''}{reach}{', consent' if row['condition'] else ''}"
                reaches.setdefault(how, []).append(row["role"])
        marks = ", ".join(word for word in (right["step"], right["guard"]) if word)
        name = f"`{right['right']}` {right['zh']}" + (f" ({marks})" if marks else "")
        held = [f"**{how}**: " + ", ".join(roles) for how, roles in reaches.items()]
        found.append(f"| {name} | {'; '.join(held)} |")
    return found


def table_of_page(text: str) -> list[str]:
    """The lines of the page's table, without its head."""
    lines = text.splitlines()
    start = lines.index(HEAD) + 2
    end = next((place for place in range(start, len(lines)) if not lines[place].startswith("|")), len(lines))
    return lines[start:end]


if __name__ == "__main__":
    print(HEAD, "|---|---|", *page_rows(load_pack("national")), sep="\n")
