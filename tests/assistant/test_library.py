"""A library of laws beside the papers: what the papers answer stays, to the letter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Verdict
from assistant.service import Service
from ingest.rank import FEWEST
from tests.assistant.conftest import with_papers
from tests.conftest import NOW

ABOUT = ("贷款贴息", "融资担保", "企业上市", "技术改造", "应急周转资金", "装备保险", "股权投资")
WHO = ("县级以上人民政府", "银行业金融机构", "担保机构", "生产经营单位", "主管部门")
SHIPS = "渔业船舶应当按期接受检验。依照《中华人民共和国经济促进法》执行。"


def law(title: str, articles: int, last: str) -> str:
    """A law whose articles speak of the papers' matters, none of them of a measure."""
    lines = [
        f"第{number}条 {WHO[number % 5]}应当管理第{number}类{ABOUT[number % 7]}，保护公共利益。"
        for number in range(1, articles + 1)
    ]
    lines.append(f"第{articles + 1}条 {last}")
    return "\n\n".join([title, *lines]) + "\n"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with a state's law of so many articles, beside it and the papers laws of a county
    of a city with measures, of the province of one, and of another city."""
    folder = tmp_path_factory.mktemp("library")
    papers: list[Path] = []
    for title, articles, last in (
        ("中华人民共和国经济促进法", FEWEST + 100, SHIPS),
        ("酉阳土家族苗族自治县经济促进条例", 20, SHIPS),
        ("河南省经济促进条例", 20, "机动车辆应当按期年检。"),
        ("成都市经济促进条例", 20, "机动车辆应当按期年检。"),
    ):
        papers.append(folder / f"{title}.txt")
        papers[-1].write_text(law(title, articles, last), encoding="utf-8")
    with Service(with_papers(folder / "home", *papers), now=lambda: NOW) as service:
        with service.desk() as desk:
            regions = {each.region for each in desk.documents()}
            assert {"全国", "酉阳土家族苗族自治县", "河南省", "成都市"} <= regions
        yield service


@pytest.mark.parametrize(
    "question",
    [
        "重庆的技改专项贷贷了5000万，利率4%，一年最多补多少",
        "技改专项贷的贴息是补给借款企业，还是补给放款银行？重庆",
        "应急转贷的钱用完了银行没续成，还不上会怎么处理，重庆文件里写了吗",
        "瞪羚企业，刚完成A轮融资8000万，重庆奖多少",
        "33618分别指啥",
        "酉阳的厂，技改专项贷办下来了，市里的贴息管不管得到我们",
        "贵州习水的酒瓶厂，技改贷款贴息跟着重庆享受要得不",
        "银行业金融机构管理应急周转资金",  # a law's article is found first
        "主管部门应当管理装备保险，能补不",
        "我们酉阳这边的项目用了技改专项贷七千万，利率4，年贴息上限给算一个",
        "洛阳人才贷2000万，是发给人才的补贴吧",
        "贵阳的担保公司，保了一笔技改贷款3000万，费率0.8%，政府补助能有多少",
        "专精特新，不在重庆股份转让中心挂，去成都挂牌，首次融资那50万还有没有",
        "重庆技改专项贷的贴息怎么申报，要准备哪些材料",
    ],
)
def test_what_the_papers_answer_stays(service: Service, beside: Service, question: str) -> None:
    alone, now = service.ask(question), beside.ask(question)
    assert now.text == alone.text
    assert (now.region, now.behaviour) == (alone.region, alone.behaviour)


@pytest.mark.parametrize(
    ("question", "place", "away"),
    [
        (
            "成都的创投基金，投了重庆一家生物医药企业2000万，能申请重庆的投资奖励不",
            "重庆市",
            "成都市",
        ),
        ("济源做矿山设备的，洛阳那份稿子的首台套保费补贴轮得到济源企业吗", "洛阳市", "济源市"),
    ],
)
def test_a_rule_is_told_to_be_of_its_place_where_the_other_has_laws(
    beside: Service, question: str, place: str, away: str
) -> None:
    answer = beside.ask(question)
    assert f"{place}的规定只适用于本地，不适用于{away}" in answer.text
    assert f"没有收录{away}的政策文件" not in answer.text
    assert answer.region == place
    assert {measure.verdict for measure in answer.measures} == {Verdict.MAY_APPLY}


def test_the_library_is_searched_all_the_same(beside: Service) -> None:
    with beside.desk() as desk:
        best = desk.search("渔业船舶按期接受检验")[0]
        assert desk.document(best.document_id).region == "全国"
        assert best.path == f"第{FEWEST + 101}条"


def test_a_clause_of_the_library_shows_why_it_is_found(beside: Service) -> None:
    """The county's law names the state's once, and the state's its own, which does not count."""
    with beside.desk() as desk:
        asked = desk.search("渔业船舶什么时候接受检验？")
        for hit in asked:
            scores, own = hit.evidence, desk.document(hit.document_id).region == "全国"
            parts = {name: value for name, value in scores.items() if name.endswith("_part")}
            assert hit.score == pytest.approx(sum(parts.values()))
            if "search_part" in scores:
                assert scores["named"] == int(own)
                assert {"bm25", "dense", "near", "work"} <= scores.keys()
        assert {"全国", "酉阳土家族苗族自治县"} <= {
            desk.document(hit.document_id).region for hit in asked
        }
        assert all("named" not in hit.evidence for hit in desk.search("渔业船舶按期接受检验"))


def test_the_clauses_of_a_law_stand_in_the_order_of_the_search(beside: Service) -> None:
    question = "银行业金融机构应当怎样管理股权投资？"
    with beside.desk() as desk:
        asked = [hit for hit in desk.search(question, k=20) if "search_part" in hit.evidence]
        law = {h.document_id for h in asked if desk.document(h.document_id).region == "全国"}
        order = [hit.start for hit in desk.snapshot.search(question, 100, documents=law)]
        shown = [hit.start for hit in asked if hit.document_id in law]
    assert len(shown) > 5
    assert shown == order[: len(shown)]
