"""A real `funclens run` and a real `functions-framework`, as context managers."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from process import DEADLINE_S, LiveProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Self

_LISTENING = re.compile(r"Listening at: http://([\d.]+):(\d+)")


_MEANINGFUL = ("FUNCTION_", "K_", "LOG_EXECUTION_ID", "PORT", "HOST", "DEBUG", "PYTHON")


def clean_environment() -> dict[str, str]:
    """Return the environment without what functions or their servers look at."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_MEANINGFUL)
    }
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}


class RunnerProcess(LiveProcess):
    """`funclens run --events` on a free port.

    `state` is a folder of the test for what the runner keeps outside the
    workspace, so that a runner of the person who tests is never met. `python` is the
    interpreter that Funclens is installed in, `ulimit` a command of the shell that
    starts it.
    """

    def __init__(
        self,
        *folders: Path,
        state: Path,
        options: Sequence[str] = ("--port", "0"),
        env: Mapping[str, str] | None = None,
        python: Path | str = sys.executable,
        ulimit: str = "",
    ) -> None:
        argv = [str(python), "-m", "funclens", "run", "--events", *options]
        if ulimit:
            argv = ["sh", "-c", f'{ulimit}; exec "$@"', "sh", *argv]
        super().__init__(
            [*argv, *map(str, folders)],
            cwd=state,
            env=clean_environment()
            | {"XDG_RUNTIME_DIR": str(state), "XDG_STATE_HOME": str(state)}
            | dict(env or {}),
        )

    def __enter__(self) -> Self:
        try:
            self.wait_event("ready")
        except AssertionError:
            self.stop()
            raise
        return self

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every event so far."""
        return [json.loads(line) for line in self.stdout]

    @property
    def url(self) -> str:
        """Without a trailing slash."""
        return str(self.wait_event("ready")["url"])

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for raw sockets."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def wait_event(
        self, name: str, *, since: int = 0, deadline: float = DEADLINE_S, **fields: Any
    ) -> dict[str, Any]:
        """Return the first event of a name whose fields have these values.

        `since` leaves out that many events: take `len(runner.events)` before the
        deed whose event is awaited.
        """

        def look() -> dict[str, Any] | None:
            for line in self.stdout[since:]:
                event: dict[str, Any] = json.loads(line)
                if event["event"] == name and fields.items() <= event.items():
                    return event
            return None

        what = f"the event {name} with {fields}"
        return self.wait_until(look, what=what, deadline=deadline)


class FrameworkProcess(LiveProcess):
    """`functions-framework` for one function of one source, on a free port.

    `home` is a folder of the test, for the control socket of gunicorn. `python` is
    the interpreter that the framework is installed in.
    """

    def __init__(
        self,
        folder: Path,
        target: str,
        *,
        home: Path,
        source: str = "main.py",
        signature_type: str | None = None,
        env: Mapping[str, str] | None = None,
        python: Path | str = sys.executable,
        port: int = 0,
    ) -> None:
        # Its own script, as production starts it: `-m` would put cwd on sys.path.
        script = str(Path(python).with_name("functions-framework"))
        argv = [str(python), script, "--target", target]
        # Production names a source only where it is not the default.
        argv += ["--source", source] if source != "main.py" else []
        argv += ["--host", "127.0.0.1", "--port", str(port)]
        argv += ["--signature-type", signature_type] if signature_type else []
        super().__init__(
            argv,
            cwd=folder,
            env=clean_environment()
            | {"GUNICORN_LOG_LEVEL": "info", "HOME": str(home)}
            | dict(env or {}),
        )

    def __enter__(self) -> Self:
        try:
            self.wait_for_line("Booting worker")
        except AssertionError:
            self.stop()
            raise
        return self

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for raw sockets."""
        match = _LISTENING.search(self.wait_for_line("Listening at"))
        assert match is not None
        return match[1], int(match[2])
