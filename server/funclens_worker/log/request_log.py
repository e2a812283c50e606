"""Log entry of each request for the front door."""

from __future__ import annotations

import time
from typing import Any, Dict, Optional

from funclens_worker.channel import Channel
from funclens_worker.contract import EventName, Manifest
from funclens_worker.log.request_output import keep_output
from funclens_worker.user_traceback import error_summary, user_place, user_traceback

_FAILED = 500


class RequestLogEntry:
    """One request, from the time a thread or task takes it."""

    def __init__(
        self, function: int, number: int, port: int, manifest: Manifest
    ) -> None:
        """`port` is the client's; the context is that in which the function runs."""
        self.function = manifest.functions[function].id
        self.method = ""
        self.path = ""
        self.query = ""
        """Raw query without the question mark."""
        self.status = 0
        """0 if the client got no response."""
        self.error: Optional[BaseException] = None
        """Exception of the user's function."""
        self.began = time.time_ns()
        self._number = number
        self._port = port
        self._output = keep_output()
        self._root = manifest.root
        self._started = time.perf_counter()

    def tell(self, channel: Channel) -> None:
        """Report the request, which is done."""
        fields: Dict[str, Any] = {}
        if self.error is not None:
            file, line = user_place(self.error, self._root)
            fields["error"] = {
                "error": error_summary(self.error),
                "file": file,
                "line": line,
                "traceback": user_traceback(self.error),
            }
        output = self._output.text
        if output and (self.error is not None or self.status >= _FAILED):
            fields["output"] = output
        channel.send(
            EventName.REQUEST,
            number=self._number,
            port=self._port,
            id=self.function,
            method=self.method,
            path=self.path,
            query=self.query,
            status=self.status,
            seconds=round(time.perf_counter() - self._started, 6),
            **fields,
        )
