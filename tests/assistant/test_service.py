"""The service: a new snapshot is picked up, old answers replay from theirs, facts are checked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import build_snapshot
from assistant.inputs import InvalidError, NotFoundError, NotReadyError, checked_facts, parse_day
from assistant.reading.lexicon import SlotSpec
from assistant.service import Service
from assistant.settings import Settings
from ingest import store

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
QUESTION = "重庆瞪羚企业奖多少"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the corpus that a test may change."""
    return Path(shutil.copytree(ROOT / "corpus", tmp_path / "corpus"))


@pytest.fixture
def own(corpus: Path, tmp_path: Path, clock: Clock) -> Iterator[Service]:
    """A service with a home of its own."""
    settings = Settings(home=tmp_path / "home", corpus=corpus, session_hours=1)
    build_snapshot(settings, progress=False)
    with Service(settings, now=clock) as service:
        yield service


def change(service: Service, note: str) -> None:
    """Change the corpus and build it anew."""
    sources = service.settings.corpus / "sources.yaml"
    text = sources.read_text(encoding="utf-8")
    sources.write_text(text.replace("附件《架构图》未随文收录", note), encoding="utf-8")
    build_snapshot(service.settings, progress=False)


def test_a_new_snapshot_is_picked_up_and_old_answers_still_replay(own: Service) -> None:
    before = own.ask(QUESTION)
    change(own, "附件《架构图》没有收录")
    after = own.ask("那独角兽企业呢", session_id=before.session_id)
    assert after.snapshot != before.snapshot
    for answer in (before, after):
        replayed = own.replay(answer.id)
        assert replayed.changes == ()
        assert replayed.answer == answer


def test_a_failed_build_leaves_the_old_snapshot_serving(own: Service) -> None:
    before = own.ask(QUESTION)
    document = next((own.settings.corpus / "documents").iterdir())
    document.write_bytes(document.read_bytes() + b"x")
    with pytest.raises(Exception, match="sha256"):
        build_snapshot(own.settings, progress=False)
    assert own.ask(QUESTION).snapshot == before.snapshot


def test_a_replay_without_its_snapshot_says_so(own: Service) -> None:
    answer = own.ask(QUESTION)
    change(own, "附件《架构图》没有收录")
    own.ask(QUESTION)
    shutil.rmtree(store.snapshots(own.settings.home) / answer.snapshot)
    replayed = own.replay(answer.id)
    assert not replayed.same
    assert answer.snapshot in replayed.changes[0]


def without(service: Service, file: str, name: str) -> str:
    """Build the corpus as it was before a name stood in one of its word lists; the snapshot."""
    path = service.settings.corpus / "lexicon" / file
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    del words[name]
    path.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return build_snapshot(service.settings, progress=False).name


def kept_from(service: Service, snapshot: str) -> str:
    """Keep an answer as one of the snapshot's; its id."""
    answer = service.ask(QUESTION)
    record = service.audit.get(answer.id)
    kept = answer.model_copy(update={"id": "of-old", "snapshot": snapshot})
    assert record.request is not None
    with service._engine.begin() as connection:
        service.audit.record(connection, record.request, kept, service.now())
    return kept.id


def test_an_answer_replays_from_a_snapshot_that_lacks_a_cue_of_today(own: Service) -> None:
    served = store.current_path(own.settings.home)
    old = without(own, "cues.yaml", "past")
    with pytest.raises(NotReadyError):
        own.ask(QUESTION)
    store.current_file(own.settings.home).write_text(served.name, encoding="utf-8")
    assert own.replay(kept_from(own, old)).changes == ()


def test_a_replay_that_this_program_cannot_make_says_so(own: Service) -> None:
    served = store.current_path(own.settings.home)
    old = without(own, "claims.yaml", "grants")
    store.current_file(own.settings.home).write_text(served.name, encoding="utf-8")
    replayed = own.replay(kept_from(own, old))
    assert replayed.answer is None
    assert old in replayed.changes[0]


