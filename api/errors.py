"""From what was raised to a problem document (RFC 9457): the one place where an error gets its status."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from api.pages import failing
from dispatch import errors, wire
from dispatch.errors import Code, DispatchError, InputError
from dispatch.travel import TravelError

MEDIA = "application/problem+json"

NO_MORE_THAN_ITS_STATUS = "about:blank"
"""The type of all problems (RFC 9457, 4.2.1): their title is that of the status; what tells them apart is `code`."""

STATUS: Mapping[type[DispatchError], tuple[int, Code]] = {
    errors.NotSignedIn: (401, Code.NOT_SIGNED_IN),
    errors.NotAllowed: (403, Code.NOT_ALLOWED),
    errors.NotFound: (404, Code.NOT_FOUND),
    errors.Conflict: (409, Code.CONFLICT),
    errors.VersionMismatch: (412, Code.VERSION_MISMATCH),
    errors.VersionMissing: (428, Code.VERSION_MISSING),
    errors.TooMany: (429, Code.TOO_MANY_REQUESTS),
    errors.Busy: (503, Code.BUSY),
    TravelError: (503, Code.NO_TRAVEL),
}
"""Each class with its status and code; the code of a conflict or a finding is its own."""

UNREADABLE: Mapping[str, int] = {
    Code.TOO_LARGE: 413,
    **dict.fromkeys(
        (Code.ENCODING_INVALID, Code.JSON_INVALID, Code.JSON_TOO_DEEP, Code.DUPLICATE_KEY, Code.NUMBER_NOT_FINITE), 400
    ),
    **dict.fromkeys((Code.KEY_MISSING, Code.KEY_INVALID, Code.VERSION_INVALID), 400),
}
"""What cannot be read at all; every other finding is 422."""

HTTP_CODES: Mapping[int, Code] = {
    404: Code.NOT_FOUND,
    405: Code.METHOD_NOT_ALLOWED,
    413: Code.TOO_LARGE,
    415: Code.UNSUPPORTED_MEDIA_TYPE,
    500: Code.INTERNAL,
}
"""What the framework itself refuses."""


def install(app: Flask) -> None:
    """Let every error of an application be answered as a problem document."""
    app.register_error_handler(DispatchError, refused)
    app.register_error_handler(HTTPException, refused_by_the_framework)


def refused(error: DispatchError) -> Response:
    """The answer to an error of ours."""
    status, code = status_of(error)
    return _answer(status, code, _detail(error), _headers(error), _members(error))


def refused_by_the_framework(error: HTTPException) -> Response:
    """The answer to what werkzeug raises, and to a defect of this program."""
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name.lower() not in {"content-type", "content-length"}}
    detail = "a defect of this program: its log says more" if status == 500 else str(error.description)
    return _answer(status, HTTP_CODES.get(status, Code.BAD_REQUEST), detail, headers, {})


def status_of(error: DispatchError) -> tuple[int, str]:
    """The status and the code of an error."""
    if isinstance(error, InputError):
        codes = {finding.code for finding in error.findings}
        unreadable = [UNREADABLE[code] for code in codes if code in UNREADABLE and not _all_of_the_query(error)]
        return (max(unreadable) if unreadable else 422), (codes.pop() if len(codes) == 1 else Code.INVALID_INPUT)
    status, code = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), (500, Code.INTERNAL))
    if isinstance(error, errors.Conflict):
        return (412 if error.code == Code.CHANGED_MEANWHILE and g.get("if_match") else status), error.code
    return status, getattr(error, "code", code)


def _all_of_the_query(error: InputError) -> bool:
    return all(finding.pointer.startswith("?") for finding in error.findings)


def _detail(error: DispatchError) -> str:
    if isinstance(error, InputError):
        first = error.findings[0]
        if len(error.findings) == 1:
            return f"{first.pointer or 'what was sent'} {first.message}"
        return f"{len(error.findings) + error.more} things are wrong with what was sent: see errors"
    return str(error)


def _headers(error: DispatchError) -> dict[str, str]:
    if isinstance(error, errors.NotSignedIn):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TravelError):
        return {"Retry-After": "10"}
    wait = getattr(error, "retry_after", None)
    return {} if wait is None else {"Retry-After": str(wait)}


def _members(error: DispatchError) -> dict[str, Any]:
    return dict(_given(error))


def _given(error: DispatchError) -> Iterator[tuple[str, Any]]:
    if isinstance(error, InputError):
        yield "errors", error.findings
        if error.more:
            yield "more", error.more
    if isinstance(error, errors.Conflict) and error.details:
        yield "details", error.details


def _answer(status: int, code: str, detail: str, headers: Mapping[str, str], members: Mapping[str, Any]) -> Response:
    problem = wire.Problem(
        type=NO_MORE_THAN_ITS_STATUS,
        title=HTTPStatus(status).phrase,
        status=status,
        code=str(code),
        detail=detail,
        request=g.get("request_id", ""),
        **members,
    )
    if failing.is_for_people(request):
        return failing.shown(problem, request, headers)
    return Response(wire.write_line(problem), status, {**headers, "Cache-Control": "no-store"}, content_type=MEDIA)
