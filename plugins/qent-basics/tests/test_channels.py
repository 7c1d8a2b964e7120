"""What every channel promises: complete positivity, the identity at strength 0, composition."""

import doctest
import importlib
import math
import pkgutil

import numpy as np
import pytest
import qent_basics.channels
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from qent_basics import plugin
from qent_basics.channels.amplitude_damping import AmplitudeDamping, GeneralizedAmplitudeDamping
from qent_basics.channels.dephasing import Dephasing
from qent_basics.channels.depolarizing import Depolarizing
from qent_basics.channels.kraus import Kraus
from qent_basics.channels.pauli_flips import BitFlip, BitPhaseFlip, PhaseFlip
from qent_basics.channels.random_local_unitary import RandomLocalUnitary
from qent_basics.random_matrices import haar_kets, haar_unitaries, induced_states

from qent_core.api import Choice, DimensionsMismatchError, StateBatch, Uniform, stream
from qent_core.linalg import partial_trace, permute_parties

RESET = [[[1, 0], [0, 0]], [[0, 1], [0, 0]]]
"""Kraus operators that put a qubit into |0>."""

COMPLEX = [(haar_unitaries(1, 2, stream(0, "k"))[0] * 2**-0.5).tolist()] * 2

QUDIT_CHANNELS = [Depolarizing, Dephasing, AmplitudeDamping]
QUBIT_CHANNELS = [GeneralizedAmplitudeDamping, BitFlip, PhaseFlip, BitPhaseFlip]
NOISE = [*QUDIT_CHANNELS, *QUBIT_CHANNELS]


def channels(strength, parties=None):
    """One of each channel, for qubits."""
    made = [kind(strength=strength, parties=parties) for kind in NOISE]
    made.append(RandomLocalUnitary(strength=strength, parties=parties))
    one = parties[:1] if parties else [0]
    made.append(Kraus(operators=RESET, parties=one, strength=strength))
    made.append(Kraus(operators=COMPLEX, parties=one, strength=strength))
    return made


def kind_id(channel):
    return type(channel).__name__


def mixed(count, dims, *keys):
    return StateBatch(induced_states(count, math.prod(dims), 3, stream(1, *keys)), dims)


def kets(count, dims, *keys):
    return StateBatch(haar_kets(count, math.prod(dims), stream(2, *keys)), dims)


def choi_matrix(channel, dims):
    """The sum of |i><j| (x) channel(|i><j|)."""
    size = math.prod(dims)
    units = np.eye(size * size).reshape(size * size, size, size)
    images = channel.apply(StateBatch(units, dims), stream(3)).array
    return images.reshape(size, size, size, size).transpose(0, 2, 1, 3).reshape(size**2, size**2)


# --- complete positivity and trace ---------------------------------------------------------------


@pytest.mark.parametrize("strength", [0.0, 1e-6, 0.3, 0.75, 1.0])
@pytest.mark.parametrize("parties", [None, (0,), (1,), (1, 0)])
@pytest.mark.parametrize("kind", NOISE, ids=lambda kind: kind.__name__)
def test_noise_is_completely_positive_and_trace_preserving(kind, parties, strength):
    for dims in [(2, 2), (3, 2), (2, 3), (3, 3)]:
        if kind in QUBIT_CHANNELS and dims != (2, 2):
            continue
        choi = choi_matrix(kind(strength=strength, parties=parties), dims)
        size = math.prod(dims)
        assert np.allclose(choi, choi.conj().T, atol=1e-14)
        assert np.linalg.eigvalsh(choi)[0] > -1e-13
        traced = partial_trace(choi[None], (size, size), [0])[0]
        assert np.allclose(traced, np.eye(size), atol=1e-13)


@pytest.mark.parametrize("excited", [0.0, 0.2, 1.0])
def test_generalized_damping_is_a_channel_for_every_temperature(excited):
    for strength in (0.1, 0.9, 1.0):
        channel = GeneralizedAmplitudeDamping(strength=strength, excited=excited)
        choi = choi_matrix(channel, (2, 2))
        assert np.linalg.eigvalsh(choi)[0] > -1e-13
        assert np.allclose(partial_trace(choi[None], (4, 4), [0])[0], np.eye(4), atol=1e-13)


