"""Settings: read once, typed, and refused with the name of what does not fit."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from luxx.cli import FLAGS
from luxx.config import Secret, Settings, load, warn_of_unknown
from luxx.errors import ConfigError

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"


def loaded(tmp_path: Path, **environ: str) -> Settings:
    variables = {f"LUXX_{name.upper()}": value for name, value in environ.items()}
    return load(environ=variables, env_file=tmp_path / "none")


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert loaded(tmp_path) == Settings()
    assert loaded(tmp_path, port="", data_dir="") == Settings()
    assert Settings().is_sqlite
    assert Settings().sqlite_file == Path("luxx-data/luxx.db")


def test_values_are_typed(tmp_path: Path) -> None:
    settings = loaded(
        tmp_path,
        port="0",
        data_dir="/srv/luxx",
        playground="OFF",
        registration="Closed",
        first_token_timeout="1.5",
        cors_origins=" https://a.example , ,https://b.example",
        allowed_private_hosts="127.0.0.1:11434,10.1.0.0/16",
    )
    assert (settings.port, settings.data_dir) == (0, Path("/srv/luxx"))
    assert (settings.playground, settings.registration) == (False, "closed")
    assert settings.first_token_timeout == 1.5
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.allowed_private_hosts == ("127.0.0.1:11434", "10.1.0.0/16")


def test_a_flag_wins_over_the_environment_and_that_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("LUXX_PORT=1\nLUXX_HOST=file\nLUXX_LOG_LEVEL=debug\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LUXX_PORT", "2")
    monkeypatch.setenv("LUXX_HOST", "environment")
    settings = load({"port": 3, "host": None})
    assert (settings.port, settings.host, settings.log_level) == (3, "environment", "debug")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "65536"),
        ("port", "-1"),
        ("log_format", "xml"),
        ("log_level", "loud"),
        ("playground", "maybe"),
        ("registration", "ajar"),
        ("sandbox", "none"),
        ("token_ttl", "0"),
        ("max_body", "0"),
        ("max_tool_rounds", "0"),
        ("stream_interval_ms", "0"),
        ("auth_rate_limit", "-1"),
        ("default_context", "0"),
        ("reply_timeout", "soon"),
        ("reply_timeout", "0"),
        ("first_token_timeout", "nan"),
        ("progress_timeout", "-2"),
        ("database_url", "mysql://here"),
        ("secret_key", "short"),
        ("allowed_private_hosts", "10.0.0.0/99"),
        ("cors_origins", "example"),
        ("cors_origins", "https://a.example/path"),
        ("cors_origins", "https://*.example"),
        ("cors_origins", "https://user@a.example"),
        ("cors_origins", "https://a.example:99999"),
        ("cors_origins", "https://[:::]"),
        ("cors_origins", "https://a.example,http://"),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^LUXX_{name.upper()}"):
        loaded(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("max_runs", "many", "expected a whole number"),
        ("port", "70000", "expected a whole number from 0 to 65535"),
        ("reply_timeout", "soon", "expected a number"),
        ("registration", "yes", "expected one of open, closed"),
        (
            "cors_origins",
            "a.example",
            "expected * or origins such as https://app.example.com, not 'a.example'",
        ),
    ],
)
def test_what_was_expected_is_said(tmp_path: Path, name: str, value: str, expected: str) -> None:
    with pytest.raises(ConfigError) as error:
        loaded(tmp_path, **{name: value})
    assert error.value.message == f"LUXX_{name.upper()}={value!r} does not fit: {expected}"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://a.example/", "https://a.example"),
        ("HTTPS://A.Example:443", "https://a.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80/", "http://[::1]"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("*", "*"),
    ],
)
def test_origins_are_as_browsers_send_them(tmp_path: Path, written: str, sent: str) -> None:
    assert loaded(tmp_path, cors_origins=written).cors_origins == (sent,)


def test_an_unknown_variable_in_the_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LUXX_PROT=8000\nOTHER=1\n")
    with pytest.raises(ConfigError) as error:
        load(environ={}, env_file=file)
    assert error.value.message == f"{file}: LUXX_PROT is not a setting: did you mean LUXX_PORT?"


def test_what_the_client_reads_may_stand_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("LUXX_URL=http://a.example\nLUXX_TOKEN=x\nLUXX_PASSWORD=x\n")
    assert load(environ={}, env_file=file) == Settings()


def test_an_unknown_variable_of_the_environment_is_told_without_its_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    warn_of_unknown({"LUXX_PORTS": "canary", "LUXX_PORT": "1", "LUXX_URL": "", "PORTS": "2"})
    warn_of_unknown({"LUXX_FLUX_CAPACITOR": "canary"})
    assert [record.getMessage() for record in caplog.records] == [
        "LUXX_PORTS is not a setting: did you mean LUXX_PORT?",
        "LUXX_FLUX_CAPACITOR is not a setting",
    ]


def test_postgresql_needs_a_shared_key(tmp_path: Path) -> None:
    url = "postgresql://luxx:password@host/luxx"
    with pytest.raises(ConfigError, match="LUXX_SECRET_KEY is required"):
        loaded(tmp_path, database_url=url)
    settings = loaded(tmp_path, database_url=url, secret_key="x" * 32)
    assert not settings.is_sqlite


def test_secrets_are_never_shown(tmp_path: Path) -> None:
    url = "postgres://luxx:canary@host/luxx"
    settings = loaded(tmp_path, database_url=url, secret_key="canary" * 8, admin_password="canary1")
    assert "canary" not in repr(settings)
    assert settings.admin_password == "canary1"
    assert (repr(Secret("")), repr(Secret("x"))) == ("''", "***")
    for name, value in (("secret_key", "canary"), ("database_url", "canary://")):
        with pytest.raises(ConfigError) as error:
            loaded(tmp_path, **{name: value})
        assert "canary" not in error.value.message


def test_every_setting_is_documented_with_its_flag() -> None:
    rows = dict(re.findall(r"^\| `LUXX_(\w+)`( ⚑)? \|", DOCUMENT.read_text(), re.MULTILINE))
    flags = {name for names in FLAGS.values() for name in names}
    assert rows == {s.name.upper(): " ⚑" if s.name in flags else "" for s in fields(Settings)}
