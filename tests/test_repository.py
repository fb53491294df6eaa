"""The repository keeps what it promises: links, commands, names, pins, and code without policy.

In:  the files of the repository as they lie, and the corpus.
Out: for each promise a list of what breaks it; empty.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from assistant.cli import app
from evals.__main__ import EVALUATIONS

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "assistant", "api", "evals")
GUIDES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

AMOUNT = re.compile(r"\d+(?:\.\d+)?(?:万亿|万|亿|元|%|个百分点|‰)")
HINT = re.compile(r"例如|，如 ")  # a message that shows how to write something decides nothing

# Every host outside this machine that the repository names: examples and namespaces.
NAMESPACES = {
    "openoffice.org",
    "schemas.openxmlformats.org",
    "schemas.microsoft.com",
    "www.ofdspec.org",
    "purl.org",
    "purl.oclc.org",
}
HOSTS = NAMESPACES | {
    "evil.example",
    "example.com",
    "example.gov.cn",
    "json-schema.org",
    "www.example.gov.cn",
    "www.w3.org",
}
# A path on somebody's machine. Temporary folders are everybody's.
OWN_PATH = re.compile(r"(?<![\w.~])/(?:home|root|work|Users|mnt|opt|srv)/[\w.-]")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(_read(path))


# What readers are told


def _anchors(text: str) -> set[str]:
    """The anchors of a Markdown file's headings, as code hosts make them."""
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _dead_links(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", _read(path)):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists() or (anchor and anchor not in _anchors(_read(file))):
            yield target


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.name)
def test_no_link_is_dead(guide: Path) -> None:
    assert list(_dead_links(guide)) == []


def test_every_file_that_is_named_exists() -> None:
    """In the guides and the modules' docstrings."""
    texts = [(guide.relative_to(ROOT), _read(guide)) for guide in GUIDES]
    texts += [(path, ast.get_docstring(tree) or "") for path, tree in _modules(*PACKAGES)]
    named = re.compile(rf"(?<![\w/])(?:{'|'.join(PACKAGES)}|corpus|tests|docs)/[\w./-]+\.[a-z]+\b")
    missing = [
        f"{path} names {name}"
        for path, text in texts
        for name in named.findall(text)
        if not (ROOT / name).exists()
    ]
    assert missing == []


def test_every_command_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", _read(ROOT / "Makefile"), re.MULTILINE))
    programs = {
        r"make": targets,
        r"policy-assistant": set(typer.main.get_command(app).commands),  # type: ignore[attr-defined]
        r"python -m evals": set(EVALUATIONS),
    }
    unknown = [
        f"{guide.name}: {program} {name}"
        for guide in GUIDES
        for code in re.findall(r"`[^`\n]+`|^```.*?^```", _read(guide), re.MULTILINE | re.DOTALL)
        for program, names in programs.items()
        for name in re.findall(rf"(?<![\w-]){program} ([a-z][a-z-]*)", code)
        if name not in names
    ]
    assert unknown == []


# What the code is made of


def _literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The text literals of a module with their lines; docstrings and hints are left out."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text), lineno=line):
                if id(node) not in docstrings and not HINT.search(text):
                    yield line, text


def _strings(value: Any) -> Iterator[str]:
    """All texts inside a YAML value."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _corpus_names() -> set[str]:
    """What a document or a measure is called, who issued it, where it applies."""
    names: set[str] = set()
    for source in yaml.safe_load(_read(ROOT / "corpus" / "sources.yaml")):
        keys = ("id", "title", "short_title", "number", "issuers", "region")
        names.update(_strings([source[key] for key in keys]))
        names.add(source["region"].rstrip("省市"))
    for path in (ROOT / "corpus" / "measures").glob("*.yaml"):
        for measure in yaml.safe_load(_read(path))["measures"]:
            names.update(_strings([measure["id"], measure["title"], measure["aliases"]]))
    return names


def test_no_policy_is_named_in_code() -> None:
    names = _corpus_names()
    found = [
        f"{path}:{line} {name}"
        for path, tree in _modules("ingest", "assistant", "api")
        for line, text in _literals(tree)
        for name in names
        if name in text
    ]
    assert found == []


def test_no_amount_of_a_policy_stands_in_code() -> None:
    texts = "".join(_read(path) for path in (ROOT / "corpus" / "documents").iterdir())
    stated = set(AMOUNT.findall(texts))
    assert "1000万" in stated
    found = [
        f"{path}:{line} {amount}"
        for path, tree in _modules("ingest", "assistant", "api")
        for line, text in _literals(tree)
        for amount in AMOUNT.findall(text)
        if amount in stated
    ]
    assert found == []


def test_pages_hold_no_code_no_style_and_nothing_from_elsewhere() -> None:
    forbidden = {
        ".html": r"<script(?![^>]*\bsrc=)|<style|\s(?:style|on\w+)=|(?:src|href)=[\"']?(?:\w+:)?//",
        ".js": r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function"
        r"|[\"'`]https?://(?!www\.w3\.org/2000/svg\b)",
        ".css": r"@import|url\([\"']?(?:\w+:)?//",
    }
    found = [
        f"{path.name}: {match}"
        for path in sorted((ROOT / "api" / "static").rglob("*"))
        if path.suffix in forbidden
        for match in re.findall(forbidden[path.suffix], _read(path))
    ]
    assert found == []


# What is needed to run it


def _plain_name(requirement: str) -> str:
    """A package's name as the index spells it: `SQLAlchemy>=2` → sqlalchemy."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def test_every_library_is_declared() -> None:
    """What the three packages import is required; `evals` may use what development does."""
    extras = PROJECT["optional-dependencies"]
    required = {_plain_name(name) for name in PROJECT["dependencies"]}
    optional = {_plain_name(name) for name in chain(*extras.values())}
    distributions = packages_distributions()
    undeclared = []
    for path, tree in _modules(*PACKAGES):
        declared = required | optional if path.parts[0] == "evals" else required
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    modules = [alias.name for alias in names]
                case ast.ImportFrom(module=str(module)):
                    modules = [module]
                case _:
                    modules = []
            for name in {module.partition(".")[0] for module in modules}:
                known = {_plain_name(found) for found in distributions.get(name, [])}
                ours = name in PACKAGES or name in sys.stdlib_module_names
                if not ours and not known & declared:
                    undeclared.append(f"{path} imports {name}")
    assert undeclared == []


def test_every_requirement_is_pinned() -> None:
    lines = _read(ROOT / "constraints.txt").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []
    pinned = {_plain_name(line) for line in lines}
    wanted = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]
    assert [name for name in wanted if _plain_name(name) not in pinned] == []


# What goes to the public


def _tracked() -> list[Path]:
    """The files under version control; skips in an unpacked archive."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    # A tracked file may be deleted in the working tree.
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_names_a_strange_host_or_somebodys_path() -> None:
    found = []
    for path in _tracked():
        if path.name == "LICENSE" or path.parent == ROOT / "corpus" / "documents":
            continue  # other people's texts, kept as they are
        try:
            text = _read(path)
        except UnicodeDecodeError:
            continue  # a picture, the model's weights
        hosts = {
            host.lower()
            for host in re.findall(r"\b(?:https?|ftp)://((?:[\w-]+\.)+[a-z]{2,})", text)
        }
        found += [f"{path.name}: {host}" for host in sorted(hosts - HOSTS)]
        found += [f"{path.name}: {match}" for match in OWN_PATH.findall(text)]
    assert found == []
