"""The symmetry terms: unitaries, permutations, the matching of cuts, and the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from qent_siamese.models.siamese import SiameseClassifier
from qent_siamese.networks.convolutional import ConvolutionalNetwork, draw_weights
from qent_siamese.symmetry.objective import SiameseObjective
from qent_siamese.symmetry.permutations import matched, non_trivial
from qent_siamese.symmetry.unitaries import (
    gate,
    local_unitaries,
    random_unitaries,
    rotated,
)
from qent_siamese.training.batches import Batch
from qent_siamese.training.objectives import Draws
from qent_siamese.training.schedule import Schedule

from qent_core.api import cuts
from qent_core.linalg import partial_transpose, permute_parties

CUTS = cuts(3)
LIKE = torch.zeros(1, dtype=torch.float64)


def draws(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def image(rho: Any) -> torch.Tensor:
    return torch.from_numpy(np.stack([rho.real, rho.imag], axis=1))


def negativities(rho: Any) -> Any:
    columns = [
        np.abs(np.linalg.eigvalsh(partial_transpose(rho, (2, 2, 2), [party]))).sum(1)
        for party in range(3)
    ]
    return np.stack(columns, axis=1)


def test_the_gate_is_that_of_the_formula() -> None:
    theta, phi, lam = 0.7, 1.1, -0.4
    found = gate(*(torch.tensor([value], dtype=torch.float64) for value in (theta, phi, lam)))
    cosine, sine = np.cos(theta / 2), np.sin(theta / 2)
    expected = [
        [cosine, -np.exp(1j * lam) * sine],
        [np.exp(1j * phi) * sine, np.exp(1j * (phi + lam)) * cosine],
    ]
    np.testing.assert_allclose(found[0].numpy(), expected, atol=1e-15)


@pytest.mark.parametrize(("law", "d"), [("angles", 2), ("haar", 2), ("haar", 3), ("angles", 4)])
def test_unitaries_are_unitary(law: str, d: int) -> None:
    u = random_unitaries(50, d, law, LIKE, draws())
    np.testing.assert_allclose((u @ u.mH).numpy(), np.broadcast_to(np.eye(d), u.shape), atol=1e-12)


def test_laws_of_the_unitaries() -> None:
    # |u_00|^2 is uniform for Haar: its mean square is 1/3. For one gate it is cos^2(theta/2) with
    # uniform theta, mean square 3/8; two gates in a row give 1/4 + 1/8 (1/4 + ...) computed below.
    count = 40_000
    haar = random_unitaries(count, 2, "haar", LIKE, draws())[:, 0, 0].abs().square()
    assert haar.square().mean().item() == pytest.approx(1 / 3, abs=0.006)
    # cos(theta) of the product is cos a cos b - sin a sin b cos c with uniform a, b, c; |u_00|^2 is
    # (1 + that)/2, its mean square 1/4 (1 + 1/4 + 1/8) = 11/32, not Haar's 1/3.
    angles = random_unitaries(count, 2, "angles", LIKE, draws())[:, 0, 0].abs().square()
    assert angles.square().mean().item() == pytest.approx(11 / 32, abs=0.003)


def test_rotated_states_keep_spectrum_and_negativities(problem: Any) -> None:
    rho = problem[0].density()
    unitaries = local_unitaries(len(rho), (2, 2, 2), "angles", LIKE, draws())
    turned = rotated(image(rho), unitaries).numpy()
    turned = turned[:, 0] + 1j * turned[:, 1]
    assert np.abs(turned - rho).max() > 0.1
    np.testing.assert_allclose(np.linalg.eigvalsh(turned), np.linalg.eigvalsh(rho), atol=1e-12)
    np.testing.assert_allclose(negativities(turned), negativities(rho), atol=1e-12)


def test_each_state_is_rotated_by_its_own_unitaries() -> None:
    u = local_unitaries(10, (2, 2), "angles", LIKE, draws())
    assert (u[:, None] - u[None, :]).abs().amax((-2, -1)).add(torch.eye(10)).min() > 1e-3


def test_there_are_five_permutations_and_they_match_the_core(problem: Any) -> None:
    rho = problem[0].density()
    found = non_trivial((2, 2, 2), CUTS)
    assert len(found) == 5
    for permutation in found:
        ours = permutation.apply(image(rho))
        theirs = image(permute_parties(rho, (2, 2, 2), permutation.order))
        assert torch.equal(ours, theirs)


def test_matched_cuts_have_the_same_negativity(problem: Any) -> None:
    rho = problem[0].density()
    before = negativities(rho)
    for permutation in non_trivial((2, 2, 2), CUTS):
        after = negativities(permute_parties(rho, (2, 2, 2), permutation.order))
        assert len(permutation.pairs) == 3
        for j, k in permutation.pairs:
            np.testing.assert_allclose(before[:, j], after[:, k], atol=1e-12)


def test_the_codes_partial_matching_uses_one_or_two_right_pairs() -> None:
    whole = {p.order: set(p.pairs) for p in non_trivial((2, 2, 2), CUTS)}
    partial = {p.order: set(p.pairs) for p in non_trivial((2, 2, 2), CUTS, matching="code")}
    assert sorted(len(pairs) for pairs in partial.values()) == [1, 2, 2, 2, 2]
    assert all(partial[order] < whole[order] for order in whole)


def test_the_codes_bug_enforces_equal_answers_for_two_cuts(problem: Any) -> None:
    rho = problem[0].density()
    right = {p.order: p for p in non_trivial((2, 2, 2), CUTS, matching="code")}
    wrong = {p.order: p for p in non_trivial((2, 2, 2), CUTS, matching="code", bug=True)}
    differing = [o for o in right if not torch.equal(right[o].rows, wrong[o].rows)]
    assert len(differing) == 1
    bad = wrong[differing[0]]
    copy = bad.apply(image(rho)).numpy()
    after = negativities(copy[:, 0] + 1j * copy[:, 1])
    before = negativities(rho)
    # Both pairs compare the cuts of B and of C: outputs 1 and 0 of the code, its qubit 0 is C.
    assert len(bad.pairs) == 2
    for j, k in bad.pairs:
        other = {1: 2, 2: 1}[j]
        np.testing.assert_allclose(after[:, k], before[:, other], atol=1e-12)


def test_parties_of_other_dimensions_stay_in_place() -> None:
    assert non_trivial((2, 4), ("A|B",)) == ()
    (swap,) = non_trivial((3, 3), ("A|B",))
    assert swap.pairs == ((0, 0),)
    assert len(non_trivial((2, 3, 2), CUTS)) == 1


def test_questions_of_all_kinds_are_matched() -> None:
    names = ("A|B|C", "biseparable", "A|BC")
    assert matched(names, (1, 0, 2)) == ((0, 0), (1, 1))
    assert matched(names, (0, 2, 1)) == ((0, 0), (1, 1), (2, 2))


def test_the_loss_is_that_of_the_formula(problem: Any) -> None:
    rho, verdicts = problem[0].density(), problem[1].copy()
    verdicts[:7, 0] = -1
    network = ConvolutionalNetwork(8, 3, 2, 2, 1, 8).double()
    draw_weights(network, draws(1))
    targets = torch.from_numpy(verdicts)
    batch = Batch(image(rho), targets, len(rho), (targets != -1).sum(), slice(0, len(rho)))
    permutations = non_trivial((2, 2, 2), CUTS)
    objective = SiameseObjective((2, 2, 2), permutations, Schedule(1, 0.5), "angles")
    plain = objective.step(network, batch, 0, Draws.of(4, 0, torch.device("cpu"))).loss.item()
    found = objective.step(network, batch, 1, Draws.of(4, 1, torch.device("cpu"))).loss.item()

    again = Draws.of(4, 1, torch.device("cpu"))
    unitaries = local_unitaries(len(rho), (2, 2, 2), "angles", LIKE, again.device).numpy()
    permutation = permutations[again.host.integers(5)]
    turned = unitaries @ rho @ unitaries.conj().swapaxes(1, 2)
    swapped = permute_parties(rho, (2, 2, 2), permutation.order)
    p, p_lu, p_pi = (network(image(x)).sigmoid().detach().numpy() for x in (rho, turned, swapped))
    each = -(verdicts * np.log(p) + (1 - verdicts) * np.log(1 - p))
    cross_entropy = each[verdicts != -1].mean()
    rotation = np.abs(p - p_lu).mean()
    exchange = np.mean([np.abs(p[:, j] - p_pi[:, k]) for j, k in permutation.pairs])
    assert plain == pytest.approx(cross_entropy, rel=1e-9)
    assert found == pytest.approx(cross_entropy + 0.5 * rotation + 0.5 * exchange, rel=1e-9)


def test_schedule_of_the_paper() -> None:
    weights = [Schedule()(epoch) for epoch in range(20)]
    assert weights == [0.0] * 11 + [0.5] * 9


def test_the_terms_reduce_the_violation(problem: Any) -> None:
    states, verdicts = problem
    options: dict[str, Any] = {
        "conv_layers": 2, "dense_layers": 1, "width": 16, "epochs": 25, "batch_size": 16,
        "learning_rate": 3e-3, "select": "last", "validation_fraction": 0.0, "random_state": 0,
    }  # fmt: skip
    rho = states.density()
    unitaries = local_unitaries(len(rho), (2, 2, 2), "haar", LIKE, draws(9)).numpy()
    turned = states.replaced(unitaries @ rho @ unitaries.conj().swapaxes(1, 2))
    violations = []
    for weight in (0.0, 2.0):
        model = SiameseClassifier(regularisation=weight, regularise_from=0, **options)
        model.fit(states, verdicts)
        difference = model.predict_proba(states) - model.predict_proba(turned)
        violations.append(np.abs(difference).mean())
    assert violations[1] < 0.7 * violations[0]


def test_unlabelled_states_take_part_in_the_symmetry_terms(problem: Any) -> None:
    states, verdicts = problem
    masked = verdicts.copy()
    masked[32:] = -1
    model = SiameseClassifier(
        conv_layers=2, dense_layers=1, width=8, epochs=1, regularise_from=0,
        validation_fraction=0.0, random_state=0,
    ).fit(states, masked)  # fmt: skip
    assert model.n_samples_ == 64
