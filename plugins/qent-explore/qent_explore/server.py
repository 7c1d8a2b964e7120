"""Serving the page: on the loopback interface only, until Ctrl-C."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from typing import Any

from qent_core.errors import ExplorerError
from qent_core.registry import default_registry
from qent_explore.predictions import RunModel
from qent_explore.settings import Settings, use_settings

HOST = "127.0.0.1"
DEFAULT_PORT = 7368
DEFAULT_FAMILY = "isotropic"


def serve(
    *,
    family: str | None = None,
    port: int = DEFAULT_PORT,
    browser: bool = True,
    models: Sequence[str] = (),
) -> None:
    """Serves the explorer until Ctrl-C, which ends the process.

    Args:
        family: The family that the page begins with.
        port: Where to listen; 0 takes a free one.
        browser: Whether to open the page in the browser.
        models: Run folders whose models are asked.

    Raises:
        ExplorerError: The port is in use or not allowed, or no family of states is installed.
        ComponentUnknownError: There is no such family.
        RunFolderError: A run folder is missing, incomplete, changed, or holds no model.
    """
    use_settings(Settings(first_family(family), tuple(RunModel.load(run) for run in models)))
    with listening(port) as door:
        address = f"http://{HOST}:{door.getsockname()[1]}"
        server = _server()
        print(f"explorer  {address}", "stop it with Ctrl-C", sep="\n", flush=True)
        if browser:
            _open(address)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[door])
        print("\nstopped", flush=True)
    _leave()


def first_family(name: str | None) -> str:
    """Returns the family that the page begins with: the one named, else a common one.

    Raises:
        ExplorerError: No family is installed.
        ComponentUnknownError: There is no family of this name.
    """
    registry = default_registry()
    if name is not None:
        registry.resolve(name, "state-family", where="--family")
        return name
    names = sorted(component.name for component in registry.components("state-family"))
    if not names:
        raise ExplorerError(
            "no family of states is installed", do="install one: pip install qent-werner"
        )
    return DEFAULT_FAMILY if DEFAULT_FAMILY in names else names[0]


def listening(port: int) -> socket.socket:
    """Returns a socket that listens on the loopback interface.

    Args:
        port: 0 takes a free one.

    Raises:
        ExplorerError: The port is in use or not allowed.

    Example:
        >>> with listening(0) as door:
        ...     door.getsockname()[0]
        '127.0.0.1'
    """
    door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port that a server left a moment ago is free; one that somebody listens on is not.
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
        door.listen()
    except (OSError, OverflowError) as error:
        door.close()
        used = getattr(error, "errno", None) == errno.EADDRINUSE
        raise ExplorerError(
            f"port {port} is in use" if used else f"port {port} cannot be listened on: {error}",
            where=f"{HOST}:{port}",
            do="stop what listens there, or take a free port: qent explore --port 0",
        ) from error
    return door


def application() -> Any:
    """Returns the page as an ASGI application that answers to this machine's own names only."""
    import marimo
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    style = files("qent_explore").joinpath("page.css").read_text(encoding="utf-8")
    page = str(files("qent_explore").joinpath("page.py"))
    app = (
        marimo.create_asgi_app(quiet=True, token="", html_head=f"<style>{style}</style>")
        .with_app(path="/", root=page)
        .build()
    )
    # A page elsewhere whose name is made to point here is not served.
    return TrustedHostMiddleware(app, allowed_hosts=[HOST, "localhost"])


def _server() -> Any:
    import uvicorn

    config = uvicorn.Config(
        application(), log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    return uvicorn.Server(config)


def _leave() -> None:
    # Threads of the server that wait for a browser would keep the process; nothing is left to do.
    sys.stderr.flush()
    os._exit(0)


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        print(f"no browser could be started: open {address} yourself", flush=True)
