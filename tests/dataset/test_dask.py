"""Dask: the same bits, and a worker that is killed loses nothing."""

import os
import signal
import threading
import time

import pytest

from qent_core.dataset import check_dataset
from qent_core.errors import DatasetError

distributed = pytest.importorskip("distributed")

# What Dask itself warns about is not ours to fix.
pytestmark = pytest.mark.filterwarnings("ignore:::(distributed|dask|tornado|asyncio)")


def test_three_workers_of_which_one_is_killed(make, data, tmp_path, contents, monkeypatch):
    out = tmp_path / "dask.zarr"
    monkeypatch.setenv("QENT_TEST_DELAY", "0.15")
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        before = {name: worker.pid for name, worker in cluster.workers.items()}
        killed = []

        def kill_one():
            end = time.monotonic() + 30
            while time.monotonic() < end and not list(out.glob("shards/pass-*/*/*.json")):
                time.sleep(0.01)
            killed.append(next(iter(before.values())))
            os.kill(killed[0], signal.SIGKILL)

        assassin = threading.Thread(target=kill_one)
        assassin.start()
        make(out, executor="dask", scheduler=cluster.scheduler_address)
        assassin.join()
    assert killed
    assert check_dataset(out).sound
    assert contents(out) == contents(data.path)


@pytest.mark.slow
def test_a_cluster_of_its_own(make, data, tmp_path, contents):
    make(tmp_path / "dask.zarr", executor="dask", workers=2)
    assert contents(tmp_path / "dask.zarr") == contents(data.path)


def test_a_scheduler_that_is_not_there(make, tmp_path, monkeypatch):
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(DatasetError, match="cannot be reached"),
    ):
        make(tmp_path / "x.zarr", executor="dask", scheduler="tcp://127.0.0.1:9")
