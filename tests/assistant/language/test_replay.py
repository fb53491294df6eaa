"""The same replies give the same answer: what a model said is kept, and need not be said again."""

from __future__ import annotations

import json

from assistant.language.help import Reading, Recorded, Reply, record_of
from assistant.measures.reader import Place
from tests.assistant.language.conftest import Asking, Saying, saying

GOOD = "1: 就您说的情况，技改专项贷贴息的年贴息上限为{c1}，这是上限，实际金额以主管部门核定为准。"


class Keeping(Saying):
    """Keeps what it said, as the service does."""

    def __init__(self, inner: Saying) -> None:
        super().__init__(inner.write_, inner.reading)
        self.said: list[object] = []

    def read(self, system, brief):  # type: ignore[no-untyped-def]
        self.said.append(record_of(super().read(system, brief)))
        return self.reading

    def write(self, system, turns, finder):  # type: ignore[no-untyped-def]
        reply = super().write(system, turns, finder)
        self.said.append(record_of(reply))
        return reply


def test_a_record_gives_the_same_answer(ask: Asking) -> None:
    scripts = (
        saying(GOOD),
        saying("1: 补贴80%。", GOOD),
        saying("", reading=Reading(words=("技术改造",))),
        Saying(lambda _turns, finder: [finder.search("技改专项贷 担保费"), "+[2]\n+[3]"][1]),
        Saying(lambda _turns, _finder: None),
    )
    for script in scripts:
        for question in (
            "重庆的技改专项贷贷了5000万，年利率4%，一年最多贴息多少？",
            "我们想换设备",
        ):
            keeping = Keeping(script)
            answer = ask(keeping, question)
            kept = json.loads(json.dumps(keeping.said))
            assert ask(Recorded("scripted", kept), question) == answer  # type: ignore[arg-type]


def test_records_are_plain_and_whole() -> None:
    reply = Reply("1: 甲", {7: Place("d", "四、（一）", 3, 9)})
    again = Recorded("m", [json.loads(json.dumps(record_of(reply)))])
    assert again.write("", (), None) == reply  # type: ignore[arg-type]
    assert again.write("", (), None) is None  # type: ignore[arg-type]
    assert record_of(None) is None
