"""Files of states: what is written comes back, what is foreign is read or refused in a sentence."""

import contextlib
import os
import pickle
import random
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qent_core.certificate_column import CertificateColumn
from qent_core.errors import (
    DimensionsMismatchError,
    LabelsInvalidError,
    QentError,
    StateFileError,
    StateInvalidError,
)
from qent_core.state_files import load_arrays, read_states, save_npz, write_states
from qent_core.states import StateBatch

BELL = np.array([1.0, 0, 0, 1]) / 2**0.5


def random_batch(count, dims, seed, *, mixed, real):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    shape = (count, size, size) if mixed else (count, size)
    states = rng.standard_normal(shape)
    if not real:
        states = states + 1j * rng.standard_normal(shape)
    if mixed:
        states = states @ states.conj().swapaxes(1, 2)
        states = states / np.einsum("nii->n", states).real[:, None, None]
    else:
        states = states / np.linalg.norm(states, axis=1, keepdims=True)
    return StateBatch(
        states,
        dims,
        parameters={"alpha": rng.random(count), "noise.strength#2": rng.random(count)},
        known={"A|B": rng.integers(-1, 2, count)} if len(dims) == 2 else None,
        source=[f"family-{n % 2}" for n in range(count)],
    )


# --- round trips ---------------------------------------------------------------------------------


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.integers(1, 5),
    st.sampled_from([(2,), (2, 2), (2, 3), (2, 2, 3)]),
    st.integers(0, 2**32),
    st.booleans(),
    st.booleans(),
)
def test_round_trip(tmp_path, count, dims, seed, mixed, real):
    batch = random_batch(count, dims, seed, mixed=mixed, real=real)
    batch.save(tmp_path / "states.npz")
    back = StateBatch.load(tmp_path / "states.npz")
    np.testing.assert_array_equal(back.array, batch.array)
    assert (back.dims, back.kind, back.dtype) == (batch.dims, batch.kind, batch.dtype)
    assert set(back.parameters) == set(batch.parameters)
    for name, values in batch.parameters.items():
        np.testing.assert_array_equal(back.parameters[name], values)
    assert set(back.known) == set(batch.known)
    for question, values in batch.known.items():
        np.testing.assert_array_equal(back.known[question], values)
    assert back.source.tolist() == batch.source.tolist()


def test_as_many_kets_as_dimensions_are_not_taken_for_one_matrix(tmp_path):
    batch = StateBatch(np.eye(4), (2, 2))
    batch.save(tmp_path / "x.npz")
    assert StateBatch.load(tmp_path / "x.npz").shape == (4, 4)
    one = StateBatch(np.eye(4)[None] / 4, (2, 2))
    one.save(tmp_path / "y.npz")
    assert StateBatch.load(tmp_path / "y.npz").shape == (1, 4, 4)


def test_missing_parameters_stay_missing(tmp_path):
    batch = StateBatch([BELL, BELL], (2, 2), parameters={"a": [0.5, np.nan]})
    batch.save(tmp_path / "x.npz")
    np.testing.assert_array_equal(
        StateBatch.load(tmp_path / "x.npz").parameters["a"], [0.5, np.nan]
    )


