"""The one problem document (RFC 9457) of every edge: the API, the guards and the page's files."""

import json
from http import HTTPStatus
from pathlib import Path

import connected_ops
import shiny_app
from connected_ops.errors import problem_body

ROOMS = [Path(package.__path__[0]) for package in (connected_ops, shiny_app)]


def test_a_problem_says_its_status_in_words_and_as_a_number():
    body = json.loads(problem_body(HTTPStatus.NOT_FOUND, "Nothing is 5 °F warm here."))
    assert body == {
        "type": "about:blank", "title": "Not Found", "status": 404, "detail": "Nothing is 5 °F warm here.",
    }  # fmt: skip


def test_a_problem_names_the_places_it_speaks_of():
    place = {"loc": ["ts"], "type": "missing", "msg": "Field required"}
    assert json.loads(problem_body(422, "The sample cannot be read.", [place]))["errors"] == [place]


def test_problems_are_written_in_one_place():
    writers = [path.name for room in ROOMS for path in room.rglob("*.py") if "about:blank" in path.read_text("utf-8")]
    assert writers == ["errors.py"]
