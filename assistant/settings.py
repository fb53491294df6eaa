"""The settings (设置), read once from the environment at the entry point and passed down.

In:  environment variables that begin with POLICY_; those of the language model with LLM_.
Out: one frozen object. A wrong value is refused with its key, the value and what would be right;
     docs/settings.md describes every key (tests/assistant/test_settings.py).
"""

from __future__ import annotations

import os
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import pydantic_settings
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.read.base import Limits

PREFIX = "POLICY_"
_LIMITS = asdict(Limits())
_LIMIT = "ingest_"  # what the fields of the limits begin with
_MANY = 10**12
_MODEL = "llm_"  # what the fields of the language model begin with: their keys have no prefix


Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]


class SettingsError(Exception):
    """A setting is wrong. The message names the key, its value and what would be right."""


def _limit(name: str, unit: str, *, least: int = 1, most: int = _MANY) -> Any:
    """The field of one of the limits on what a file may cost."""
    right = f"应为 {least} 到 {most} 的整数（{unit}）"
    return Field(default=_LIMITS[name], ge=least, le=most, description=right)


def _model(name: str, default: Any, right: str, **rules: Any) -> Any:
    """The field of a setting of the language model."""
    return Field(default=default, validation_alias=f"LLM_{name}", description=right, **rules)


class Settings(BaseSettings):
    """All settings; each field's description says what is right."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, populate_by_name=True
    )

    home: Path = Field(
        default=Path("data"), description="应为存放索引、会话和留痕的文件夹，例如 data"
    )
    corpus: Path = Field(default=Path("corpus"), description="应为语料文件夹，例如 corpus")
    database_url: str | None = Field(
        default=None,
        pattern=r"^(sqlite|postgresql)(\+\w+)?://",
        description=(
            "应为数据库地址，例如 sqlite:///data/assistant.db"
            " 或 postgresql+psycopg://用户:口令@主机/库名"
        ),
    )
    embedding_model: str | None = Field(
        default=None, description="应为 sentence-transformers 模型的名称或文件夹；不设则用内置模型"
    )
    chroma: bool = Field(
        default=True, description="应为 true 或 false：快照里是否另写一份 Chroma 集合"
    )
    default_region: str | None = Field(
        default=None,
        pattern=r"^[\u4e00-\u9fff]{2,40}$",
        description="应为省、市或区县的中文名，例如 重庆市",
    )
    contacts: dict[str, str] = Field(
        default={}, description='应为 JSON 对象，地区对应咨询方式，例如 {"重庆市": "12345 热线"}'
    )
    session_hours: float = Field(
        default=24,
        gt=0,
        le=8760,
        allow_inf_nan=False,
        description="应为大于 0、不超过 8760 的小时数",
    )
    audit_days: int = Field(default=180, ge=1, le=36500, description="应为 1 到 36500 的整数（天）")
    host: str = Field(default="127.0.0.1", description="应为监听的地址，例如 127.0.0.1 或 0.0.0.0")
    port: int = Field(default=8000, ge=0, le=65535, description="应为 0 到 65535 的整数")
    provider: str = Field(
        default="政策助手",
        min_length=1,
        max_length=60,
        description="应为提供服务的单位的名称或编码，不超过 60 个字",
    )
    cors_origins: tuple[Origin, ...] = Field(
        default=(),
        description=(
            "应为 JSON 数组，列出允许跨域访问的网站，写到域名和端口为止，"
            '例如 ["https://www.example.gov.cn"]'
        ),
    )
    llm_base_url: str | None = _model(
        "BASE_URL",
        None,
        "应为 OpenAI 形式的地址，例如 http://127.0.0.1:8001/v1",
        pattern=r"^https?://[^\s/]+",
    )
    llm_model: str | None = _model("MODEL", None, "应为模型服务里的模型名，与 LLM_BASE_URL 一起设")
    llm_api_key: SecretStr = _model("API_KEY", SecretStr(""), "应为模型服务的密钥，没有就不设")
    llm_deadline: float = _model(
        "DEADLINE", 15.0, "应为 0.05 到 600 的秒数", ge=0.05, le=600, allow_inf_nan=False
    )
    llm_timeout: float = _model(
        "TIMEOUT", 10.0, "应为 0.05 到 600 的秒数", ge=0.05, le=600, allow_inf_nan=False
    )
    llm_max_rounds: int = _model("MAX_ROUNDS", 4, "应为 1 到 20 的整数（轮）", ge=1, le=20)
    llm_max_tokens: int = _model(
        "MAX_TOKENS", 1500, "应为 50 到 32000 的整数（词元）", ge=50, le=32_000
    )
    llm_daily_tokens: int = _model(
        "DAILY_TOKENS", 0, f"应为 0 到 {_MANY} 的整数（词元），0 为不限", ge=0, le=_MANY
    )
    llm_failures: int = _model("FAILURES", 3, "应为 1 到 1000 的整数（次）", ge=1, le=1000)
    llm_pause: float = _model(
        "PAUSE", 60.0, "应为 0 到 86400 的秒数", ge=0, le=86_400, allow_inf_nan=False
    )
    llm_input_price: float = _model(
        "INPUT_PRICE", 0.0, "应为 0 到 100000 的数（元，每百万词元）", ge=0, le=100_000
    )
    llm_output_price: float = _model(
        "OUTPUT_PRICE", 0.0, "应为 0 到 100000 的数（元，每百万词元）", ge=0, le=100_000
    )
    ingest_file_bytes: int = _limit("file_bytes", "字节")
    ingest_unzipped_bytes: int = _limit("unzipped_bytes", "字节")
    ingest_ratio: int = _limit("ratio", "倍")
    ingest_members: int = _limit("members", "个文件")
    ingest_nesting: int = _limit("nesting", "层", most=20)
    ingest_pages: int = _limit("pages", "页")
    ingest_ocr_pages: int = _limit("ocr_pages", "页", least=0)
    ingest_pixels: int = _limit("pixels", "像素")
    ingest_characters: int = _limit("characters", "字")
    ingest_cells: int = _limit("cells", "个单元格")
    ingest_seconds: int = _limit("seconds", "秒", most=86_400)
    ingest_memory_bytes: int = _limit("memory_bytes", "字节，0 为不限", least=0)

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment has them. Raises SettingsError."""
        try:
            settings = cls()
        except ValidationError as error:
            raise _refusal(error) from None
        except pydantic_settings.SettingsError as error:
            raise _broken_json(error) from None
        _refuse_misspelt()
        _refuse_half_a_model(settings)
        return settings

    @property
    def database(self) -> str:
        """The database's URL: the one set, else a SQLite file in the home."""
        return self.database_url or f"sqlite:///{self.home / 'assistant.db'}"

    @property
    def has_model(self) -> bool:
        """Whether a language model may help."""
        return self.llm_base_url is not None and self.llm_model is not None

    @property
    def limits(self) -> Limits:
        """What a file may cost that is taken into the corpus."""
        return Limits(**{name: getattr(self, _LIMIT + name) for name in _LIMITS})


