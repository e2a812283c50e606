"""Translates Cloud Tasks' gRPC into JSON over HTTP: `cloud_tasks_grpc.py HOST:PORT`.

A process of its own, in an interpreter that has google-cloud-tasks, whose messages it
uses. Prints its port as JSON, or what is missing. Used as a script; its owner ends it.
"""

from __future__ import annotations

import http.client
import importlib
import json
import sys
from concurrent import futures
from typing import Any, Callable, Dict, Tuple

# The folder of this file has modules that could hide those of others.
sys.path[:1] = []

_SECONDS = 60
_VERSIONS = ("v2", "v2beta3")
_METHODS: Dict[str, Tuple[str, str]] = {
    "CreateTask": ("CreateTaskRequest", "Task"),
    "GetTask": ("GetTaskRequest", "Task"),
    "ListTasks": ("ListTasksRequest", "ListTasksResponse"),
    "DeleteTask": ("DeleteTaskRequest", ""),
    "RunTask": ("RunTaskRequest", "Task"),
    "CreateQueue": ("CreateQueueRequest", "Queue"),
    "GetQueue": ("GetQueueRequest", "Queue"),
    "ListQueues": ("ListQueuesRequest", "ListQueuesResponse"),
    "UpdateQueue": ("UpdateQueueRequest", "Queue"),
    "DeleteQueue": ("DeleteQueueRequest", ""),
    "PauseQueue": ("PauseQueueRequest", "Queue"),
    "ResumeQueue": ("ResumeQueueRequest", "Queue"),
    "PurgeQueue": ("PurgeQueueRequest", "Queue"),
}
"""Messages of request and response by method; an empty name is an empty message."""


def handler(host: str, service: str, method: str, types: Any) -> Any:
    """Return the handler of a method."""
    import grpc
    from google.protobuf import empty_pb2, json_format

    asked, answered = _METHODS[method]
    request_type = getattr(types, asked).pb()
    response_type = getattr(types, answered).pb() if answered else empty_pb2.Empty

    def call(request: Any, context: Any) -> Any:
        body = json.dumps(json_format.MessageToDict(request)).encode()
        given = context.invocation_metadata()
        trace = {name: text for name, text in given if name == "traceparent"}
        value = _post(host, f"/{service}/{method}", body, trace)
        error = value.get("error")
        if error:
            code = getattr(grpc.StatusCode, error["status"])
            context.abort(code, error["message"])
        response = response_type()
        json_format.ParseDict(value, response, ignore_unknown_fields=True)
        return response

    return grpc.unary_unary_rpc_method_handler(
        call,
        request_deserializer=request_type.FromString,
        response_serializer=response_type.SerializeToString,
    )


def _post(host: str, path: str, body: bytes, headers: Dict[str, str]) -> Any:
    connection = http.client.HTTPConnection(host, timeout=_SECONDS)
    try:
        headers = {**headers, "Content-Type": "application/json"}
        connection.request("POST", path, body, headers)
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def serve(host: str, ready: Callable[[int], None]) -> None:
    """Serve until the process ends. Raises ImportError."""
    import grpc

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    for version in _VERSIONS:
        try:
            types = importlib.import_module(f"google.cloud.tasks_{version}.types")
        except ImportError:
            if version == _VERSIONS[0]:
                raise
            continue
        service = f"google.cloud.tasks.{version}.CloudTasks"
        methods = {name: handler(host, service, name, types) for name in _METHODS}
        generic = grpc.method_handlers_generic_handler(service, methods)
        server.add_generic_rpc_handlers((generic,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ready(port)
    server.wait_for_termination()


def main() -> None:
    """Serve, or say what is missing."""
    try:
        serve(sys.argv[1], lambda port: _say({"port": port}))
    except ImportError as error:
        _say({"missing": str(error)})
        sys.exit(1)


def _say(value: Dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
