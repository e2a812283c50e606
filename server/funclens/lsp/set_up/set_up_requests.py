"""Requests about set-ups, of clients that can create environments themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pygls.lsp.server import LanguageServer  # noqa: TC002 - pygls reads annotations

from funclens.lsp.error_handling import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

    from funclens.lsp.session import Session

__all__ = ["SET_UP_PLAN", "register_set_up"]

SET_UP_PLAN = "funclens/setUpPlan"


def register_set_up(server: LanguageServer, session_of: Callable[[], Session]) -> None:
    """Register the requests."""

    @server.feature(SET_UP_PLAN)
    @guarded
    async def set_up_plan(params: Any) -> dict[str, Any]:
        from funclens.lsp.commands import arguments  # noqa: PLC0415
        from funclens.lsp.commands.set_up_units import describe_set_up  # noqa: PLC0415

        session = await session_of().settle()
        argument = arguments.one_object(SET_UP_PLAN, [params])
        return await describe_set_up(session, argument)
