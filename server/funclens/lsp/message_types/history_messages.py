"""Messages about remembered requests and deliveries; parts of `messages`."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["HISTORY_MESSAGES"]


class RequestSummary(TypedDict):
    """A request of the runner's history, as it is listed."""

    id: str
    function: str
    unit: str
    method: str
    path: str
    """Below the function."""
    query: str
    status: int
    """0 if there was no response."""
    seconds: float | None
    """None while it is running."""
    received_at: str
    """RFC 3339, UTC."""
    failed: bool
    origin: str
    """`request`, `replay` or `delivery`."""
    trace_id: str | None
    span_id: str | None
    parent_id: str | None


class RequestList(TypedDict):
    """Result of `funclens/requests`: newest first."""

    requests: list[RequestSummary]


class RequestsChanged(TypedDict):
    """Parameters of `funclens/requestsChanged`."""

    reset: bool
    """Whether these are all, and not those that are new."""
    requests: list[RequestSummary]
    """Newest first."""


class RequestRecorded(TypedDict):
    """Parameters of `funclens/requestRecorded`: a request that the editor sent."""

    id: str
    """Function."""
    port: int
    """Port of the client's end of the connection."""
    request: str
    """Its id in the history."""


class RecordedMessage(TypedDict):
    """What was sent or received."""

    status: int
    """Of a response."""
    target: str
    """Of a request: path and query as the client sent them."""
    headers: list[list[str]]
    text: str | None
    base64: str | None
    """The body if it isn't text."""
    size: int
    truncated: bool
    """Whether bytes of the body are missing."""


class RecordedTiming(TypedDict):
    """Where the time of a request went, in seconds."""

    queued: float
    loading: float
    function: float
    streaming: float


class RecordedFrame(TypedDict):
    """A frame of an exception."""

    file: str
    """Absolute path."""
    line: int
    """1-based."""
    function: str
    source: str
    is_user: bool
    locals: dict[str, str]
    """`repr` of each, of frames of the user's code."""


class RecordedException(TypedDict):
    """The exception that a request ended with; frames come outermost first."""

    type: str
    message: str
    traceback: str
    frames: list[RecordedFrame]


class RecordedDelivery(TypedDict):
    """The event of an emulator that a request delivered."""

    source: str
    event_id: str
    attempt: int
    result: str


class RecordedDraft(TypedDict):
    """A recorded request for people to edit; masked headers are commented out."""

    method: str
    path: str
    """Below the function's route."""
    headers: str
    body: str


class RequestDetail(RequestSummary):
    """Result of `funclens/request`."""

    timing: RecordedTiming
    request: RecordedMessage | None
    response: RecordedMessage | None
    output: str
    exception: RecordedException | None
    replay_of: str | None
    delivery: RecordedDelivery | None
    draft: RecordedDraft | None


class Copied(TypedDict):
    """Result of `funclens/copyAs`."""

    text: str
    advice: str
    """What to fill in or know; may be empty."""


class Delivery(TypedDict):
    """Parameters of `funclens/delivery`: a delivery, or a line about all of them."""

    id: str
    """Function."""
    text: str
    status: int | None
    """None for a line about all deliveries."""
    reason: str
    seconds: float
    error: str
    """Type and message of the exception, or empty."""


class DeliveryResponse(TypedDict):
    """The response to the last delivery, as `funclens.call` returns it."""

    status: int
    reason: str
    headers: list[list[str]]
    seconds: float
    body: str
    base64: bool
    """Whether the body is base64, because it isn't text."""


class DeliverResult(TypedDict):
    """Result of `funclens.deliver`."""

    id: str
    delivered: bool
    lines: list[Delivery]
    response: DeliveryResponse | None


HISTORY_MESSAGES = (
    *(RequestSummary, RequestList, RequestsChanged, RequestRecorded),
    *(RecordedMessage, RecordedTiming, RecordedFrame, RecordedException),
    *(RecordedDelivery, RecordedDraft, RequestDetail, Copied),
    *(Delivery, DeliveryResponse, DeliverResult),
)
"""In order of dependency."""
