"""Services that send plain HTTP requests: Scheduler, Tasks, callable functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from funclens.requests.samples.event import REGION, SampleRequest

if TYPE_CHECKING:
    from funclens.requests.samples.event import Inputs

__all__ = [
    "called",
    "job_run",
    "job_run_for_firebase",
    "task_dispatched",
    "task_dispatched_by_firebase",
]

_OCTETS = "application/octet-stream"
_JSON = "application/json"
_TASK = b'{"order": 1042, "action": "send-invoice"}'


def job_run(inputs: Inputs) -> SampleRequest:
    """Return a Cloud Scheduler request; the payload is the job's body.

    The body has Cloud Scheduler's default content type, `application/octet-stream`,
    so `request.get_json()` rejects it as in production.
    """
    return _job(inputs, "demo-job")


def job_run_for_firebase(inputs: Inputs) -> SampleRequest:
    """Return the request of a job that Firebase creates for `on_schedule`."""
    return _job(inputs, f"firebase-schedule-{inputs.function}-{REGION}")


def task_dispatched(inputs: Inputs) -> SampleRequest:
    """Return a Cloud Tasks request; the payload is the task's body."""
    body = inputs.text(_TASK)
    return SampleRequest(body, _task_headers(inputs, _OCTETS))


def task_dispatched_by_firebase(inputs: Inputs) -> SampleRequest:
    """Return a task as Firebase's SDKs enqueue it; the payload is its `data`."""
    body = {"data": inputs.json(json.loads(_TASK))}
    return SampleRequest(json.dumps(body).encode(), _task_headers(inputs, _JSON))


def called(inputs: Inputs) -> SampleRequest:
    """Return a request of Firebase's client SDKs; the payload is its `data`."""
    body = {"data": inputs.json({"text": "Hello"})}
    return SampleRequest(json.dumps(body).encode(), {"Content-Type": _JSON})


def _job(inputs: Inputs, name: str) -> SampleRequest:
    headers = {
        "User-Agent": "Google-Cloud-Scheduler",
        "X-CloudScheduler": "true",
        "X-CloudScheduler-JobName": name,
        "X-CloudScheduler-ScheduleTime": inputs.stamp,
    }
    if inputs.payload is not None:
        headers["Content-Type"] = _OCTETS
    return SampleRequest(inputs.payload or b"", headers)


def _task_headers(inputs: Inputs, content_type: str) -> dict[str, str]:
    return {
        "Content-Type": content_type,
        "User-Agent": "Google-Cloud-Tasks",
        "X-CloudTasks-QueueName": inputs.function,
        "X-CloudTasks-TaskName": inputs.id,
        "X-CloudTasks-TaskRetryCount": "0",
        "X-CloudTasks-TaskExecutionCount": "0",
        "X-CloudTasks-TaskETA": f"{inputs.time.timestamp():.6f}",
    }
