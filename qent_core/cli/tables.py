"""Tables of results on the terminal."""

from __future__ import annotations

import sys

from qent_core.summary import Table


def print_table(table: Table) -> None:
    """Prints a table: drawn with rich on a terminal, as aligned plain text elsewhere."""
    from qent_core.cli.output import console, print_lines

    if not sys.stdout.isatty():
        print_lines(table.plain())
        return
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(title=table.title or None, box=box.SIMPLE_HEAD, title_justify="left")
    for index, heading in enumerate(table.headings):
        drawn.add_column(heading, justify="left" if index == 0 else "right")
    for row in table.rows:
        drawn.add_row(*(Text(cell) for cell in row))
    target = console()
    target.print(drawn)
    if table.note:
        target.print(Text(table.note, style="dim"))
