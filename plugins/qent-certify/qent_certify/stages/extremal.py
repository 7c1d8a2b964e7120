"""The stage that recognises extreme points of the PPT states."""

from __future__ import annotations

import numpy as np

from qent_certify.docket import Docket
from qent_certify.settings import Settings
from qent_core.api import ExtremalCertificate, Verdict, cut_of
from qent_core.linalg import partial_transpose

_NEARLY_ZERO = 1e-4
"""The checker looks for near-kernels up to this eigenvalue."""


def find_extremal(docket: Docket, settings: Settings) -> None:
    r"""Offers extremality where the ranks allow it, noise apart: $r^2 + r_T^2 \le D^2 + 1$."""
    size = docket.rho.shape[1]
    for question in docket.cuts_that(Verdict.ENTANGLED):
        rows = docket.open_to(question, Verdict.ENTANGLED)
        states = docket.rho[rows]
        turned = partial_transpose(states, docket.dims, cut_of(question, len(docket.dims)))
        ranks = [(np.linalg.eigvalsh(m) > _NEARLY_ZERO).sum(axis=1) for m in (states, turned)]
        possible = (ranks[0] > 1) & (ranks[0] ** 2 + ranks[1] ** 2 <= size**2 + 1)
        docket.offer(question, rows[possible], ExtremalCertificate)
