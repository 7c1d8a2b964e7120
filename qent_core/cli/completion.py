"""What the shell offers for names: components, labelers and studies that are installed."""

from __future__ import annotations


def component_names(incomplete: str) -> list[str]:
    """Returns the names of components that begin so."""
    return _names(None, incomplete)


def labeler_names(incomplete: str) -> list[str]:
    """Returns the names of labelers that begin so."""
    return _names("labeler", incomplete)


def study_names(incomplete: str) -> list[str]:
    """Returns the names of studies that begin so."""
    return _names("study", incomplete)


def _names(kind: str | None, incomplete: str) -> list[str]:
    from qent_core.registry import default_registry

    names = {component.name for component in default_registry().components(kind)}
    return sorted(name for name in names if name.startswith(incomplete))
