"""The settings: documented, read once, and refused with key, value and what would be right."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.settings import PREFIX, Settings, SettingsError, key
from ingest.read.base import Limits, setting

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith((PREFIX, "LLM_")):
            monkeypatch.delenv(name)


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == {key(field) for field in Settings.model_fields}


def test_every_setting_says_what_is_right() -> None:
    assert all(
        (about.description or "").startswith("应为") for about in Settings.model_fields.values()
    )


def test_without_an_environment_everything_is_embedded() -> None:
    settings = Settings.from_environment()
    assert settings.database == "sqlite:///data/assistant.db"
    assert settings.embedding_model is None
    assert settings.cors_origins == ()


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_HOME", "/tmp/elsewhere")
    monkeypatch.setenv("POLICY_CONTACTS", '{"重庆市": "热线"}')
    monkeypatch.setenv("POLICY_SESSION_HOURS", "0.5")
    monkeypatch.setenv("POLICY_EMBEDDING_MODEL", "")
    settings = Settings.from_environment()
    assert settings.database == "sqlite:////tmp/elsewhere/assistant.db"
    assert settings.contacts == {"重庆市": "热线"}
    assert settings.session_hours == 0.5
    assert settings.embedding_model is None


def test_what_a_file_may_cost_is_set_by_the_names_that_refusals_give(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings.from_environment().limits == Limits()
    names = [each.name for each in fields(Limits)]
    for number, name in enumerate(names, 1):
        monkeypatch.setenv(setting(name), str(number))
    assert Settings.from_environment().limits == Limits(*range(1, len(names) + 1))


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("POLICY_PORT", "八千", "0 到 65535 的整数"),
        ("POLICY_PORT", "70000", "0 到 65535 的整数"),
        ("POLICY_CONTACTS", "重庆市=热线", "JSON 对象"),
        ("POLICY_CONTACTS", '["热线"]', "JSON 对象"),
        ("POLICY_SESSION_HOURS", "0", "大于 0"),
        ("POLICY_SESSION_HOURS", "nan", "大于 0"),
        ("POLICY_AUDIT_DAYS", "半年", "1 到 36500"),
        ("POLICY_DATABASE_URL", "mysql://x/y", "数据库地址"),
        ("POLICY_DEFAULT_REGION", "CQ", "中文名"),
        ("LLM_BASE_URL", "127.0.0.1:8001", "OpenAI 形式的地址"),
        ("LLM_DEADLINE", "0", "0.05 到 600"),
        ("LLM_MAX_ROUNDS", "一", "1 到 20 的整数"),
        ("LLM_DAILY_TOKENS", "-1", "0 为不限"),
        ("POLICY_INGEST_PAGES", "0", "1 到 1000000000000 的整数（页）"),
        ("POLICY_INGEST_SECONDS", "一分钟", "1 到 86400 的整数（秒）"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, right: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment()
    message = str(caught.value)
    assert name in message
    assert value in message
    assert right in message


def test_a_misspelt_key_is_named_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_SESION_HOURS", "3")
    with pytest.raises(SettingsError, match="POLICY_SESSION_HOURS"):
        Settings.from_environment()


def test_half_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:8001/v1")
    with pytest.raises(SettingsError, match="LLM_MODEL"):
        Settings.from_environment()
    monkeypatch.setenv("LLM_MODEL", "qwen")
    settings = Settings.from_environment()
    assert settings.has_model and settings.llm_model == "qwen"


def test_a_models_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_API_KEY", "sk-secret")
    assert "sk-secret" not in repr(Settings.from_environment())


@pytest.mark.parametrize("name", ["POLICY_LLM_MODEL", "LLM_MODLE", "LLM_BASEURL"])
def test_a_misspelt_key_of_the_model_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match="LLM_"):
        Settings.from_environment()


def test_another_programs_variable_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_ENGINE_BACKEND", "other")
    Settings.from_environment()
