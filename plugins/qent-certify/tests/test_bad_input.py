"""Bad input ends in one clear error or in UNKNOWN, never in a verdict."""

import json

import numpy as np
import pytest
from qent_certify.certified import Certified

from qent_core.api import Labels, QuestionInvalidError, StateBatch, StateInvalidError, check_labels
from qent_core.cli.main import main

SINGLET = np.array([0, 1, -1, 0]) / np.sqrt(2)


def isotropic(d, visibility):
    phi = np.eye(d).ravel() / np.sqrt(d)
    return visibility * np.outer(phi, phi) + (1 - visibility) * np.eye(d * d) / d**2


@pytest.fixture
def command(capsys, tmp_path, monkeypatch):
    """Runs a command in a folder of its own; returns exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def labelled(command, states, dims, name="states"):
    np.savez(f"{name}.npz", states=np.asarray(states), dims=dims)
    out = f"{name}-labels.npz"
    return command("label", f"{name}.npz", "--use", "certified", "--out", out, "-q")


# --- states on the margin ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "dims", "said"),
    [
        (isotropic(3, 0.25 - 1e-14), (3, 3), "partial transpose across A|B"),
        (isotropic(4, 0.2 + 1e-14), (4, 4), "partial transpose across A|B"),
    ],
)
def test_a_state_on_the_margin_is_unknown_and_the_margin_is_named(command, states, dims, said):
    np.savez("border.npz", states=states[None], dims=dims)
    code, out, _ = command(
        "label", "border.npz", "--use", "certified", "--set", "certified.quality=strict"
    )
    assert code == 0
    assert "unknown" in out
    assert said in out
    assert "margin" in out


def test_either_side_of_the_margin_is_decided():
    states = [isotropic(3, 0.25 + e) for e in (-1e-6, -1e-15, 1e-15, 1e-9)]
    batch = StateBatch(states, (3, 3))
    column = Certified(quality="strict").label(batch).column("certified[A|B]")
    assert column.values.tolist() == [0, -1, -1, 1]
    # UNKNOWN carries no criterion; what is known of it is said in the explanation.
    assert column.criteria.tolist()[1:3] == ["", ""]


def test_singular_states_are_decided_within_delta_or_not_at_all():
    product = np.zeros((8, 8))
    product[0, 0] = 1
    mixed = np.zeros((8, 8))
    mixed[0, 0], mixed[5, 5] = 0.5, 0.5
    batch = StateBatch([product, mixed], (2, 4))
    labels = Certified().label(batch)
    (checked,) = check_labels(batch, labels)
    assert labels.values("certified[A|B]").tolist() == [0, 0]
    assert checked.within_delta.all()
    strict = Certified(quality="strict")
    labels = strict.label(batch)
    assert labels.values("certified[A|B]").tolist() == [-1, -1]
    assert "singular" in strict.explain(batch, labels, 1)


# --- matrices that are no states -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (2 * np.eye(4), "trace"),
        (np.full((4, 4), np.nan), "NaN"),
        (np.diag([1.5, -0.5, 0, 0]), "positive"),
        (np.triu(np.ones((4, 4))) / 4, "Hermitian"),
        (2 * SINGLET, "norm"),
    ],
)
def test_files_of_what_are_no_states(command, states, said):
    kind = "kets" if states.ndim == 1 else "density"
    np.savez("bad.npz", states=states[None], dims=[2, 2], kind=kind)
    code, out, error = command("label", "bad.npz", "--use", "certified", "-q")
    assert code == 2
    assert out == ""
    assert said.lower() in error.lower()
    assert error.count("Error:") == 1


def test_batches_of_what_are_no_states():
    for bad in (np.nan, np.inf, 1e200):
        rho = np.stack([np.eye(4) / 4, np.full((4, 4), bad)])
        with pytest.raises(
            StateInvalidError, match=r"NaN, infinite or far too large[\s\S]*state 1"
        ):
            Certified().label(StateBatch(rho, (2, 2)))
    # What is only not normalised, or not positive, is proven nothing about, and the reason is said.
    batch = StateBatch([np.eye(4) / 2], (2, 2))
    labeler = Certified()
    labels = labeler.label(batch)
    assert labels.values("certified[A|B]").tolist() == [-1]
    assert "no state" in labeler.explain(batch, labels, 0)


# --- questions and budgets -----------------------------------------------------------------------


@pytest.mark.parametrize("question", ["A|BC", "A", "", "A|A", "a|b", "biseparable"])
def test_questions_that_do_not_fit(question, command):
    np.savez("states.npz", states=np.eye(4)[None] / 4, dims=[2, 2])
    code, _, error = command(
        "label", "states.npz", "--use", "certified", f"--questions={question}", "-q"
    )
    assert code == 2
    assert error.count("Error:") == 1
    with pytest.raises(QuestionInvalidError):
        Certified(questions=(question,)).label(StateBatch(np.eye(4)[None] / 4, (2, 2)))


def test_a_budget_of_zero_leaves_the_question_open(command):
    rho = 0.5 * isotropic(3, 0.2) + 0.5 * np.eye(9) / 9
    np.savez("states.npz", states=rho[None], dims=[3, 3])
    code, out, _ = command(
        "label", "states.npz", "--use", "certified",
        "--set", "certified.budgets={decomposition = 0, witness = 0, low-rank = 0}",
    )  # fmt: skip
    assert code == 0
    assert "nothing is proven for A|B" in out
    code, _, error = command(
        "label", "states.npz", "--use", "certified", "-q",
        "--set", "certified.budgets={decomposition = -1}",
    )  # fmt: skip
    assert code == 2
    assert "budgets" in error


# --- files of certificates -----------------------------------------------------------------------


@pytest.fixture
def files(command):
    """``states.npz`` with its proofs in ``states-labels.npz``."""
    rng = np.random.default_rng(1)
    g = rng.normal(size=(6, 8, 30, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.trace(rho, axis1=1, axis2=2).real[:, None, None]
    assert labelled(command, rho, [2, 4])[0] == 0
    return rho


def tampered(change):
    with np.load("states-labels.npz") as file:
        arrays = dict(file)
    head = json.loads(str(arrays["columns"]))
    change(head, arrays)
    np.savez("states-labels.npz", **(arrays | {"columns": np.asarray(json.dumps(head))}))


def test_proofs_of_other_states(files, command):
    assert command("verify", "states-labels.npz", "--states", "states.npz", "-q")[0] == 0
    np.savez("other.npz", states=files[::-1], dims=[2, 4])
    code, out, _ = command("verify", "states-labels.npz", "--states", "other.npz", "-q")
    assert code == 1
    assert "are these the states that were labelled?" in out
    np.savez("fewer.npz", states=files[:3], dims=[2, 4])
    code, _, error = command("verify", "states-labels.npz", "--states", "fewer.npz", "-q")
    assert code == 2
    assert "3 states and labels for 6" in error
    np.savez("split.npz", states=files, dims=[2, 2, 2])
    code, _, error = command("verify", "states-labels.npz", "--states", "split.npz", "-q")
    assert code == 2
    assert "does not fit" in error
    np.savez("turned.npz", states=files, dims=[4, 2])
    assert command("verify", "states-labels.npz", "--states", "turned.npz", "-q")[0] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda head, arrays: head.update(layout=2), "layout 2, this version reads 1"),
        (lambda head, arrays: head.update(layout=0), "layout 0, this version reads 1"),
        (
            lambda head, arrays: head["columns"][0]["blocks"][0].update(kind="magic"),
            "'magic' is no kind of certificate that this version knows",
        ),
    ],
)
def test_files_of_another_version(files, command, change, said):
    tampered(change)
    code, _, error = command("verify", "states-labels.npz", "--states", "states.npz", "-q")
    assert code == 2
    assert said in error
    assert "states-labels.npz" in error
    assert "do:" in error


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_truncated_files(files, command, tmp_path, share):
    path = tmp_path / "states-labels.npz"
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    code, _, error = command("verify", path, "--states", "states.npz", "-q")
    assert code == 2
    assert "broken" in error
    assert error.count("Error:") == 1


def test_content_of_the_wrong_shape_proves_nothing(files, command):
    names = list(np.load("states-labels.npz").files)
    for name in (n for n in names if n.startswith("proof:")):
        with np.load("states-labels.npz") as file:
            kept = file[name]

        def cut(head, arrays, name=name, kept=kept):
            arrays[name] = kept[..., None] if kept.ndim == 1 else kept[..., :-1]

        tampered(cut)
        code, out, error = command("verify", "states-labels.npz", "--states", "states.npz", "-q")
        assert code == 1, (name, error)
        assert error == ""
        assert "are these the states" in out

        def back(head, arrays, name=name, kept=kept):
            arrays[name] = kept

        tampered(back)
    assert command("verify", "states-labels.npz", "--states", "states.npz", "-q")[0] == 0


def test_labels_without_the_states_or_without_verdicts(files, command):
    code, _, error = command("verify", "states-labels.npz", "-q")
    assert code == 2
    assert "--states" in error
    Labels.measure("m", [1.0] * 6).save("measures.npz")
    code, _, error = command("verify", "measures.npz", "--states", "states.npz", "-q")
    assert code == 2
    assert "no verdicts" in error


def test_a_threshold_that_stays_open_names_the_stage_that_may_close_it(command):
    np.savez("bell.npz", states=isotropic(2, 1.0)[None], dims=[2, 2])
    words = ["threshold", "bell.npz", "--question", "A|B", "--width", "0.1"]
    code, out, _ = command(*words, "--set", 'certified.stages=["npt"]')
    assert code == 0
    assert """--set 'certified.stages=["npt", "extension"]'""" in out
    assert "extension" not in command(*words)[1]
