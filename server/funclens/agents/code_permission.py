"""Whether this server may run the code of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Allowed", "CodePermission", "Confirmation"]


class Confirmation(BaseModel):
    """What the user answers."""

    run_code: bool = Field(
        title="Run code",
        description="Let agents run the functions of this workspace until they end",
    )


class CodePermission:
    """Asks the user once, unless the command line has said so."""

    def __init__(self, folders: Sequence[str], *, is_given: bool) -> None:
        self.is_given = is_given
        self._folders = ", ".join(folders)

    def settle(self, answer: ElicitationResult[Confirmation]) -> None:
        """Take the user's answer. Raises ToolError if code may not run."""
        if answer.action != "accept" or not answer.data.run_code:
            raise self.refusal("the user did not allow it")
        self.is_given = True

    def question(self) -> Elicit[Confirmation]:
        return Elicit(
            f"Run the functions in {self._folders}? They can do whatever you can.",
            Confirmation,
        )

    def refusal(self, reason: str) -> ToolError:
        """Return the error for a tool that runs code."""
        return ToolError(
            f"no code of this workspace may run: {reason}\n"
            "hint: list_functions and get_problems work without. To allow it, the user "
            "starts this server with `funclens mcp --trust`, if they trust the code in "
            f"{self._folders}"
        )


def _confirm(ctx: Context[CodePermission, Any]) -> Confirmation | Elicit[Confirmation]:
    """Ask the user, if that is needed and the client can. Raises ToolError."""
    permission = ctx.request_context.lifespan_context
    if permission.is_given:
        return Confirmation(run_code=True)
    capabilities = ctx.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        raise permission.refusal("this client cannot ask the user")
    return permission.question()


Allowed = Annotated[ElicitationResult[Confirmation], Resolve(_confirm)]
"""Parameter of a tool that runs code: the framework has the user asked before."""
