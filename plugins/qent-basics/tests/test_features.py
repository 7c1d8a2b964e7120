"""Features: values, names, and scikit-learn's tools with a StateBatch as X."""

import itertools

import numpy as np
import pytest
from qent_basics.features.correlations import GellMannCorrelations, PauliCorrelations
from qent_basics.features.density import DensityImage, DensityVector
from qent_basics.features.kets import KetCoefficients
from qent_basics.features.operator_bases import gell_mann_basis
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from qent_core.api import (
    DimensionsMismatchError,
    ParameterInvalidError,
    StateBatch,
)

EVERY = [
    DensityVector(),
    DensityVector(independent=True),
    DensityImage(),
    PauliCorrelations(),
    PauliCorrelations(strings=["XX", "ZI"]),
    GellMannCorrelations(),
    KetCoefficients(),
]
each_feature = pytest.mark.parametrize("feature", EVERY, ids=repr)
VECTORS = [feature for feature in EVERY if not isinstance(feature, DensityImage)]


def kets(count, dims, seed, *, real=False):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    array = rng.normal(size=(count, size)) + (0 if real else 1j) * rng.normal(size=(count, size))
    return StateBatch(array / np.linalg.norm(array, axis=1, keepdims=True), dims)


def mixed(count, dims, seed, *, real=False):
    size = int(np.prod(dims))
    factors = kets(count, (size, size), seed, real=real).array.reshape(count, size, size)
    return StateBatch(factors @ factors.conj().swapaxes(1, 2), dims)


# --- values and names -----------------------------------------------------------------------------


def test_density_vector_of_real_states_is_every_entry_row_by_row():
    batch = mixed(5, (2, 3), 1, real=True)
    feature = DensityVector().fit(batch)
    np.testing.assert_array_equal(feature.transform(batch), batch.array.reshape(5, 36))
    names = feature.get_feature_names_out()
    assert names.shape == (36,)
    assert names[1] == "Re rho[00,01]"
    assert names[9] == "Re rho[01,10]"


def test_density_vector_of_complex_states_is_real_then_imaginary():
    batch = mixed(5, (2, 2), 1)
    feature = DensityVector().fit(batch)
    flat = batch.array.reshape(5, 16)
    np.testing.assert_array_equal(feature.transform(batch), np.hstack([flat.real, flat.imag]))
    assert feature.get_feature_names_out()[17] == "Im rho[00,01]"


@pytest.mark.parametrize(("real", "count"), [(True, 10), (False, 16)])
def test_independent_entries_determine_the_state(real, count):
    batch = mixed(4, (2, 2), 2, real=real)
    feature = DensityVector(independent=True).fit(batch)
    result = feature.transform(batch)
    assert result.shape == (4, count)
    for column, name in enumerate(feature.get_feature_names_out()):
        part, entry = name.split(" rho")
        i, j = (int(label, 2) for label in entry.strip("[]").split(","))
        expected = batch.array[:, i, j].real if part == "Re" else batch.array[:, i, j].imag
        np.testing.assert_array_equal(result[:, column], expected)


def test_names_of_large_parties_keep_their_digits_apart():
    feature = DensityVector().fit(mixed(1, (11, 2), 1, real=True))
    assert feature.get_feature_names_out()[-1] == "Re rho[10.1,10.1]"


def test_density_image():
    batch = mixed(3, (2, 2), 3)
    image = DensityImage().fit_transform(batch)
    assert image.shape == (3, 2, 4, 4)
    np.testing.assert_array_equal(image[:, 0] + 1j * image[:, 1], batch.array)
    assert DensityImage(dtype="float32").fit_transform(batch).dtype == np.float32
    real = DensityImage().fit_transform(mixed(3, (2, 2), 3, real=True))
    np.testing.assert_array_equal(real[:, 1], 0)
    assert DensityImage().fit(batch).get_feature_names_out().tolist() == ["Re rho", "Im rho"]


def test_ket_coefficients():
    batch = kets(4, (2, 3), 1)
    feature = KetCoefficients().fit(batch)
    result = feature.transform(batch)
    np.testing.assert_array_equal(result[:, :6] + 1j * result[:, 6:], batch.array)
    assert feature.get_feature_names_out()[[0, 5, 6]].tolist() == [
        "Re C[00]",
        "Re C[12]",
        "Im C[00]",
    ]
    real = kets(4, (3, 3), 1, real=True)
    np.testing.assert_array_equal(KetCoefficients().fit_transform(real), real.array)


