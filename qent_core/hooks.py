"""The six hooks, one per kind of component: no arguments, each yields frozen records.

Nothing is registered by side effect, no data ever flows through a hook, and the order of plugins
never matters. The API's major version is in the entry-point group's name.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from qent_core.records import (
    ChannelSpec,
    FeatureSpec,
    LabelerSpec,
    ModelSpec,
    StateFamilySpec,
    StudySpec,
)

ENTRY_POINT_GROUP = "qent.v1"
"""Plugins announce themselves in this group; its number is the API's major version."""

PROJECT_NAME = "qent"

hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)


class QentHooks:
    """The hook specifications; a plugin implements those it needs as plain functions."""

    @hookspec
    def qent_state_families(self) -> Iterable[StateFamilySpec]:  # type: ignore[empty-body]
        """Yields one record per state family."""

    @hookspec
    def qent_channels(self) -> Iterable[ChannelSpec]:  # type: ignore[empty-body]
        """Yields one record per quantum channel."""

    @hookspec
    def qent_labelers(self) -> Iterable[LabelerSpec]:  # type: ignore[empty-body]
        """Yields one record per labeler."""

    @hookspec
    def qent_features(self) -> Iterable[FeatureSpec]:  # type: ignore[empty-body]
        """Yields one record per feature extractor."""

    @hookspec
    def qent_models(self) -> Iterable[ModelSpec]:  # type: ignore[empty-body]
        """Yields one record per model."""

    @hookspec
    def qent_studies(self) -> Iterable[StudySpec]:  # type: ignore[empty-body]
        """Yields one record per study."""


RECORD_OF_HOOK: dict[str, type] = {
    "qent_state_families": StateFamilySpec,
    "qent_channels": ChannelSpec,
    "qent_labelers": LabelerSpec,
    "qent_features": FeatureSpec,
    "qent_models": ModelSpec,
    "qent_studies": StudySpec,
}
"""Which record each hook must yield."""
