"""Live fields. An element names its value: the first paint and every later message fill the same elements from the same
flat dict of values, so the client keeps fresh what the server drew.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from htmltools import HTML, Tag, TagAttrValue, html_escape, tags

Value = str | tuple[str, ...] | None
"""A text or attribute, the keys of a list in order, or None: no such attribute."""

Values = Mapping[str, Value]

KEY = "{key}"
"""Stands in a list's skeleton where the key of a row comes."""

_MARK = "\ue000"  # a character of no script: it stands around a field's name only while a skeleton is taken apart
_FIELD = re.compile(rf'( [\w-]+=")?{_MARK}([^{_MARK}]+){_MARK}(?(1)")')


@dataclass(frozen=True, slots=True)
class Slots:
    """The live fields of an element and its children, and what they hold at first; in a skeleton, their names."""

    values: Values
    skeleton: bool = False

    def get(self, name: str) -> str | None:
        """What the field holds; a list's keys are none."""
        if self.skeleton:
            return f"{_MARK}{name}{_MARK}"
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def text(
        self, name: str, *attrs: dict[str, TagAttrValue], make: Callable[..., Tag] = tags.span, **named: TagAttrValue
    ) -> Tag:
        """An element whose text is the field `name`."""
        return make({"data-live": name}, *attrs, self.get(name) or "", **named)

    def bind(self, **names: str) -> dict[str, TagAttrValue]:
        """Attributes filled from fields: bind(class_="pill") gives class, and the mark that keeps it fresh.

        `value` is a select's property, which HTML has no attribute for: its selected option says it at first.
        """
        bound = {attribute.rstrip("_").replace("_", "-"): name for attribute, name in names.items()}
        first = {attribute: self.get(name) for attribute, name in bound.items() if attribute != "value"}
        return {**first, "data-bind": " ".join(f"{attribute}:{name}" for attribute, name in bound.items())}

    def each(self, name: str, container: Tag, item: Callable[["Slots"], Tag]) -> list[Tag]:
        """`container` with an item for each key of the list `name`, and the skeleton the client makes others from.

        An item is built once and then filled as text: building it for each of 100 rows takes 150 ms of the event loop.
        """
        node = item(Slots({}, skeleton=True))
        node.attrs.update({"data-key": KEY})
        pieces = _FIELD.split(str(node))
        keys = self.values.get(name)
        rows = [_filled(pieces, self.values, f"{name}/{key}/", key) for key in keys] if isinstance(keys, tuple) else []
        container.attrs.update({"data-live-list": name})
        container.append(HTML("".join(rows)))
        return [container, tags.template({"data-template": name}, HTML(_filled(pieces, {}, "", KEY)))]


def _filled(pieces: list[str | None], values: Values, prefix: str, key: str) -> str:
    """A skeleton with the values of one row; `pieces` are text, start of an attribute if any, and field, in turn."""
    escaped_key = html_escape(key, attr=True)
    parts: list[str] = []
    for at in range(0, len(pieces), 3):
        parts.append((pieces[at] or "").replace(KEY, escaped_key))
        if at + 2 < len(pieces):
            attribute, value = pieces[at + 1], values.get(f"{prefix}{pieces[at + 2]}")
            if isinstance(value, str):
                text = html_escape(value, attr=attribute is not None)
                parts.append(text if attribute is None else f'{attribute}{text}"')
    return "".join(parts)


def flat(prefix: str, values: Values) -> dict[str, Value]:
    """The same values under names that start with `prefix`."""
    return {f"{prefix}/{name}": value for name, value in values.items()}
