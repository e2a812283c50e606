"""Errors of the API of Cloud Tasks, in production's form."""

from __future__ import annotations

from funclens.errors import FunclensError

__all__ = ["ApiError"]

_STATUSES = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "UNIMPLEMENTED": 501,
}


class ApiError(FunclensError):
    """A request that is refused."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is the name of a status of gRPC."""
        super().__init__(message)
        self.code = code

    @property
    def status(self) -> int:
        """The status of HTTP."""
        return _STATUSES[self.code]

    def to_json(self) -> dict[str, object]:
        """Return the body of the response."""
        error = {"code": self.status, "message": str(self), "status": self.code}
        return {"error": error}
