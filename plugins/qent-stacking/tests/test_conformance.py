"""Everything that qent's conformance kit checks about this plugin."""

from qent_testing import conformance_tests

test_conformance = conformance_tests("qent-stacking")
