"""Which files and folders of a workspace folder hold no functions.

Hidden folders, environments and installed packages always stay out; then what
.gitignore says, then the settings `exclude` and `include`. A .gcloudignore says what
an upload leaves out, which hides nothing here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from funclens.discovery.files.patterns import patterns_in, patterns_of

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
"""Hidden folders that hold deploy files, and no functions."""

_NEVER = frozenset(
    {"node_modules", "site-packages", "__pycache__", "__pypackages__", "venv"}
)


def is_foreign(parent: str, name: str) -> bool:
    """Tell whether a folder holds other people's files: an environment, packages."""
    if name in _NEVER:
        return True
    if name.startswith("."):
        return name not in PIPELINE_FOLDERS
    return os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))


class Ignored:
    """Decides for one workspace folder; knows the ignore files met so far."""

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
        """Ignore files, by folder, that another walk met and nothing asked for yet."""
        self._met: dict[str, Sequence[str]] = {}
        for above in _above(folder):
            self.enter(above, [n for n in IGNORE_FILES if _exists(above, n)])
        if self._has_specs and self._matches(folder + "/"):
            # Opened all the same: what ignores the whole folder is not meant.
            self._specs = {}
            self._has_specs = False

    @property
    def met(self) -> tuple[dict[str, Sequence[str]], dict[str, list[str]]]:
        """Names of ignore files and notes about them, by folder: for `remember`."""
        return self._met, self._of_files

    def remember(
        self, met: dict[str, Sequence[str]], notes: dict[str, list[str]]
    ) -> None:
        """Take over what another walk of the folder met."""
        self._unread |= met
        self._of_files = {**self._of_files, **notes}
        self._has_specs = self._has_specs or bool(met)

    @property
    def notes(self) -> list[str]:
        """Sentences about patterns that can't be used."""
        of_files = (self._of_files[path] for path in sorted(self._of_files))
        return [*self._of_settings, *(note for notes in of_files for note in notes)]

    def enter(self, path: str, ignore_files: Sequence[str]) -> None:
        """Read the ignore files of a folder; call it before asking for its entries."""
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
        """Say whether a folder and all in it is left out."""
        if is_foreign(os.path.dirname(path), name):
            return True
        if self.in_pipelines(path):
            return self.other(path + "/")
        if self._include is not None:
            return False
        return self._matches(path + "/")

    def in_pipelines(self, path: str) -> bool:
        """Say whether a folder is or lies in a hidden one, which holds no modules."""
        inside = self._relative(path)
        return inside.startswith(".") or "/." in inside

    def other(self, path: str) -> bool:
        """Say whether the settings leave out what is no module.

        Manifests and deploy files tell the same, ignored or not.
        """
        if self._exclude is None or not self._exclude.match_file(self._relative(path)):
            return False
        return self._include is None or not self._include.match_file(
            self._relative(path)
        )

    def file(self, path: str) -> bool:
        """Say whether a file is left out, its folders being in."""
        if self._include is not None and self._include.match_file(self._relative(path)):
            return False
        if self._exclude is None and not self._has_specs:
            return False
        return self._matches(path)

    def by_ignore_file(self, path: str) -> bool:
        """Say whether an ignore file, and nothing else, leaves out what was met.

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
        """Say whether a module or any folder above it is left out."""
        if self.in_pipelines(os.path.dirname(path)):
            return True
        return self.below_ignored(path) or self.file(path)

    def below_ignored(self, path: str) -> bool:
        """Say whether any folder above a path is left out."""
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
    """Return the folders between a repository's top and the workspace folder."""
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
