"""Criteria that answer a cut with separable, entangled or unknown, and say why."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import Questions, Side, label_cuts, side_dimensions
from qent_basics.labelers.findings import Findings
from qent_basics.labelers.margins import Certify, Margin, eigenvalue_margin, trace_norm_margin
from qent_basics.labelers.partial_transposes import Transposition
from qent_basics.labelers.physicality import beyond, hermitian_part
from qent_basics.labelers.pure_states import decide_kets
from qent_basics.labelers.reductions import npt_vectors, reduced_difference
from qent_basics.measures.batches import in_double, pieces_of
from qent_basics.measures.positivity import negative_directions
from qent_basics.measures.realignment import realignment_bound, realignment_norm
from qent_basics.measures.schmidt import schmidt_coefficients
from qent_core.api import (
    Labeler,
    Labels,
    NptCertificate,
    RealignmentCertificate,
    StateBatch,
    Verdict,
)
from qent_core.linalg import projectors


class PPT(Labeler):
    r"""Positivity of the partial transpose (Peres-Horodecki), as far as it proves something.

    * Entangled, criterion ``npt``: $\langle v|\rho^T|v\rangle < -$margin for the vector v of the
      certificate, which the verdict rests on: it is evaluated, whatever v came from.
    * Separable, criterion ``ppt-small``: the partial transpose is positive and
      $d_Ad_B \le 6$. The certificate is ``strict`` if its smallest eigenvalue exceeds the margin,
      ``within-delta`` if that is so close to zero that white noise of trace norm 1e-12 lifts it.
    * Separable, criterion ``pure-product``: a product ket, within 1e-12 in trace norm, given as
      the single term of a ``low-rank`` certificate.
    * Unknown otherwise: above 2x3 every other state with a positive partial transpose, and states
      whose eigenvalue lies between -margin and what is within delta of zero.

    States are taken to be physical, as ``batch.validated()`` checks; close to the border their
    distance to the nearest state is subtracted from what they prove.

    Columns ``ppt[A|B]``, one per cut.

    Sources: A. Peres, Phys. Rev. Lett. 77, 1413 (1996); M., P. and R. Horodecki, Phys. Lett. A
    223, 1 (1996).

    Formula:
        $$\rho^{T} \ngeq 0 \ \Rightarrow\ \text{entangled}, \qquad
        \rho^{T} \ge 0,\ d_Ad_B \le 6 \ \Rightarrow\ \text{separable}$$

        with $\rho^T$ the partial transpose on one side of the cut, whose sides have the
        dimensions $d_A$ and $d_B$.

    Example:
        >>> states = StateBatch([[1, 0, 0, 1], [1, 1, 1, 1]] / np.sqrt([[2], [4]]), dims=(2, 2))
        >>> column = PPT().label(states).column("ppt[A|B]")
        >>> column.values.tolist(), column.criteria.tolist()
        ([1, 0], ['npt', 'pure-product'])
    """

    questions: Questions = None
    margin: Margin = 1e-12
    certify: Certify = True

    def label(self, batch: StateBatch) -> Labels:
        """Returns one verdict column per cut."""

        def label(column: str, question: str, side: Side) -> Labels:
            findings = Findings(len(batch), question, certify=self.certify)
            if batch.kind == "kets":
                decide_kets(findings, batch.array, batch.dims, side, self.margin)
            else:
                transposition = Transposition(batch.dims, side, self.margin, batch.dtype)
                transposition.decide(findings, batch.array)
            return findings.labels(column)

        return label_cuts("ppt", self.questions, batch, label)


class Realignment(Labeler):
    r"""Realignment, or computable cross norm (CCNR): entangled if $\|R\|_1 > 1 +$ margin.

    $R_{ij,kl} = \rho_{ik,jl}$. It sees some entangled states with a positive partial transpose and
    misses some with a negative one; it never proves separability. For pure states
    $\|R\|_1 = (\sum_i s_i)^2$.

    Columns ``realignment[A|B]``, one per cut.

    Sources: K. Chen and L.-A. Wu, Quantum Inf. Comput. 3, 193 (2003); O. Rudolph, Quantum Inf.
    Process. 4, 219 (2005).

    Formula:
        $$\|R\|_1 > 1 \ \Rightarrow\ \text{entangled}, \qquad R_{ij,kl} = \rho_{ik,jl}$$

        with the trace norm $\|R\|_1$, the sum of singular values; i, j are levels of one side of
        the cut, k, l of the other.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> Realignment().label(bell).values("realignment[A|B]").tolist()
        [1]
    """

    questions: Questions = None
    margin: Margin = 1e-12
    certify: Certify = True

    def label(self, batch: StateBatch) -> Labels:
        """Returns one verdict column per cut."""

        def label(column: str, question: str, side: Side) -> Labels:
            findings = Findings(len(batch), question, certify=self.certify)
            margin = trace_norm_margin(self.margin, batch.dtype, batch.dimension)
            smaller = min(side_dimensions(batch.dims, side))
            excess = _realignment_excess(batch, side)
            # A change of norm 1 changes the trace norm by at most the root of the rank.
            rows = np.flatnonzero(beyond(excess, margin, batch.array, scale=smaller))
            findings.decide(rows, Verdict.ENTANGLED, "realignment")
            findings.prove(rows, RealignmentCertificate)
            return findings.labels(column)

        return label_cuts("realignment", self.questions, batch, label)


class Reduction(Labeler):
    r"""Reduction criterion: entangled if $\rho_A\otimes 1 - \rho$ is not positive, or with B for A.

    Violated means an eigenvalue below -margin. It implies a negative partial transpose, and that
    the entanglement can be distilled; with a qubit on one side it is equivalent to a negative
    partial transpose. It never proves separability. The certificate is the ``npt`` vector that
    follows from the violation, where its value is below -margin.

    Columns ``reduction[A|B]``, one per cut.

    Sources: M. Horodecki and P. Horodecki, Phys. Rev. A 59, 4206 (1999); N. J. Cerf, C. Adami and
    R. M. Gingrich, Phys. Rev. A 60, 898 (1999).

    Formula:
        $$\rho_A \otimes 1 - \rho \ngeq 0 \ \text{ or }\ 1 \otimes \rho_B - \rho \ngeq 0
        \ \Rightarrow\ \text{entangled}$$

        with the reduced states $\rho_A$, $\rho_B$ of the two sides of the cut.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> Reduction().label(bell).values("reduction[A|B]").tolist()
        [1]
    """

    questions: Questions = None
    margin: Margin = 1e-12
    certify: Certify = True

    def label(self, batch: StateBatch) -> Labels:
        """Returns one verdict column per cut."""

        def label(column: str, question: str, side: Side) -> Labels:
            findings = Findings(len(batch), question, certify=self.certify)
            rest = tuple(party for party in range(batch.parties) if party not in side)
            for keep in (side, rest):
                self._try_side(findings, batch, keep, side)
            return findings.labels(column)

        return label_cuts("reduction", self.questions, batch, label)

    def _try_side(self, findings: Findings, batch: StateBatch, keep: Side, side: Side) -> None:
        margin = eigenvalue_margin(self.margin, batch.dtype, batch.dimension)
        rows = findings.undecided()
        for piece in pieces_of(len(rows), batch.dimension**2 * 16):
            here = rows[piece]
            states = in_double(batch.array[here])
            rho = projectors(states) if states.ndim == 2 else hermitian_part(states)
            differences = reduced_difference(rho, batch.dims, keep)
            test = negative_directions(differences, margin)
            chosen = np.flatnonzero(beyond(-test.values, margin, states))
            findings.decide(here[chosen], Verdict.ENTANGLED, "reduction")
            if not self.certify:
                continue
            vectors, values = npt_vectors(rho[chosen], test.vectors[chosen], batch.dims, keep, side)
            proved = beyond(-values, margin, states[chosen])
            findings.prove(here[chosen[proved]], NptCertificate, vector=vectors[proved])


def _realignment_excess(batch: StateBatch, side: Side) -> NDArray[np.float64]:
    """Returns how far the trace norm exceeds 1; some bound on it where it does not."""
    if batch.kind == "kets":
        sums = schmidt_coefficients(batch.array, batch.dims, side).sum(axis=1)
        result: NDArray[np.float64] = sums**2 - 1
        return result
    excess = realignment_bound(batch.array, batch.dims, side) - 1
    rows = np.flatnonzero(excess > 0)
    excess[rows] = realignment_norm(batch.array[rows], batch.dims, side) - 1
    return excess
