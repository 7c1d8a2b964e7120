"""What ``qent explore`` was told; the page, which runs in the same process, reads it here."""

from __future__ import annotations

from dataclasses import dataclass

from qent_explore.predictions import RunModel


@dataclass(frozen=True)
class Settings:
    """What the page starts with."""

    family: str
    models: tuple[RunModel, ...] = ()


_chosen: list[Settings] = [Settings("isotropic")]


def use_settings(settings: Settings) -> None:
    """Sets what pages that are opened from now on start with."""
    _chosen[0] = settings


def settings() -> Settings:
    """Returns what the page starts with."""
    return _chosen[0]
