"""The import rule: code imports leftward only, and each outside library has one home.

In:  the source of every module of the four packages, parsed, not run.
Out: a list of imports that go the wrong way; empty.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "assistant", "api", "evals")
STEPS = ("understand", "retrieve", "match", "calculate", "compose", "verify")
PARTS = {
    "match": ("assistant.matching",),
    "compose": ("assistant.writing",),
}  # where a step keeps its parts


def _modules() -> dict[str, ast.Module]:
    """Every module by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


MODULES = _modules()


def _imports(tree: ast.Module) -> Iterator[str]:
    """The dotted names a module imports, wherever it does; `from a import b` gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name their package"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _within(name: str, places: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the places or lies in one."""
    return any(name == place or name.startswith(place + ".") for place in places)


def _wrong(importer: str, forbidden: tuple[str, ...], but: tuple[str, ...] = ()) -> list[str]:
    """What the importer's modules import of the forbidden places, leaving out those in `but`."""
    return [
        f"{module} imports {name}"
        for module, tree in MODULES.items()
        if _within(module, (importer,))
        for name in _imports(tree)
        if _within(name, forbidden) and not _within(name, but)
    ]


@pytest.mark.parametrize(
    ("importer", "forbidden"),
    [
        ("ingest", ("assistant", "api", "evals")),
        ("assistant", ("api", "evals")),
        ("api", ("evals",)),
        ("evals", ("api",)),
    ],
)
def test_packages_import_leftward(importer: str, forbidden: tuple[str, ...]) -> None:
    assert _wrong(importer, forbidden) == []


@pytest.mark.parametrize(
    ("importer", "allowed"),
    [
        ("ingest.document", ()),
        ("assistant.answer", ("ingest.document",)),
        ("assistant.calculators", ("assistant.calculators",)),
    ],
)
def test_types_and_calculators_stand_alone(importer: str, allowed: tuple[str, ...]) -> None:
    assert _wrong(importer, PACKAGES, but=allowed) == []


@pytest.mark.parametrize("importer", ["assistant.measures", "assistant.reading"])
def test_measures_and_reading_import_no_step_no_retrieval_and_no_model(importer: str) -> None:
    further = (
        "assistant.steps",
        "assistant.pipeline",
        "assistant.service",
        "assistant.desk",
        "assistant.session",
        "assistant.llm",
        "assistant.tools",
        "ingest.index",
        "ingest.embedding",
        "ingest.lexical",
    )
    assert _wrong(importer, further) == []


def _of_step(step: str) -> tuple[str, ...]:
    """The module of a step and the packages of its parts."""
    return (f"assistant.steps.{step}", *PARTS.get(step, ()))


def test_a_step_takes_the_earlier_steps_types_and_never_calls_them() -> None:
    """A step may import types and helpers of the steps before it, not their public function."""
    wrong = []
    for position, step in enumerate(STEPS):
        later = [place for other in STEPS[position + 1 :] for place in _of_step(other)]
        called = [f"assistant.steps.{other}.{other}" for other in STEPS]
        forbidden = (*later, *called, "assistant.pipeline", "assistant.service", "assistant.desk")
        wrong += [w for place in _of_step(step) for w in _wrong(place, forbidden)]
    assert wrong == []


def test_the_parts_of_a_step_know_it_not() -> None:
    parts = [(part, step) for step, places in PARTS.items() for part in places]
    assert [w for part, step in parts for w in _wrong(part, (f"assistant.steps.{step}",))] == []


def test_the_steps_package_holds_the_steps_and_nothing_else() -> None:
    within = {
        m.removeprefix("assistant.steps.") for m in MODULES if m.startswith("assistant.steps.")
    }
    assert within == set(STEPS)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_one_file_with_a_function_of_its_name(step: str) -> None:
    tree = MODULES[f"assistant.steps.{step}"]
    assert step in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        (("chromadb",), ("ingest.index",)),
        (("sentence_transformers",), ("ingest.embedding", "ingest.train")),
        (("torch",), ("ingest.train",)),
        (("langchain", "langchain_core", "langchain_openai"), ("assistant.llm", "assistant.tools")),
        (("fastapi", "starlette"), ("api",)),
        (("uvicorn", "typer"), ("assistant.cli", "evals")),
        (("sqlalchemy",), ("assistant",)),
        (("jieba", "marisa_trie"), ("ingest",)),
    ],
    ids=lambda value: value[0],
)
def test_a_library_has_one_home(library: tuple[str, ...], homes: tuple[str, ...]) -> None:
    users = {m for m in MODULES for name in _imports(MODULES[m]) if _within(name, library)}
    assert [user for user in sorted(users) if not _within(user, homes)] == []


def test_the_environment_is_read_in_one_place() -> None:
    """Others may only hand it on to a program that they start."""
    readers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    starters = {module for module, tree in MODULES.items() if "subprocess" in _imports(tree)}
    assert readers - starters == {"assistant.settings"}


def test_settings_are_made_at_the_entry_points() -> None:
    makers = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "from_environment"
    }
    assert makers <= {"assistant.cli", "assistant.tools", "api.app"}
