"""What is said about a verdict, and brackets of thresholds."""

import numpy as np
import pytest
from qent_certify.certified import Certified

from qent_core.api import DimensionsMismatchError, ParameterInvalidError, StateBatch
from qent_core.threshold import certified_bracket

GHZ = StateBatch([[1, 0, 0, 0, 0, 0, 0, 1]] / np.sqrt(2), (2, 2, 2))


def noisy(batch, visibility):
    size = batch.dimension
    mixed = visibility * batch.density() + (1 - visibility) * np.eye(size) / size
    return StateBatch(mixed, batch.dims)


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        (
            0.15,
            ["is fully separable (A|B|C)", "product states", "white noise of weight", "accepts it"],
        ),
        (0.3, ["is not fully separable (A|B|C)", "eigenvalue -", "which implies it", "Peres"]),
        (0.7, ["genuinely multipartite entangled", "decomposable across every cut", "Jungnitsch"]),
        (0.4, ["State 0 is biseparable", "products across some cut"]),
    ],
)
def test_explanations_say_what_the_proof_rests_on(visibility, words):
    labeler = Certified(questions=("A|B|C", "biseparable"))
    batch = noisy(GHZ, visibility)
    text = labeler.explain(batch, labeler.label(batch), 0)
    for word in words:
        assert word in text


def test_unknown_is_explained():
    labeler = Certified(stages=("npt",))
    batch = noisy(GHZ, 0.1)
    assert "nothing is proven" in labeler.explain(batch, labeler.label(batch), 0)


def test_bracket_of_isotropic_states():
    batch = StateBatch([np.eye(3).ravel() / np.sqrt(3)], (3, 3))
    bracket = certified_bracket(batch, "A|B", Certified())
    assert bracket.separable <= 0.25 < bracket.entangled
    assert bracket.width < 1e-3
    assert bracket.below is not None
    assert bracket.above.kind == "npt"


@pytest.mark.parametrize(("question", "threshold"), [("A|B|C", 1 / 5), ("biseparable", 3 / 7)])
def test_bracket_of_ghz(question, threshold):
    bracket = certified_bracket(GHZ, question, Certified(questions=(question,)))
    assert bracket.separable < threshold < bracket.entangled
    assert bracket.width < 1e-3


def test_a_separable_state_has_no_upper_end():
    batch = StateBatch([[1, 0, 0, 0]], (2, 2))
    bracket = certified_bracket(batch, "A|B", Certified())
    assert bracket.separable == 1.0
    assert bracket.above is None


def test_bad_requests():
    with pytest.raises(DimensionsMismatchError):
        certified_bracket(StateBatch.concatenate([GHZ, GHZ]), "A|B|C", Certified())
    with pytest.raises(ParameterInvalidError):
        certified_bracket(GHZ, "A|B|C", Certified(questions=("A|BC",)))
    with pytest.raises(ParameterInvalidError):
        certified_bracket(GHZ, "A|B|C", Certified(), width=0)