def test_a_replay_of_erased_words_says_so(own: Service) -> None:
    answer = own.ask(QUESTION)
    own.audit.erase(answer.id)
    assert "清除" in own.replay(answer.id).changes[0]
    assert own.verify_audit().problems == ()


def test_the_settings_of_the_time_are_used_in_a_replay(own: Service) -> None:
    answer = own.ask("去哪里申请技改贴息")
    told = own.settings.model_copy(
        update={"contacts": {"重庆市": "热线"}, "default_region": "洛阳市"}
    )
    with Service(told, now=lambda: NOW) as other:
        assert other.replay(answer.id).same
        changed = other.ask("去哪里申请技改贴息")
    assert own.replay(changed.id).same


def test_days_pass(own: Service, clock: Clock) -> None:
    first = own.ask(QUESTION)
    assert first.as_of == date(2026, 11, 20)
    clock.now += timedelta(days=1)
    with pytest.raises(NotFoundError, match="过期"):
        own.ask(QUESTION, session_id=first.session_id)
    assert own.ask(QUESTION).as_of == date(2026, 11, 21)
    assert own.verify_audit().days == 1
    clock.now += timedelta(days=200)
    own.ask(QUESTION)
    found = own.verify_audit()
    assert (found.answers, found.erased, found.days) == (3, 2, 2)
    assert found.problems == ()


def test_without_a_snapshot_it_is_not_ready(tmp_path: Path) -> None:
    with (
        Service(Settings(home=tmp_path, corpus=ROOT / "corpus")) as service,
        pytest.raises(NotReadyError),
    ):
        service.ask(QUESTION)


def test_a_snapshot_that_the_program_cannot_serve_is_said(
    own: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("cue")

    monkeypatch.setattr("assistant.service.Assistant.ask", fail)
    with pytest.raises(NotReadyError, match="policy-assistant ingest"):
        own.ask(QUESTION)


def test_opening_leaves_no_trace(own: Service) -> None:
    with own.desk():
        pass
    assert own.verify_audit().answers == 0


SLOTS = {
    "principal": SlotSpec("principal", "金额", "money", "元", "?", {}),
    "rate": SlotSpec("rate", "利率", "rate", None, "?", {}),
    "done": SlotSpec("done", "是否", "flag", None, "?", {}),
    "since": SlotSpec("since", "日期", "date", None, "?", {}),
    "place": SlotSpec("place", "地方", "text", None, "?", {}),
}


@pytest.mark.parametrize(
    ("facts", "checked"),
    [
        ({}, {}),
        ({"principal": None}, {}),
        ({"principal": 5000}, {"principal": "5000"}),
        ({"principal": " 5000.50 "}, {"principal": "5000.50"}),
        ({"rate": 0.04}, {"rate": "0.04"}),
        ({"done": True}, {"done": "是"}),
        ({"done": "否"}, {"done": "否"}),
        ({"since": "2024-02-29"}, {"since": "2024-02-29"}),
        ({"place": "江津"}, {"place": "江津"}),
    ],
)
def test_facts_are_put_in_the_slots_own_values(
    facts: dict[str, Any], checked: dict[str, str]
) -> None:
    assert checked_facts(SLOTS, facts, "profile") == checked


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.text())
)


@given(st.dictionaries(st.sampled_from([*SLOTS, "other"]), ANYTHING))
def test_facts_are_taken_or_refused_by_name(facts: dict[str, Any]) -> None:
    try:
        checked = checked_facts(SLOTS, facts, "inputs")
    except InvalidError as error:
        assert error.field is not None
        assert error.field.removeprefix("inputs.") in facts
    else:
        assert set(checked) == {name for name, value in facts.items() if value is not None}
        assert checked_facts(SLOTS, checked, "inputs") == checked


@given(st.dates(date(1949, 1, 1), date(2999, 12, 31)))
def test_days_are_read_as_they_are_written(day: date) -> None:
    assert parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text", ["", "2024-6-1", "２０２４-06-01", "2024-06-01 ", "2024-W01-1", "20240601"]
)
def test_other_writings_are_no_days(text: str) -> None:
    assert parse_day(text) is None
