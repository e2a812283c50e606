"""What functions-framework itself does with a source: one call in a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """
import asyncio, json, os, sys
target, event = sys.argv[1], sys.argv[2] == "event"
try:
    import functions_framework
    app = functions_framework.create_app(target, "main.py", sys.argv[3] or None)
except BaseException as error:
    print(json.dumps({"loaded": False, "error": f"{type(error).__name__}: {error}"}))
    sys.exit()
headers = {"Content-Type": "application/json"}
if event:
    headers |= {"ce-id": "1", "ce-source": "s", "ce-type": "t", "ce-specversion": "1.0"}
if hasattr(app, "test_client"):
    method = "POST" if event else "GET"
    answer = app.test_client().open("/", method=method, headers=headers, data="{}")
    status, body = answer.status_code, answer.get_data(as_text=True)
else:
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"{}", "more_body": False}
    async def send(message):
        sent.append(message)
    scope = {
        "type": "http", "method": "POST" if event else "GET", "path": "/",
        "raw_path": b"/", "query_string": b"", "http_version": "1.1", "scheme": "http",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        "server": ("localhost", 80), "client": ("localhost", 1),
    }
    try:
        asyncio.run(app(scope, receive, send))
    except Exception:
        pass
    status = sent[0]["status"] if sent else 500
    body = b"".join(m.get("body", b"") for m in sent[1:]).decode()
print(json.dumps({"loaded": True, "status": status, "body": body}))
"""


@dataclass(frozen=True)
class Answer:
    """What production said."""

    loaded: bool
    """False when the source or the target could not be loaded."""
    status: int = 0
    body: str = ""
    error: str = ""


def ask(
    folder: Path, target: str, *, event: bool = False, signature: str = ""
) -> Answer:
    """Load a target of main.py in a folder as production does, and call it once.

    `signature` is what the deployment says: `http`, `event` or `cloudevent`.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ended = subprocess.run(
        [
            *(sys.executable, "-c", _SCRIPT),
            *(target, "event" if event else "http", signature),
        ],
        cwd=folder,
        env=environment | {"PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    line = ended.stdout.strip().rpartition("\n")[2]
    assert line.startswith("{"), ended.stderr
    return Answer(**json.loads(line))
