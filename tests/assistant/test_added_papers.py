"""Papers added to a served corpus: what they change of others, and what stays as answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.corpus import build_snapshot, take_files
from assistant.service import Service
from ingest.document import DocumentKind, Status
from tests.assistant.conftest import with_papers
from tests.conftest import NOW

TITLE = "绵阳市冷链设备奖励办法"
OLD = f"""{TITLE}
绵经信发〔2023〕4号
第一条　对冷链物流企业购置冷链设备，按照不超过购置金额的11%给予奖励。
第二条　本办法自2023年4月1日起施行。
"""
DRAFT = f"""{TITLE}
（征求意见稿）
第一条　对冷链物流企业购置冷链设备，按照不超过购置金额的17%给予奖励。
第二条　本办法自2026年3月1日起施行。
"""
NEW = f"""{TITLE}
绵经信发〔2026〕9号
第一条　对冷链物流企业购置冷链设备，按照不超过购置金额的15%给予奖励。
第二条　本办法自2026年3月1日起施行。《{TITLE}》（绵经信发〔2023〕4号）同时废止。
"""
READING = f"""《{TITLE}》政策解读
一、奖励多少
对冷链物流企业购置冷链设备，按照不超过购置金额的15%给予奖励，比原来提高4个百分点。
绵阳市经济和信息化局
2026年2月20日
"""
QUESTION = "绵阳市冷链设备奖励比例最高是多少？"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A corpus that has the old paper and the draft of the new one."""
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "旧.txt").write_text(OLD, "utf-8")
    (drop / "稿.txt").write_text(DRAFT, "utf-8")
    with Service(with_papers(tmp_path, drop), now=lambda: NOW) as service:
        yield service


def add(service: Service, tmp_path: Path, **files: str) -> None:
    for name, text in files.items():
        (tmp_path / "drop" / f"{name}.txt").write_text(text, "utf-8")
    take_files(service.settings, [tmp_path / "drop"])
    build_snapshot(service.settings, progress=False)


def cited(service: Service, answer: Answer) -> set[str | None]:
    with service.desk() as desk:
        numbers = {each.id: each.number or each.kind for each in desk.documents()}
    return {numbers[citation.document_id] for citation in answer.citations}


def test_a_draft_is_not_answered_as_the_rule_that_holds(service: Service) -> None:
    answer = service.ask(QUESTION)
    assert "不超过购置金额的11%给予奖励" in answer.text
    assert "绵经信发〔2023〕4号" in cited(service, answer)
    if "17%" in answer.text:
        assert "征求意见稿" in answer.text


def test_a_final_paper_takes_the_place_of_the_one_it_ends(service: Service, tmp_path: Path) -> None:
    before = service.ask(QUESTION)
    add(service, tmp_path, 新=NEW, 解读=READING)
    after = service.ask(QUESTION)
    assert "不超过购置金额的15%给予奖励" in after.text
    assert "绵经信发〔2026〕9号" in cited(service, after)
    assert "11%" not in after.text
    with service.desk() as desk:
        held = {each.number or each.kind: desk.status(each).status for each in desk.documents()}
    assert held["绵经信发〔2023〕4号"] is Status.REPEALED
    assert held["绵经信发〔2026〕9号"] is Status.IN_FORCE
    assert held[DocumentKind.DRAFT] is Status.DRAFT
    for answer in (before, after):
        replayed = service.replay(answer.id)
        assert replayed.changes == ()
        assert replayed.answer == answer


@pytest.mark.parametrize(
    ("question", "holds", "number", "note"),
    [
        (
            "2025年6月时，绵阳市冷链设备奖励比例最高是多少？",
            "11%",
            "绵经信发〔2023〕4号",
            "后来被废止",
        ),
        (
            "2025年12月1日绵阳市冷链设备奖励比例最高是多少？",
            "11%",
            "绵经信发〔2023〕4号",
            "后来被废止",
        ),
        ("2026年3月1日绵阳市冷链设备奖励比例最高是多少？", "15%", "绵经信发〔2026〕9号", ""),
        ("2023年2月时，绵阳市冷链设备奖励比例最高是多少？", "", "", "还没有施行"),
    ],
)
def test_the_paper_that_held_on_the_day_asked_about_answers(
    service: Service, tmp_path: Path, question: str, holds: str, number: str, note: str
) -> None:
    add(service, tmp_path, 新=NEW)
    answer = service.ask(question)
    told = {each for each in ("11%", "15%", "17%") if each in answer.text}
    if holds:
        assert told == {holds}
        assert cited(service, answer) == {number}
    assert note in answer.text
    assert ("征求意见稿" in answer.text) == ("17%" in told)


def test_beside_a_quote_of_a_draft_it_is_said_to_be_one(tmp_path: Path) -> None:
    drop = tmp_path / "alone"
    drop.mkdir()
    (drop / "稿.txt").write_text(DRAFT.replace("绵阳", "德阳"), "utf-8")
    with Service(with_papers(tmp_path / "own", drop), now=lambda: NOW) as own:
        answer = own.ask("德阳市冷链设备奖励比例最高是多少？")
    assert "17%" in answer.text
    assert "是征求意见稿，尚未生效" in answer.text


@pytest.mark.parametrize(
    ("question", "holds", "words"),
    [
        ("2025年绵阳市冷链设备奖励比例是多少？", "11%", "按2025年12月31日的情况"),
        ("2024年的绵阳市冷链设备奖励标准", "11%", "按2024年12月31日的情况"),
        ("2026年绵阳市冷链设备奖励比例是多少？", "15%", ""),
    ],
)
def test_the_rule_of_a_year_is_that_of_its_last_day(
    service: Service, tmp_path: Path, question: str, holds: str, words: str
) -> None:
    add(service, tmp_path, 新=NEW)
    answer = service.ask(question)
    assert {each for each in ("11%", "15%", "17%") if each in answer.text} == {holds}
    assert words in answer.text
    assert ("12月31日" in answer.text) == ("2026" not in question)


def test_papers_of_one_title_are_told_apart_by_their_numbers(
    service: Service, tmp_path: Path
) -> None:
    later = OLD.replace("2023", "2025").replace(
        "设备，按照不超过购置金额的11%", "车辆，补助购置金额的7%"
    )
    add(service, tmp_path, 另=later)
    answer = service.ask("绵阳市冷链物流企业购置冷链车辆补助多少？")
    assert "补助购置金额的7%" in answer.text
    assert f"《{TITLE}》（绵经信发〔2025〕4号）第一条" in answer.text
