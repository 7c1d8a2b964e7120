"""The pytest door of the kit: one line is a plugin author's whole test file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from qent_core.errors import ParameterInvalidError
from qent_core.names import nearest
from qent_testing.examination import Case, Examination, examine

if TYPE_CHECKING:
    import pytest


def conformance_tests(
    distribution: str, *, expected_failed: Mapping[str, str] | None = None
) -> Callable[[Any], None]:
    """Returns a pytest test that runs every check on every component of a plugin.

    Args:
        distribution: Name of the plugin's distribution; it must be installed.
        expected_failed: Checks that are known to fail, each with the reason. A key is a check for
            all components, ``"check_pickles"``, or for one, ``"check_pickles[dicke-mixture]"``.
            It is strict: a check that passes in spite of it fails the test.

    Raises:
        PluginUnknownError: No plugin of this name is installed.
        ParameterInvalidError: ``expected_failed`` names a check that the plugin does not have.

    A whole test file::

        from qent_testing import conformance_tests

        test_conformance = conformance_tests("qent-dicke")
    """
    import pytest

    examination = examine(distribution)
    expected = dict(expected_failed or {})
    _check_keys(examination, expected)
    cases = [_parameter(case, expected) for case in examination.cases]

    @pytest.mark.parametrize("case", cases)
    def test_conformance(case: Case) -> None:
        result = examination.result(case)
        if result.outcome == "skipped":
            pytest.skip(result.message)
        if result.outcome == "failed":
            pytest.fail(f"{result.id}: {result.message}", pytrace=False)

    return test_conformance


def _parameter(case: Case, expected: Mapping[str, str]) -> Any:
    import pytest

    reason = expected.get(case.id, expected.get(case.check.name))
    marks: list[pytest.MarkDecorator] = []
    if reason is not None:
        marks.append(pytest.mark.xfail(reason=reason, strict=True))
    return pytest.param(case, id=case.id, marks=marks)


def _check_keys(examination: Examination, expected: Mapping[str, str]) -> None:
    known = {case.check.name for case in examination.cases} | {c.id for c in examination.cases}
    for key, reason in expected.items():
        if key not in known:
            near = nearest(key, known, count=1)
            raise ParameterInvalidError(
                f"{examination.plugin.distribution} has no check '{key}'",
                where="expected_failed",
                do=f"did you mean '{near[0]}'?" if near else "see: qent check --list",
            )
        if not isinstance(reason, str) or not reason.strip():
            raise ParameterInvalidError(
                f"'{key}' is expected to fail without a reason",
                where="expected_failed",
                do="say why, so that the next reader knows when it may go",
            )
