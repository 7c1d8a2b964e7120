"""Names of arrays and groups: made of characters that every store and file system can have."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAFE = re.compile(r"[A-Za-z0-9._-]+")


def node_names(prefix: str, names: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Returns the array in which each named thing is stored.

    Args:
        prefix: What all of them begin with.
        names: Names as users see them.
        taken: Arrays that are there already.

    Example:
        >>> node_names("label", ["negativity[A|BC]", "negativity[A/BC]"])
        {'negativity[A|BC]': 'label.negativity_A_BC', 'negativity[A/BC]': 'label.negativity_A_BC-2'}
    """
    used = {name.lower() for name in taken}
    nodes = {}
    for name in names:
        plain = f"{prefix}.{re.sub(r'[^A-Za-z0-9.-]+', '_', name).strip('_')}"
        node, number = plain, 1
        while node.lower() in used:
            number += 1
            node = f"{plain}-{number}"
        used.add(node.lower())
        nodes[name] = node
    return nodes


def section_name(number: int, source: str) -> str:
    """Returns the group of the states that one family made.

    Example:
        >>> section_name(1, "isotropic")
        '1-isotropic'
    """
    return node_names(str(number), [source])[source].replace(".", "-", 1)


def is_safe(name: str) -> bool:
    """Tells whether a name leads to no other folder.

    Example:
        >>> is_safe("label.ppt_A_B"), is_safe(".."), is_safe("a/b")
        (True, False, False)
    """
    return _SAFE.fullmatch(name) is not None and set(name) != {"."}
