import base64
import hashlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connected_ops.guards.headers import SECURITY_HEADERS, SecurityHeaders, csp, page_csp, script_hashes


def hashed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_hash_is_the_one_browsers_compute():
    # The example that the CSP documents hash.
    assert script_hashes("<script>alert('Hello, world.');</script>") == [
        "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    ]


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        ("<script>", "a && b"),
        ("<script>", "if (a < b) { '<b>' }"),
        ("<script>", "'&amp;'"),
        ("<script>", "'é 😀'"),
        ("<SCRIPT TYPE='Text/JavaScript' defer>", "\n  x()\n"),
        ("<script type=''>", "x"),
        ("<script type='module'>", "import 'x'"),
        ("<!doctype html><html><head><script>", "1"),
    ],
)
def test_an_inline_script_is_hashed_character_for_character(opening, text):
    assert script_hashes(f"{opening}{text}</script><p>no script here</p>") == [hashed(text)]


def test_line_ends_are_hashed_as_browsers_see_them():
    assert script_hashes("<script>a\r\nb\rc</script>") == [hashed("a\nb\nc")]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<script src='x.js'></script>",
        "<script src>alert(1)</script>",
        "<script type='application/json'>{}</script>",
        "<script type='application/html-dependencies'>jquery[3.6.0]</script>",
        "<!-- <script>1</script> -->",
        "<p onclick='x()'>script</p>",
    ],
)
def test_what_runs_from_elsewhere_or_not_at_all_has_no_hash(html):
    assert script_hashes(html) == []


def test_text_after_a_script_belongs_to_no_script():
    assert script_hashes("<script>a</script>b<script src=x></script>c<script>d</script>") == [hashed("a"), hashed("d")]


@given(st.text())
def test_any_html_is_read_without_error(html):
    script_hashes(html)
    script_hashes("<script>" + html)


def test_the_policy_names_each_script_once_and_nothing_foreign():
    policy = page_csp("<script>a</script><script>b</script>", "<script>a</script>")
    assert f"script-src 'self' {hashed('a')} {hashed('b')};" in policy
    assert policy == csp([hashed("a"), hashed("b")])
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert "script-src 'self';" in csp([])


async def test_every_response_carries_the_headers_beside_its_own(pass_through):
    outcome = await pass_through(partial(SecurityHeaders, policy=csp([])))
    assert outcome.headers[b"content-security-policy"] == csp([]).encode()
    for name, value in SECURITY_HEADERS:
        assert outcome.headers[name.lower().encode()] == value.encode()
    assert outcome.headers[b"x-app"] == b"1"