PAULI = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}


@pytest.mark.parametrize("qubits", [1, 2, 3])
def test_pauli_correlations_are_expectation_values(qubits):
    batch = mixed(5, (2,) * qubits, qubits)
    feature = PauliCorrelations().fit(batch)
    names = feature.get_feature_names_out()
    assert len(names) == 4**qubits - 1
    assert names[0] == "I" * (qubits - 1) + "X"
    result = feature.transform(batch)
    for column, name in enumerate(names):
        operator = np.eye(1)
        for letter in name:
            operator = np.kron(operator, PAULI[letter])
        expected = np.einsum("nij,ji->n", batch.array, operator).real
        np.testing.assert_allclose(result[:, column], expected, atol=1e-14)


def test_chosen_strings_keep_their_order():
    batch = mixed(5, (2, 2), 1)
    every = PauliCorrelations().fit(batch)
    place = {name: i for i, name in enumerate(every.get_feature_names_out())}
    chosen = ("ZI", "XX", "IY", "II")
    result = PauliCorrelations(strings=chosen).fit_transform(batch)
    np.testing.assert_allclose(result[:, 3], 1.0, rtol=1e-14)
    expected = every.transform(batch)[:, [place[name] for name in chosen[:3]]]
    np.testing.assert_array_equal(result[:, :3], expected)


@pytest.mark.parametrize("d", [2, 3, 4, 12])
def test_gell_mann_basis_is_orthogonal_hermitian_and_traceless(d):
    names, matrices = gell_mann_basis(d)
    assert len(set(names)) == d * d
    np.testing.assert_array_equal(matrices, matrices.conj().swapaxes(1, 2))
    gram = np.einsum("aij,bji->ab", matrices, matrices)
    np.testing.assert_allclose(gram, np.diag([d] + [2] * (d * d - 1)), atol=1e-12)


def test_gell_mann_matrices_in_their_standard_order():
    _, qubit = gell_mann_basis(2)
    np.testing.assert_allclose(qubit, [PAULI[letter] for letter in "IXYZ"])
    _, qutrit = gell_mann_basis(3)
    np.testing.assert_allclose(qutrit[3], np.diag([1, -1, 0]))
    np.testing.assert_allclose(qutrit[8], np.diag([1, 1, -2]) / np.sqrt(3))
    assert qutrit[5][0, 2] == -1j


def test_gell_mann_correlations_rebuild_the_state():
    batch = mixed(3, (2, 3), 5)
    feature = GellMannCorrelations().fit(batch)
    result = feature.transform(batch)
    assert result.shape == (3, 35)
    rebuilt = np.zeros((3, 6, 6), dtype=complex)
    (_, first), (_, second) = gell_mann_basis(2), gell_mann_basis(3)
    pairs = list(itertools.product(first, second))
    for column, (a, b) in enumerate(pairs):
        operator = np.kron(a, b)
        value = np.ones(3) if column == 0 else result[:, column - 1]
        rebuilt += value[:, None, None] * operator / np.trace(operator @ operator).real
    np.testing.assert_allclose(rebuilt, batch.array, atol=1e-14)
    assert feature.get_feature_names_out()[0] == "I S01"


def test_gell_mann_correlations_of_qubits_are_pauli_correlations():
    batch = mixed(6, (2, 2), 7)
    np.testing.assert_allclose(
        GellMannCorrelations().fit_transform(batch), PauliCorrelations().fit_transform(batch)
    )


@pytest.mark.parametrize("feature", EVERY[:-1], ids=repr)
def test_kets_and_density_matrices_give_the_same(feature):
    for real in (False, True):
        batch = kets(9, (2, 2), 2, real=real)
        matrices = StateBatch(batch.density(), batch.dims)
        np.testing.assert_allclose(
            clone(feature).fit_transform(batch), clone(feature).fit_transform(matrices), atol=1e-15
        )


# --- scikit-learn ---------------------------------------------------------------------------------


