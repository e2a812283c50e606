"""HAR 1.2 as a JSON schema, from http://www.softwareishard.com/blog/har-12-spec/."""

from __future__ import annotations

from typing import Any


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional, "comment": {"type": "string"}},
        "required": [*required],
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


TEXT = {"type": "string"}
SIZE = {"type": "integer", "minimum": -1}
SECONDS = {"type": "number", "minimum": -1}
WHEN = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
}
PAIR = _object({"name": TEXT, "value": TEXT})
COOKIE = _object({"name": TEXT, "value": TEXT}, path=TEXT, domain=TEXT, expires=TEXT)
PARAM = _object({"name": TEXT}, value=TEXT, fileName=TEXT, contentType=TEXT)
POST_DATA = _object(
    {"mimeType": TEXT}, params={"type": "array", "items": PARAM}, text=TEXT
)
MESSAGE = {
    "httpVersion": TEXT,
    "cookies": {"type": "array", "items": COOKIE},
    "headers": {"type": "array", "items": PAIR},
    "headersSize": SIZE,
    "bodySize": SIZE,
}
REQUEST = _object(
    {
        "method": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": "^https?://"},
        "queryString": {"type": "array", "items": PAIR},
        **MESSAGE,
    },
    postData=POST_DATA,
)
CONTENT = _object(
    {"size": SIZE, "mimeType": TEXT},
    compression={"type": "integer"},
    text=TEXT,
    encoding=TEXT,
)
RESPONSE = _object(
    {
        "status": {"type": "integer"},
        "statusText": TEXT,
        "content": CONTENT,
        "redirectURL": TEXT,
        **MESSAGE,
    }
)
TIMINGS = _object(
    {"send": SECONDS, "wait": SECONDS, "receive": SECONDS},
    blocked=SECONDS,
    dns=SECONDS,
    connect=SECONDS,
    ssl=SECONDS,
)
ENTRY = _object(
    {
        "startedDateTime": WHEN,
        "time": {"type": "number", "minimum": 0},
        "request": REQUEST,
        "response": RESPONSE,
        "cache": {"type": "object"},
        "timings": TIMINGS,
    },
    pageref=TEXT,
    serverIPAddress=TEXT,
    connection=TEXT,
)
CREATOR = _object({"name": TEXT, "version": TEXT})
SCHEMA = _object(
    {
        "log": _object(
            {
                "version": {"const": "1.2"},
                "creator": CREATOR,
                "entries": {"type": "array", "items": ENTRY},
            },
            browser=CREATOR,
            pages={"type": "array"},
        )
    }
)
