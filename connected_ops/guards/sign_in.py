"""Signing in and out: a plain page for the key, the link that was printed at the start, and the cookie both give."""

from html import escape
from math import ceil
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from connected_ops.guards.access import Access, cookie_of, pass_of
from connected_ops.guards.keys import SLOWED
from connected_ops.guards.passes import LIFE_S

PATH = "/sign-in"
OUT = "/sign-out"
MOST_FIELDS = 4

ASKED = "Acknowledging, silencing, notes and services need this server's key. Reading needs nothing."
NO_KEY = (
    "This server has no key. Sign in with the link that it printed at its start, which works once, or restart it with "
    "CONNECTED_OPS_API_KEY set."
)
WRONG_KEY = "That is not this server's key."
WRONG_LINK = "That link is not this server's, or has been used: it works once."

_PAGE = (Path(__file__).parent / "sign_in.html").read_text(encoding="utf-8")
_FORM = (
    '<form method="post"><label for="key">Key</label><input id="key" name="key" type="password" required '
    'autocomplete="current-password"><button type="submit">Sign in</button></form>'
)


def link_of(access: Access) -> str:
    """The address, from this server's root, that signs in whoever opens it first."""
    return f"{PATH}?token={access.passes.token}"


def sign_in_routes(access: Access) -> list[Route]:
    """`/sign-in` and `/sign-out`, for the root application."""

    def page(sentence: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        form = _FORM if access.has_key else ""
        html = _PAGE.replace("{sentence}", escape(sentence)).replace("{form}", form)
        return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})

    def slowed(request: Request) -> Response | None:
        wait = ceil(access.wait_s(request.scope))
        return page(SLOWED.format(wait=wait), 429, {"Retry-After": str(wait)}) if wait else None

    def let_in(request: Request) -> Response:
        answer = _to_the_page()
        secure = request.url.scheme == "https"
        answer.set_cookie(
            cookie_of(request.scope), access.passes.issue(), LIFE_S, httponly=True, samesite="strict", secure=secure
        )
        return answer

    async def ask(request: Request) -> Response:
        token = request.query_params.get("token")
        if token is None or request.method != "GET":  # a HEAD only looks whether the link is there
            return page(ASKED if access.has_key else NO_KEY)
        if refusal := slowed(request):
            return refusal
        return let_in(request) if access.is_link(request.scope, token) else page(WRONG_LINK, 403)

    async def sign_in(request: Request) -> Response:
        if not access.has_key:
            return page(NO_KEY, 403)
        if refusal := slowed(request):
            return refusal
        key = _field(await request.body(), request.headers, "key")
        if not key:
            return page(ASKED, 403)
        return let_in(request) if access.is_key(request.scope, key, "sign-in") else page(WRONG_KEY, 403)

    async def sign_out(request: Request) -> Response:
        access.passes.end(pass_of(request.scope))
        answer = _to_the_page()
        answer.delete_cookie(cookie_of(request.scope), httponly=True, samesite="strict")
        return answer

    return [
        Route(PATH, ask, methods=["GET"]),
        Route(PATH, sign_in, methods=["POST"]),
        Route(OUT, sign_out, methods=["POST"]),
    ]


def _to_the_page() -> Response:
    return RedirectResponse("./", 303, {"Cache-Control": "no-store"})


def _field(body: bytes, headers: Headers, name: str) -> bytes:
    """A field of a form as it was typed, without the blanks around it; empty where there is none."""
    if not headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return b""
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        return b""
    return found.get(name, [""])[0].strip().encode("utf-8", "replace")
