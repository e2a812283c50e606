"""Files and budget of one evaluation.

All files that were read or looked up, including missing ones, are recorded. A change of
any of them invalidates the evaluation.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from funclens.dataclass import dataclass, field
from funclens.discovery.deploy.terraform.language.scanner import Source
from funclens.discovery.deploy.terraform.module import (
    Module,
    blocks_of,
    module_files,
    module_of,
)
from funclens.discovery.files.budget import Budget
from funclens.discovery.files.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from funclens.discovery.deploy.terraform.language.hcl_blocks import Block
    from funclens.discovery.files.notes import Notes

__all__ = ["Dependencies", "Parsed", "Project"]

_MOST_STEPS = 200_000
_DEEPEST = 90
_MOST_FILES = 2_000


@dataclass(slots=True)
class Dependencies:
    """Paths that an evaluation depends on, absolute."""

    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    """Folders that were listed."""
    trees: set[str] = field(default_factory=set)
    """Folders that were walked recursively."""

    def touches(self, path: str) -> bool:
        """Return whether a change of a file or folder affects the evaluation."""
        if path in self.files or os.path.dirname(path) in self.folders:
            return True
        inside = path + os.sep
        return any(
            path == tree or path.startswith(tree + os.sep) or tree.startswith(inside)
            for tree in self.trees
        ) or any(
            known.startswith(inside)
            for group in (self.files, self.folders)
            for known in group
        )


class Parsed:
    """Parsed files of a workspace folder, cached until they change."""

    def __init__(
        self, top: str, read: Callable[[str], bytes | None], notes: Notes
    ) -> None:
        self.top = top
        self._notes = notes
        self._read = read
        self._sources: dict[str, Source | None] = {}
        self._blocks: dict[str, list[Block]] = {}

    def forget(self, path: str) -> None:
        """Drop a file, or everything below a folder."""
        inside = path + os.sep
        if path in self._blocks:
            self._notes.forget(path)
        for table in (self._sources, self._blocks):
            for known in [k for k in table if k == path or k.startswith(inside)]:
                del table[known]

    def source(self, path: str) -> Source | None:
        """Return a file of the workspace folder, or None."""
        if path not in self._sources:
            data = self._read(path) if path.startswith(self.top + os.sep) else None
            text = None if data is None else decode(data)[0]
            self._sources[path] = None if text is None else Source(path, text)
        return self._sources[path]

    def blocks(self, path: str) -> list[Block]:
        """Return the blocks of a Terraform file; empty if the file doesn't exist."""
        if path not in self._blocks:
            source = self.source(path)
            self._blocks[path] = [] if source is None else blocks_of(source)
            if source is not None and source.budget.is_spent:
                self._notes.skip(path, "took too long")
        return self._blocks[path]


class Project:
    """A root module under evaluation, with its files and budget."""

    def __init__(self, folder: str, parsed: Parsed) -> None:
        self.folder = folder
        """Folder of the root module, which paths are relative to."""
        self.top = parsed.top
        self.dependencies = Dependencies()
        self.depth = 0
        self._parsed = parsed
        self._budget = Budget(_MOST_STEPS)
        self._modules: dict[str, Module | None] = {}

    def spend(self, steps: int = 1) -> None:
        """Spend steps. Raises OverBudgetError if too few are left."""
        self._budget.spend(steps)

    @property
    def too_deep(self) -> bool:
        """True if evaluations are nested too deeply."""
        return self.depth > _DEEPEST

    def module(self, folder: str) -> Module | None:
        """Return the module in a folder, or None."""
        if folder not in self._modules:
            names = module_files(self.names(folder))
            paths = [os.path.join(folder, name) for name in names]
            self.dependencies.files.update(paths)
            blocks = [self._parsed.blocks(path) for path in paths]
            self._modules[folder] = module_of(folder, blocks) if paths else None
        return self._modules[folder]

    def blocks(self, path: str) -> list[Block]:
        """Return the blocks of a variable file."""
        self.dependencies.files.add(path)
        return self._parsed.blocks(path)

    def source(self, path: str) -> Source | None:
        """Return a file of the workspace folder, or None."""
        self.dependencies.files.add(path)
        self.spend(10)
        return self._parsed.source(path)

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder of the workspace folder, sorted."""
        self.dependencies.folders.add(folder)
        self.spend(10)
        if folder != self.top and not folder.startswith(self.top + os.sep):
            return []
        try:
            return sorted(os.listdir(folder))
        except OSError:
            return []

    def files_below(self, folder: str, pattern: str) -> list[str]:
        """Implement `fileset`: return relative paths of files, with `/`."""
        if not folder.startswith(self.top):
            return []
        self.dependencies.trees.add(folder)
        wanted = re.compile(_regex(pattern))
        deep = pattern.count("/") if "**" not in pattern else 12
        return [path for path in self._walk(folder, deep) if wanted.fullmatch(path)]

    def _walk(self, folder: str, deep: int) -> Iterator[str]:
        pending = [("", 0)]
        seen = 0
        while pending:
            inner, depth = pending.pop()
            try:
                entries = sorted(os.scandir(os.path.join(folder, inner)), key=_name)
            except OSError:
                continue
            for entry in entries:
                seen += 1
                if seen > _MOST_FILES:
                    return
                path = f"{inner}/{entry.name}" if inner else entry.name
                if entry.is_file():
                    yield path
                elif depth < deep and entry.is_dir(follow_symlinks=False):
                    pending.append((path, depth + 1))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _regex(pattern: str) -> str:
    """Translate a `fileset` pattern to a regular expression."""
    found = ""
    at = 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            found += "(?:[^/]+/)*"
            at += 3
        elif pattern.startswith("**", at):
            found += ".*"
            at += 2
        elif pattern[at] == "{" and "}" in pattern[at:]:
            end = pattern.index("}", at)
            options = pattern[at + 1 : end].split(",")
            found += "(?:" + "|".join(_regex(o) for o in options if "{" not in o) + ")"
            at = end + 1
        else:
            found += {"*": "[^/]*", "?": "[^/]"}.get(
                pattern[at], re.escape(pattern[at])
            )
            at += 1
    return found
