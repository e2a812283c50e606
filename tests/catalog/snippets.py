"""Beginnings of the sources that rules are shown on."""

from __future__ import annotations

HTTP = "import functions_framework\n\n@functions_framework.http\n"
AIO = "import functions_framework.aio\n\n@functions_framework.aio.http\n"
CLOUD_EVENT = "import functions_framework\n\n@functions_framework.cloud_event\n"
