"""The executed notebooks as pages of the site: a hook of MkDocs, which writes nothing into docs/.

Each notebook below ``examples/notebooks`` becomes ``notebooks/NAME.md``, its figures beside it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from nbconvert import MarkdownExporter

NOTEBOOKS = Path(__file__).resolve().parents[1] / "examples" / "notebooks"
_TEMPLATE = """
{%- extends 'markdown/index.md.j2' -%}
{%- block stream -%}
```text
{{ output.text.rstrip() }}
```
{% endblock stream -%}
{%- block data_text scoped -%}
```text
{{ output.data["text/plain"].rstrip() }}
```
{% endblock data_text -%}
"""


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages and their figures."""
    exporter = MarkdownExporter(raw_template=_TEMPLATE)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        body, resources = exporter.from_filename(str(path))
        for name, content in resources["outputs"].items():
            body = body.replace(f"]({name})", f"]({path.stem}-{name})")
            place = f"notebooks/{path.stem}-{name}"
            files.append(File.generated(config, place, content=content))
        head, _, rest = body.strip().partition("\n")
        source = f"\n*This page is the notebook `examples/notebooks/{path.name}`, executed.*\n"
        page = "\n".join([head, source, rest]).replace("![png](", "![Figure](")
        files.append(File.generated(config, f"notebooks/{path.stem}.md", content=page))
    return files
