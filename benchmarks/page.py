"""The tables of a documentation page, replaced where the page has room for them.

A place begins with the line ``<!-- measured: NAME -->`` and ends with ``<!-- end of NAME -->``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.table import body_of, said_of


def tables_of(results: Mapping[str, Any]) -> dict[str, str]:
    """Returns the text of each group by its name, and that of the environment."""
    tables = {found["name"]: "\n".join(body_of(found)).strip() for found in results["groups"]}
    return {**tables, "environment": said_of(results["environment"])}


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    r"""Returns a page with other tables; whatever stands outside their places stays.

    Args:
        page: Markdown.
        tables: Name of a place to its new text.

    Raises:
        ValueError: The page has no such place, or has it twice.

    Example:
        >>> page = "A\n<!-- measured: x -->\nold\n<!-- end of x -->\nB"
        >>> print(with_tables(page, {"x": "new"}))
        A
        <!-- measured: x -->
        <BLANKLINE>
        new
        <BLANKLINE>
        <!-- end of x -->
        B
    """
    for name, text in tables.items():
        begin, end = f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
        if (page.count(begin), page.count(end)) != (1, 1) or page.index(end) < page.index(begin):
            raise ValueError(f"there must be one place from '{begin}' to '{end}'")
        before, rest = page.split(begin)
        page = f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}"
    return page
