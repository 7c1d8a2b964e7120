"""What the plugin provides; importing this costs nothing."""

from collections.abc import Iterator

from qent_core.api import StateFamilySpec, hookimpl


@hookimpl
def qent_state_families() -> Iterator[StateFamilySpec]:
    """Yields the one family of this plugin."""
    yield StateFamilySpec(
        name="packaged-faded-ghz",
        target="qent_faded.faded_ghz:PackagedFadedGHZ",
        summary="Three-qubit GHZ states with reduced coherence",
        dims=(2, 2, 2),
    )
