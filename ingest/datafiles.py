"""Read the data files (措施、词表、文案) into plain values, so that serving parses no YAML.

In:  the corpus folder, and files or folders of other packages by the name they are to have.
Out: one mapping from a file's name (measures/x.yaml) to its value: YAML as dicts, lists and
     scalars that JSON can hold, a .txt as the list of its lines without comments. A file that
     says the same key twice is refused (tests/ingest/test_build.py).

What is said of a document that is no longer served goes with it: a file with its id under
`document`, an item of a list with its `id`. The measures of a document whose text changed wait
until a person has reviewed them (`measures: false` in the list of documents).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ingest.sources import LIST, Entry, load_entries

FOLDERS = ("measures", "lexicon")


class DataFileError(Exception):
    """A data file cannot be used. The message names the file, the place and what would be right."""


def read_data(
    corpus: Path, extra: Mapping[str, Path] | None = None, *, last: Iterable[Entry] | None = None
) -> dict[str, Any]:
    """Every data file of the corpus (measures, lexicon) and every extra one, by name, sorted.

    extra  name → a file, or a folder whose files get the name as their first part
    last   the last version of each document where the list has been read, to spare reading it

    Days become YYYY-MM-DD strings, as values and as keys; other keys are strings. Lines of a .txt
    are stripped; empty ones and those that begin with # are left out. Files with other suffixes
    are not data. Raises DataFileError; SourceError where the list of documents is wrong.
    """
    places = {name: corpus / name for name in FOLDERS} | dict(extra or {})
    files: dict[str, Path] = {}
    for name, path in places.items():
        files.update(_files(name, path, required=name not in FOLDERS))
    values = {name: _read(name, files[name]) for name in sorted(files)}
    if last is None:
        listed = load_entries(corpus) if (corpus / LIST).is_file() else {}
        last = [versions[-1] for versions in listed.values()]
    last = tuple(last)
    return _without(
        values,
        gone={entry.id for entry in last if entry.withdrawn},
        waiting={entry.id for entry in last if not entry.with_measures},
    )


def _without(values: Mapping[str, Any], gone: set[str], waiting: set[str]) -> dict[str, Any]:
    """The values without what is said of documents that are gone, or of their measures."""
    kept: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and value.get("document") in waiting:
            continue
        if isinstance(value, list):
            value = [
                item for item in value if not (isinstance(item, dict) and item.get("id") in gone)
            ]
        kept[name] = value
    return kept


def _files(name: str, path: Path, *, required: bool) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield name, path
        return
    if not path.is_dir():
        if required:
            raise DataFileError(f"{name}：找不到文件 {path}")
        return
    for file in sorted(path.rglob("*")):
        if file.suffix == ".yml" and file.is_file():
            raise DataFileError(f"{name}/{file.name}：数据文件的后缀应为 .yaml")
        if file.suffix in {".yaml", ".txt"} and not file.name.startswith(".") and file.is_file():
            yield f"{name}/{file.relative_to(path).as_posix()}", file


def _read(name: str, path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataFileError(f"{name}：不是 UTF-8 编码（第 {error.start} 个字节）") from error
    except OSError as error:
        raise DataFileError(f"{name}：读不出（{error.strerror}）") from error
    if path.suffix == ".txt":
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]
    try:
        value = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataFileError(f"{name} 第 {line} 行：{error.problem or error}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise DataFileError(f"{name}：{error}") from error
    return _plain(name, value)


class _Loader(yaml.CSafeLoader):
    """The safe loader, which would let the last of two equal keys win, refusing them."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (str, int, date)):
                if key in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"键“{key}”出现了两次", problem_mark=key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _plain(place: str, value: Any) -> Any:
    """The value in types that JSON can hold; `place` names it in errors."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() if math.isfinite(value):
            return value
        case date():
            return value.isoformat()
        case list():
            return [_plain(f"{place} [{i}]", item) for i, item in enumerate(value)]
        case dict():
            plain: dict[str, Any] = {}
            for key, item in value.items():
                name = _key(place, key)
                if name in plain:
                    raise DataFileError(f"{place}：键“{name}”出现了两次")
                plain[name] = _plain(f"{place} {name}", item)
            return plain
        case _:
            raise DataFileError(f"{place}：值 {value!r} 不能用，应为文字、数字、日期、列表或映射")


def _key(place: str, key: Any) -> str:
    match key:
        case bool() | None | float():
            raise DataFileError(f"{place}：键 {key!r} 应加引号写成文字")
        case date():
            return key.isoformat()
        case str() | int():
            return str(key)
        case _:
            raise DataFileError(f"{place}：键 {key!r} 应为文字")