@pytest.mark.parametrize(
    "channel", [c for c in channels(0.4) if not isinstance(c, RandomLocalUnitary)], ids=kind_id
)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), weight=st.floats(0, 1))
def test_channels_are_linear_and_keep_states_physical(channel, seed, weight):
    one, two = mixed(4, (2, 2), seed, 0), mixed(4, (2, 2), seed, 1)
    both = StateBatch(weight * one.array + (1 - weight) * two.array, (2, 2))
    images = [channel.apply(b, stream(4)).validated(atol=1e-12).array for b in (one, two, both)]
    assert np.allclose(images[2], weight * images[0] + (1 - weight) * images[1], atol=1e-14)


# --- strength 0 ----------------------------------------------------------------------------------


@pytest.mark.parametrize("parties", [None, (1,)])
@pytest.mark.parametrize("batch", [mixed(5, (2, 2)), kets(5, (2, 2))], ids=["density", "kets"])
def test_strength_zero_is_the_identity_bit_for_bit(batch, parties):
    batch = batch.with_known("A|B", 1).with_parameter("alpha", np.arange(5))
    for channel in channels(0.0, parties):
        same = channel.apply(batch, stream(5))
        assert same.array is batch.array or same.array.tobytes() == batch.array.tobytes()
        assert same.kind == batch.kind
        assert (same.known["A|B"] == 1).all()
        assert (same.parameters[f"{channel.channel_name}.strength"] == 0).all()
        assert np.array_equal(same.parameters["alpha"], np.arange(5))


def test_states_of_strength_zero_within_a_batch_keep_their_bits():
    batch = mixed(200, (2, 2))
    for channel in channels(Choice((0.0, 0.7))):
        after = channel.apply(batch, stream(6))
        strength = after.parameters[f"{channel.channel_name}.strength"]
        still = strength == 0
        assert 50 < still.sum() < 150
        assert after.array[still].tobytes() == batch.array[still].astype(after.dtype).tobytes()
        if not isinstance(channel, RandomLocalUnitary):
            assert (np.abs(after.array - batch.array)[~still].max(axis=(1, 2)) > 1e-6).all()


def test_negative_zeros_of_states_left_as_they_are_keep_their_sign():
    diagonal = StateBatch(mixed(50, (2, 2)).array * np.eye(4), (2, 2))
    assert np.signbit(diagonal.array.real[diagonal.array.real == 0]).any()
    for channel in channels(Choice((0.0, 0.7))):
        after = channel.apply(diagonal, stream(6))
        still = after.parameters[f"{channel.channel_name}.strength"] == 0
        assert after.array[still].tobytes() == diagonal.array[still].tobytes()


# --- varying strength ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NOISE, ids=lambda kind: kind.__name__)
def test_varying_strength_equals_application_state_by_state(kind):
    batch = mixed(6, (2, 2, 2))
    for parties in (None, (2, 0)):
        varied = kind(strength=Uniform(0, 1), parties=parties).apply(batch, stream(7))
        strengths = varied.parameters[f"{kind.channel_name}.strength"]
        assert len(set(strengths)) == 6
        for row, strength in enumerate(strengths):
            single = kind(strength=strength, parties=parties).apply(batch[row], stream(8))
            assert np.allclose(varied.array[row], single.array[0], atol=1e-15)


def test_varying_strength_of_a_kraus_map_equals_application_state_by_state():
    batch = mixed(6, (2, 2, 2))
    varied = Kraus(operators=RESET, parties=[1], strength=Uniform(0, 1)).apply(batch, stream(7))
    for row, strength in enumerate(varied.parameters["kraus.strength"]):
        single = Kraus(operators=RESET, parties=[1], strength=strength).apply(batch[row], stream(8))
        assert np.allclose(varied.array[row], single.array[0], atol=1e-15)


def test_written_out_strengths_are_cut_with_the_states():
    channel = Dephasing(strength=np.array([0.0, 0.5, 1.0]))
    batch = kets(3, (2, 2))
    whole = channel.apply(batch, stream(9))
    part = channel.for_states(1, 3).apply(batch[1:3], stream(9))
    assert np.array_equal(whole.array[1:3], part.array)


# --- composition ---------------------------------------------------------------------------------

