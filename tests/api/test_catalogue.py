"""Documents, measures, slots, matching, calculating and searching over HTTP."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from assistant.corpus import build_snapshot
from assistant.settings import Settings
from ingest.intake import take_in

DOCUMENTS = {
    "cq-jingxin-2024-7": "in_force",
    "cq-fuban-2017": "expired",
    "cq-jingxin-rongzi-2024-6": "in_force",
    "cq-jinyi-2018-1": "reply_letter",
    "luoyang-2024-draft": "draft",
}
MEASURE = "tech-upgrade-loan-interest-subsidy"


def get(client: TestClient, path: str, **query: str) -> Any:
    reply = client.get(path, params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def post(client: TestClient, path: str, body: Any) -> Any:
    reply = client.post(path, json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_slots_are_the_vocabulary(client: TestClient) -> None:
    slots = {slot["name"]: slot for slot in get(client, "/api/slots")}
    assert slots["principal"]["type"] == "money"
    assert slots["principal"]["unit"] == "元"
    assert "制造业" in slots["industry"]["values"]
    assert slots["first_time"]["values"] == ["是", "否"]
    assert all(slot["label"] and slot["question"] for slot in slots.values())


def test_documents_have_their_status_today(client: TestClient) -> None:
    found = {one["id"]: one["status"] for one in get(client, "/api/documents")}
    assert found == DOCUMENTS


def test_documents_have_their_status_on_another_day(client: TestClient) -> None:
    found = {one["id"]: one["status"] for one in get(client, "/api/documents", as_of="2018-06-01")}
    assert found["cq-jingxin-2024-7"] == "not_yet_effective"
    assert found["cq-fuban-2017"] != "expired"


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_a_documents_clauses_tile_its_text(client: TestClient, document_id: str) -> None:
    document = get(client, f"/api/documents/{document_id}")
    text, at = document["text"], 0
    for clause in document["clauses"]:
        assert clause["start"] == at
        at = clause["end"]
        inside = clause["start"]
        for item in clause.get("items", []):
            assert item["start"] == inside
            inside = item["end"]
        assert inside in (clause["start"], clause["end"])
    assert at == len(text)
    for damage in document["damage"]:
        assert 0 <= damage["start"] <= damage["end"] <= len(text)
    assert document["status"] == DOCUMENTS[document_id]
    assert document["status_reason"]
    assert document["measures"] > 0


def test_lost_digits_are_told(client: TestClient) -> None:
    damage = get(client, "/api/documents/cq-fuban-2017")["damage"]
    assert "digits_lost" in {one["kind"] for one in damage}
    document = get(client, "/api/documents/cq-jingxin-2024-7")
    assert document["number"] == "渝经信规范〔2024〕7号"
    assert document["dates"]["signed"] == "2024-02-21"


def test_every_measure_quotes_the_text_as_served(client: TestClient) -> None:
    texts = {name: get(client, f"/api/documents/{name}")["text"] for name in DOCUMENTS}
    measures = get(client, "/api/measures")
    assert len(measures) >= 22
    for measure in measures:
        text = texts[measure["document_id"]]
        quotes = [measure["quote"], *measure["more_quotes"]]
        quotes += [term["quote"] for term in measure["values"].values()]
        for quote in quotes:
            served = "".join(text[quote["start"] : quote["end"]].split())
            assert served == "".join(quote["text"].split())
            assert quote["url"].startswith(f"/documents/{measure['document_id']}?start=")


def test_long_lists_are_packed_and_answers_are_not(client: TestClient) -> None:
    assert client.get("/api/measures").headers["content-encoding"] == "gzip"
    asked = client.post("/api/ask", json={"question": "重庆的技改专项贷一年最多贴息多少？"})
    assert "content-encoding" not in asked.headers


def test_values_are_exact_strings(client: TestClient) -> None:
    measures = {measure["id"]: measure for measure in get(client, "/api/measures")}
    values = measures[MEASURE]["values"]
    assert [value["value"] for value in values["share"]["values"]] == ["0.5"]
    assert values["ceiling"]["unit"] == "元"
    assert values["ceiling"]["bound"] == "at_most"
    assert Decimal(values["ceiling"]["values"][-1]["value"]) == 10_000_000
    assert "M000-4.1a" in measures[MEASURE]["aliases"]


@pytest.mark.parametrize(
    ("query", "some", "none"),
    [
        ({"region": "重庆"}, "cq-jingxin-2024-7", "luoyang-2024-draft"),
        ({"region": "重庆市江津区"}, "cq-jingxin-2024-7", "luoyang-2024-draft"),
        ({"region": "洛阳市"}, "luoyang-2024-draft", "cq-jingxin-2024-7"),
        ({"as_of": "2018-06-01"}, "cq-fuban-2017", "cq-jingxin-2024-7"),
        ({"as_of": "2026-01-01"}, "cq-jingxin-2024-7", "cq-fuban-2017"),
    ],
)
def test_measures_are_filtered_by_place_and_day(
    client: TestClient, query: dict[str, str], some: str, none: str
) -> None:
    found = {measure["document_id"] for measure in get(client, "/api/measures", **query)}
    assert some in found
    assert none not in found


def test_measures_are_filtered_by_kind_applicant_and_word(client: TestClient) -> None:
    assert {one["kind"] for one in get(client, "/api/measures", kind="benefit,fee_waiver")} == {
        "benefit",
        "fee_waiver",
    }
    guarantors = get(client, "/api/measures", applicant="融资担保机构")
    assert guarantors
    assert all("融资担保机构" in one["applicant"] for one in guarantors)
    assert MEASURE in {one["id"] for one in get(client, "/api/measures", q="技改 贴息")}
    assert get(client, "/api/measures", q="不存在的词") == []
    assert get(client, "/api/measures", region="上海") == []


def test_a_profile_is_matched_against_every_measure(client: TestClient) -> None:
    profile = {
        "region": "重庆市",
        "applicant": "企业",
        "industry": "制造业",
        "loan_product": "技改专项贷",
        "titles": ["专精特新"],
        "principal": 50000000,
        "annual_rate": 0.04,
        "first_time": True,
        "size": None,
    }
    result = post(client, "/api/match", {"profile": profile, "as_of": "2025-06-01"})
    verdicts = {one["id"]: one["verdict"] for one in result["measures"]}
    assert verdicts[MEASURE] == "applies"
    assert set(verdicts.values()) <= {"applies", "may_apply", "does_not_apply"}


def test_a_calculation_is_exact(client: TestClient) -> None:
    for name in (MEASURE, "M000-4.1a"):
        body = {
            "measure_id": name,
            "inputs": {"principal": "50000000", "annual_rate": "0.04"},
            "as_of": "2025-06-01",
        }
        calculation = post(client, "/api/calculate", body)
        assert calculation["measure_id"] == MEASURE
        assert calculation["amount_kind"] == "upper_bound"
        assert Decimal(calculation["amount_yuan"]) == 1_000_000
        assert calculation["formula"]
        assert calculation["steps"]


def test_search_says_why_each_clause_ranks(client: TestClient) -> None:
    results = post(client, "/api/search", {"query": "技改专项贷贴息", "k": 5})["results"]
    assert [one["rank"] for one in results] == [1, 2, 3, 4, 5]
    assert results[0]["document_id"] == "cq-jingxin-2024-7"
    assert any("bm25" in one["scores"] for one in results)
    assert any("dense" in one["scores"] for one in results)
    scores = [one["score"] for one in results]
    assert scores == sorted(scores, reverse=True)
    text = get(client, f"/api/documents/{results[0]['document_id']}")["text"]
    assert text[results[0]["start"] : results[0]["end"]] == results[0]["text"]


def test_search_keeps_to_the_place_and_the_day(client: TestClient) -> None:
    query = {"query": "贷款贴息", "k": 50}
    found = post(client, "/api/search", {**query, "region": "洛阳"})["results"]
    assert {one["document_id"] for one in found} == {"luoyang-2024-draft"}
    found = post(client, "/api/search", {**query, "as_of": "2018-06-01"})["results"]
    assert "cq-jingxin-2024-7" not in {one["document_id"] for one in found}
    assert post(client, "/api/search", {**query, "region": "上海"})["results"] == []


def test_feedback_is_kept_with_its_answer(client: TestClient) -> None:
    answer = post(client, "/api/ask", {"question": "重庆瞪羚企业奖多少"})
    body = {"answer_id": answer["id"], "useful": False, "comment": "没看懂"}
    assert client.post("/api/feedback", json=body).status_code == 201


def test_a_handbook_is_downloaded_as_the_catalogue_is_filtered(client: TestClient) -> None:
    rows = get(client, "/api/handbook", form="json", region="重庆", applicant="融资担保机构")
    assert {row["地区"] for row in rows} == {"重庆市"}
    assert {row["申请主体"] for row in rows} == {"融资担保机构"}
    for form in ("docx", "xlsx"):
        reply = client.get("/api/handbook", params={"form": form, "as_of": "2026-11-20"})
        assert reply.content.startswith(b"PK")
        assert f"-2026-11-20.{form}" in reply.headers["content-disposition"]
    assert "docx" in client.get("/api/handbook", params={"form": "pdf"}).json()["detail"]


def test_a_match_cites_each_condition_and_adds_up_ceilings(client: TestClient) -> None:
    profile = {
        "region": "重庆市",
        "applicant": "企业",
        "industry": "制造业",
        "loan_product": "技改专项贷",
        "titles": ["瞪羚企业"],
        "principal": "50000000",
        "annual_rate": "0.04",
    }
    result = post(client, "/api/match", {"profile": profile, "as_of": "2026-11-20"})
    quotes = {one["n"]: one["quote"] for one in result["citations"]}
    found = {one["id"]: one for one in result["measures"]}[MEASURE]
    assert found["kind"] == "benefit"
    assert found["status"] == "in_force"
    assert "技改专项贷" in quotes[found["reasons"][1]["citation"]]
    bounds = {one["measure_id"]: one for one in result["calculations"]}
    assert bounds[MEASURE]["amount_yuan"] == "1000000"
    yearly, once = result["totals"]["applies"]
    assert (yearly["per"], yearly["amount_yuan"]) == ("年", "1000000")
    assert (once["per"], once["amount_kind"]) == (None, "upper_bound")
    counted = {
        step["label"] for sums in result["totals"].values() for one in sums for step in one["steps"]
    }
    lent = [one["title"] for one in result["measures"] if one["kind"] == "repayable"]
    drafts = [one["title"] for one in result["measures"] if one["status"] == "draft"]
    assert lent
    assert drafts
    assert not counted & {*lent, *drafts}


def test_a_match_refuses_a_number_without_sense(client: TestClient) -> None:
    profile = {"loan_product": "技改专项贷", "principal": "50000000", "annual_rate": "4"}
    reply = client.post("/api/match", json={"profile": profile})
    assert reply.status_code == 422
    assert reply.json()["field"] == "profile.annual_rate"


def test_every_measure_says_what_its_calculation_takes(client: TestClient) -> None:
    slots = {slot["name"] for slot in get(client, "/api/slots")}
    for measure in get(client, "/api/measures"):
        assert {one["slot"] for one in measure["inputs"]} <= slots
        needed = {one["slot"] for one in measure["inputs"] if one["needed"]}
        if not needed:
            continue
        body = {"measure_id": measure["id"], "inputs": {}}
        reply = client.post("/api/calculate", json=body)
        assert reply.status_code == 422
        assert reply.json()["field"].removeprefix("inputs.") in {*needed, "as_of"}


def test_a_calculation_names_what_each_party_bears(client: TestClient) -> None:
    body = {"measure_id": "guarantee-risk-sharing", "inputs": {"loss": "1000000"}}
    found = post(client, "/api/calculate", body)
    parts = [Decimal(one["amount_yuan"]) for one in (found, *found["further"])]
    assert sum(parts) == 1_000_000
    assert len(parts) == 4


def test_an_old_version_is_read_beside_the_one_that_holds(tmp_path: Path, served: Settings) -> None:
    corpus, file = tmp_path / "corpus", tmp_path / "paper.txt"
    shutil.copytree(served.corpus, corpus)
    paper = "某市人民政府\n关于贴息的通知\n一、每年不超过300万元。\n二、自印发之日起施行。\n"
    for text in (paper, paper.replace("300", "500")):
        file.write_text(text, encoding="utf-8")
        (outcome,) = take_in([file], corpus, today=date(2026, 11, 20)).outcomes
    own = Settings(home=tmp_path / "home", corpus=corpus)
    build_snapshot(own, progress=False)
    with TestClient(create_app(own)) as client:
        path = f"/api/documents/{outcome.document_id}"
        now = get(client, path, against="1")
        old = get(client, path, version="1", against="2")
        assert (now["version"], old["version"], now["versions"]) == (2, 1, [1, 2])
        for document, amount in ((now, "500"), (old, "300")):
            (place,) = document["changes"]
            assert document["text"][place["start"] : place["end"]] == amount
        assert get(client, path)["text"] == now["text"]
        refused = client.get(path, params={"version": "3"})
        assert refused.status_code == 404
        assert "1、2之一" in refused.json()["detail"]
