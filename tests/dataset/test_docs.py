"""The examples in docstrings and in the page on data sets run as they stand."""

import re
from pathlib import Path

import pytest

import qent_core.dataset

ROOT = Path(__file__).parents[2]


def test_the_page_on_data_sets(tmp_path, monkeypatch):
    pytest.importorskip("qent_basics")
    pytest.importorskip("qent_werner")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "datasets.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert len(blocks) >= 3
    names = {}
    for block in blocks:
        exec(compile(block, "docs/datasets.md", "exec"), names)
    assert len(names["states"]) > 0
    assert names["rho"].shape == (600, 4, 4)


def test_every_public_name_is_found():
    for name in qent_core.dataset.__all__:
        assert getattr(qent_core.dataset, name) is not None
