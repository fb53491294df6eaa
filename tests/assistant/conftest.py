"""Conversations put to the assistant of the repository's own corpus; today is 2026-11-20."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assistant.answer import Answer
from assistant.conversation import Conversation
from assistant.corpus import build_snapshot, take_files
from assistant.matching.subject import Match
from assistant.matching.view import View
from assistant.pipeline import Assistant
from assistant.service import Service
from assistant.settings import Settings
from assistant.steps.match import match
from assistant.steps.retrieve import Evidence, retrieve
from assistant.steps.understand import Understanding, understand
from tests.conftest import ROOT

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Asked:
    """The last turn of a conversation, with what each step made of it."""

    turns: tuple[str, ...]
    understood: Understanding
    evidence: Evidence
    matched: Match
    answer: Answer
    before: Conversation
    after: Conversation


Ask = Callable[..., Asked]


def with_papers(folder: Path, *papers: Path) -> Settings:
    """The repository's corpus with papers beside it, taken in and built in a folder."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    settings = Settings(
        home=folder / "home", corpus=folder / "corpus", database_url=f"sqlite:///{folder / 'a.db'}"
    )
    assert [outcome.problem for outcome in take_files(settings, papers).failed] == []
    build_snapshot(settings, progress=False)
    return settings


@pytest.fixture(scope="session")
def assistant(served: Settings) -> Iterator[Assistant]:
    """The assistant of the built snapshot."""
    now = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    with Service(served, now=lambda: now) as service, service.desk() as desk:
        yield desk.assistant


@pytest.fixture(scope="session")
def asked(assistant: Assistant) -> Ask:
    """asked("第一句", "第二句", as_of=…, region=…): the conversation's last turn."""
    known: dict[tuple[tuple[str, ...], date | None, str | None], Asked] = {}

    def ask(*turns: str, as_of: date | None = None, region: str | None = None) -> Asked:
        key = (turns, as_of, region)
        if key not in known:
            known[key] = _asked(assistant, turns, as_of, region)
        return known[key]

    return ask


def _asked(
    assistant: Assistant, turns: tuple[str, ...], as_of: date | None, region: str | None
) -> Asked:
    documents = assistant.snapshot.documents
    conversation = Conversation.new("test")
    for question in turns:
        before = conversation
        turn = assistant.ask(question, before, today=TODAY, as_of=as_of, region=region)
        conversation = turn.conversation
    understood = understand(
        question,
        before,
        assistant.lexicon,
        assistant.gazetteer,
        documents,
        today=TODAY,
        as_of=as_of,
        region=region,
    )
    status_of = assistant.status_on(understood.as_of)
    evidence = retrieve(understood, assistant.ranker, assistant.index, status_of)
    view = View(
        understood,
        evidence,
        assistant.catalogue,
        documents,
        assistant.lexicon,
        assistant.gazetteer,
        before,
        status_of,
        assistant.similar,
    )
    matched = match(view)
    return Asked(turns, understood, evidence, matched, turn.answer, before, conversation)
