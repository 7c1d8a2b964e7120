"""The conformance kit: everything that can be checked about a plugin without knowing its physics.

One suite, three doors: a pytest file of one line (`conformance_tests`), the command ``qent check``,
and a function with a callback (`run_checks`).
"""

from qent_testing.checks import Check, all_checks
from qent_testing.conformance import conformance_tests
from qent_testing.examination import CheckResult, run_checks

__all__ = ["Check", "CheckResult", "all_checks", "conformance_tests", "run_checks"]
