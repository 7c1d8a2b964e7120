"""Every check of the conformance kit on every family."""

from qent_testing import conformance_tests

test_conformance = conformance_tests("qent-werner")
