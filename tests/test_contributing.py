"""CONTRIBUTING says where everything is: each room and each module of the root has its row, and no more."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = re.compile(r"^\| (`(?:connected_ops|shiny_app)/.*?`) \|", re.MULTILINE)


def named(text: str) -> set[str]:
    """What the first column of the table of rooms names."""
    return {name for cell in TABLE.findall(text) for name in re.findall(r"`(.+?)`", cell)}


def there(package: Path) -> set[str]:
    """The rooms of a package and the modules at its root."""
    rooms = {f"{package.name}/{each.name}/" for each in package.iterdir() if (each / "__init__.py").is_file()}
    modules = {f"{package.name}/{each.name}" for each in package.glob("*.py") if each.name != "__init__.py"}
    return rooms | modules


def test_each_room_and_each_module_of_the_root_has_its_row_in_contributing():
    told = named((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert told == there(ROOT / "connected_ops") | there(ROOT / "shiny_app")
