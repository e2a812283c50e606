"""`funclens export`: write the functions as files of other tools."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from funclens.cli import stderr
from funclens.cli.folders import add_folder
from funclens.cli.opened import counted, open_workspace
from funclens.errors import UsageError
from funclens.export.export_targets import TARGETS, files_for

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from funclens.export.exported import Loss
    from funclens.model import Catalog

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_folder(parser)
    parser.add_argument(
        "--to",
        required=True,
        choices=[*TARGETS],
        metavar="TARGET",
        help="what to write: "
        + ", ".join(f"{name} ({it.title})" for name, it in TARGETS.items()),
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="write files to this folder (default: print them)",
    )
    parser.add_argument(
        "--force", action="store_true", help="with --out, overwrite existing files"
    )
    parser.add_argument(
        "--registry",
        default="",
        metavar="PREFIX",
        help="for knative and skaffold: where images are pushed, such as "
        "europe-docker.pkg.dev/PROJECT/REPOSITORY",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Print or write the files; what they don't say goes to standard error."""
    from funclens.export.exported import Request  # noqa: PLC0415
    from funclens.export.selection import exported_functions  # noqa: PLC0415

    opened = open_workspace([arguments.folder], problems=False)
    if not opened.catalog.functions:
        raise UsageError(
            f"no functions found in {opened.folders[0]}",
            hint="`funclens list` says what Funclens looks for",
        )
    base = opened.folders[0] if arguments.out is None else _out(arguments.out)
    target = TARGETS[arguments.to]
    functions = exported_functions(opened.catalog, base, as_services=target.as_services)
    made = files_for(
        arguments.to,
        Request(
            functions,
            to_folder=arguments.out is not None,
            registry=arguments.registry,
        ),
    )
    _warn(made.losses, opened.catalog)
    if arguments.out is None:
        sys.stdout.write(_printed(made.files))
        return 0
    _write(base, made.files, force=arguments.force)
    names = ", ".join(str(Path(arguments.out, name)) for name in made.files)
    stderr.note(f"Wrote {counted(len(functions), 'function')} to {names}.")
    return 0


def _out(folder: str) -> str:
    """Return the absolute path of the folder for the files; it need not exist."""
    return os.path.realpath(folder)


def _printed(files: Mapping[str, str]) -> str:
    """Return the files one after the other.

    YAML documents are separated as such, so that the whole is valid YAML.
    """
    return "---\n".join(files.values())


def _write(folder: str, files: Mapping[str, str], *, force: bool) -> None:
    paths = [Path(folder, name) for name in files]
    existing = [path for path in paths if os.path.lexists(path)]
    if existing and not force:
        raise UsageError(
            f"'{existing[0]}' already exists",
            hint="pass --force to overwrite it, or another --out",
        )
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text, "utf-8", newline="\n")
            if path.suffix == ".sh":
                path.chmod(0o755)
    except OSError as error:
        raise UsageError(
            f"cannot write to '{folder}': {error.strerror}",
            hint="pass another folder with --out",
        ) from error


def _warn(losses: Iterable[Loss], catalog: Catalog) -> None:
    """Say what is lost, once for each reason."""
    functions = {item.id: item for item in catalog.functions}
    said: dict[str, list[str]] = {}
    for loss in dict.fromkeys(losses):
        said.setdefault(loss.reason, []).append(functions[loss.function].endpoint)
    lines = []
    for reason, names in said.items():
        shown = ", ".join(names[:3])
        shown += f" and {len(names) - 3} more" if len(names) > 3 else ""
        lines.append(f"{shown}: {reason}")
    sys.stderr.write("".join(stderr.warning_text(line) for line in lines))
    sys.stderr.flush()
