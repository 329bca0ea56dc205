"""What a server says of itself at its start: where it is, and who may do what."""

import typer

from connected_ops.guards.access import only_this_machine
from connected_ops.guards.authority import is_loopback
from connected_ops.settings import Settings


def say_where(settings: Settings, port: int, made: str | None, link: str | None) -> None:
    """Print where the server is, the key that was `made`, and the `link` to sign in by."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"Connected Ops Lab is at http://{host}:{port}/  (API: /api/docs, stop: Ctrl+C)")
    if made is not None:  # a key that somebody set is theirs, and stays out of the log
        typer.echo(f"Writes to /api need the header X-API-Key: {made}")
    elif settings.api_key is None and not is_loopback(settings.host):
        typer.echo("Without CONNECTED_OPS_API_KEY only this machine may write to /api.")
    if link is not None:
        typer.echo(f"Everybody may read the page; sign in once, to act there: http://{host}:{port}{link}")


def who_may_act(settings: Settings) -> str:
    """Who may act on the page, in a sentence."""
    if settings.lock:
        return "Every act on the page needs a sign-in; reading needs none."
    keyed = settings.api_key is not None or settings.generate_key
    if keyed or not only_this_machine(settings.host, settings.trusted_proxies):
        who = "everybody" if keyed else "everybody but this machine"
        return f"Insights and services need a sign-in of {who}; reading, faults and reset need none."
    return "This machine may do everything on the page, and no other reaches it."