def test_the_file_is_plain_numpy(tmp_path):
    random_batch(3, (2, 2), 0, mixed=False, real=True).save(tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        assert file["states"].shape == (3, 4)
        assert file["dims"].tolist() == [2, 2]
        assert str(file["kind"]) == "kets"
        assert str(file["order"]) == "big"
        assert set(file.files) == {
            "states",
            "dims",
            "kind",
            "order",
            "source",
            "parameter:alpha",
            "parameter:noise.strength#2",
            "known:A|B",
        }


def test_certificates_are_not_written_with_states(tmp_path):
    batch = StateBatch([BELL], (2, 2), certificates={"A|B": CertificateColumn(1)})
    batch.save(tmp_path / "x.npz")
    assert not StateBatch.load(tmp_path / "x.npz").certificates


# --- files of others -----------------------------------------------------------------------------


def test_foreign_npz_with_states_and_dims(tmp_path):
    np.savez(tmp_path / "x.npz", states=[BELL, [1, 0, 0, 0]], dims=[2, 2])
    batch = StateBatch.load(tmp_path / "x.npz")
    assert (batch.shape, batch.dims) == ((2, 4), (2, 2))
    assert batch.source.tolist() == ["x.npz"] * 2


def test_foreign_npz_with_one_source_for_all(tmp_path):
    np.savez(tmp_path / "x.npz", states=[BELL], dims=[2, 2], source="laboratory")
    assert StateBatch.load(tmp_path / "x.npz").source.tolist() == ["laboratory"]


def test_compressed_files_are_read(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", states=[BELL], dims=[2, 2])
    assert len(StateBatch.load(tmp_path / "x.npz")) == 1


def test_npy_needs_dims(tmp_path):
    np.save(tmp_path / "x.npy", [BELL])
    assert StateBatch.load(str(tmp_path / "x.npy"), dims=(2, 2)).dims == (2, 2)
    assert StateBatch.load(tmp_path / "x.npy", dims=[4]).dims == (4,)
    with pytest.raises(StateFileError, match=r"local dimensions of its states of shape \(1, 4\)"):
        StateBatch.load(tmp_path / "x.npy")


def test_little_endian_files(tmp_path):
    np.savez(tmp_path / "x.npz", states=[[0, 1, 0, 0, 0, 0]], dims=[2, 3], order="little")
    assert np.argmax(StateBatch.load(tmp_path / "x.npz").array[0]) == 3  # A is 1, B is 0
    assert np.argmax(StateBatch.load(tmp_path / "x.npz", order="big").array[0]) == 1
    np.savez(tmp_path / "y.npz", states=[[0, 1, 0, 0, 0, 0]], dims=[2, 3])
    assert np.argmax(StateBatch.load(tmp_path / "y.npz", order="little").array[0]) == 3


def test_a_lone_square_array_needs_its_kind(tmp_path):
    np.savez(tmp_path / "x.npz", states=np.eye(4), dims=[2, 2])
    with pytest.raises(StateInvalidError, match="may be 4 kets or one density matrix") as caught:
        StateBatch.load(tmp_path / "x.npz")
    assert "x.npz" in caught.value.where
    assert StateBatch.load(tmp_path / "x.npz", kind="kets").shape == (4, 4)
    np.savez(tmp_path / "y.npz", states=np.eye(4) / 4, dims=[2, 2], kind="density")
    assert StateBatch.load(tmp_path / "y.npz").shape == (1, 4, 4)


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ({"rho": [BELL]}, StateFileError, "no array called 'states', it holds: rho"),
        ({"states": [BELL]}, StateFileError, "does not say the local dimensions"),
        ({"states": [BELL], "dims": 4}, StateFileError, "'dims' must be a list of integers"),
        ({"states": [BELL], "dims": [2.0, 2.0]}, StateFileError, "'dims' must be a list"),
        ({"states": [BELL], "dims": ["2"]}, StateFileError, "'dims' must be a list"),
        ({"states": np.zeros((0, 4)), "dims": [2, 2]}, StateFileError, "holds no state"),
        ({"states": [BELL], "dims": [2, 3]}, DimensionsMismatchError, "does not fit dims"),
        ({"states": [BELL], "dims": [2, -2]}, DimensionsMismatchError, "no local dimensions"),
        ({"states": [BELL, 2 * BELL], "dims": [2, 2]}, StateInvalidError, "^state 1 has norm 2"),
        ({"states": [["a"] * 4], "dims": [2, 2]}, StateInvalidError, "must be numbers"),
        ({"states": [BELL], "dims": [2, 2], "kind": "pure"}, StateFileError, "kind 'pure'"),
        ({"states": [BELL], "dims": [2, 2], "order": "odd"}, StateFileError, "order 'odd'"),
        (
            {"states": [BELL], "dims": [2, 2], "parameter:a": [1, 2]},
            DimensionsMismatchError,
            "parameter 'a'",
        ),
        ({"states": [BELL], "dims": [2, 2], "parameter:a": ["x"]}, QentError, "parameter 'a'"),
        ({"states": [BELL], "dims": [2, 2], "known:A|B": [7]}, LabelsInvalidError, "no verdict"),
        ({"states": [BELL], "dims": [2, 2], "known:A|B": [0.5]}, LabelsInvalidError, "no verdict"),
        ({"states": [BELL], "dims": [2, 2], "known:A|C": [0]}, QentError, "A|C"),
        ({"states": [BELL], "dims": [2, 2], "source": ["a", "b"]}, QentError, "2 sources"),
    ],
    ids=str,
)
def test_wrong_content_is_refused_and_located(tmp_path, content, error, said):
    np.savez(tmp_path / "x.npz", **content)
    with pytest.raises(error, match=said.replace("|", r"\|")) as caught:
        StateBatch.load(tmp_path / "x.npz")
    assert str(tmp_path / "x.npz") in caught.value.where


def test_dims_must_agree_with_the_file(tmp_path):
    np.savez(tmp_path / "x.npz", states=[BELL], dims=[2, 2])
    assert StateBatch.load(tmp_path / "x.npz", dims=[2, 2]).dims == (2, 2)
    with pytest.raises(StateFileError, match=r"file says dims \(2, 2\), the request says \(4,\)"):
        StateBatch.load(tmp_path / "x.npz", dims=[4])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.npz", None, "no such file"),
        ("x.mat", b"MATLAB", "files of type '.mat' are not read"),
        ("x", b"", "files of type '' are not read"),
        ("x.npz", b"", "broken"),
        ("x.npy", b"", "broken"),
        ("x.npz", b"PK\x03\x04 and then nothing", "broken"),
        ("x.npy", b"\x93NUMPY\x01\x00\x00\x00", "broken"),
        ("x.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': 'O', }", "broken"),
        ("x.npy", b"just text", "pickled objects, which are never read"),
    ],
)
def test_files_that_are_none(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(StateFileError, match=said) as caught:
        StateBatch.load(tmp_path / name, dims=(2, 2))
    assert caught.value.where == str(tmp_path / name)
    assert caught.value.do


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "x.npz").mkdir()
    with pytest.raises(StateFileError, match="no such file"):
        StateBatch.load(tmp_path / "x.npz")


