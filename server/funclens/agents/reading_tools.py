"""Tools that run no code. Their docstrings are what an agent reads."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from funclens.agents.answers import (
    FunctionInfo,
    Functions,
    Logs,
    ProblemInfo,
    Problems,
    RecordedDetail,
    Requests,
)
from funclens.agents.bounds import cut, last_lines
from funclens.agents.recorded_detail import detail_of, summary_of
from funclens.agents.runner_log import printed_lines
from funclens.agents.static_workspace import read_catalog
from funclens.trigger_text import trigger_text

if TYPE_CHECKING:
    from funclens.agents.code_permission import CodePermission
    from funclens.agents.folder_runner import FolderRunner
    from funclens.agents.runner_log import LogLine
    from funclens.model import Function

__all__ = ["ReadingTools"]

_MOST_DOC = 300
_MOST_NOTES = 20

_Limit = Annotated[int, Field(description="Maximum number of results", ge=1, le=200)]


class ReadingTools:
    """What agents can know of the workspace and its runner."""

    def __init__(self, runner: FolderRunner, permission: CodePermission) -> None:
        self._runner = runner
        self._permission = permission

    async def list_functions(
        self,
        filter: Annotated[  # noqa: A002 - the name that agents see
            str, Field(description="Only functions whose id or file contains this")
        ] = "",
        limit: _Limit = 100,
    ) -> Functions:
        """List the Cloud Functions of the workspace. Runs no code. Start here.

        Returns names, signature types, triggers and where they are defined.
        """
        read = await asyncio.to_thread(read_catalog, self._runner.folders)
        client = await self._runner.find()
        url = client.url if client is not None else None
        found = [
            item
            for item in read.catalog.functions
            if filter in item.id or filter in item.file
        ]
        return Functions(
            functions=[_function_info(item, url) for item in found[:limit]],
            total=len(found),
            runner_url=url,
            may_run_code=self._permission.is_given,
        )

    async def get_problems(
        self,
        file: Annotated[
            str, Field(description="Only problems in files whose path ends with this")
        ] = "",
        limit: _Limit = 100,
    ) -> Problems:
        """Report what would break in production. Runs no code.

        Such as duplicate endpoints, wrong signatures, missing requirements and broken
        deployments. The resource funclens://docs/reference/diagnostics explains each
        code.
        """
        read = await asyncio.to_thread(read_catalog, self._runner.folders)
        found = [
            ProblemInfo(
                code=item.code,
                severity=item.severity.value,
                message=item.message,
                file=os.path.join(item.folder, item.file),  # noqa: PTH118
                line=item.span.line,
                column=item.span.column,
            )
            for item in read.catalog.problems
        ]
        fitting = [item for item in found if item.file.endswith(file)]
        notes = [*read.notes[:20]]
        return Problems(problems=fitting[:limit], total=len(fitting), notes=notes)

    async def list_requests(
        self,
        *,
        function: Annotated[
            str | None, Field(description="Only requests of this function")
        ] = None,
        failed_only: Annotated[
            bool, Field(description="Only those that raised or have status 5xx or 0")
        ] = False,
        limit: _Limit = 20,
    ) -> Requests:
        """List the requests that the runner has served, newest first. Runs no code.

        Those of people, browsers, events and tools. get_request has the details of one.
        """
        client = await self._runner.running()
        query: dict[str, Any] = {"limit": limit}
        if function is not None:
            query["function"] = (await self._runner.function(client, function)).id
        if failed_only:
            query["status"] = "failed"
        found = (await client.requests(urlencode(query)))["requests"]
        return Requests(requests=[summary_of(item) for item in found[:limit]])

    async def get_request(
        self,
        id: Annotated[  # noqa: A002 - the name that agents see
            str, Field(description="From list_requests or call_function", min_length=1)
        ],
    ) -> RecordedDetail:
        """Return one request of the history with all details. Runs no code.

        Headers and bodies of request and response, what the function printed, and for a
        failure the exception with the user's frames, source lines and locals. Secrets
        are masked.
        """
        client = await self._runner.running()
        return detail_of(await client.request(id))

    async def get_logs(
        self,
        unit: Annotated[
            str | None,
            Field(description="Only lines of this unit, from list_functions"),
        ] = None,
        contains: Annotated[str, Field(description="Only lines with this text")] = "",
        lines: Annotated[
            int, Field(description="Number of last lines", ge=1, le=500)
        ] = 100,
    ) -> Logs:
        """Return the last lines that functions printed or logged. Runs no code.

        With reloads, crashes and failed imports. What one request printed is in
        get_request.
        """
        client = await self._runner.running()
        printed = [item async for item in client.logs(unit or "", follow=False)]
        happened = [
            line for line in self._runner.happenings.lines if unit in {None, line.unit}
        ]
        found = [
            f"{line.unit}: {line.text}" if line.unit else line.text
            for line in sorted([*printed_lines(printed), *happened], key=_at)
            if contains in line.text
        ]
        return Logs(lines=last_lines(found, lines), omitted=max(0, len(found) - lines))


def _at(line: LogLine) -> float:
    return line.at


def _function_info(function: Function, url: str | None) -> FunctionInfo:
    triggers = "; ".join(trigger_text(trigger) for trigger in function.triggers)
    return FunctionInfo(
        id=function.id,
        endpoint=function.endpoint,
        signature_type=function.signature_type.value,
        trigger=cut(triggers, _MOST_DOC),
        file=os.path.join(function.folder, function.file),  # noqa: PTH118
        line=function.span.line,
        unit=function.unit,
        doc=cut(function.doc or "", _MOST_DOC),
        url=f"{url}{function.route}" if url else None,
    )
