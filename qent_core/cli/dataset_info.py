"""What ``qent dataset info`` prints."""

from __future__ import annotations

from typing import Any


def print_facts(facts: dict[str, Any]) -> None:
    """Prints what `qent_core.dataset.facts.facts_of` found."""
    from qent_core.cli.output import bold, columns, print_lines
    from qent_core.cli.tables import print_table
    from qent_core.dataset.facts import section_cells
    from qent_core.summary import shares_table

    print_lines(
        bold(f"{facts['dataset']}: {facts['states']} states of dims {tuple(facts['dims'])}"), ""
    )
    rows = [("section", "states", "stored as", "shards of", "parameters", "known")]
    for section in facts["sections"]:
        rows.append((section["name"], *section_cells(section)))
    print_lines(*columns(rows), "")
    for number, entry in enumerate(facts["passes"]):
        what = ", ".join(entry["columns"]) or "no labels"
        what = f"states, {what}" if number == 0 else what
        state = (
            "complete" if entry["complete"] else f"{entry['shards']} of {facts['shards']} shards"
        )
        print_lines(f"  {what}: {state}")
    if facts["labels"]:
        print_lines("")
        print_table(shares_table({"run": "labels", **facts}))
    origin = facts["origin"]
    if "spec" in origin:
        print_lines("", bold("Made by"), *(f"  {line}" for line in origin["spec"].splitlines()))
    else:
        print_lines("", f"Made by {origin['form']} from {len(origin['parents'])} data sets")
    if not facts["complete"]:
        print_lines("", "Not finished: the command that began it goes on where it stopped.")
