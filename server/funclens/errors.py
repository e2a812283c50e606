"""Errors that Funclens raises for its users.

FunclensError                what is wrong, and a hint at the next step
├── UsageError               invalid arguments; exit code 2
├── SettingsError            an invalid setting; exit code 2
├── FolderError              a workspace folder that cannot be read; exit code 2
├── PortInUseError           the requested port is in use; exit code 2
├── CommandError             the command of `run -- CMD` cannot be run; 126 or 127
├── RunnerError              the runner cannot be started, found or reached
│   ├── OutOfDescriptorsError the runner can't open more files and connections
│   └── UnknownFunctionError no such function; suggests similar names
└── InterpreterError         a unit's interpreter is missing or lacks Flask

Any other exception is a bug in Funclens: the command line prints a short report and
exits with 3.
"""

from __future__ import annotations

__all__ = [
    "CommandError",
    "FolderError",
    "FunclensError",
    "InterpreterError",
    "OutOfDescriptorsError",
    "PortInUseError",
    "RunnerError",
    "SettingsError",
    "UnknownFunctionError",
    "UsageError",
]


class FunclensError(Exception):
    """Base class: an error message and a hint for the user.

    The message starts in lower case and has no period, because a terminal shows it
    after `error: `; editors show `sentence`.
    """

    exit_code = 3
    """Exit code of a command that fails with this error."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        """The next step, formatted like the message; empty if unknown."""

    @property
    def sentence(self) -> str:
        """Message and hint as sentences, for editors and browsers."""
        return " ".join(_sentence(part) for part in (str(self), self.hint) if part)


class UsageError(FunclensError):
    """The arguments of a command are invalid."""

    exit_code = 2


class SettingsError(FunclensError):
    """A setting is unknown or has an invalid value."""

    exit_code = 2


class FolderError(FunclensError):
    """A workspace folder does not exist or cannot be read."""

    exit_code = 2


class PortInUseError(FunclensError):
    """Another program listens on the requested port."""

    exit_code = 2


class CommandError(FunclensError):
    """The command of `funclens run -- CMD` does not exist or cannot be run."""

    def __init__(self, message: str, *, exit_code: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code
        """That of a POSIX shell: 127 for no such command, else 126."""


class RunnerError(FunclensError):
    """The runner cannot be started, found or reached."""

    exit_code = 1


class OutOfDescriptorsError(RunnerError):
    """The runner can't open more files and connections."""


class UnknownFunctionError(RunnerError):
    """No function has the requested name."""


class InterpreterError(FunclensError):
    """The interpreter of a unit is missing or cannot serve functions."""

    exit_code = 1


def _sentence(text: str) -> str:
    end = "" if text.endswith((".", "?", "!", "…")) else "."
    return text[0].upper() + text[1:] + end