def key(field: str) -> str:
    """The environment variable of a field: home → POLICY_HOME, llm_model → LLM_MODEL."""
    return field.upper() if field.startswith(_MODEL) else PREFIX + field.upper()


def _wrong(field: str, value: Any) -> SettingsError:
    right = Settings.model_fields[field].description
    return SettingsError(f"设置 {key(field)} 的值“{value}”不对：{right}")


def _refusal(error: ValidationError) -> SettingsError:
    """What pydantic found first."""
    field = str(error.errors()[0]["loc"][0]).lower()
    return _wrong(field, os.environ.get(key(field), ""))


def _broken_json(error: Exception) -> SettingsError:
    """pydantic-settings names the field of a value that is no JSON in its message alone."""
    for field in Settings.model_fields:
        if f'"{field}"' in str(error):
            return _wrong(field, os.environ.get(key(field), ""))
    return SettingsError(f"设置读不出：{error}")


def _refuse_misspelt() -> None:
    """Refuse a variable that is nearly, but not quite, a key; others may be another program's."""
    known = [key(field) for field in Settings.model_fields]
    for name in os.environ:
        if name.startswith((PREFIX, _MODEL.upper())) and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.8)
            near = near or [k for k in known if k == name.removeprefix(PREFIX)]
            if near:
                raise SettingsError(f"没有 {name} 这个设置，是否应写作 {near[0]}？")


def _refuse_half_a_model(settings: Settings) -> None:
    """Refuse an address without a model's name, and the other way round."""
    if (settings.llm_base_url is None) != (settings.llm_model is None):
        raise _wrong("llm_base_url" if settings.llm_base_url is None else "llm_model", "")
