"""Oracles for these tests, written without the plugin: partial transposes, norms, ranks."""

import itertools

import numpy as np
import pytest

from qent_core.linalg import partial_transpose, realign
from qent_core.questions import cut_of


def _spectrum(batch, cut):
    side = cut_of(cut, batch.parties)
    return np.linalg.eigvalsh(partial_transpose(batch.density(), batch.dims, side))


def _negativity(batch, cut):
    return -np.minimum(_spectrum(batch, cut), 0).sum(axis=1)


def _ccnr(batch, cut):
    side = cut_of(cut, batch.parties)
    return np.linalg.svd(realign(batch.density(), batch.dims, side), compute_uv=False).sum(axis=1)


def _permutation_norms(batch):
    """Trace norms for the ten ways to choose three of the six indices, A among them, as rows."""
    d = batch.dims
    split = batch.density().reshape(-1, *d, *d)
    norms = {}
    for others in itertools.combinations(range(1, 6), 2):
        rows = (0, *others)
        columns = tuple(i for i in range(6) if i not in rows)
        axes = [1 + i for i in (*rows, *columns)]
        matrix = split.transpose(0, *axes).reshape(len(split), 8, 8)
        norms["".join("ABCabc"[i] for i in rows)] = np.linalg.svd(matrix, compute_uv=False).sum(1)
    return norms


def _rank(vectors):
    return np.linalg.matrix_rank(vectors, tol=1e-9) if len(vectors) else 0


def _flats(vectors):
    """Every set of indices that is all of the vectors in the span of at most d - 1 of them."""
    count, size = vectors.shape
    found = set()
    for chosen in itertools.combinations(range(count), min(size - 1, count)):
        span = vectors[list(chosen)]
        rank = _rank(span)
        inside = [k for k in range(count) if _rank(np.vstack([span, vectors[k]])) == rank]
        found.add(frozenset(inside))
    return found


def _unextendible(vectors):
    """Tells whether no product vector is orthogonal to all; exact up to the ranks.

    A product vector is orthogonal to all exactly if the vectors can be shared out among the
    parties so that no party's share spans its space.
    """
    flats = [_flats(np.asarray(v)) for v in vectors]
    return not _coverable(flats, frozenset(range(len(vectors[0]))))


def _coverable(flats, left):
    if not left:
        return True
    if sum(max(map(len, party)) for party in flats) < len(left):
        return False
    return any(_coverable(flats[1:], left - flat) for flat in flats[0])


@pytest.fixture
def rng():
    return np.random.default_rng(19970703)


@pytest.fixture(scope="session")
def spectrum():
    return _spectrum


@pytest.fixture(scope="session")
def negativity():
    return _negativity


@pytest.fixture(scope="session")
def ccnr():
    return _ccnr


@pytest.fixture(scope="session")
def permutation_norms():
    return _permutation_norms


@pytest.fixture(scope="session")
def unextendible():
    return _unextendible
