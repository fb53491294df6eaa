"""The widget: the modules and styles of the chat page as one script for any site.

In:  the folder of the pages' parts.
Out: the script's bytes, the same for the same parts. Modules keep scopes of their own, in the order
     in which they need one another; comments and indentation stay behind, names do not change
     (tests/api/test_bundle.py).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

ENTRY = "widget.js"
STYLES = ("base.css", "parts.css", "chat.css", "widget.css")

_IMPORT = re.compile(r'^import (?:\{ ([\w, ]+) \}|\* as (\w+)) from "\./([\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.M)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const) (\w+)", re.M)
_LEFT = re.compile(r"^\s*(?:import|export)\b.*", re.M)
_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)[ \t]*\n", re.M | re.S)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_REM = re.compile(r"(?<![\w.])(-?[\d.]+)rem\b")
_CONDITION = re.compile(r"(@(?:media|container)[^{]*)")
_ROOT = 16  # pixels


class BundleError(Exception):
    """A module is written in a way that this bundling does not know."""


def bundle(static: Path) -> bytes:
    """The widget's script. Raises BundleError."""
    ordered: list[str] = []
    _visit(static / "js", ENTRY, ordered, [])
    modules = [_wrapped(static / "js", name) for name in ordered]
    styles = json.dumps(_styles(static / "css"), ensure_ascii=False)
    start = (
        f"const script=document.currentScript,start=()=>{_scope(ENTRY)}.widget(script,{styles});\n"
        'document.body?start():addEventListener("DOMContentLoaded",start);\n'
    )
    return f'"use strict";(()=>{{\n{"".join(modules)}{start}}})();\n'.encode()


def _visit(folder: Path, name: str, ordered: list[str], above: list[str]) -> None:
    """Put the modules that `name` needs, then itself, into the order."""
    if name in above:
        raise BundleError(f"{' → '.join([*above, name])} need one another")
    if name in ordered:
        return
    for needed in _IMPORT.findall(_read(folder / name)):
        _visit(folder, needed[2], ordered, [*above, name])
    ordered.append(name)


def _wrapped(folder: Path, name: str) -> str:
    """One module as a function's scope that gives its exports."""
    text = _read(folder / name)
    exported = _EXPORTED.findall(text)
    text = _COMMENT.sub("", text)
    text = _EXPORT.sub("", _IMPORT.sub(_needed, text))
    if left := _LEFT.search(text):
        raise BundleError(f"{name}: {left[0].strip()}")
    lines = (line.strip() for line in text.splitlines())
    body = "\n".join(line for line in lines if line)
    return f"const {_scope(name)}=(()=>{{\n{body}\nreturn{{{','.join(exported)}}};\n}})();\n"


def _needed(match: re.Match[str]) -> str:
    names, whole, module = match.groups()
    return f"const {whole or '{' + names + '}'}={_scope(module)};\n"


def _scope(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _styles(folder: Path) -> str:
    """The style sheets as one, measured by the widget's own length instead of the site's `rem`."""
    text = "\n".join(_read(folder / name) for name in STYLES)
    text = _CSS_COMMENT.sub("", text)
    text = "".join(map(_measured, _CONDITION.split(text)))
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def _measured(part: str) -> str:
    """A piece of style or a condition. In a media query `rem` is the reader's own already."""
    if part.startswith("@media"):
        return part
    if part.startswith("@container"):
        return _REM.sub(_pixels, part)
    return _REM.sub(r"calc(var(--policy-rem) * \1)", part)


def _pixels(match: re.Match[str]) -> str:
    return f"{float(match[1]) * _ROOT:g}px"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
