"""The library's errors as answers of HTTP: the fault goes to whoever can mend it, and no other error is hidden."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from alignkit import errors

STATUS: dict[type[errors.AlignkitError], int] = {
    errors.SignatureError: 401,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.DuplicateError: 409,
    errors.ValidationError: 422,
    errors.PortfolioError: 422,
    errors.ImporterError: 422,
    errors.StoreUnavailableError: 503,
}


def answer(app: FastAPI) -> None:
    """Answer these errors with what they say; others stay errors of the server (500) and reach the log."""
    for kind, status in STATUS.items():
        app.add_exception_handler(kind, _handler(status))


def _handler(status: int):  # type: ignore[no-untyped-def]
    def respond(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": type(error).__name__, "detail": str(error)}, status)

    return respond
