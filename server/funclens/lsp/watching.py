"""File changes that the client is asked to report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from funclens.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["REGISTRATIONS", "Registration"]

_SOURCES = (
    "**/*.{py,toml,txt,yaml,yml,json,sh,bash,zsh,ps1,bat,cmd,mk,just,ini,cfg,groovy,rst,"
    "tf,tofu,tfvars,hcl,md,env,html,jinja,j2}"
)
_NAMES = (
    "**/{.env,.env.*,.secret.local,.gitignore,.gcloudignore,Makefile,makefile,Procfile,"
    "Dockerfile,Dockerfile.*,Jenkinsfile,justfile,Justfile}"
)

_WATCHERS = (
    types.FileSystemWatcher(_SOURCES),
    types.FileSystemWatcher(_NAMES),
    # Moving or deleting a folder is one event with the folder's name.
    types.FileSystemWatcher("**/*", types.WatchKind.Create | types.WatchKind.Delete),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A dynamic registration."""

    capability: str
    """Field of ClientProfile that tells whether the client supports it."""
    registration: Callable[[], types.Registration]


REGISTRATIONS = (
    Registration(
        "registers_watchers",
        lambda: types.Registration(
            id="funclens-files",
            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
            register_options=types.DidChangeWatchedFilesRegistrationOptions(
                list(_WATCHERS)
            ),
        ),
    ),
    Registration(
        "registers_configuration",
        lambda: types.Registration(
            id="funclens-settings",
            method=types.WORKSPACE_DID_CHANGE_CONFIGURATION,
            register_options={"section": "funclens"},
        ),
    ),
)
