"""The gated ensemble: intervals, routing, intervals without states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qent_siamese.models.autoencoder import SeparabilityEstimator
from qent_siamese.models.domains import EDGES, domain_of
from qent_siamese.models.ensemble import SiameseEnsemble
from qent_siamese.models.siamese import SiameseClassifier

from qent_core.api import integer_seed

SMALL: dict[str, Any] = {
    "conv_layers": 2, "dense_layers": 1, "width": 8, "epochs": 2, "batch_size": 16,
    "regularise_from": 1, "random_state": 0,
}  # fmt: skip


class Ruler(SeparabilityEstimator):
    """Stands for an autoencoder and gives every state the M that a test wants."""

    network_ = None

    def measure(self, X: Any) -> Any:
        return 0.1 * np.abs(X.density()[:, 0, 0])


def small(**changes: Any) -> SiameseEnsemble:
    return SiameseEnsemble(**{**SMALL, "autoencoder": Ruler(), **changes})


def test_ten_intervals_of_the_paper() -> None:
    assert EDGES == (0, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2)
    np.testing.assert_array_equal(domain_of(np.array(EDGES), EDGES), np.arange(10))
    np.testing.assert_array_equal(domain_of(np.array(EDGES[1:]) * 0.999, EDGES), np.arange(9))
    assert domain_of(np.array([0.3]), EDGES).tolist() == [9]


def test_each_network_sees_its_interval_only(problem: Any) -> None:
    states, verdicts = problem
    edges = [0.0, 0.008, 0.02]
    model = small(edges=edges, validation_fraction=0.0, select="last").fit(states, verdicts)
    place = domain_of(Ruler().measure(states), edges)
    p = model.predict_proba(states)
    for number in range(3):
        rows = np.flatnonzero(place == number)
        assert model.domains_[number].states == len(rows) > 3
        alone = SiameseClassifier(
            **{
                **SMALL, "validation_fraction": 0.0, "select": "last",
                "random_state": integer_seed(0, "domain", number),
            }
        )  # fmt: skip
        alone.fit(states[rows], verdicts[rows])
        np.testing.assert_array_equal(alone.predict_proba(states[rows]), p[rows])


def test_an_interval_without_states_is_named_and_answered_by_the_nearest(problem: Any) -> None:
    states, verdicts = problem
    model = small(edges=[0.0, 1e-9, 0.008, 0.5]).fit(states, verdicts)
    assert [domain.answered_by for domain in model.domains_] == [1, 1, 2, 2]
    assert model.domains_[0].notes == ("no training states: domain 1 answers for [0, 1e-09)",)
    assert model.domains_[3].notes == ("no training states: domain 2 answers for [0.5, infinity)",)
    assert sorted(model.networks_) == [1, 2]
    assert np.isfinite(model.predict_proba(states)).all()


def test_the_codes_reading_leaves_states_above_its_end_untrained(problem: Any) -> None:
    states, verdicts = problem
    m = 4 * Ruler().measure(states)

    class Longer(Ruler):
        def measure(self, X: Any) -> Any:
            return 4 * super().measure(X)

    for reading, unused in (("paper", 0), ("code", int((m >= 0.1).sum()))):
        model = small(edges=[0.0, 0.05], reading=reading, autoencoder=Longer())
        model.fit(states, verdicts)
        assert model.n_unused_ == unused
        assert sum(domain.states for domain in model.domains_) == 64 - unused
        assert model.domains(states).max() == 1
    assert unused > 3


def test_validation_stays_inside_the_interval(problem: Any, problems: Any) -> None:
    states, verdicts = problem
    others, labels = problems(7, 60)
    low = np.flatnonzero(Ruler().measure(others) < 0.008)
    model = small(edges=[0.0, 0.008]).fit(
        states, verdicts, validation={"low": (others[low], labels[low])}
    )
    assert "no validation state: the last epoch is kept" in model.domains_[1].notes
    assert model.networks_[0].selected_by_.endswith("'low'")
    assert model.networks_[1].selected_by_ == "the last epoch, without validation"


def test_an_interval_with_one_answer_is_a_note(problem: Any) -> None:
    states, verdicts = problem
    verdicts = np.where((Ruler().measure(states) < 0.008)[:, None], 0, verdicts)
    model = small(edges=[0.0, 0.008]).fit(states, verdicts)
    assert any("all decided labels of A|BC are separable" in n for n in model.domains_[0].notes)


def test_it_trains_its_own_autoencoder_and_is_saved(problem: Any, tmp_path: Path) -> None:
    states, verdicts = problem
    model = small(autoencoder=None, autoencoder_epochs=2, edges=[0.0, 0.05])
    model.fit(states, verdicts)
    assert model.autoencoder_.n_left_out_ == (verdicts != 0).any(axis=1).sum()
    model.save(tmp_path)
    again = SiameseEnsemble.load(tmp_path)
    np.testing.assert_array_equal(again.predict_proba(states), model.predict_proba(states))
    assert again.domains_ == model.domains_


def test_bad_edges_and_labels_are_refused(problem: Any) -> None:
    states, verdicts = problem
    for edges in ([0.1, 0.2], [0.0, 0.2, 0.1], []):
        with pytest.raises(ValueError, match="edges must be an ascending list"):
            small(edges=edges).fit(states, verdicts)
    with pytest.raises(ValueError, match="all labels are unknown"):
        small().fit(states, np.full((64, 3), -1))
    with pytest.raises(ValueError, match="no state is labelled separable"):
        small(autoencoder=None).fit(states, np.ones((64, 3)))
