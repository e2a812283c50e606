"""Log entry of each request for the front door."""

from __future__ import annotations

import time
from typing import Any, Dict, Optional, Sequence

from funclens_worker.channel import AcceptedConnection
from funclens_worker.contract import EventName, Manifest
from funclens_worker.log.capture import Capture
from funclens_worker.log.exception_report import exception_report
from funclens_worker.log.request_output import keep_output
from funclens_worker.log.request_reports import Recorded, RequestReports, captured
from funclens_worker.user_traceback import error_summary, user_place, user_traceback

_FAILED = 500


class RequestLogEntry:
    """One request, from the time a thread or task takes it."""

    def __init__(self, accepted: AcceptedConnection, manifest: Manifest) -> None:
        """Begin in the context in which the function runs."""
        self.function = manifest.functions[accepted.function].id
        self.method = ""
        self.path = ""
        self.query = ""
        """Raw query without the question mark."""
        self.status = 0
        """0 if the client got no response."""
        self.error: Optional[BaseException] = None
        """Exception of the user's function."""
        self.began = time.time_ns()
        self.capture = Capture() if manifest.captures else None
        """What is kept for the history, if there is one."""
        self._accepted = accepted
        self._port = accepted.client_port
        self._output = keep_output()
        self._root = manifest.root
        self._started = time.monotonic()

    def tell(self, reports: RequestReports) -> None:
        """Report the request, which is done."""
        now = time.monotonic()
        fields: Dict[str, Any] = {}
        raw: Sequence[bytes] = ()
        is_failed = self.error is not None or self.status >= _FAILED
        is_late = self.capture is not None and not (
            is_failed or reports.may_report(self.capture.kept, now)
        )
        if self.error is not None:
            file, line = user_place(self.error, self._root)
            fields["error"] = {
                "error": error_summary(self.error),
                "file": file,
                "line": line,
                "traceback": user_traceback(self.error),
            }
            if self.capture is not None:
                fields["exception"] = exception_report(self.error)
        if is_failed and self._output.text:
            fields["output"] = self._output.text
        if self.capture is not None and not is_late:
            item, received, sent = captured(self._recorded(self.capture))
            fields["capture"] = item[1:]
            fields["follows"] = (len(received), len(sent))
            raw = (received, sent)
        reports.channel.send(
            EventName.REQUEST,
            raw=raw,
            number=self._accepted.number,
            port=self._port,
            id=self.function,
            method=self.method,
            path=self.path,
            query=self.query,
            status=self.status,
            seconds=round(now - self._started, 6),
            **fields,
        )
        if self.capture is not None and is_late:
            reports.add(self._recorded(self.capture))

    def _recorded(self, capture: Capture) -> Recorded:
        accepted = self._accepted
        return (
            accepted.number,
            self._started,
            accepted.answered_at,
            capture.received_size,
            capture.sent_size,
            self._output.text,
            b"".join(capture.received),
            b"".join(capture.sent),
        )
