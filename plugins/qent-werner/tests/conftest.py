"""An independent negativity for these tests: eigenvalues of the partial transpose, nothing else."""

import numpy as np
import pytest

from qent_core.linalg import partial_transpose


def _negativity(batch):
    spectrum = np.linalg.eigvalsh(partial_transpose(batch.density(), batch.dims, [1]))
    return -np.minimum(spectrum, 0).sum(axis=1)


def _haar_unitary(d, rng):
    q, r = np.linalg.qr(rng.standard_normal((d, d)) + 1j * rng.standard_normal((d, d)))
    return q * (np.diag(r) / np.abs(np.diag(r)))


@pytest.fixture
def rng():
    return np.random.default_rng(20250712)


@pytest.fixture(scope="session")
def negativity_of():
    return _negativity


@pytest.fixture(scope="session")
def haar_unitary():
    return _haar_unitary