STRENGTHS = st.floats(0, 0.99) | st.just(1.0)
"""Not just below 1, where sqrt(1 - p) magnifies the rounding of the law's right-hand side."""


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        (Depolarizing, lambda p, q: 1 - (1 - p) * (1 - q)),
        (Dephasing, lambda p, q: 1 - (1 - p) * (1 - q)),
        (AmplitudeDamping, lambda p, q: 1 - (1 - p) * (1 - q)),
        (GeneralizedAmplitudeDamping, lambda p, q: 1 - (1 - p) * (1 - q)),
        (BitFlip, lambda p, q: p + q - 2 * p * q),
        (PhaseFlip, lambda p, q: p + q - 2 * p * q),
        (BitPhaseFlip, lambda p, q: p + q - 2 * p * q),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@settings(max_examples=15, deadline=None)
@given(p=STRENGTHS, q=STRENGTHS, where=st.sampled_from([None, (0,), (1, 0)]))
def test_two_in_a_row_are_one(kind, law, p, q, where):
    batch = mixed(3, (2, 2))
    first = kind(strength=p, parties=where).apply(batch, stream(1))
    twice = kind(strength=q, parties=where).apply(first, stream(1))
    total = min(1.0, max(0.0, law(p, q)))
    once = kind(strength=total, parties=where).apply(batch, stream(1))
    assert np.allclose(twice.array, once.array, atol=1e-13)


@pytest.mark.parametrize("kind", QUDIT_CHANNELS, ids=lambda kind: kind.__name__)
def test_composition_holds_for_qudits(kind):
    batch = mixed(3, (3, 4))
    where = (1, 0)
    first = kind(strength=0.3, parties=where).apply(batch, stream(1))
    twice = kind(strength=0.6, parties=where).apply(first, stream(1))
    once = kind(strength=1 - 0.7 * 0.4, parties=where).apply(batch, stream(1))
    assert np.allclose(twice.array, once.array, atol=1e-14)


def test_acting_on_parties_together_is_acting_on_one_after_the_other():
    batch = mixed(4, (2, 2, 2))
    for kind in NOISE:
        together = kind(strength=0.3, parties=(0, 2)).apply(batch, stream(1))
        first = kind(strength=0.3, parties=(2,)).apply(batch, stream(1))
        apart = kind(strength=0.3, parties=(0,)).apply(first, stream(1))
        assert np.allclose(together.array, apart.array, atol=1e-14)


# --- party order ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NOISE, ids=lambda kind: kind.__name__)
def test_parties_are_counted_from_the_first_factor(kind):
    """Acting on party 2 is permuting it to the front, acting on party 0 and permuting back."""
    dims = (2, 3, 2) if kind in QUDIT_CHANNELS else (2, 2, 2)
    batch = mixed(3, dims)
    direct = kind(strength=0.4, parties=(2,)).apply(batch, stream(1)).array
    moved = StateBatch(permute_parties(batch.array, dims, (2, 0, 1)), (2, *dims[:2]))
    acted = kind(strength=0.4, parties=(0,)).apply(moved, stream(1))
    assert np.allclose(direct, permute_parties(acted.array, acted.dims, (1, 2, 0)), atol=1e-15)


# --- bookkeeping ---------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("strength", [0.0, 0.4, Uniform(0, 1)], ids=["zero", "fixed", "varying"])
@pytest.mark.parametrize("make", [kets, mixed], ids=["kets", "density"])
def test_any_count_works(make, strength, count):
    for channel in channels(strength):
        few = channel.apply(make(count, (2, 2)), stream(1))
        many = channel.apply(make(3, (2, 2)), stream(1))
        assert len(few) == count
        assert (few.kind, few.dtype) == (many.kind, many.dtype)
        assert set(few.parameters) == set(many.parameters)


def test_equal_streams_give_equal_bits_and_nothing_else_changes():
    before = np.random.get_state()[1].tobytes()
    for channel in channels(Uniform(0, 1)):
        batch = mixed(5, (2, 2))
        original = batch.array.copy()
        first, second = (channel.apply(batch, stream(1)).array for _ in range(2))
        assert first.tobytes() == second.tobytes()
        assert np.array_equal(batch.array, original)
    assert np.random.get_state()[1].tobytes() == before