@each_feature
def test_contract(feature):
    batch = kets(7, (2, 2), 1)
    fresh = clone(feature)
    assert fresh.get_params() == feature.get_params()
    assert fresh.fit(batch) is fresh
    result = fresh.transform(batch)
    assert len(result) == 7
    assert result.shape[1] == len(fresh.get_feature_names_out()) == fresh.n_features_out_
    assert np.isfinite(result).all()
    assert fresh.transform(batch[:0]).shape == (0, *result.shape[1:])
    np.testing.assert_array_equal(fresh.transform(batch[3]), result[3:4])
    np.testing.assert_array_equal(clone(fresh).fit_transform(batch[[2, 5]]), result[[2, 5]])
    with pytest.raises(NotFittedError):
        clone(feature).transform(batch)
    with pytest.raises(NotFittedError):
        clone(feature).get_feature_names_out()


@each_feature
def test_single_precision_is_taken(feature):
    batch = kets(7, (2, 2), 1)
    np.testing.assert_allclose(
        clone(feature).fit_transform(batch.astype(np.complex64)),
        clone(feature).fit_transform(batch),
        atol=1e-6,
    )


@pytest.mark.parametrize("feature", VECTORS, ids=repr)
def test_pipelines_splits_and_searches_take_a_batch_as_x(feature):
    batch = kets(60, (2, 2), 3)
    target = np.abs(batch.array[:, 0]) ** 2
    train, test, y_train, y_test = train_test_split(batch, target, random_state=0)
    assert isinstance(train, StateBatch)
    pipeline = make_pipeline(clone(feature), StandardScaler(), Ridge())
    pipeline.fit(train, y_train)
    assert np.isfinite(pipeline.score(test, y_test))
    assert pipeline[:1].get_feature_names_out().shape == (pipeline[0].n_features_out_,)
    assert cross_val_score(pipeline, batch, target, cv=3).shape == (3,)
    search = GridSearchCV(pipeline, {"ridge__alpha": [0.1, 1.0]}, cv=3).fit(batch, target)
    assert search.predict(batch).shape == (60,)


def test_a_search_may_choose_the_features():
    batch = mixed(60, (2, 2), 3)
    target = np.einsum("nij,ji->n", batch.array, np.kron(PAULI["X"], PAULI["X"])).real
    pipeline = make_pipeline(PauliCorrelations(), Ridge(alpha=1e-6))
    grid = {"paulicorrelations__strings": [["ZZ"], ["XX"], None]}
    search = GridSearchCV(pipeline, grid, cv=3).fit(batch, target)
    assert search.best_params_ == {"paulicorrelations__strings": ["XX"]}
    assert search.best_score_ > 0.999


# --- refusals -------------------------------------------------------------------------------------


@each_feature
def test_other_dims_than_fitted_are_refused(feature):
    fitted = clone(feature).fit(kets(3, (2, 2), 1))
    with pytest.raises(DimensionsMismatchError, match=r"fitted to states with|features of qubits"):
        fitted.transform(kets(3, (4, 1), 1))


@each_feature
def test_arrays_without_dims_are_refused(feature):
    with pytest.raises(DimensionsMismatchError, match="needs a StateBatch"):
        clone(feature).fit(np.eye(4))


@pytest.mark.parametrize("feature", [DensityVector(), KetCoefficients()], ids=repr)
def test_complex_states_after_real_ones_are_refused_and_real_after_complex_are_not(feature):
    real, complex_ = kets(3, (2, 2), 1, real=True), kets(3, (2, 2), 1)
    with pytest.raises(DimensionsMismatchError, match="fitted to real states"):
        clone(feature).fit(real).transform(complex_)
    wide = clone(feature).fit(complex_).transform(real)
    np.testing.assert_array_equal(wide[:, wide.shape[1] // 2 :], 0)


def test_ket_coefficients_refuse_density_matrices():
    with pytest.raises(DimensionsMismatchError, match="pure states"):
        KetCoefficients().fit(mixed(1, (2, 2), 1))


def test_pauli_correlations_refuse_qutrits_and_wrong_strings():
    with pytest.raises(DimensionsMismatchError, match="features of qubits"):
        PauliCorrelations().fit(kets(1, (2, 3), 1))
    for wrong in ("X", "XA", "XXX", "xx"):
        with pytest.raises(ParameterInvalidError, match="no product of Pauli"):
            PauliCorrelations(strings=[wrong]).fit(kets(1, (2, 2), 1))
