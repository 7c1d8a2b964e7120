"""Executes the example notebooks and writes them back clean.

Run it from the root of a clone after changing a notebook or what it shows::

    python tools/run_notebooks.py                  # all of examples/notebooks
    python tools/run_notebooks.py quickstart       # one of them

Clean means: outputs as they are, figures included, but no execution times, no metadata of the
editor, no colours of a terminal; cells are numbered from 1. So a second run changes nothing.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[1] / "examples" / "notebooks"
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_KEPT = ("text/plain", "image/png")
"""Kinds of output that are kept; a figure's text is only its size."""


def execute(notebook: NotebookNode) -> NotebookNode:
    """Returns a notebook with fresh outputs, run from top to bottom in an empty folder."""
    fresh = nbformat.from_dict(notebook)
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")]),
        # A remark of the debugger's is no output of the notebook's.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            fresh,
            timeout=600,
            kernel_name="python3",
            record_timing=False,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=environment)
    return normalised(fresh)


def normalised(notebook: NotebookNode) -> NotebookNode:
    """Returns a notebook without what says when, where and by which editor it was run."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    number = 0
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type != "code":
            continue
        number += 1
        cell.execution_count = number
        cell.outputs = _joined([_clean(output, number) for output in cell.outputs])
    return notebook


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Joins what was printed one after the other: how it was cut depends on the machine's mood."""
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else {}
        same = output.output_type == before.get("output_type") == "stream"
        if same and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    return joined


def _clean(output: NotebookNode, number: int) -> NotebookNode:
    if output.output_type == "stream":
        output.text = _COLOUR.sub("", output.text).replace("\r\n", "\n")
    elif "data" in output:
        output.data = {kind: output.data[kind] for kind in _KEPT if kind in output.data}
        output.metadata = nbformat.from_dict({})
    if output.output_type == "execute_result":
        output.execution_count = number
    return output


def main(names: list[str]) -> None:
    """Executes the named notebooks, or all."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    unknown = set(names) - {path.stem for path in paths}
    if unknown:
        sys.exit(f"no such notebooks: {sorted(unknown)}; there are {[p.stem for p in paths]}")
    for path in paths:
        if not names or path.stem in names:
            nbformat.write(execute(nbformat.read(path, as_version=4)), path)
            print(path.stem, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
