"""The part of Cloud Storage's JSON API that a listing of objects needs."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from typing_extensions import Self


class BucketServer:
    """Objects by bucket, on a free port; a context manager."""

    def __init__(self, before: BucketServer | None = None) -> None:
        """`before` has ended, and returns as this one."""
        self.buckets: dict[str, dict[str, dict[str, Any]]] = {}
        if before is not None:
            self.buckets = before.buckets
        self.page_size = 1_000
        self._generation = 0 if before is None else before._generation
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                bucket = parts.path.split("/")[4]
                if bucket not in outer.buckets:
                    self._answer(404, {"error": {"message": "not found"}})
                    return
                start = int(parse_qs(parts.query).get("pageToken", ["0"])[0])
                end = start + outer.page_size
                items = [*outer.buckets[bucket].values()]
                more = {"nextPageToken": str(end)} if end < len(items) else {}
                self._answer(200, {"items": items[start:end], **more})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.buckets.setdefault(json.loads(body)["name"], {})
                self._answer(200, {})

            def _answer(self, status: int, value: object) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        port = 0 if before is None else before.port
        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, bucket: str, name: str) -> None:
        """Write an object."""
        self._generation += 1
        self.buckets.setdefault(bucket, {})[name] = {
            "name": name,
            "bucket": bucket,
            "generation": str(self._generation),
            "metageneration": "1",
            "size": "5",
            "id": f"{bucket}/{name}/{self._generation}",
            "contentType": "text/plain",
            "timeCreated": "2026-01-01T00:00:00.000Z",
            "updated": "2026-01-01T00:00:00.000Z",
            "storageClass": "STANDARD",
            "etag": "e",
        }

    def archive(self, bucket: str, name: str) -> None:
        """Delete an object in a bucket with versions."""
        stamp = {"timeDeleted": "2026-01-02T00:00:00.000Z"}
        self.buckets[bucket][name] = {**self.buckets[bucket][name], **stamp}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
