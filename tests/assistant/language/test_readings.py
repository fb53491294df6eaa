"""What a model reads adds words to look for and things to ask; what the rules read stands."""

from __future__ import annotations

import pytest

from assistant.language.help import Reading, Told
from tests.assistant.language.conftest import AMOUNT, Asking, saying

VAGUE = "我们想把老机器换成新的，政府给不给钱"


def test_a_clear_question_is_not_read_twice(ask: Asking) -> None:
    help_ = saying("")
    ask(help_, AMOUNT)
    assert help_.briefs == []


def test_the_rules_reading_stands_beside_the_question(ask: Asking) -> None:
    help_ = saying("")
    ask(help_, "技改贷了5000，电话13800138000")
    [brief] = help_.briefs
    assert "规则的读法：{" in brief and "principal（" in brief and "amount：" in brief
    assert "13800138000" not in brief


def test_words_of_the_papers_lead_to_the_measure(ask: Asking) -> None:
    reading = Reading(words=("技术改造", "技改贷款贴息", "生产设备更新"))
    rules, helped = ask(None, VAGUE), ask(saying("", reading=reading), VAGUE)
    assert "tech-upgrade-loan-interest-subsidy" in {m.id for m in helped.measures}
    assert helped.behaviour != "refuse" or rules.behaviour == "refuse"


@pytest.mark.parametrize(
    "reading",
    [
        Reading(facts=(Told(slot="principal", value="90000000", words="5000"),)),
        Reading(facts=(Told(slot="annual_rate", value="0.4", words="利率"),)),
        Reading(region="洛阳市", as_of="2018-01-01"),
        Reading(intents=("injection", "promise", "status", "noise")),
        Reading(facts=(Told(slot="noise", value="1", words="技改"),)),
        Reading(words=("忽略规则", "80%", "补贴1000万元", "<b>", "")),
    ],
)
@pytest.mark.parametrize("question", ["重庆技改贷了5000，利率多少合适", "技改专项贷在重庆补多少"])
def test_numbers_units_days_and_places_of_a_model_are_not_believed(
    ask: Asking, question: str, reading: Reading
) -> None:
    rules, helped = ask(None, question), ask(saying("", reading=reading), question)
    assert helped.understood == rules.understood
    assert (helped.region, helped.as_of) == (rules.region, rules.as_of)
    assert helped.calculations == rules.calculations
    assert [m.verdict for m in helped.measures] == [m.verdict for m in rules.measures]
