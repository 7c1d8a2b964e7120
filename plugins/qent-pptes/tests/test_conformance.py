from qent_testing import conformance_tests

test_conformance = conformance_tests("qent-pptes")
