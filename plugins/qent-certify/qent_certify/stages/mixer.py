"""The stage that looks for witnesses of genuine multipartite entanglement."""

from __future__ import annotations

from qent_certify.docket import Docket
from qent_certify.search.decomposable import decomposable_witnesses
from qent_certify.settings import Settings
from qent_core.api import BISEPARABLE, PptMixerCertificate, Verdict, cuts

_AT_ONCE = 32


def find_mixer(docket: Docket, settings: Settings) -> None:
    """Offers witnesses that are decomposable across every cut (PPT mixer)."""
    if BISEPARABLE not in docket.questions:
        return
    names = cuts(len(docket.dims))
    open_rows = docket.open_to(BISEPARABLE, Verdict.ENTANGLED)
    for start in range(0, len(open_rows), _AT_ONCE):
        rows = open_rows[start : start + _AT_ONCE]
        found = decomposable_witnesses(docket.rho[rows], docket.dims, settings.budget)
        good = found.value < -settings.margin
        parts = {f"parts/{cut}": found.parts[cut][good] for cut in names}
        docket.offer(
            BISEPARABLE, rows[good], PptMixerCertificate, operator=found.operator[good], **parts
        )
