"""The LangChain forms: tools and a retriever, over the real corpus."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, ToolException

from assistant import tools
from assistant.service import Service


@pytest.fixture(autouse=True)
def served(service: Service) -> Iterator[None]:
    tools.serve_from(service)
    yield
    tools._served.clear()


def test_they_are_standard_tools_with_described_arguments() -> None:
    for one in (tools.search_clauses, tools.list_measures, tools.calculate):
        assert isinstance(one, BaseTool)
        assert one.description
        assert one.args
    assert issubclass(tools.PolicyRetriever, BaseRetriever)


def test_a_ceiling_is_computed_as_a_bound() -> None:
    result = tools.calculate.invoke(
        {
            "measure_id": "M000-4.1a",
            "inputs": {"principal": "600000000", "annual_rate": "0.04"},
            "as_of": "2026-11-20",
        }
    )
    assert (result["amount_kind"], result["amount_yuan"]) == ("upper_bound", "10000000")


def test_the_search_gives_the_clause_verbatim(service: Service) -> None:
    found = tools.PolicyRetriever(k=3, region="重庆").invoke("技改专项贷贴息比例")
    assert found[0].metadata["clause_path"] == "四、（一）"
    with service.desk() as desk:
        text = desk.document(found[0].metadata["document_id"]).text
    assert text[found[0].metadata["start"] : found[0].metadata["end"]] == found[0].page_content


def test_measures_are_listed_by_applicant() -> None:
    rows = tools.list_measures.invoke({"applicant": "融资担保机构", "region": "重庆"})
    assert "tech-upgrade-loan-guarantee-subsidy" in {row["id"] for row in rows}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [({"principal": "-1", "annual_rate": "0.04"}, "元"), ({"principal": "50000000"}, "年利率")],
)
def test_a_senseless_input_is_refused_in_words(inputs: dict[str, str], said: str) -> None:
    with pytest.raises(ToolException, match=said):
        tools.calculate.invoke({"measure_id": "M000-4.1a", "inputs": inputs})
