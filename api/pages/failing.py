"""What went wrong, for people."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Request, Response

from api.door import HTML, ROOT
from api.pages.screen import AWAY, UTC, Screen
from api.web import choosing, rendering
from dispatch import wire
from dispatch.errors import Code


def is_for_people(request: Request) -> bool:
    """Whether a browser asks for a page; programs are answered problem documents."""
    return not request.path.startswith(ROOT) and "text/html" in request.headers.get("Accept", "")


def shown(problem: wire.Problem, request: Request, headers: Mapping[str, str]) -> Response:
    """A problem as a page; who is not signed in is asked to."""
    here = request.full_path.rstrip("?")
    if problem.code == Code.NOT_SIGNED_IN:
        onward = urlencode({"next": here}) if request.method == "GET" and here != "/" else ""
        return Response(status=303, headers={"Location": "/sign-in" + (f"?{onward}" if onward else ""), **AWAY})
    spoken = rendering.said_in(choosing.chosen(dict(request.headers), dict(request.cookies)))
    screen = Screen(spoken, None, "", here if request.method == "GET" else "/")
    body = rendering.page("problem.html", spoken, UTC, "", screen=screen, problem=problem)
    policy = {"Content-Security-Policy": rendering.policy()}
    return Response(body, problem.status, {**headers, **policy, **AWAY}, content_type=HTML)
