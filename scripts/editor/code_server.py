"""Starts the installed editor on a folder, on a free port of 127.0.0.1."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from editor.install import EditorError, entry_path, node_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

__all__ = ["CALM", "CodeServer", "Profile"]

CALM: Mapping[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.welcomePage.walkthroughs.openOnInstall": False,
    "workbench.tips.enabled": False,
    "telemetry.telemetryLevel": "off",
    "extensions.ignoreRecommendations": True,
    "chat.disableAIFeatures": True,
    "files.autoSave": "off",
    "git.openRepositoryInParentFolders": "never",
}
"""Keeps the editor's own offers out of the way, and saving as it is on a desktop."""

_LISTENING = re.compile(r"HTTPS? server listening on (http\S+?)/?\s*$")
_PRIVATE_VARIABLES = ("PORT", "VSCODE_", "CODE_SERVER_", "PASSWORD")


@dataclass(frozen=True, slots=True)
class Profile:
    """Where an editor keeps its settings and extensions, and what is set."""

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Added to the calm settings when the editor starts; they win."""
    shared_extensions: Path | None = None
    """Installed extensions that several profiles use; else the profile's own."""

    @property
    def extensions(self) -> Path:
        """The folder of the installed extensions."""
        return self.shared_extensions or self.folder / "extensions"

    def arguments(self) -> list[str]:
        """Return the options that make code-server use this profile."""
        return [
            *("--config", str(self.folder / "config.yaml")),
            *("--user-data-dir", str(self.folder / "data")),
            *("--extensions-dir", str(self.extensions)),
        ]

    def write_settings(self) -> None:
        """Write the user's settings.json, and a configuration that asks nothing."""
        path = self.folder / "data" / "User" / "settings.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")  # a running editor may read it meanwhile
        beside.write_text(json.dumps({**CALM, **self.settings}, indent=2), "utf-8")
        beside.replace(path)
        (self.folder / "config.yaml").write_text("auth: none\n", "utf-8")


class CodeServer:
    """A running editor; a context manager that leaves no process behind."""

    def __init__(
        self, home: Path, profile: Profile, *, environment: Mapping[str, str] = {}
    ) -> None:
        self.profile = profile
        self.url = ""
        """Without a folder: `http://127.0.0.1:PORT`; empty until it is started."""
        self._command = [str(node_path(home)), str(entry_path(home))]
        self._environment = {**_clean_environment(), **environment}
        self._process: subprocess.Popen[str] | None = None
        self._lines: list[str] = []
        self._ready = threading.Event()
        self._reader: threading.Thread | None = None

    def install_extension(self, vsix: Path) -> None:
        """Install an extension; raise EditorError with the editor's own words."""
        self.profile.write_settings()
        done = subprocess.run(
            [
                *self._command,
                *self.profile.arguments(),
                *("--install-extension", str(vsix), "--force"),
            ],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EditorError(
                "The extension could not be installed into the editor. What it said: "
                f"{(done.stdout + done.stderr).strip()}"
            )

    def start(self, *, deadline: float = 60.0) -> None:
        """Start listening; raise EditorError if that takes over `deadline` seconds."""
        self.profile.write_settings()
        self._process = subprocess.Popen(
            [
                *self._command,
                *self.profile.arguments(),
                *("--auth", "none", "--bind-addr", "127.0.0.1:0"),
                *("--disable-telemetry", "--disable-update-check"),
                "--disable-getting-started-override",
                "--ignore-last-opened",
                *("--reconnection-grace-time", "0"),
            ],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._ready.wait(deadline)
        if not self.url:
            self.stop()
            raise EditorError(
                f"The editor did not start within {deadline:.0f} seconds. What it "
                f"said: {self.log()}"
            )

    def url_of(self, folder: Path) -> str:
        """Return the address that opens the folder."""
        return f"{self.url}/?{urlencode({'folder': str(folder)})}"

    def log(self) -> str:
        """Return what the editor printed so far."""
        return "\n".join(self._lines)

    @property
    def pid(self) -> int:
        """The process id of the editor's first process; 0 before it is started."""
        return self._process.pid if self._process else 0

    def wait(self) -> int:
        """Wait until the editor ends, and return its exit code."""
        return self._process.wait() if self._process else 0

    def stop(self, *, patience: float = 10.0) -> None:
        """End the editor and all its processes; kill after `patience` seconds."""
        process = self._process
        if process is None:
            return
        self._process = None
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._reader is not None:
            self._reader.join(patience)
        if process.stdout is not None:
            process.stdout.close()

    def __enter__(self) -> CodeServer:  # noqa: PYI034
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _read(self) -> None:
        process = self._process
        if process is not None and process.stdout is not None:
            for line in process.stdout:
                self._lines.append(line.rstrip("\n"))
                found = _LISTENING.search(line)
                if found and not self.url:
                    self.url = found[1]
                    self._ready.set()
        self._ready.set()


def _clean_environment() -> dict[str, str]:
    """Return the environment without what would change how code-server starts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_PRIVATE_VARIABLES)
    }
    return {
        **kept,
        # As when `code` is called in a terminal: no login shell is asked for its PATH.
        "VSCODE_CLI": "1",
        # As on a desktop: a port is reached where it is opened, without a proxy.
        "VSCODE_PROXY_URI": "",
    }
