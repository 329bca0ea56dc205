"""Security headers, and the content security policy that lets only this server's own scripts run."""

import base64
import hashlib
from collections.abc import Iterable
from html.parser import HTMLParser
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

INLINE_TYPES = frozenset({"", "text/javascript", "application/javascript", "module"})
SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


class _InlineScripts(HTMLParser):
    """Collects the text of every script that a browser would run from the page itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        kind = (found.get("type") or "").strip().lower()
        self.inside = tag == "script" and "src" not in found and kind in INLINE_TYPES
        if self.inside:
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data


def script_hashes(html: str) -> list[str]:
    """The `'sha256-…'` sources of the different inline scripts in that html, in order; not of `src` or data scripts."""
    parser = _InlineScripts()
    # A browser turns every line end into \n before it hashes.
    parser.feed(html.replace("\r\n", "\n").replace("\r", "\n"))
    parser.close()
    digests = (hashlib.sha256(text.encode()).digest() for text in parser.texts)
    return list(dict.fromkeys(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests))


def csp(hashes: Iterable[str]) -> str:
    """The policy: everything from this server alone, inline scripts only by their hashes."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def page_csp(*htmls: str) -> str:
    """The policy under which those documents and fragments run.

    Give it the Shiny page, the API docs page, and `TagList(ui.modal("x"), ui.card("x"), ui.layout_sidebar(
    ui.sidebar("x"), "x")).render()["html"]`: components that arrive later by websocket bring their scripts with them.
    """
    return csp(dict.fromkeys(source for html in htmls for source in script_hashes(html)))


class SecurityHeaders:
    """Adds the security headers and the policy to every response, refused websocket handshakes included.

    Only the answer to a POST that went well is told nothing but its type: it is data that no browser draws, and adding
    the rest to each would cost the server a sixth of its time.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        rows = (("Content-Security-Policy", policy), *SECURITY_HEADERS)
        self.rows = [(name.lower().encode(), value.encode()) for name, value in rows]
        self.taken = [row for row in self.rows if row[0] == b"x-content-type-options"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"].endswith("http.response.start"):
                taken = message["status"] == HTTPStatus.OK and scope.get("method") == "POST"
                message["headers"] = [*message.get("headers", ()), *(self.taken if taken else self.rows)]
            await send(message)

        await self.app(scope, receive, send_with_headers)
