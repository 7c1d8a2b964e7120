"""Estimators are kept without pickle, and read back only as what they are named."""

import pickle

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

from qent_core.errors import ModelFileError
from qent_core.model_files import load_estimator, save_estimator


class _OwnFormat:
    def __init__(self, number=0):
        self.number = number

    def save(self, folder):
        (folder / "number.txt").write_text(str(self.number))

    @classmethod
    def load(cls, folder):
        return cls(int((folder / "number.txt").read_text()))


def test_own_formats_are_used_where_they_exist(tmp_path):
    save_estimator(_OwnFormat(42), tmp_path / "model")
    assert load_estimator(_OwnFormat, tmp_path / "model").number == 42


def test_scikit_learn_estimators_go_through_skops(tmp_path):
    x = np.arange(6.0).reshape(3, 2)
    save_estimator(StandardScaler().fit(x), tmp_path / "scaler")
    loaded = load_estimator(StandardScaler, tmp_path / "scaler")
    assert np.array_equal(loaded.transform(x), StandardScaler().fit_transform(x))


def test_another_class_is_refused(tmp_path):
    save_estimator(LinearRegression(), tmp_path / "model")
    with pytest.raises(ModelFileError, match="LinearRegression, not a StandardScaler"):
        load_estimator(StandardScaler, tmp_path / "model")


class _Bomb:
    def __reduce__(self):
        return (exec, ("raise SystemExit('pickle was executed')",))


@pytest.mark.parametrize("content", [pickle.dumps(_Bomb()), b"", b"PK\x03\x04 not a zip"])
def test_pickles_and_rubbish_are_refused_unread(tmp_path, content):
    (tmp_path / "estimator.skops").write_bytes(content)
    with pytest.raises(ModelFileError, match="cannot be read"):
        load_estimator(StandardScaler, tmp_path)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match="missing"):
        load_estimator(StandardScaler, tmp_path / "none")
