"""What each file of the reference data gives: format, rows in, stored, rejected. Prints the table of docs/formats.md.

Run: PANHUO_REFERENCE_DATA=FOLDER python -m benchmarks.formats
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDERS = (
    "patsnap_aviation",
    "cn_patents_csv_2021",
    "google_patents_csv",
    "patsnap_xml_us",
    "uspto_samples",
    "epo_ops_samples",
    "cnki_patent_refs",
    "cnki_detail_xlsx",
    "cn_patent_cpc_sample",
    "cn_patent_fulltext_demo",
    "gpatents_energy_recovery",
    "bdci2022_patent_cls",
    "cn_patent_value_rare_earth",
)
COLUMNS = ("rows", "new", "changed", "unchanged", "rejected")


def main() -> None:
    """Import every folder into a home of its own and print one line a file, like files of one folder together."""
    root = Path(os.environ["PANHUO_REFERENCE_DATA"])
    print("| folder | files | format | rows in | new | joined to known | rejected | reasons |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in FOLDERS:
        with tempfile.TemporaryDirectory() as home:
            command = [sys.executable, "-m", "panhuo.cli", "import", str(root / folder), "--home", home, "--json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            answer = json.loads(done.stdout)
        groups: dict[tuple[str, str], dict[str, int]] = {}
        for file in answer["files"]:
            if Path(file["file"]).name == "README.md":
                continue
            reasons = ", ".join(f"{code} {count}" for code, count in sorted(file["reasons"].items()))
            why = _short(file["refused"], root) if file.get("refused") else reasons
            sums = groups.setdefault((file["format"] or "refused", why), dict.fromkeys(("files", *COLUMNS), 0))
            sums["files"] += 1
            for name in COLUMNS:
                sums[name] += file[name]
        for (form, why), sums in groups.items():
            joined = sums["changed"] + sums["unchanged"]
            print(
                f"| {folder} | {sums['files']} | {form} | {sums['rows']:,} | {sums['new']:,} | {joined:,} | "
                f"{sums['rejected']:,} | {why} |",
                flush=True,
            )


def _short(message: str, root: Path) -> str:
    """The reason without the path in front of it."""
    return message.split(" is ", 1)[-1].replace(str(root), "").split(". ")[0].split("; looked for")[0]


if __name__ == "__main__":
    main()
