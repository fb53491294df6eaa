"""Typed values as plain JSON values, for printing one step's result.

In:  dataclasses, named tuples, pydantic models, enums, decimals, days, mappings, sequences.
Out: dicts, lists, strings, numbers; callables are left out (tests/assistant/test_plain.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel


def plain_json(value: Any) -> Any:
    """The value with nothing in it but JSON types."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal | date):
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: getattr(value, f.name) for f in fields(value)}
        return {k: plain_json(v) for k, v in parts.items() if not callable(v)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain_json(value._asdict())
    if isinstance(value, Mapping):
        return {str(k): plain_json(v) for k, v in value.items()}
    if isinstance(value, Iterable):
        return [plain_json(v) for v in value]
    return str(value)
