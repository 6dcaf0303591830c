"""Athena is loaded unasked unless nothing is to wait for work."""

import asyncio

import pytest

from local_aws.athena import late


class LoadedError(Exception):
    """Somebody loads it."""


@pytest.fixture
def unasked(monkeypatch, tmp_path):
    def load():
        raise LoadedError

    monkeypatch.setenv("STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(late, "_UNASKED_S", 0)
    monkeypatch.setattr(late, "_service_class", load)
    return lambda: asyncio.run(late.LateAthena().load_unasked())


def test_it_is_loaded_for_whom_may_come(unasked, monkeypatch):
    monkeypatch.delenv("LOCAL_AWS_WARM_MINUTES")
    with pytest.raises(LoadedError):
        unasked()


@pytest.mark.parametrize("minutes", ["0", "off"])
def test_where_nothing_is_to_wait_it_does_not(unasked, monkeypatch, minutes):
    monkeypatch.setenv("LOCAL_AWS_WARM_MINUTES", minutes)
    unasked()