def test_one_channel_twice_records_both_strengths():
    batch = kets(2, (2, 2))
    channel = Depolarizing(strength=0.25)
    twice = channel.apply(channel.apply(batch, stream(1)), stream(1))
    assert set(twice.parameters) == {"depolarizing.strength", "depolarizing.strength#2"}


def test_temperature_is_recorded_too():
    channel = GeneralizedAmplitudeDamping(strength=0.5, excited=Uniform(0, 1))
    parameters = channel.apply(kets(4, (2, 2)), stream(1)).parameters
    assert set(parameters) == {
        "generalized-amplitude-damping.strength",
        "generalized-amplitude-damping.excited",
    }


def test_real_states_stay_real_under_real_channels():
    batch = StateBatch(haar_kets(3, 4, stream(1), real=True), (2, 2))
    real = [*(kind(strength=0.3) for kind in NOISE), RandomLocalUnitary(real=True)]
    real.append(Kraus(operators=RESET, parties=[0]))
    for channel in real:
        assert channel.apply(batch, stream(1)).is_real
    for channel in (RandomLocalUnitary(), Kraus(operators=COMPLEX, parties=[0])):
        assert not channel.apply(batch, stream(1)).is_real


def test_single_precision_stays_single():
    batch = mixed(3, (2, 2)).astype(np.complex64)
    for strength in (0.3, Uniform(0, 1)):
        for channel in channels(strength):
            after = channel.apply(batch, stream(1))
            assert after.dtype == np.complex64
            double = channel.apply(batch.astype(np.complex128), stream(1))
            assert np.allclose(after.array, double.array, atol=1e-5)


@pytest.mark.parametrize("channel", channels(0.5), ids=kind_id)
def test_parameters_survive_toml_form(channel):
    assert type(channel)(**channel.parameters()) == channel


# --- errors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", channels(0.5, (2,)), ids=kind_id)
def test_parties_the_states_do_not_have_are_refused(channel):
    with pytest.raises(DimensionsMismatchError, match="acts on party 2, the states have 2") as info:
        channel.apply(kets(2, (2, 2)), stream(1))
    assert "(2, 2)" in info.value.where
    assert "0 to 1" in info.value.do


@pytest.mark.parametrize("kind", QUBIT_CHANNELS, ids=lambda kind: kind.__name__)
def test_channels_of_qubits_refuse_qudits(kind):
    with pytest.raises(DimensionsMismatchError, match="acts on qubits, party 1 has dimension 3"):
        kind().apply(kets(2, (2, 3)), stream(1))
    kind(parties=(0,)).apply(kets(2, (2, 3)), stream(1)).validated()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dephasing(strength=1.1), "within"),
        (lambda: Dephasing(strength=-0.1), "within"),
        (lambda: Dephasing(strength=Uniform(0, 2)), "within"),
        (lambda: Dephasing(parties=(0, 0)), "each party once"),
        (lambda: Dephasing(parties=()), "at least 1"),
        (lambda: Dephasing(parties=(-1,)), "greater than or equal to 0"),
        (lambda: GeneralizedAmplitudeDamping(excited=2), "within"),
        (lambda: Kraus(operators=[]), "at least 1"),
        (lambda: Kraus(operators=[[[1, 0], [0, 0]]]), "must be complete"),
        (lambda: Kraus(operators=[[[1, 0]]]), "square matrices of equal size"),
        (lambda: Kraus(operators=[[[1]], [[1, 0], [0, 1]]]), "square matrices of equal size"),
        (lambda: Kraus(operators=[[["a", 0], [0, 1]]]), "valid"),
        (Kraus, "Field required"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(ValidationError, match=message):
        make()


def test_records_say_what_the_channels_are():
    """A channel records its strength under its registered name, and 'local' is the truth."""
    for record in plugin.qent_channels():
        module, _, name = record.target.partition(":")
        kind = getattr(importlib.import_module(module), name)
        assert kind.channel_name == record.name
        assert record.local == (name not in ("Depolarizing", "Kraus"))
        properties = kind.model_json_schema()["properties"]
        assert "strength" in properties or {"rate", "time"} <= set(properties)
        assert all(entry["description"] for entry in properties.values())


MODULES = [
    importlib.import_module(f"qent_basics.channels.{module.name}")
    for module in pkgutil.iter_modules(qent_basics.channels.__path__)
]


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_docstrings(module):
    assert doctest.testmod(module).failed == 0
