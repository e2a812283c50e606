"""Decide which files and folders of a workspace folder to skip.

Hidden folders, environments and installed packages are always skipped. Then
.gitignore applies, then the settings `exclude` and `include`. A .gcloudignore hides
nothing, because it only says what an upload leaves out.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.ignoring.patterns import patterns_in, patterns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec

__all__ = ["IGNORE_FILES", "Ignored", "is_foreign"]

IGNORE_FILES = (".gitignore",)

PIPELINE_FOLDERS = frozenset(
    {".azure-pipelines", ".azuredevops", ".buildkite", ".ci", ".circleci"}
    | {".cloudbuild", ".deploy", ".devcontainer", ".docker", ".drone", ".forgejo"}
    | {".gcloud", ".gcp", ".gitea", ".github", ".gitlab", ".gitlab-ci", ".harness"}
    | {".infra", ".jenkins", ".pipelines", ".scripts", ".semaphore", ".tekton"}
    | {".teamcity", ".vscode", ".woodpecker"}
)
"""Hidden folders that may hold deploy files but no functions."""

_NEVER = frozenset(
    {"node_modules", "site-packages", "__pycache__", "__pypackages__", "venv"}
)


def is_foreign(parent: str, name: str) -> bool:
    """Return whether a folder is an environment or holds installed packages."""
    if name in _NEVER:
        return True
    if name.startswith("."):
        return name not in PIPELINE_FOLDERS
    return os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))


class Ignored:
    """Decides for one workspace folder; caches the ignore files found so far."""

    def __init__(
        self, folder: str, include: Sequence[str] = (), exclude: Sequence[str] = ()
    ) -> None:
        self._folder = folder
        self._include, in_include = patterns_of("include", include)
        self._exclude, in_exclude = patterns_of("exclude", exclude)
        self._of_settings = [*in_include, *in_exclude]
        self._of_files: dict[str, list[str]] = {}
        self._specs: dict[str, tuple[GitIgnoreSpec, ...]] = {}
        self._has_specs = False
        self._unread: dict[str, Sequence[str]] = {}
        """Ignore files by folder that another walk found and that aren't parsed yet."""
        self._met: dict[str, Sequence[str]] = {}
        for above in _above(folder):
            self.enter(above, [n for n in IGNORE_FILES if _exists(above, n)])
        if self._has_specs and self._matches(folder + "/"):
            # Opening a folder that its repository ignores is deliberate: search it.
            self._specs = {}
            self._has_specs = False

    @property
    def met(self) -> tuple[dict[str, Sequence[str]], dict[str, list[str]]]:
        """Names of ignore files and notes about them, by folder, for `remember`."""
        return self._met, self._of_files

    def remember(
        self, met: dict[str, Sequence[str]], notes: dict[str, list[str]]
    ) -> None:
        """Import what another walk of the folder found."""
        self._unread |= met
        self._of_files = {**self._of_files, **notes}
        self._has_specs = self._has_specs or bool(met)

    @property
    def notes(self) -> list[str]:
        """Sentences about invalid patterns."""
        of_files = (self._of_files[path] for path in sorted(self._of_files))
        return [*self._of_settings, *(note for notes in of_files for note in notes)]

    def enter(self, path: str, ignore_files: Sequence[str]) -> None:
        """Read the ignore files of a folder. Call before asking about its entries."""
        if not ignore_files:
            self._specs.pop(path, None)
            self._of_files.pop(path, None)
            self._met.pop(path, None)
            return
        self._met[path] = ignore_files
        read = [patterns_in(os.path.join(path, name)) for name in ignore_files]
        self._of_files[path] = [note for _, notes in read for note in notes]
        specs = tuple(spec for spec, _ in read if spec is not None)
        if specs:
            self._specs[path] = specs
            self._has_specs = True

    def folder(self, path: str, name: str) -> bool:
        """Return whether a folder is skipped with everything in it."""
        if is_foreign(os.path.dirname(path), name):
            return True
        if self.in_pipelines(path):
            return self.other(path + "/")
        if self._include is not None:
            return False
        return self._matches(path + "/")

    def in_pipelines(self, path: str) -> bool:
        """Return whether a folder is in a pipeline folder, which has no modules."""
        inside = self._relative(path)
        return inside.startswith(".") or "/." in inside

    def other(self, path: str) -> bool:
        """Return whether the settings exclude a file that isn't a module.

        Manifests and deploy files are read whether or not an ignore file names them.
        """
        if self._exclude is None or not self._exclude.match_file(self._relative(path)):
            return False
        return self._include is None or not self._include.match_file(
            self._relative(path)
        )

    def file(self, path: str) -> bool:
        """Return whether a file is skipped, given that its folders are not."""
        if self._include is not None and self._include.match_file(self._relative(path)):
            return False
        if self._exclude is None and not self._has_specs:
            return False
        return self._matches(path)

    def by_ignore_file(self, path: str) -> bool:
        """Return whether only an ignore file causes a path to be skipped.

        `path` ends with a separator for a folder.
        """
        plain = path.rstrip(os.sep)
        return (
            self._has_specs
            and not is_foreign(*os.path.split(plain))
            and not self.other(path)
            and self._matches(path)
        )

    def path(self, path: str) -> bool:
        """Return whether a module or any folder above it is skipped."""
        if self.in_pipelines(os.path.dirname(path)):
            return True
        return self.below_ignored(path) or self.file(path)

    def below_ignored(self, path: str) -> bool:
        """Return whether any folder above a path is skipped."""
        above = os.path.dirname(path)
        while len(above) > len(self._folder):
            if self.folder(above, os.path.basename(above)):
                return True
            above = os.path.dirname(above)
        return False

    def _relative(self, path: str) -> str:
        return path[len(self._folder) + 1 :].replace(os.sep, "/")

    def _matches(self, path: str) -> bool:
        if self._exclude is not None and self._exclude.match_file(self._relative(path)):
            return True
        if not self._has_specs:
            return False
        while self._unread:
            self.enter(*self._unread.popitem())
        above = os.path.dirname(path.rstrip("/"))
        while True:
            for spec in self._specs.get(above, ()):
                verdict = spec.check_file(path[len(above) + 1 :].replace(os.sep, "/"))
                if verdict.include is not None:
                    return verdict.include
            parent = os.path.dirname(above)
            if parent == above:
                return False
            above = parent


def _above(folder: str) -> list[str]:
    """Return the folders from the repository's root down to the workspace folder."""
    found: list[str] = []
    current = folder
    while not _exists(current, ".git"):
        parent = os.path.dirname(current)
        if parent == current:
            return []
        found.append(parent)
        current = parent
    return found


def _exists(folder: str, name: str) -> bool:
    return os.path.exists(os.path.join(folder, name))
