"""Training from a data set on disk: whole if it fits, stretch by stretch if not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qent_siamese.models.autoencoder import SeparabilityEstimator
from qent_siamese.models.convolutional import ConvolutionalClassifier
from qent_siamese.training.batches import StreamedRows

from qent_core.api import Dataset, Experiment, generate_dataset, use

COLUMNS = ["ppt[A|BC]", "ppt[B|AC]", "ppt[C|AB]"]
SMALL: dict[str, Any] = {
    "conv_layers": 2, "dense_layers": 1, "width": 8, "epochs": 2, "batch_size": 16,
    "random_state": 0, "select": "last",
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    experiment = Experiment(
        run={"seed": 1, "shard_size": 16},
        states=[
            use("haar-pure", count=40, dims=[2, 2, 2]),
            use("product", count=40, dims=[2, 2, 2]),
        ],
        labels=use("ppt"),
    )
    return generate_dataset(experiment, tmp_path_factory.mktemp("data") / "data.zarr")


def small(**changes: Any) -> ConvolutionalClassifier:
    return ConvolutionalClassifier(**{**SMALL, **changes})


def test_a_data_set_that_fits_gives_what_its_states_give(data: Dataset) -> None:
    options = {"validation_fraction": 0.0}
    verdicts = np.stack([data.columns[name] for name in COLUMNS], axis=1)
    assert set(np.unique(verdicts)) == {0, 1}
    first = small(**options).fit(data, COLUMNS).predict_proba(data[:10])
    second = small(**options).fit(data[:], verdicts).predict_proba(data[:10])
    np.testing.assert_array_equal(first, second)


def test_a_data_set_that_does_not_fit_is_streamed(
    data: Dataset, monkeypatch: Any, tmp_path: Path
) -> None:
    seen = []
    batches = StreamedRows.batches

    def counted(self: Any, *arguments: Any) -> Any:
        for inputs, targets in batches(self, *arguments):
            seen.append(len(inputs))
            yield inputs, targets

    monkeypatch.setattr(StreamedRows, "batches", counted)
    options = {"memory": "20kB", "validation_fraction": 0.1}
    model = small(**options).fit(data, COLUMNS)
    assert seen == [16, 16, 16, 16, 8] * 2
    assert (
        "'held out'"
        in small(**options, checkpoint=None)
        .set_params(select="loss")
        .fit(data, COLUMNS)
        .selected_by_
    )
    small(**options, checkpoint=str(tmp_path)).set_params(epochs=1).fit(data, COLUMNS)
    resumed = small(**options, checkpoint=str(tmp_path)).fit(data, COLUMNS)
    np.testing.assert_array_equal(resumed.predict_proba(data[:10]), model.predict_proba(data[:10]))


def test_a_column_that_does_not_exist_is_named(data: Dataset) -> None:
    with pytest.raises(ValueError, match="'ppt' is no column of verdicts") as caught:
        small().fit(data, ["ppt"])
    assert "ppt[A|BC]" in str(caught.value)


def test_the_autoencoder_takes_the_separable_states_of_a_data_set(data: Dataset) -> None:
    model = SeparabilityEstimator(
        terms=2, dense_layers=1, epochs=1, batch_size=16, memory="10kB", random_state=0
    ).fit(data, COLUMNS)
    assert model.n_left_out_ == 40


def test_mixed_precision_trains_and_predicts_in_full_precision(data: Dataset) -> None:
    model = small(mixed_precision=True).fit(data, COLUMNS)
    assert np.isfinite(model.history_[-1]["loss"])
    assert model.predict_proba(data[:4]).dtype == np.float32
