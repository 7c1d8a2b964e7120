"""Dephasing by rate and time: the master equation, the semigroup, and known times of death."""

import numpy as np
import pytest
import qutip
from pydantic import ValidationError
from qent_basics.channels.dephasing import Dephasing
from qent_basics.channels.dephasing_in_time import DephasingInTime
from qent_basics.measures.negativity import negativity
from qent_basics.random_matrices import induced_states
from scipy.linalg import expm

from qent_core.api import Choice, Experiment, StateBatch, Uniform, Values, stream
from qent_core.linalg import tensor


def mixed(count, dims):
    return StateBatch(induced_states(count, int(np.prod(dims)), 3, stream(1)), dims)


def propagator(dims, rate, time):
    """exp(L t) of the master equation, as a matrix on row-stacked density matrices."""
    size = int(np.prod(dims))
    generator = np.zeros((size**2, size**2))
    for party, d in enumerate(dims):
        generator -= rate * np.eye(size**2)
        for level in range(d):
            one = np.zeros((d, d))
            one[level, level] = 1
            parts = [np.eye(n)[None] if k != party else one[None] for k, n in enumerate(dims)]
            projector = tensor(*parts)[0]
            generator += rate * np.kron(projector, projector)
    return expm(generator * time)


@pytest.mark.parametrize("dims", [(2, 2), (2, 3), (2, 2, 2)])
def test_it_solves_the_master_equation(dims):
    batch = mixed(3, dims)
    after = DephasingInTime(rate=0.7, time=1.3).apply(batch, stream(2)).array
    flat = batch.array.reshape(len(batch), -1)
    solved = (flat @ propagator(dims, 0.7, 1.3).T).reshape(after.shape)
    assert after == pytest.approx(solved, abs=1e-13)


def test_qutip_integrates_to_the_same_state():
    batch, rate, time = mixed(1, (2, 2)), 0.4, 0.9
    # A collapse operator c Z makes coherences decay at the rate 2 c^2.
    z = (rate / 2) ** 0.5 * qutip.sigmaz()
    collapse = [qutip.tensor(z, qutip.qeye(2)), qutip.tensor(qutip.qeye(2), z)]
    solved = qutip.mesolve(
        0 * qutip.tensor(qutip.qeye(2), qutip.qeye(2)),
        batch.to_qutip()[0],
        [0, time],
        collapse,
        options={"atol": 1e-11, "rtol": 1e-9},
    ).states[-1]
    after = DephasingInTime(rate=rate, time=time).apply(batch, stream(2)).array[0]
    assert after == pytest.approx(solved.full(), abs=1e-8)


def test_times_add_up_and_only_rate_times_time_matters():
    batch = mixed(5, (2, 2))
    once = DephasingInTime(rate=2.0, time=0.8).apply(batch, stream(3)).array
    first = DephasingInTime(rate=2.0, time=0.3).apply(batch, stream(3))
    twice = DephasingInTime(rate=2.0, time=0.5).apply(first, stream(3)).array
    slower = DephasingInTime(rate=0.5, time=3.2).apply(batch, stream(3)).array
    assert twice == pytest.approx(once, abs=1e-15)
    assert slower == pytest.approx(once, abs=1e-15)


def test_it_is_dephasing_of_that_strength_state_by_state():
    batch = mixed(50, (2, 2, 2))
    after = DephasingInTime(rate=Uniform(0, 2), time=Uniform(0, 3), parties=(2, 0)).apply(
        batch, stream(4)
    )
    named = {key: after.parameters[f"dephasing-in-time.{key}"] for key in ("rate", "time")}
    strength = 1 - np.exp(-named["rate"] * named["time"])
    assert after.parameters["dephasing-in-time.strength"] == pytest.approx(strength, abs=1e-15)
    same = Dephasing(strength=Values(tuple(strength)), parties=(2, 0)).apply(batch, stream(4))
    assert after.array == pytest.approx(same.array, abs=1e-15)
    assert np.ptp(named["rate"]) > 1
    assert np.ptp(named["time"]) > 1


@pytest.mark.parametrize("still", [{"time": 0}, {"rate": 0}, {"rate": 0.0, "time": 0.0}])
def test_no_time_or_no_rate_is_the_identity(still):
    kets = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2), known={"A|B": [1]})
    same = DephasingInTime(**still).apply(kets, stream(5))
    assert same.kind == "kets"
    assert same.array.tobytes() == kets.array.tobytes()
    assert same.known["A|B"].tolist() == [1]
    assert same.parameters["dephasing-in-time.strength"].tolist() == [0.0]


def test_states_at_time_zero_keep_bits_and_verdicts():
    batch = mixed(40, (2, 2)).with_known("A|B", 1)
    after = DephasingInTime(time=Choice((0.0, 1.0))).apply(batch, stream(6))
    still = after.parameters["dephasing-in-time.time"] == 0
    assert 0 < still.sum() < 40
    assert after.array[still].tobytes() == batch.array[still].tobytes()
    assert after.known["A|B"].tolist() == np.where(still, 1, -1).tolist()


@pytest.mark.parametrize("angle", [0.3, np.pi / 2, -1.1])
def test_a_state_dies_at_the_time_arsinh_of_the_sine(angle):
    """q = sqrt(1 + s^2) - |s| with q = exp(-rate t) is t = arsinh|s| / rate."""
    theta = 1.234
    ket = np.array(
        [
            np.cos(theta / 2) * np.exp(-1j * angle),
            np.cos(theta / 2),
            np.sin(theta / 2) * np.exp(1j * angle),
            np.sin(theta / 2),
        ]
    )
    batch = StateBatch([ket / 2**0.5] * 2, (2, 2))
    death = np.arcsinh(abs(np.sin(angle)))
    around = DephasingInTime(rate=0.25, time=Values((4 * death - 1e-6, 4 * death + 1e-6)))
    left = negativity(around.apply(batch, stream(7)).array, (2, 2), [0])
    assert left[0] > 1e-9
    assert left[1] == 0


def test_endless_time_leaves_populations_only():
    after = DephasingInTime(rate=1e200, time=1e200).apply(mixed(2, (2, 2)), stream(8)).array
    assert (after == after * np.eye(4)).all()


@pytest.mark.parametrize("bad", [{"time": -1}, {"rate": -0.1}, {"time": Uniform(-1, 1)}])
def test_negative_times_and_rates_are_refused(bad):
    with pytest.raises(ValidationError, match="must lie within"):
        DephasingInTime(**bad)


def test_it_composes_in_toml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = """
    [run]
    seed = 3

    [[states]]
    use = "ghz"
    count = 6

    [[channels]]
    use = "dephasing-in-time"
    rate = 0.5
    time = { uniform = [0.0, 2.0] }

    [labels]
    use = "negativity"
    """
    experiment = Experiment.from_toml(text)
    assert Experiment.from_toml(experiment.to_toml()) == experiment
    run = experiment.execute()
    times = run.states.parameters["dephasing-in-time.time"]
    for cut in ("A|BC", "B|AC", "C|AB"):
        found = run.labels.values(f"negativity[{cut}]")
        assert found == pytest.approx(np.exp(-1.5 * times) / 2, abs=1e-12)
