"""What functions-framework itself does with a source: one call in a fresh process.

The framework is imported once, as production imports it before anybody's source; each
call is made by a process forked from there.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ANSWER_S = 60
"""After that a call that never returns is a failure."""

_SCRIPT = """
import asyncio, json, os, signal, sys, traceback
import flask.testing, functions_framework, functions_framework.aio

def call(target, event, signature):
    try:
        app = functions_framework.create_app(target, "main.py", signature or None)
    except BaseException as error:
        return {"loaded": False, "error": f"{type(error).__name__}: {error}"}
    headers = {"Content-Type": "application/json"}
    if event:
        headers |= {f"ce-{n}": "1" for n in ("id", "source", "type")}
        headers["ce-specversion"] = "1.0"
    method = "POST" if event else "GET"
    if hasattr(app, "test_client"):
        answer = app.test_client().open("/", method=method, headers=headers, data="{}")
        return {
            "loaded": True,
            "status": answer.status_code,
            "body": answer.get_data(as_text=True),
        }
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"{}", "more_body": False}
    async def send(message):
        sent.append(message)
    scope = {
        "type": "http", "method": method, "path": "/",
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
    return {"loaded": True, "status": status, "body": body}

for line in sys.stdin:
    request = json.loads(line)
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        signal.alarm(request.pop("seconds"))
        os.chdir(request.pop("folder"))
        os.dup2(2, 1)
        try:
            answer = call(**request)
        except BaseException:
            answer = {"raised": traceback.format_exc()}
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with open(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    print(answer.decode() or '{"raised": "It took too long."}', flush=True)
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
    question = {
        "folder": str(folder),
        "seconds": ANSWER_S,
        "target": target,
        "event": event,
        "signature": signature,
    }
    process = _framework()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    assert line, f"functions-framework ended: exit code {process.wait()}"
    answer = json.loads(line)
    assert "raised" not in answer, answer["raised"]
    return Answer(**answer)


@cache
def _framework() -> subprocess.Popen[str]:
    """Start the process that knows the framework; it ends with the tests."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    process = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT],
        env=environment | {"PYTHONSAFEPATH": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)
    return process
