"""The settings: where they come from, what they refuse, and that the docs tell them all."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from connected_ops.settings import KEY_FILE, PREFIX, Settings, UnreadableSecret, load, origin

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.delenv(KEY_FILE, raising=False)


def written(default: object) -> str:
    if default is None or default == ():
        return "none"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def test_every_setting_stands_in_the_docs_with_its_default():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\S+) \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: default for name, default, _ in rows} == {
        PREFIX + name.upper(): written(field.default) for name, field in Settings.model_fields.items()
    }
    assert f"`{KEY_FILE}`" in DOCS.read_text(encoding="utf-8")
    assert all(field.description for field in Settings.model_fields.values())


def test_an_option_goes_before_the_environment_and_that_before_the_default(monkeypatch):
    assert load().port == 8000
    monkeypatch.setenv("CONNECTED_OPS_PORT", "8100")
    assert load(port=None).port == 8100
    assert load(port=8200).port == 8200


def test_a_value_can_be_traced_to_where_it_comes_from(monkeypatch):
    monkeypatch.setenv("CONNECTED_OPS_PORT", "8100")
    assert (origin("port"), origin("host")) == ("CONNECTED_OPS_PORT", "default")
    assert origin("port", port=8200) == "option --port"
    assert origin("port", port=None) == "CONNECTED_OPS_PORT"
    monkeypatch.setenv(KEY_FILE, "somewhere")
    assert origin("api_key") == KEY_FILE


def test_lists_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("CONNECTED_OPS_ALLOWED_HOSTS", " lab.example.org, ,other.example ")
    assert load().allowed_hosts == ("lab.example.org", "other.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOST", ""), ("PORT", "-1"), ("PORT", "65536"), ("PORT", "http"), ("PORT", ""), ("EMULATOR", "perhaps"),
        ("SEED", "x"), ("MAX_UNITS", "0"), ("MAX_UNITS", "1000000"), ("WINDOW", "5"), ("LOG_LEVEL", "loud"),
        ("API_KEY", ""), ("API_KEY", "two words"), ("API_KEY", "schlüssel"), ("API_KEY", "line\n"),
        ("ALLOWED_HOSTS", "https://lab.example.org"), ("ALLOWED_HOSTS", "lab.example.org:443"), ("ALLOWED_HOSTS", "*"),
        ("TRUSTED_PROXIES", "*"), ("TRUSTED_PROXIES", "proxy"), ("TRUSTED_PROXIES", ""), ("TRUSTED_PROXIES", "::1,"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_and_not_repeated(monkeypatch, name, value):
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(ValidationError) as refusal:
        load()
    assert refusal.value.errors(include_input=False)[0]["loc"][0] == name.lower()
    assert name != "API_KEY" or not value or value not in str(refusal.value)


def test_proxies_are_addresses_or_networks():
    assert load(trusted_proxies="10.0.0.2, 172.16.0.0/12,::1").trusted_proxies == "10.0.0.2, 172.16.0.0/12,::1"


def test_the_key_may_lie_in_a_file(monkeypatch, tmp_path):
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    monkeypatch.setenv(KEY_FILE, str(file))
    assert load().api_key == SecretStr("s3cret")
    assert "s3cret" not in repr(load())


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_key_file_that_cannot_be_read_is_named(monkeypatch, tmp_path, content):
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv(KEY_FILE, str(file))
    with pytest.raises(UnreadableSecret, match=f"{KEY_FILE} names {file}"):
        load()


def test_an_empty_key_file_is_no_key_and_refused(monkeypatch, tmp_path):
    file = tmp_path / "key"
    file.write_text("\n")
    monkeypatch.setenv(KEY_FILE, str(file))
    with pytest.raises(ValidationError):
        load()


def test_a_key_given_twice_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "key"))
    monkeypatch.setenv("CONNECTED_OPS_API_KEY", "s3cret")
    with pytest.raises(UnreadableSecret, match="both set"):
        load()
