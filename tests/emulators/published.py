"""A topic of the Pub/Sub emulator, through its REST API."""

from __future__ import annotations

import base64
import json
import socket
import urllib.error
import urllib.request
from typing import Any


def is_up(host: str) -> bool:
    """Return whether something accepts connections there."""
    name, _, port = host.rpartition(":")
    try:
        socket.create_connection((name, int(port)), 0.2).close()
    except OSError:
        return False
    return True


class Topic:
    """A topic to publish to."""

    def __init__(self, host: str, project: str, name: str) -> None:
        self.host = host
        self.project = project
        self._path = f"projects/{project}/topics/{name}"

    @property
    def environment(self) -> dict[str, str]:
        """What a runner needs to know."""
        return {
            "PUBSUB_EMULATOR_HOST": self.host,
            "GOOGLE_CLOUD_PROJECT": self.project,
        }

    def publish(self, *texts: str, key: str = "", **attributes: str) -> None:
        more: dict[str, Any] = {"orderingKey": key} if key else {}
        if attributes:
            more["attributes"] = attributes
        messages = [
            {"data": base64.b64encode(text.encode()).decode(), **more} for text in texts
        ]
        self.ask("POST", f"{self._path}:publish", {"messages": messages})

    def subscriptions(self) -> list[str]:
        found = self.ask("GET", f"projects/{self.project}/subscriptions")
        names = [item["name"] for item in found.get("subscriptions", [])]
        return sorted(name.rpartition("/")[2] for name in names)

    def subscribe(self, name: str) -> None:
        path = f"projects/{self.project}/subscriptions/{name}"
        self.ask("PUT", path, {"topic": self._path})

    def ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://{self.host}/v1/{path}",
            json.dumps(body).encode() if body is not None else None,
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            value: dict[str, Any] = json.loads(answer.read() or b"{}")
        return value
