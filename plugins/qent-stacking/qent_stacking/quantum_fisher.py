"""Descriptors from the quantum Fisher information matrix, in place of the raw entries."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import DimensionsMismatchError, ParameterInvalidError, StateBatch, as_states
from qent_core.linalg import Dims
from qent_stacking.fisher_matrix import fisher_matrices, symmetry_groups
from qent_stacking.local_generators import KINDS, Generators, local_generators, party_name

Reals = NDArray[np.float64]

DESCRIPTORS = ("eigenvalues", "blocks", "entries")


class QuantumFisher(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    r"""The quantum Fisher information matrix of local generators, or its invariants.

    $F_{ab} = 2\sum_{ij} \frac{(\lambda_i-\lambda_j)^2}{\lambda_i+\lambda_j}
    \mathrm{Re}\,\langle i|H_a|j\rangle\langle j|H_b|i\rangle$ with the eigenvalues $\lambda_i$ and
    eigenvectors $|i\rangle$ of the state, four times the covariance for pure states, tells how fast
    the state changes under $e^{-i\sum_a\theta_aH_a}$. With spin operators
    there are 3 generators for each party, whatever J; with a complete basis $d^2-1$. That is
    $O(d^2)$ numbers instead of the $d^4$ entries of the density matrix of two parties.

    Local rotations that the generators span turn F into $OFO^T$ with an orthogonal O, and leave
    its eigenvalues alone: rotations of either spin for ``"spin"``, all local unitaries for
    ``"complete"``. For pure states of two parties with Schmidt coefficients $s_i$ the complete
    basis has the eigenvalues $4(s_i \pm s_j)^2$, each twice for every pair, and
    $16\,\mathrm{eig}(\mathrm{diag}(p) - pp^T)$, $p_i = s_i^2$, and zeros from the diagonal ones;
    all measures of pure states follow. Of mixed states F does not determine the entanglement.

    States are worked through in pieces of bounded memory. Units: $\hbar = 1$; complete bases are
    normalised to $\mathrm{tr}(G_aG_b) = 2\delta_{ab}$.

    Args:
        generators: ``"spin"``: $J_x, J_z, J_y$ of every party, its dimension being 2J + 1;
            ``"complete"``: the generalised Gell-Mann matrices of every party.
        descriptors: ``"eigenvalues"`` of F from the largest on; ``"blocks"``: besides, the
            eigenvalues of each party's own block and the singular values of the block between each
            two parties, invariant too; ``"entries"``: F itself, on and above the diagonal, which
            is not invariant.

    Source: J. Liu, H. Yuan, X.-M. Lu and X. Wang, J. Phys. A 53, 023001 (2020); proposed in place
    of raw density matrices by M. Y. Abd-Rabbou et al., arXiv:2507.12775.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> features = QuantumFisher(generators="complete").fit(bell)
        >>> features.transform(bell).round(6).tolist()
        [[8.0, 8.0, 8.0, 0.0, 0.0, 0.0]]
        >>> features.get_feature_names_out()[:2].tolist()
        ['F 1', 'F 2']
    """

    dims_: Dims
    n_features_out_: int

    def __init__(self, generators: str = "spin", descriptors: str = "eigenvalues") -> None:
        self.generators = generators
        self.descriptors = descriptors

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{"generators": kind, "descriptors": what} for kind in KINDS for what in DESCRIPTORS]

    def fit(self, X: StateBatch, y: Any = None) -> Self:
        """Remembers the local dimensions; nothing is learnt from the values, ``y`` is ignored.

        Raises:
            DimensionsMismatchError: X is no batch of states.
            ParameterInvalidError: A parameter has a value it cannot have.
        """
        _check_choice("generators", self.generators, tuple(KINDS))
        _check_choice("descriptors", self.descriptors, DESCRIPTORS)
        self.dims_ = _batch(X).dims
        self.n_features_out_ = len(self._names())
        return self

    def transform(self, X: StateBatch) -> Reals:
        """Returns the descriptors of the states, one row each.

        Raises:
            DimensionsMismatchError: The states differ in dims from those it was fitted to.
        """
        check_is_fitted(self, "dims_")
        states = _batch(X)
        if states.dims != self.dims_:
            raise DimensionsMismatchError(
                f"QuantumFisher was fitted to states with dims {self.dims_}, "
                f"these have dims {states.dims}",
                do="fit it again, or give states with the same dims",
            )
        parties = self._parties()
        # Between symmetric and antisymmetric generators F of real states vanishes.
        groups = symmetry_groups(parties) if states.is_real else None
        result = np.empty((len(states), self.n_features_out_))
        done = 0
        for matrices in fisher_matrices(states, parties):
            result[done : done + len(matrices)] = self._described(matrices, parties, groups)
            done += len(matrices)
        return result

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Returns the names of the columns; ``input_features`` is ignored."""
        check_is_fitted(self, "dims_")
        return np.asarray(self._names(), dtype=object)

    def _parties(self) -> list[Generators]:
        return local_generators(self.generators, self.dims_)

    def _names(self) -> list[str]:
        parties = self._parties()
        letters = [party_name(number) for number in range(len(parties))]
        if self.descriptors == "entries":
            names = [
                f"{letter}.{name}"
                for letter, party in zip(letters, parties, strict=True)
                for name in party.names
            ]
            rows, columns = np.triu_indices(len(names))
            return [f"F[{names[i]},{names[j]}]" for i, j in zip(rows, columns, strict=True)]
        sizes = [len(party) for party in parties]
        blocks = [("F", sum(sizes))]
        if self.descriptors == "blocks":
            blocks += [(f"F_{a}", size) for a, size in zip(letters, sizes, strict=True)]
            blocks += [
                (f"F_{letters[p]}{letters[q]}", min(sizes[p], sizes[q]))
                for p, q in combinations(range(len(sizes)), 2)
            ]
        return [f"{block} {number}" for block, size in blocks for number in range(1, size + 1)]

    def _described(
        self,
        matrices: Reals,
        parties: list[Generators],
        groups: tuple[NDArray[np.intp], ...] | None,
    ) -> Reals:
        if self.descriptors == "entries":
            rows, columns = np.triu_indices(matrices.shape[1])
            return np.asarray(matrices[:, rows, columns])
        everything = np.arange(matrices.shape[1])
        apart = (everything,) if groups is None else groups
        found = [_spectrum(matrices, apart)]
        if self.descriptors == "blocks":
            ends = np.cumsum([0, *(len(party) for party in parties)])
            own = [everything[a:b] for a, b in pairwise(ends)]
            found += [
                _spectrum(matrices, [np.intersect1d(group, block) for group in apart])
                for block in own
            ]
            for first, second in combinations(own, 2):
                cross = matrices[:, first[:, None], second]
                found.append(np.linalg.svd(cross, compute_uv=False))
        return np.concatenate(found, axis=1)


def _spectrum(matrices: Reals, apart: Any) -> Reals:
    """Returns eigenvalues, the largest first, of matrices that vanish between index groups."""
    values = [np.linalg.eigvalsh(matrices[:, group[:, None], group]) for group in apart]
    return np.sort(np.concatenate(values, axis=1), axis=1)[:, ::-1]


def _batch(X: Any) -> StateBatch:
    try:
        return as_states(X)
    except DimensionsMismatchError as error:
        raise DimensionsMismatchError(
            f"QuantumFisher needs a StateBatch, or states in another known form: {error.what}",
            do=error.do,
        ) from None


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ParameterInvalidError(
            f"{name} is {value!r}", where="QuantumFisher", do=f"choose one of {', '.join(allowed)}"
        )
