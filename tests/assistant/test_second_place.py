"""Papers of another city and province, taken in by their files alone, beside the corpus' own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answer import Answer, Behaviour
from assistant.corpus import build_snapshot, take_files, wanted_papers
from assistant.service import Service
from assistant.settings import Settings
from ingest.document import Status
from tests.assistant.conftest import with_papers
from tests.conftest import NOW, ROOT

PAPERS = ROOT / "tests" / "data" / "papers"
OF_CITY = """{city}{loan}贴息管理办法
某经信发〔2025〕{n}号
第一条　为支持企业融资，制定本办法。
第二条　在{city}登记注册、具有独立法人资格的工业企业可以申请{loan}贴息。
第三条　对符合条件的{loan}，按照不超过实际贷款利率的2{n}%给予贴息。
第四条　申报时间为每年{n}月1日至{n}月20日，由{city}经济和信息化局受理。
第五条　本办法自2025年4月1日起施行。
"""
CITY, PROVINCE = "成都市", "四川省"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return with_papers(tmp_path_factory.mktemp("second"), PAPERS)


@pytest.fixture(scope="module")
def service(settings: Settings) -> Iterator[Service]:
    with Service(settings, now=lambda: NOW) as service:
        yield service


def cited_regions(service: Service, answer: Answer) -> set[str]:
    with service.desk() as desk:
        regions = {each.id: each.region for each in desk.documents()}
    return {regions[citation.document_id] for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "region", "words"),
    [
        ("成都的设备更新贷款贴息，一年最多能补多少？", None, "最高不超过300万元"),
        ("设备更新贷款贴息，一年最多能补多少？", CITY, "最高不超过300万元"),
        ("设备更新贷款8000万，利率4个点，一年能补多少？", CITY, "最高不超过300万元"),
        ("我们厂在成都，设备更新贷了2000万，4%，能补好多", None, "最高不超过300万元"),
        ("成都设备更新贴息什么时候申报？", None, "5月1日至5月31日"),
        ("申请设备更新贴息，企业要符合什么条件？", CITY, "（三）设备投资额不低于500万元"),
        ("贴息要交哪些材料？", CITY, "贷款合同、利息支付凭证"),
        ("信用贷款白名单多久更新？", PROVINCE, "每季度更新一次"),
        ("单户500万以下的小微企业担保费率不超过多少？", CITY, "担保费率不超过1%"),
    ],
)
def test_it_is_answered_by_the_sentence_that_answers_it(
    service: Service, question: str, region: str | None, words: str
) -> None:
    answer = service.ask(question, region=region)
    assert words in answer.text
    assert answer.calculations == ()
    assert cited_regions(service, answer) <= {CITY, PROVINCE}
    assert "1000万元" not in answer.text


def test_a_known_loan_is_not_computed_where_no_measure_is(service: Service) -> None:
    answer = service.ask("我们在成都武侯区，设备更新贷款5000万元，利率4%，能补多少？")
    assert answer.calculations == ()
    assert "不超过贷款实际利率的40%" in answer.text
    assert cited_regions(service, answer) <= {CITY, PROVINCE}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("重庆和成都的技改贷款贴息哪个高", ["不超1000万元", "最高不超过300万元"]),
        ("成都和重庆的担保费率有什么不同？", ["担保额的0.5%", "不超过实际担保费率的50%"]),
        ("洛阳和成都的担保有什么支持？", ["见贷即担", "担保额的0.5%"]),
        ("四川和重庆的信用贷款白名单有什么不一样", ["每季度更新一次", "融资需求白名单"]),
        ("重庆和成都对企业上市的奖励各是多少？", ["800万元", "成都市文件里没有找到"]),
    ],
)
def test_each_place_of_a_comparison_is_told_by_its_own_clause(
    service: Service, question: str, words: list[str]
) -> None:
    answer = service.ask(question)
    assert [each for each in words if each not in answer.text] == []
    assert len(cited_regions(service, answer)) == 2
    assert ("洛阳" in answer.text) == ("洛阳" in question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("设备更新贷款贴息一年最多能补多少？", ["不超1000万元", "最高不超过300万元"]),
        ("小微企业担保费率不超过多少？", ["重庆市", "平均年化担保费率不超过1%"]),
        ("信用贷款白名单多久更新？", ["融资需求白名单", "每季度更新一次"]),
    ],
)
def test_without_a_place_no_city_speaks_for_all(
    service: Service, question: str, words: list[str]
) -> None:
    answer = service.ask(question)
    assert [each for each in words if each not in answer.text] == []
    assert "所在地的规定为准" in answer.text
    assert len(cited_regions(service, answer)) == 2


def test_without_a_place_papers_that_answer_something_else_are_not_told(service: Service) -> None:
    answer = service.ask("技改专项贷的担保费补助是多少？")
    assert cited_regions(service, answer) == {"重庆市"}


def test_a_benefit_of_another_place_is_told_to_be_of_another_place(service: Service) -> None:
    answer = service.ask("成都技改专项贷一年最多补多少？")
    assert answer.calculations == ()
    assert "不适用于成都市" in answer.text


def test_the_corpus_own_place_is_answered_as_before(service: Service) -> None:
    answer = service.ask("重庆技改专项贷一年最多补多少？")
    assert "1000万元" in answer.text
    assert cited_regions(service, answer) == {"重庆市"}


def test_of_places_of_one_name_that_with_papers_answers_and_the_other_is_told(
    service: Service,
) -> None:
    answer = service.ask("我们公司在江北区，技改专项贷贷了2000万，利率4%，一年能补多少？")
    assert "上限为40万元" in answer.text and "如果项目在" not in answer.text
    assert "region" not in {each.slot for each in answer.missing}
    assert "还有浙江省宁波市江北区；这里按重庆市江北区答复" in answer.text


def test_which_of_several_places_of_one_name_is_asked_where_none_has_papers(
    service: Service,
) -> None:
    answer = service.ask("鼓楼区技改专项贷一年最多补多少？")
    (asked,) = (each for each in answer.missing if each.slot == "region")
    assert "福建省福州市鼓楼区" in asked.question and "江苏省南京市鼓楼区" in asked.question
    assert asked.question in answer.text


def test_another_place_is_asked_about_after_a_clause_has_answered(service: Service) -> None:
    first = service.ask("成都设备更新贴息比例多少？")
    answer = service.ask("那重庆市呢", session_id=first.session_id)
    assert "不超项目实际贷款利率的50%" in answer.text
    assert cited_regions(service, answer) == {"重庆市"}


def test_a_paper_that_another_ends_is_told_to_be_ended_by_it(service: Service) -> None:
    answer = service.ask("成都技术改造贷款贴息管理办法还有效吗？")
    assert "成经信规〔2025〕6号" in answer.text and "废止" in answer.text
    with service.desk() as desk:
        (old,) = (each for each in desk.documents() if each.number == "成经信规〔2020〕2号")
        assert desk.status(old).status is Status.REPEALED


def test_what_the_papers_name_and_the_corpus_lacks_is_listed(settings: Settings) -> None:
    assert {"优化营商环境条例", "申报指南"} <= wanted_papers(settings).keys()


def test_a_corpus_without_any_measure_is_served(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus" / "lexicon", corpus / "lexicon")
    for empty in (corpus / "sources.yaml", corpus / "lexicon" / "documents.yaml"):
        empty.write_text("[]\n", "utf-8")
    own = Settings(
        home=tmp_path / "home", corpus=corpus, database_url=f"sqlite:///{tmp_path / 'a.db'}"
    )
    take_files(own, [PAPERS])
    build_snapshot(own, progress=False)
    with Service(own, now=lambda: NOW) as service:
        answer = service.ask("设备更新贴息什么时候申报？", region=CITY)
    assert "5月1日至5月31日" in answer.text


@pytest.mark.parametrize(
    ("question", "article", "words"),
    [
        ("成都的中小企业购买工业机器人有补贴吗", "第十一条", "购置费用的百分之八"),
        ("成都参加境外展会有什么补贴", "第二十二条", "给予展位费补贴"),
    ],
)
def test_an_article_of_two_figures_is_quoted_with_its_number(
    tmp_path: Path, question: str, article: str, words: str
) -> None:
    numerals = [*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九")]
    numerals += ["二十", "二十一", "二十二"]
    rules = {
        "一": "为了促进中小企业发展，制定本办法。",
        "二": "本办法适用于本市行政区域。",
        "十一": "中小企业购买工业机器人的，按照购置费用的百分之八给予补贴。",
        "二十二": "中小企业参加境外展会的，给予展位费补贴。",
    }
    lines = [
        f"第{n}条　{rules.get(n, f'市人民政府支持中小企业开展第{n}类活动。')}" for n in numerals
    ]
    paper = tmp_path / "成都市中小企业促进办法.txt"
    paper.write_text("成都市中小企业促进办法\n\n" + "\n".join(lines) + "\n", "utf-8")
    own = with_papers(tmp_path / "own", paper)
    with Service(own, now=lambda: NOW) as service:
        answer = service.ask(question)
    assert f"》{article}" in answer.text
    assert words in answer.text


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Papers of six cities, each with a rule for the same loan, and of one for another loan."""
    folder = tmp_path_factory.mktemp("cities")
    shutil.copytree(ROOT / "corpus" / "lexicon", folder / "corpus" / "lexicon")
    for empty in ("sources.yaml", "lexicon/documents.yaml"):
        (folder / "corpus" / empty).write_text("[]\n", "utf-8")
    drop = folder / "drop"
    drop.mkdir()
    for n, name in enumerate(["绵阳", "德阳", "眉山", "雅安", "南充", "达州", "自贡"], 1):
        paper = OF_CITY.format(city=f"{name}市", loan="技改贷款" if n == 7 else "绿色贷款", n=n)
        (drop / f"{name}.txt").write_text(paper, "utf-8")
    (drop / "利率.txt").write_text(
        "广安市设备贷款利率表\n设备快贷的利率为4.25%，期限5年。\n", "utf-8"
    )
    settings = Settings(
        home=folder / "home", corpus=folder / "corpus", database_url=f"sqlite:///{folder / 'a.db'}"
    )
    take_files(settings, [drop])
    build_snapshot(settings, progress=False)
    with Service(settings, now=lambda: NOW) as service:
        yield service


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("绿色贷款贴息比例是多少？", "不超过实际贷款利率的2"),
        ("绿色贷款贴息什么时候申报", "申报时间为每年"),
        ("谁可以申请绿色贷款贴息", "工业企业可以申请绿色贷款贴息"),
    ],
)
def test_of_many_cities_some_are_told_apart_and_the_place_is_asked_for(
    cities: Service, question: str, words: str
) -> None:
    answer = cities.ask(question)
    assert answer.behaviour is Behaviour.CLARIFY
    assert [each.slot for each in answer.missing] == ["region"]
    assert answer.text.count(words) == len(cited_regions(cities, answer)) == 4
    assert "自贡市" not in answer.text  # of another loan
    assert all(c in answer.text for c in ("绵阳", "德阳", "眉山", "雅安", "南充", "达州"))


