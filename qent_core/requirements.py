"""What a component needs installed beyond its own package, found without importing it."""

from __future__ import annotations

from importlib.util import find_spec

from qent_core.records import ComponentSpec

# Only where the name to import differs from the name to install.
_PIP_NAMES = {"sklearn": "scikit-learn", "skimage": "scikit-image", "PIL": "pillow"}


def missing_modules(spec: ComponentSpec) -> tuple[str, ...]:
    """Returns the modules that a component requires and that are not installed.

    Example:
        >>> from qent_core.records import ModelSpec
        >>> missing_modules(ModelSpec(name="x", target="x:X", summary="x",
        ...                           requires=("json", "no_such_module")))
        ('no_such_module',)
    """
    return tuple(module for module in spec.requires if not is_installed(module))


def is_installed(module: str) -> bool:
    """Tells whether a top-level module can be found; it is not imported."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # a broken parent, or a stub without a spec
        return False


def pip_name(module: str) -> str:
    """Returns what to install for a top-level module.

    Example:
        >>> pip_name("sklearn")
        'scikit-learn'
    """
    return _PIP_NAMES.get(module, module)
