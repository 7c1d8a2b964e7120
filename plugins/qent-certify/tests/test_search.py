"""The searches themselves, against derivatives, closed forms and known distances."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest
import qent_certify
from qent_certify.certified import Certified
from qent_certify.search.best_product import best_products
from qent_certify.search.decomposable import decomposable_witnesses
from qent_certify.search.fitting import fit_on
from qent_certify.search.layout import Layout
from qent_certify.search.levenberg import fit_mixtures
from qent_certify.search.nearest import nearest_mixtures
from qent_certify.search.product_algebra import (
    gram_matrix,
    hermitian_form,
    mixture,
    product_vectors,
    pulled_back,
    real_form,
)
from qent_certify.search.range_fitting import fit_in_ranges, kernels
from qent_certify.settings import Settings

from qent_core.api import ParameterInvalidError, StateBatch, check_labels


def random_factors(sizes, states=2, terms=5, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(states, terms, d, 2)) @ np.array([1, 1j]) for d in sizes]


def random_hermitian(states, size, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(states, size, size, 2)) @ np.array([1, 1j])
    return x + x.conj().swapaxes(1, 2)


@pytest.mark.parametrize("sizes", [(2, 2), (2, 4), (3, 3), (2, 2, 2), (2, 3, 2)])
def test_gram_matrix_is_the_derivative_times_its_transpose(sizes):
    factors = random_factors(sizes)
    vectors = product_vectors(factors)
    x = random_hermitian(2, vectors.shape[2])
    moves = pulled_back(factors, vectors, x)
    step = 1e-6
    ahead = mixture(product_vectors([f + step * m for f, m in zip(factors, moves, strict=True)]))
    behind = mixture(product_vectors([f - step * m for f, m in zip(factors, moves, strict=True)]))
    expected = real_form((ahead - behind) / (2 * step))
    found = (gram_matrix(factors, vectors) @ real_form(x)[..., None])[..., 0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


def test_real_form_is_an_isometry():
    x = random_hermitian(3, 5)
    np.testing.assert_allclose(
        np.linalg.norm(real_form(x), axis=1), np.linalg.norm(x, axis=(1, 2)), rtol=1e-13
    )
    np.testing.assert_allclose(hermitian_form(real_form(x), 5), x)


def test_layout_of_several_cuts_agrees_with_the_derivative():
    dims = (2, 2, 2)
    layout = Layout.of_orders([((0, 1, 2), 2), ((1, 0, 2), 2), ((2, 0, 1), 2)], dims)
    factors = [f for seed in range(3) for f in random_factors((2, 4), seed=seed)]
    x = random_hermitian(2, 8)
    moves = layout.pulled_back(factors, x)
    step = 1e-6
    ahead = mixture(layout.vectors([f + step * m for f, m in zip(factors, moves, strict=True)]))
    behind = mixture(layout.vectors([f - step * m for f, m in zip(factors, moves, strict=True)]))
    expected = real_form((ahead - behind) / (2 * step))
    found = (layout.gram(factors) @ real_form(x)[..., None])[..., 0]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5 * np.abs(expected).max())


def separable_states(sizes, count=6, terms=40, seed=5):
    sigma = mixture(product_vectors(random_factors(sizes, count, terms, seed)))
    return sigma / np.einsum("nii->n", sigma).real[:, None, None]


@pytest.mark.parametrize("sizes", [(2, 2), (2, 3), (2, 4), (3, 3), (2, 2, 2)])
def test_separable_states_are_decomposed(sizes):
    states = separable_states(sizes)
    start = Settings(1).start(2 * states.shape[1], sizes)
    fit = fit_mixtures(states, start, np.full(6, 1e-12), 60)
    assert (fit.distance < 1e-12).all()
    found = mixture(product_vectors(fit.factors))
    np.testing.assert_allclose(found, states, atol=1e-11)


def test_a_fit_does_not_depend_on_the_rest_of_the_batch():
    states = separable_states((2, 4), count=50)
    start = Settings(1).start(16, (2, 4))
    together = fit_mixtures(states, start, np.full(50, 1e-9), 60)
    alone = fit_mixtures(states[7:8], start, np.full(1, 1e-9), 60)
    np.testing.assert_allclose(together.factors[0][7], alone.factors[0][0], atol=1e-9)


def test_torch_finds_the_same_mixtures():
    pytest.importorskip("torch")
    states = separable_states((2, 4))
    start = Settings(1).start(16, (2, 4))
    tolerance = np.full(6, 1e-9)
    numpy = fit_on("cpu", states, start, tolerance, 60)
    torch = fit_on("cpu:0", states, start, tolerance, 60)
    np.testing.assert_array_equal(numpy.iterations, torch.iterations)
    for a, b in zip(numpy.factors, torch.factors, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-7)


def test_labels_on_a_device_of_torch_agree():
    pytest.importorskip("torch")
    batch = StateBatch(separable_states((3, 3), count=5), (3, 3))
    numpy, torch = (Certified(device=device).label(batch) for device in ("cpu", "cpu:0"))
    for labels in (numpy, torch):
        (checked,) = check_labels(batch, labels)
        assert checked.counts() == {"decomposition": {"accepted": 5, "refused": 0, "open": 0}}
    for ours, other in zip(
        *(x.column("certified[A|B]").certificates for x in (numpy, torch)), strict=True
    ):
        np.testing.assert_allclose(ours.factors[0], other.factors[0], atol=1e-6)


@pytest.mark.parametrize("device", ["cuda:7", "nonsense"])
def test_a_device_that_is_not_there_is_one_clear_error(device):
    pytest.importorskip("torch")
    batch = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), (2, 2))
    with pytest.raises(ParameterInvalidError, match=f"cannot compute on the device '{device}'"):
        Certified(device=device).label(batch)


def test_nearest_mixture_of_a_bell_state():
    bell = np.zeros((1, 4, 4), dtype=complex)
    bell[0, ::3, ::3] = 0.5
    start = [f[None] for f in Settings(1).start(8, (2, 2))]
    found = nearest_mixtures(bell, start, 60)
    # Without the trace fixed, the distance to the cone of isotropic separable operators.
    ray = np.array([1 / 3 + 2 / 3 / 4] + [2 / 3 / 4] * 3)
    expected = np.sqrt(1 - ray[0] ** 2 / (ray @ ray))
    assert found.distance[0] == pytest.approx(expected, abs=1e-6)
    probes = Settings(1).start(30, (2, 2), 3)
    values, _ = best_products(found.rest, (2, 2), probes)
    assert values.max() < 1e-6


def test_product_vectors_in_the_range_are_found():
    states = separable_states((2, 4), terms=5, count=3)
    assert kernels(states, (2, 4))[0].vectors.shape == (3, 3, 8)
    _, distance = fit_in_ranges(states, Settings(1).start(8, (2, 4)), 80, 1e-14)
    assert (distance < 1e-13).all()


def test_decomposable_witness_of_ghz_has_its_known_value():
    ghz = np.zeros((1, 8, 8), dtype=complex)
    ghz[0, ::7, ::7] = 0.5
    found = decomposable_witnesses(ghz, (2, 2, 2), 1500)
    # Noise tolerance 4/7: the witness of trace 1 vanishes at visibility 3/7.
    assert found.value[0] == pytest.approx(-(4 / 7) / (3 / 7) / 8, rel=2e-3)


def modules():
    found = pkgutil.walk_packages(qent_certify.__path__, "qent_certify.")
    return [module.name for module in found]


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
