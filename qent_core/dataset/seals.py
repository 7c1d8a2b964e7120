"""Text that carries its own checksum, so that a change of any byte of it is noticed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_BLANK = "0" * 64
SEAL = "seal"
"""Key of the checksum; everything else in the text is the content."""

# A quote inside a JSON string is escaped, so this matches keys only, never what a user wrote.
_PATTERN = re.compile(rb'"seal": "([0-9a-f]{64})"')


def sealed(text: bytes) -> bytes:
    """Returns a JSON text with its seal filled in.

    Args:
        text: JSON that has ``"seal": "000...0"`` (64 zeros) once.

    Example:
        >>> blank = b'{"seal": "' + b"0" * 64 + b'", "count": 3}'
        >>> is_intact(sealed(blank)), is_intact(sealed(blank).replace(b"3", b"4"))
        (True, False)
    """
    blank = f'"{SEAL}": "{_BLANK}"'.encode()
    return text.replace(blank, f'"{SEAL}": "{_digest(text)}"'.encode(), 1)


def sealed_json(content: Mapping[str, Any]) -> bytes:
    """Returns content as sealed JSON, the same bytes for the same content."""
    blank = {SEAL: _BLANK, **content}
    return sealed(json.dumps(blank, indent=1, ensure_ascii=False).encode() + b"\n")


def is_intact(text: bytes) -> bool:
    """Tells whether a sealed text is as it was written."""
    found = _PATTERN.search(text)
    if found is None:
        return False
    start, stop = found.span(1)
    blank = text[:start] + _BLANK.encode() + text[stop:]
    return found.group(1).decode() == _digest(blank)


def blank_seal() -> dict[str, str]:
    """Returns the entry that `sealed` fills in."""
    return {SEAL: _BLANK}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
