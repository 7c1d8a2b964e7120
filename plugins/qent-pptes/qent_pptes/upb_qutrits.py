"""Unextendible product bases of two qutrits: tiles, pyramid and the six-parameter family."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_core.api import Angle, Uniform, Verdict, draw
from qent_core.linalg import Array, Dims
from qent_pptes.standard_form import StandardForm
from qent_pptes.upb import (
    UnextendibleFamily,
    Vectors,
    embedded,
    realignment_limit,
)
from qent_pptes.white_noise import NoiseLimits

_CLEAR = 1e-6
"""How far the four mixing angles must be from a multiple of a right angle, as a sine."""


class UpbTiles(UnextendibleFamily):
    r"""The state of the tiles basis of two qutrits: 1/4 of a four-dimensional projector.

    The five product vectors are $|0\rangle(|0\rangle-|1\rangle)$, $(|0\rangle-|1\rangle)|2\rangle$,
    $|2\rangle(|1\rangle-|2\rangle)$, $(|1\rangle-|2\rangle)|0\rangle$ and
    $(|0\rangle+|1\rangle+|2\rangle)^{\otimes 2}$, normalised (Bennett et al., Phys. Rev. Lett. 82,
    5385, 1999). Verdict on ``A|B``: ENTANGLED, also after `embed`, since local isometries change
    neither entanglement nor its absence. Under white noise as long as the realignment criterion
    proves it, up to p = 0.1103 in 3x3.

    Formula:
        $$\rho = \frac14 \Bigl(1 - \sum_{k=1}^5 |v_k\rangle\langle v_k|\Bigr)$$

        with $v_1, \dots, v_4$ the tiles $|0\rangle(|0\rangle-|1\rangle)/\sqrt2$,
        $(|0\rangle-|1\rangle)|2\rangle/\sqrt2$, $|2\rangle(|1\rangle-|2\rangle)/\sqrt2$,
        $(|1\rangle-|2\rangle)|0\rangle/\sqrt2$ and $v_5 =
        (|0\rangle+|1\rangle+|2\rangle)^{\otimes2}/3$.

    Example:
        >>> batch = UpbTiles(embed=(3, 4)).sample(2, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ((3, 4), [1, 1], [4, 4])
    """

    name: ClassVar[str] = "upb-tiles"

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(5, 3)`` unit vectors."""
        first, last = np.array([1, 0, 0]), np.array([0, 0, 1])
        left, right = np.array([1, -1, 0]) / 2**0.5, np.array([0, 1, -1]) / 2**0.5
        even = np.ones(3) / 3**0.5
        return (
            np.stack([first, left, last, right, even]),
            np.stack([left, last, right, first, even]),
        )


class UpbPyramid(UnextendibleFamily):
    r"""The state of the pyramid basis of two qutrits.

    With $\sqrt{5+\sqrt5}\,v_j = 2(\cos\frac{2\pi j}5, \sin\frac{2\pi j}5, \frac12\sqrt{1+\sqrt5})$
    the five product vectors are $v_j \otimes v_{2j \bmod 5}$ (Bennett et al., Phys. Rev. Lett. 82,
    5385, 1999). Verdict on ``A|B``: ENTANGLED, under white noise as for ``upb-tiles``.

    Formula:
        $$\rho = \frac14 \Bigl(1 - \sum_{j=0}^4 |v_jw_j\rangle\langle v_jw_j|\Bigr), \quad
        w_j = v_{2j \bmod 5}$$

        with $v_j = \frac2{\sqrt{5+\sqrt5}}\bigl(\cos\frac{2\pi j}5, \sin\frac{2\pi j}5,
        \frac12\sqrt{1+\sqrt5}\bigr)$: five edges of a pyramid.

    Example:
        >>> UpbPyramid().sample(1, np.random.default_rng(0)).known["A|B"].tolist()
        [1]
    """

    name: ClassVar[str] = "upb-pyramid"

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(5, 3)`` unit vectors."""
        turn = 2 * np.pi * np.arange(5) / 5
        height = np.full(5, np.sqrt(1 + np.sqrt(5)) / 2)
        vectors = 2 * np.stack([np.cos(turn), np.sin(turn), height], axis=1)
        vectors /= np.sqrt(5 + np.sqrt(5))
        return vectors, vectors[2 * np.arange(5) % 5]


class UpbSixParam(UnextendibleFamily):
    r"""The states of all five-member unextendible bases of two qutrits, up to local unitaries.

    Party A has $v_0 = |0\rangle$, $v_1 = |1\rangle$, $v_2 = \cos\theta|0\rangle +
    \sin\theta|2\rangle$, $v_3 = \sin\gamma\sin\theta|0\rangle - \sin\gamma\cos\theta|2\rangle +
    \cos\gamma\,e^{i\phi}|1\rangle$ and $v_4 \propto \sin\gamma\cos\theta\,e^{i\phi}|1\rangle +
    \cos\gamma|2\rangle$; party B, with angles of its own, has the same vectors in the order
    $w = (v_1, v_3, v_0, v_2, v_4)$ (DiVincenzo et al., Commun. Math. Phys. 238, 379, 2003,
    section 4).

    Verdict on ``A|B``: ENTANGLED if no theta or gamma is a multiple of a right angle. Then any
    three of the five vectors of a party are independent (each of the ten determinants is up to
    sign and phase a product of sines and cosines of them), so a product vector could be orthogonal
    to at most two on either side: four of five. UNKNOWN where a sine or cosine is below 1e-6.

    Formula:
        $$\rho = \frac14 \Bigl(1 - \sum_{j=0}^4 |v_jw_j\rangle\langle v_jw_j|\Bigr), \quad
        w = (v_1, v_3, v_0, v_2, v_4)$$

        $$\begin{array}{l}
        v_0 = |0\rangle, \quad v_1 = |1\rangle, \quad v_2 = \cos\theta|0\rangle +
        \sin\theta|2\rangle \\
        v_3 = \sin\gamma\sin\theta|0\rangle - \sin\gamma\cos\theta|2\rangle +
        \cos\gamma\,e^{i\phi}|1\rangle \\
        v_4 \propto \sin\gamma\cos\theta\,e^{i\phi}|1\rangle + \cos\gamma|2\rangle
        \end{array}$$

        with angles $\gamma_A, \theta_A, \phi_A$ in v and angles $\gamma_B, \theta_B, \phi_B$ in
        w.

    Example:
        >>> batch = UpbSixParam(theta_a=0.6, gamma_b=0.3).sample(2, np.random.default_rng(0))
        >>> batch.shape, batch.known["A|B"].tolist()
        ((2, 9, 9), [1, 1])
    """

    name: ClassVar[str] = "upb-sixparam"

    gamma_a: Angle = Field(default=Uniform(0.0, np.pi / 2), description="Gamma of party A.")
    theta_a: Angle = Field(default=Uniform(0.0, np.pi / 2), description="Theta of party A.")
    phi_a: Angle = Field(default=Uniform(0.0, 2 * np.pi), description="Phase of party A.")
    gamma_b: Angle = Field(default=Uniform(0.0, np.pi / 2), description="Gamma of party B.")
    theta_b: Angle = Field(default=Uniform(0.0, np.pi / 2), description="Theta of party B.")
    phi_b: Angle = Field(default=Uniform(0.0, 2 * np.pi), description="Phase of party B.")

    @property
    def own_dims(self) -> Dims:
        """Local dimensions before embedding."""
        return (3, 3)

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(5, 3)`` vectors of one member, all angles pi/4, phases 0."""
        quarter, zero = np.full(1, np.pi / 4), np.zeros(1)
        vectors = _five_vectors(quarter, quarter, zero)[0].real
        return vectors, vectors[[1, 3, 0, 2, 4]]

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with their six angles."""
        names = ("gamma_a", "theta_a", "phi_a", "gamma_b", "theta_b", "phi_b")
        angles = {name: draw(getattr(self, name), count, rng) for name in names}
        first = _five_vectors(angles["gamma_a"], angles["theta_a"], angles["phi_a"])
        second = _five_vectors(angles["gamma_b"], angles["theta_b"], angles["phi_b"])
        second = second[:, [1, 3, 0, 2, 4]]
        kets = np.einsum("nki,nkj->nkij", first, second).reshape(count, 5, 9)
        states = (np.eye(9) - kets.swapaxes(1, 2) @ kets.conj()) / 4
        states, dims = embedded(states, (3, 3), self.embed)
        mixing = np.stack([angles[n] for n in names if not n.startswith("phi")], axis=1)
        clear = (np.abs(np.sin(2 * mixing)) > 2 * _CLEAR).all(axis=1)
        verdicts = np.where(clear, Verdict.ENTANGLED, Verdict.UNKNOWN).astype(np.int8)
        return StandardForm(states=states, dims=dims, parameters=angles, verdicts={"A|B": verdicts})

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns up to which noise the realignment criterion proves entanglement, per state."""
        return NoiseLimits(entangled_below={"A|B": realignment_limit(form.states, form.dims)})


def _five_vectors(gamma: Array, theta: Array, phi: Array) -> Array:
    """Returns ``(n, 5, 3)`` unit vectors, each orthogonal to its neighbours in the ring."""
    vectors = np.zeros((len(gamma), 5, 3), complex)
    phase = np.exp(1j * phi)
    vectors[:, 0, 0] = vectors[:, 1, 1] = 1
    vectors[:, 2, 0], vectors[:, 2, 2] = np.cos(theta), np.sin(theta)
    vectors[:, 3, 0] = np.sin(gamma) * np.sin(theta)
    vectors[:, 3, 1] = np.cos(gamma) * phase
    vectors[:, 3, 2] = -np.sin(gamma) * np.cos(theta)
    vectors[:, 4, 1] = np.sin(gamma) * np.cos(theta) * phase
    vectors[:, 4, 2] = np.cos(gamma)
    vectors[:, 4] /= np.linalg.norm(vectors[:, 4], axis=1, keepdims=True)
    return vectors
