"""Thirty plugins, ten of them broken, each in a way of its own."""

from __future__ import annotations

import json

HOOK = "from qent_core.api import LabelerSpec, ModelSpec, hookimpl\n@hookimpl\n"
RECORD = "LabelerSpec(name='{}', target='a:B', summary='A record')"

BROKEN = {
    "qent-bad-import": ({"plugin": "import no_such_module"}, "ModuleNotFoundError"),
    "qent-bad-exit": ({"plugin": "raise SystemExit(3)"}, "SystemExit"),
    "qent-bad-syntax": ({"plugin": "def ("}, "SyntaxError"),
    "qent-bad-record": ({"plugin": f"{HOOK}def qent_labelers(): yield 3"}, "yielded int"),
    "qent-bad-kind": (
        {"plugin": f"{HOOK}def qent_models(): yield {RECORD.format('x')}"},
        "must yield ModelSpec",
    ),
    "qent-bad-hook": ({"plugin": f"{HOOK}def qent_labellers(): yield"}, "did it mean"),
    "qent-bad-halfway": (
        {"plugin": f"{HOOK}def qent_labelers():\n    yield {RECORD.format('x')}\n    1 / 0"},
        "ZeroDivisionError",
    ),
    "qent-bad-twice": (
        {"plugin": f"{HOOK}def qent_labelers(): return [{RECORD.format('x')}] * 2"},
        "'x' twice",
    ),
    "qent-bad-version": ({"group": "qent.v2"}, "version 2 of the plugin API"),
    "qent-bad-entry": ({"entry": "qent_bad_entry.nowhere"}, "there is no"),
}  # fmt: skip

COUNT = """
import sys
from qent_core.cli.main import main
main(["list"])
print(len(sys.modules), file=sys.stderr)
"""


def test_thirty_plugins_of_which_ten_are_broken(site):
    for number in range(20):
        site.add(f"qent-good{number}", modules={"labels.py": "import torch"})
    for name, (options, _) in BROKEN.items():
        site.add(name, **options)
    only = ",".join([*BROKEN, *(f"qent-good{number}" for number in range(20))])

    listed = site.run(code=COUNT, QENT_PLUGINS=only)
    lines = listed.stdout.splitlines()
    assert sum("A fake labeler" in line for line in lines) == 20
    assert [line for line in lines if "broken" in line] == lines[-1:]
    assert lines[-1].startswith("10 plugins are broken: qent-bad-entry, ")
    assert lines[-1].endswith("See: qent doctor")
    assert int(listed.stderr.splitlines()[-1]) <= 450

    doctor = site.run("doctor", "--json", QENT_PLUGINS=only)
    assert doctor.returncode == 3
    findings = json.loads(doctor.stdout)["findings"]
    said = {f["subject"].split()[0]: f for f in findings if f["level"] == "broken"}
    assert sorted(said) == sorted(BROKEN)
    for name, (_, reason) in BROKEN.items():
        assert reason in said[name]["what"], name
        assert said[name]["do"]
