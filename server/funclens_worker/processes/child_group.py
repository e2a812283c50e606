"""A child process and what it starts, which end together.

POSIX: a session with its process group; a process that leaves it is not ended. Windows:
a Job Object, which ends with this process, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from typing import Any, Dict, Mapping, NamedTuple, Optional, Sequence, Tuple

_IS_WINDOWS = os.name == "nt"


class ChildPipes(NamedTuple):
    """Our ends of the child's standard streams."""

    stdin: int
    """Descriptor to write to."""
    stdout: int
    """Descriptor to read from; on Windows a handle for overlapped reads."""
    stderr: int


class ChildGroup:
    """One child, as the leader of its group."""

    def __init__(self, argv: Sequence[str], **options: Any) -> None:
        """`options` are those of Popen. Raises OSError if it can't be started."""
        if _IS_WINDOWS:
            from funclens_worker.processes.job_object import JobObject

            self._job: Optional[JobObject] = JobObject()
            options["creationflags"] = _windows_flags()
        else:
            self._job = None
            options["start_new_session"] = True
        self._lock = threading.Lock()
        self._has_ended = False
        self._process = subprocess.Popen(argv, **options)
        if self._job is not None:
            handle = self._process._handle  # type: ignore[attr-defined] # noqa: SLF001
            self._job.add(int(handle))

    @classmethod
    def spawn(
        cls, argv: Sequence[str], env: Mapping[str, str], cwd: str
    ) -> Tuple[ChildGroup, ChildPipes]:
        """Start a child with pipes as its standard streams.

        On Windows it must not start anything before it has read its standard input:
        it is not in its job yet. Raises OSError if it can't be started.
        """
        stdin, ours = os.pipe()
        stdout, out = _output_pipe()
        stderr, err = _output_pipe()
        pipes = ChildPipes(ours, stdout, stderr)
        streams: Dict[str, int] = {"stdin": stdin, "stdout": out, "stderr": err}
        try:
            group = cls(argv, env=dict(env), cwd=cwd, **streams)
        except OSError:
            os.close(pipes.stdin)
            _close_output(pipes.stdout)
            _close_output(pipes.stderr)
            raise
        finally:
            for descriptor in streams.values():
                os.close(descriptor)
        return group, pipes

    @property
    def pid(self) -> int:
        """Process id of the leader."""
        return self._process.pid

    def kill(self) -> None:
        """Kill all of them immediately."""
        with self._lock:
            if not self._has_ended:
                self._kill()

    def wait(self) -> int:
        """Wait for the leader and kill the rest; in one thread only.

        Returns its exit code, or negative signal number.
        """
        if hasattr(os, "waitid"):
            with contextlib.suppress(ChildProcessError):
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        with self._lock:
            # The id of the group is its own until the leader is reaped.
            self._kill()
            self._has_ended = True
            if self._job is not None:
                self._job.close()
            return self._process.wait()

    def _kill(self) -> None:
        if self._job is not None:
            self._job.terminate()
            return
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)


def _output_pipe() -> Tuple[int, int]:
    """Return the end to read, and the descriptor of the end to write."""
    if not _IS_WINDOWS:
        return os.pipe()
    import msvcrt
    from asyncio.windows_utils import pipe  # type: ignore[attr-defined]

    ours, theirs = pipe(overlapped=(True, False))
    return ours, msvcrt.open_osfhandle(theirs, 0)  # type: ignore[attr-defined]


def _close_output(end: int) -> None:
    if not _IS_WINDOWS:
        os.close(end)
        return
    import _winapi

    _winapi.CloseHandle(end)  # type: ignore[attr-defined]


def _windows_flags() -> int:
    """Return flags for a group that gets no Ctrl+C, and opens no window."""
    group: int = subprocess.CREATE_NEW_PROCESS_GROUP  # type: ignore[attr-defined]
    window: int = subprocess.CREATE_NO_WINDOW  # type: ignore[attr-defined]
    return group | window
