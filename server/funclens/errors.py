"""The errors that Funclens raises for people, as one small tree.

    FunclensError                a sentence with the next step; shown as it is
    ├── UsageError               wrong words on the command line; exit code 2
    ├── SettingsError            a setting that cannot be used; exit code 2
    ├── FolderError              a workspace folder that cannot be read; exit code 2
    ├── PortInUseError           the port that was asked for is taken; exit code 2
    ├── RunnerError              the runner could not be started, found or reached
    │   └── UnknownFunctionError no function of that name; names the nearest ones
    └── InterpreterError         a unit's interpreter is missing or lacks Flask

Anything else that escapes is a defect of ours: the command line prints a short
report for it and exits with 3.
"""

from __future__ import annotations

__all__ = [
    "FolderError",
    "FunclensError",
    "InterpreterError",
    "PortInUseError",
    "RunnerError",
    "SettingsError",
    "UnknownFunctionError",
    "UsageError",
]


class FunclensError(Exception):
    """A sentence for a person, with the next step where there is one."""

    exit_code = 3
    """What the command line exits with when this ends a verb."""


class UsageError(FunclensError):
    """The command line's words do not fit together."""

    exit_code = 2


class SettingsError(FunclensError):
    """A setting is unknown or has a value that cannot be used."""

    exit_code = 2


class FolderError(FunclensError):
    """A workspace folder does not exist or cannot be read."""

    exit_code = 2


class PortInUseError(FunclensError):
    """Somebody else listens on the port that was asked for."""

    exit_code = 2


class RunnerError(FunclensError):
    """The runner could not be started, found or reached."""

    exit_code = 1


class UnknownFunctionError(RunnerError):
    """No function has the name that was asked for."""


class InterpreterError(FunclensError):
    """The interpreter of a unit is missing or cannot serve functions."""

    exit_code = 1