def test_a_place_told_after_is_answered_for_what_was_asked(cities: Service) -> None:
    first = cities.ask("绿色贷款贴息比例是多少？")
    told = [("我们在眉山", "的23%"), ("那绵阳呢", "的21%"), ("什么时候申报？", "每年1月1日")]
    for question, words in told:
        answer = cities.ask(question, session_id=first.session_id)
        assert words in answer.text
        assert len(cited_regions(cities, answer)) == 1
    weather = cities.ask("今天天气怎么样", session_id=first.session_id)
    assert weather.citations == ()


def test_what_one_city_alone_has_is_answered_without_asking(cities: Service) -> None:
    answer = cities.ask("技改贷款贴息怎么申请？")
    assert "每年7月1日至7月20日" in answer.text
    assert cited_regions(cities, answer) == {"自贡市"}


def test_a_comparison_of_two_cities_compares_what_they_grant(cities: Service) -> None:
    answer = cities.ask("绵阳和德阳的绿色贷款贴息比一比")
    assert "的21%" in answer.text and "的22%" in answer.text


def test_a_paper_without_any_day_is_told_to_state_none(cities: Service) -> None:
    answer = cities.ask("广安的设备快贷利率多少？")
    assert "4.25%" in answer.text
    assert "没有写明何时施行" in answer.text and "公布之日" not in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "绵阳绿色贷款贴息要提供抵押吗？",
        "绵阳绿色贷款贴息需要第三方审计吗",
        "绵阳的养老机构床位补贴多少",
        "绵阳引进博士有安家费吗",
        "绵阳绿色贷款贴息的材料有哪些",
    ],
)
def test_what_a_places_papers_do_not_say_is_told_without_their_other_sentences(
    cities: Service, question: str
) -> None:
    answer = cities.ask(question)
    assert answer.behaviour is Behaviour.REFUSE
    assert "绵阳市文件里没有查到" in answer.text
    assert "《绵阳市绿色贷款贴息管理办法》（现行）" in answer.text
    assert "“" not in answer.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("绵阳绿色贷款由谁受理", "由绵阳市经济和信息化局受理"),
        ("绵阳的绿色贷款", "不超过实际贷款利率的21%"),
        ("德阳市绿色贷款哪些企业可以申请", "具有独立法人资格的工业企业"),
    ],
)
def test_what_they_say_is_quoted_by_the_sentence_that_holds_what_is_asked(
    cities: Service, question: str, words: str
) -> None:
    answer = cities.ask(question)
    assert words in answer.text
    assert answer.text.count("“") == 1


def test_place_after_place_is_asked_about_though_one_says_nothing_of_it(cities: Service) -> None:
    first = cities.ask("德阳绿色贷款贴息比例是多少？")
    told = [
        ("那广安市呢", "广安市文件里没有查到"),
        ("那自贡市呢", "自贡市文件里没有查到"),
        ("那绵阳市呢", "的21%"),
    ]
    for question, words in told:
        assert words in cities.ask(question, session_id=first.session_id).text
