"""The components that a study uses: found by name when it runs, never imported."""

from __future__ import annotations

from qent_core.errors import ComponentBrokenError
from qent_core.names import listed
from qent_core.records import StudySpec
from qent_core.registered import Component
from qent_core.registry import Registry
from qent_core.requirements import missing_modules, pip_name


def used_components(spec: StudySpec, registry: Registry) -> tuple[Component, ...]:
    """Returns the components that a study uses, after checking that they could be built.

    Nothing is imported: whether a package is installed can be told without.

    Raises:
        ComponentUnknownError: No plugin provides one of them; the message says which to install.
        ComponentBrokenError: A package that one of them requires is not installed.
    """
    where = f"study '{spec.name}', uses"
    found = tuple(registry.resolve(name, where=where) for name in spec.uses)
    for used in found:
        missing = missing_modules(used.spec)
        if missing:
            raise ComponentBrokenError(
                f"'{used.name}' ({used.provider}) needs {listed(missing)}, which "
                f"{'is' if len(missing) == 1 else 'are'} not installed",
                where=where,
                do=f"pip install {' '.join(pip_name(module) for module in missing)}",
            )
    return found