def test_members_that_are_no_arrays(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("states", b"not an array")
        archive.writestr("dims", b"2,2")
    with pytest.raises(StateFileError, match="'states' in the file is no array"):
        StateBatch.load(tmp_path / "x.npz")


# --- pickles -------------------------------------------------------------------------------------


class Trap:
    """Writes a file if anybody unpickles it."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (os.mkdir, (self.path,))


@pytest.mark.parametrize(
    "form", ["npy object array", "npz object array", "bare pickle", "npz member"]
)
def test_no_pickle_is_ever_read(tmp_path, form):
    sprung = tmp_path / "sprung"
    path = tmp_path / ("x.npz" if form.startswith("npz") else "x.npy")
    trap = np.array([Trap(sprung)], dtype=object)
    if form == "npy object array":
        np.save(path, trap, allow_pickle=True)
    elif form == "npz object array":
        np.savez(path, states=trap, dims=[2, 2])
    elif form == "bare pickle":
        path.write_bytes(pickle.dumps(Trap(sprung)))
    else:
        np.savez(path, states=[BELL], dims=[2, 2], extra=trap)
    with pytest.raises(StateFileError, match="pickled objects, which are never read") as caught:
        StateBatch.load(path, dims=(2, 2))
    assert "plain numeric arrays" in caught.value.do
    assert not sprung.exists()
    # The trap does work: this is what reading it would have done.
    pickle.loads(pickle.dumps(Trap(sprung)))
    assert sprung.exists()


# --- damage --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.npz", "compressed.npz", "x.npy"])
def test_any_damage_ends_in_an_error_of_qent_or_in_physical_states(tmp_path, name):
    path = tmp_path / name
    kets = np.eye(4)[:3]
    if name == "x.npy":
        np.save(path, kets)
    elif name == "x.npz":
        StateBatch(kets, (2, 2), known={"A|B": [0, 1, -1]}).save(path)
    else:
        np.savez_compressed(path, states=kets, dims=[2, 2])
    whole, chance = path.read_bytes(), random.Random(name)
    for _ in range(400):
        damaged = bytearray(whole)
        if chance.random() < 0.2:
            damaged = damaged[: chance.randrange(len(damaged))]
        else:
            for _ in range(chance.choice([1, 2, 8])):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        # Nothing but an error of qent may come out, and no state that is not physical.
        with contextlib.suppress(QentError):
            StateBatch.load(path, dims=(2, 2)).validated()


# --- writing -------------------------------------------------------------------------------------


def test_only_npz_is_written(tmp_path):
    batch = StateBatch([BELL], (2, 2))
    for name in ("x.npy", "x", "x.csv"):
        with pytest.raises(StateFileError, match=r"written as \.npz"):
            batch.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(StateFileError, match="cannot be written: No such file"):
        write_states(StateBatch([BELL], (2, 2)), tmp_path / "missing" / "x.npz")


def test_writing_replaces_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "x.npz"
    StateBatch([BELL], (2, 2)).save(path)
    StateBatch([BELL, BELL], (2, 2)).save(path)
    assert len(StateBatch.load(path)) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["x.npz"]


def test_a_failed_write_leaves_the_old_file_and_no_part(tmp_path):
    (tmp_path / "x.npz").mkdir()
    with pytest.raises(StateFileError, match="cannot be written"):
        save_npz(tmp_path / "x.npz", {"states": np.eye(2)})
    assert [file.name for file in tmp_path.iterdir()] == ["x.npz"]


def test_arrays_by_name(tmp_path):
    save_npz(tmp_path / "x.npz", {"a": np.arange(3), "b:c": np.zeros((2, 0))})
    arrays = load_arrays(tmp_path / "x.npz")
    assert arrays["a"].tolist() == [0, 1, 2]
    assert arrays["b:c"].shape == (2, 0)
    np.save(tmp_path / "y.npy", np.arange(2))
    assert load_arrays(tmp_path / "y.npy")["states"].tolist() == [0, 1]


def test_read_and_write_are_what_the_batch_uses(tmp_path):
    write_states(StateBatch([BELL], (2, 2)), tmp_path / "x.npz")
    assert len(read_states(tmp_path / "x.npz")) == 1
