"""What the tools return. The fields and their descriptions are the output schemas."""

from __future__ import annotations

from pydantic import BaseModel, Field

__all__ = [
    "Answer",
    "Body",
    "EnvironmentInfo",
    "Environments",
    "Failure",
    "Frame",
    "FunctionInfo",
    "Functions",
    "Logs",
    "ProblemInfo",
    "Problems",
    "RecordedDetail",
    "RequestInfo",
    "Requests",
    "RunnerInfo",
    "UnitInfo",
]


class FunctionInfo(BaseModel):
    """A function of the workspace."""

    id: str = Field(description="Qualified name; every tool accepts it as `function`")
    endpoint: str = Field(description="Short name; the route is /ENDPOINT")
    signature_type: str = Field(description="http, cloudevent, event or typed")
    trigger: str = Field(default="", description="What triggers it in production")
    file: str = Field(description="Absolute path")
    line: int = Field(description="1-based line of its definition")
    unit: str = Field(description="Source file that it is served with")
    doc: str = ""
    url: str | None = Field(
        default=None, description="Address, while a runner serves it"
    )


class Functions(BaseModel):
    functions: list[FunctionInfo]
    total: int = Field(
        description="Number of functions that match, also those not listed"
    )
    runner_url: str | None = Field(
        description="Address of the runner; null if none runs"
    )
    may_run_code: bool = Field(description="Whether tools that run code are allowed")


class ProblemInfo(BaseModel):
    code: str = Field(description="Diagnostic code; see docs/reference/diagnostics")
    severity: str
    message: str
    file: str = Field(description="Absolute path")
    line: int
    column: int


class Problems(BaseModel):
    problems: list[ProblemInfo]
    total: int
    notes: list[str] = Field(description="What was not read, and why")


class Body(BaseModel):
    text: str | None = None
    base64: str | None = Field(
        None, description="First bytes of a body that isn't text"
    )
    size: int = Field(description="Bytes of the whole body")
    truncated: bool = Field(description="Whether only the beginning is returned")


class Frame(BaseModel):
    file: str
    line: int
    function: str
    source: str = Field(description="Text of the line")
    locals: dict[str, str] = Field(description="Local variables with their repr")


class Failure(BaseModel):
    """An exception that a function raised."""

    type: str
    message: str
    frames: list[Frame] = Field(description="User code, the line that raised last")
    omitted_frames: int = Field(default=0, description="Number of other frames")


class Answer(BaseModel):
    """The response of a function."""

    function: str
    status: int
    headers: dict[str, str]
    body: Body
    seconds: float
    request_id: str | None = Field(
        description="For get_request; null if the history is off"
    )
    failure: Failure | None = Field(description="Exception, if the function raised one")
    output: list[str] = Field(description="Last lines that the function printed")


class RequestInfo(BaseModel):
    """A request of the history."""

    id: str
    function: str
    method: str
    path: str
    query: str
    status: int = Field(description="0 if there was no response")
    seconds: float | None
    received_at: str
    failed: bool
    origin: str = Field(description="request, replay or delivery (of an event)")


class Requests(BaseModel):
    requests: list[RequestInfo] = Field(description="Newest first")


class RecordedDetail(RequestInfo):
    request_headers: dict[str, str] = Field(description="Secrets are masked")
    request_body: Body
    response_headers: dict[str, str] | None
    response_body: Body | None
    failure: Failure | None
    output: list[str]
    timing: dict[str, float] = Field(description="Seconds by phase")
    trace_id: str | None


class Logs(BaseModel):
    lines: list[str] = Field(description="Oldest first: `UNIT: text`, or what happened")
    omitted: int = Field(description="Number of older lines that are known")


class UnitInfo(BaseModel):
    unit: str
    state: str = Field(description="idle, starting, ready or failed")
    error: str | None = Field(default=None, description="Why it failed to load")
    file: str | None = None
    line: int | None = None
    hint: str | None = Field(default=None, description="The next step")


class RunnerInfo(BaseModel):
    url: str | None = Field(description="Null if no runner serves the workspace")
    is_own: bool = Field(description="Whether this server started it, and ends it")
    units: list[UnitInfo]


class EnvironmentInfo(BaseModel):
    units: list[str]
    folder: str | None
    error: str | None
    hint: str | None
    output: list[str] = Field(description="Last lines of the installer, if it failed")


class Environments(BaseModel):
    environments: list[EnvironmentInfo] = Field(
        description="Empty if every unit has an environment"
    )
