"""What is handed out: every distribution as wheel and sdist, whole, and all of one version."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import hatchling.build
import pytest
import yaml
from packaging.requirements import Requirement

import qent_core

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT, *sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))]
MOST_BYTES = 300_000
"""Of the core's wheel.

What only authors of plugins, studies or pages need is in distributions of its own.
"""


def project(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def build(folder, out, *targets):
    """Builds through the hooks that pip calls, in this process: most is spent on starting one."""
    out.mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(folder):
        for target in targets:
            getattr(hatchling.build, f"build_{target}")(str(out))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Builds a distribution once; returns its wheel and its sdist."""
    out = tmp_path_factory.mktemp("dist")
    made = {}

    def of(folder):
        if folder not in made:
            build(folder, out / folder.name, "wheel", "sdist")
            (wheel,) = (out / folder.name).glob("*.whl")
            (sdist,) = (out / folder.name).glob("*.tar.gz")
            made[folder] = wheel, sdist
        return made[folder]

    return of


def kept_files(package):
    """Returns the files of a package that git would keep, below the package's parent."""
    return {
        path.relative_to(package.parent).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: project(folder)["name"])
def test_wheel_holds_the_package_and_nothing_else(folder, built):
    wheel, _ = built(folder)
    package = folder / project(folder)["name"].replace("-", "_")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        text = archive.read(metadata).decode()
        licence = archive.read(metadata.replace("/METADATA", "/licenses/LICENSE"))
    wanted = kept_files(package)
    # Templates, recipes, claims and the mark of typed packages are among them.
    assert f"{package.name}/py.typed" in wanted
    assert names - wanted <= {"qent_core/registry.toml"}
    assert wanted - names == set()
    assert not [name for name in names if "tests" in name.split("/")]
    assert "Author: The qent developers" in text
    assert "License-Expression: Apache-2.0" in text
    assert "License-File: LICENSE" in text
    assert licence == (ROOT / "LICENSE").read_bytes()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: project(folder)["name"])
def test_sdist_gives_the_same_wheel(folder, built, tmp_path):
    wheel, sdist = built(folder)
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    build(unpacked, tmp_path / "again", "wheel")
    (again,) = (tmp_path / "again").glob("*.whl")
    contents = []
    for file in (wheel, again):
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/RECORD")]
            contents.append({name: archive.read(name) for name in names})
    assert contents[0] == contents[1]


def test_core_brings_what_it_reads(built):
    wheel, _ = built(ROOT)
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {
        "qent_core/registry.toml",
        "qent_core/py.typed",
    } <= names
    assert wheel.stat().st_size < MOST_BYTES


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("qent-report", "qent_report/templates/base.html.j2"),
        ("qent-report", "qent_report/templates/style.css.j2"),
        ("qent-studies", "qent_studies/templates/study.html.j2"),
        ("qent-testing", "qent_testing/scaffold/templates/common/pyproject.toml.tmpl"),
    ],
)
def test_distributions_bring_their_templates(built, name, file):
    wheel, _ = built(ROOT / "plugins" / name)
    with zipfile.ZipFile(wheel) as archive:
        assert file in archive.namelist()


def test_versions_are_in_step():
    assert {project(folder)["name"]: project(folder)["version"] for folder in FOLDERS} == {
        project(folder)["name"]: qent_core.__version__ for folder in FOLDERS
    }
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == qent_core.__version__
    assert citation["license"] == project(ROOT)["license"]
    assert citation["authors"] == project(ROOT)["authors"] == [{"name": "The qent developers"}]


@pytest.mark.parametrize("folder", FOLDERS[1:], ids=lambda folder: folder.name)
def test_plugins_fit_the_core_and_each_other(folder):
    known = {project(other)["name"] for other in FOLDERS}
    needed = {}
    for text in project(folder)["dependencies"]:
        requirement = Requirement(text)
        needed[requirement.name] = requirement
    assert "qent-core" in needed
    for name in known & set(needed):
        assert needed[name].specifier.contains(qent_core.__version__), needed[name]


@pytest.mark.slow
def test_wheels_work_in_a_fresh_environment(built, tmp_path):
    venv.create(tmp_path / "fresh", with_pip=True)
    bin_ = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin")
    names = ("qent-basics", "qent-werner", "qent-circuits", "qent-report", "qent-testing")
    chosen = [f for f in FOLDERS if f.name in names]
    wheels = [f"{built(ROOT)[0]}[data,report,models]", *(str(built(f)[0]) for f in chosen)]
    clean = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "QENT_", "VIRTUAL"))
    }
    clean["PATH"] = f"{bin_}{os.pathsep}{clean['PATH']}"

    def run(*words):
        return subprocess.run(
            words, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
        )

    installed = run(str(bin_ / "python"), "-m", "pip", "install", "--quiet", *wheels)
    if "No matching distribution found" in installed.stderr or "onnection" in installed.stderr:
        pytest.skip(f"the dependencies cannot be fetched here: {installed.stderr.strip()[-200:]}")
    assert installed.returncode == 0, installed.stderr
    assert run("pip", "check").returncode == 0
    where = run("python", "-c", "import qent_core; print(qent_core.__file__)").stdout
    assert str(tmp_path) in where
    listed = run("qent", "list")
    assert listed.returncode == 0, listed.stderr
    assert "isotropic" in listed.stdout
    assert "0 plugins" not in run("qent", "plugins").stdout
    assert "qent-circuits" in run("qent", "generate", "--list").stdout
    (tmp_path / "tiny.toml").write_text(
        '[[states]]\nuse = "isotropic"\ncount = 50\n\n[[labels]]\nuse = "negativity"\n'
        '[[labels]]\nuse = "ppt"\n'
    )
    done = run("qent", "run", "tiny.toml", "--out", "run", "--quiet")
    assert done.returncode == 0, done.stderr
    done = run("qent", "generate", "tiny.toml", "--out", "data.zarr", "--quiet")
    assert done.returncode == 0, done.stderr
    assert run("qent", "report", "data.zarr").returncode == 0
    assert (tmp_path / "data.report.html").is_file()
    assert run("qent", "new", "channel", "my-noise").returncode == 0
