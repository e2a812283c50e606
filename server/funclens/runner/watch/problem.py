"""Problems with watching files."""

from __future__ import annotations

from funclens.dataclass import dataclass

__all__ = ["WatchLimitError", "WatchProblem"]


@dataclass(frozen=True, slots=True)
class WatchProblem:
    """A message about the watch, which continues as well as possible."""

    message: str
    hint: str = ""


class WatchLimitError(OSError):
    """A system limit of inotify is reached."""

    def __init__(self, limit: str, proposed: int) -> None:
        super().__init__(f"the limit fs.inotify.{limit} is reached")
        self.hint = f"raise the limit: sudo sysctl fs.inotify.{limit}={proposed}"
        """The next step."""
