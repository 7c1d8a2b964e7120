"""What qent-bell provides; importing this costs nothing, the components load when they are used."""

from __future__ import annotations
