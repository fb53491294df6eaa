"""The assistant's search and calculators for LangChain programs.

In:  a question, a measure and its inputs, by the names of GET /api/slots.
Out: standard tools (`search_clauses`, `list_measures`, `calculate`) and a `BaseRetriever`. They
     give what the HTTP calls give, in the same words (tests/assistant/test_tools.py).

They serve from the snapshot that the settings name, or from the service handed to `serve_from`.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, ToolException, tool

from assistant.inputs import InvalidError, ServiceError, parse_day
from assistant.language.help import Finder
from assistant.language.masking import material
from assistant.service import Service
from assistant.settings import Settings

_lock = threading.Lock()
_served: list[Service] = []


def serve_from(service: Service) -> None:
    """Let the tools and the retriever answer from this service from now on."""
    with _lock:
        _served[:] = [service]


def _service() -> Service:
    with _lock:
        if not _served:
            _served.append(Service(Settings.from_environment()))
        return _served[0]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    day = parse_day(text)
    if day is None:
        raise InvalidError("日期应写成 YYYY-MM-DD，例如 2026-01-31。", "as_of")
    return day


def _clauses(query: str, k: int, region: str | None, as_of: str | None) -> list[dict[str, Any]]:
    with _service().desk() as desk:
        found = []
        for hit in desk.search(query, k=k, region=region, as_of=_day(as_of)):
            document = desk.document(hit.document_id)
            found.append(
                {
                    "text": document.text[hit.start : hit.end],
                    "document_id": document.id,
                    "document_title": document.title,
                    "document_number": document.number,
                    "clause_path": hit.path,
                    "start": hit.start,
                    "end": hit.end,
                    "status": str(desk.status(document, _day(as_of)).status),
                    "region": document.region,
                    "score": hit.score,
                }
            )
        return found


@tool
def search_clauses(
    query: str, k: int = 5, region: str | None = None, as_of: str | None = None
) -> list[dict[str, Any]]:
    """按问题查找政策文件的条款，返回原文、条款号、文件和效力状态。

    Args:
        query: 要查的事，例如“技术改造贷款贴息”
        k: 返回几条
        region: 只查适用于该地区的文件，例如“重庆市江津区”
        as_of: 只查该日未过期的文件，YYYY-MM-DD
    """
    try:
        return _clauses(query, k, region, as_of)
    except ServiceError as error:
        raise ToolException(str(error)) from error


@tool
def list_measures(
    region: str | None = None, applicant: str | None = None, words: str | None = None
) -> list[dict[str, Any]]:
    """列出产品、补贴和奖励，附条款和上限。

    Args:
        region: 地区
        applicant: 申请主体，例如“企业”“融资担保机构”
        words: 须出现的词，空格分开
    """
    try:
        with _service().desk() as desk:
            return [
                {
                    "id": m.id,
                    "title": m.title,
                    "kind": str(m.kind),
                    "document_id": m.document,
                    "clause_path": m.clause,
                    "quote": m.quote,
                    "rule": str(m.rule),
                }
                for m in desk.measures(region=region, applicant=applicant, q=words)
            ]
    except ServiceError as error:
        raise ToolException(str(error)) from error


@tool
def calculate(measure_id: str, inputs: dict[str, Any], as_of: str | None = None) -> dict[str, Any]:
    """按一项措施的条款计算金额，返回算式、步骤和金额的性质（上限、为零等）。

    Args:
        measure_id: 措施编号，见 list_measures
        inputs: 各项事实，名称见 GET /api/slots；金额以元计，利率写成小数，例如
            {"principal": "50000000", "annual_rate": "0.04"}
        as_of: 按哪一天的规定，YYYY-MM-DD
    """
    try:
        with _service().desk() as desk:
            return desk.calculate(measure_id, inputs, _day(as_of)).model_dump(mode="json")
    except ServiceError as error:
        raise ToolException(str(error)) from error


class PolicyRetriever(BaseRetriever):
    """The clause search as a LangChain retriever: page_content is the clause's own text."""

    k: int = 5
    region: str | None = None
    as_of: str | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        rows = _clauses(query, self.k, self.region, self.as_of)
        return [
            Document(
                page_content=row["text"], metadata={k: v for k, v in row.items() if k != "text"}
            )
            for row in rows
        ]


# What the agent of assistant.llm holds: the same three, on one question's snapshot ----------------


@dataclass(frozen=True)
class Looking:
    """What the agent's tools look in, for one question."""

    finder: Finder


def looking_tools() -> list[BaseTool]:
    """The agent's tools. What they return is masked; what goes wrong is told in words."""

    @tool("search_clauses")
    async def search(query: str, runtime: ToolRuntime[Any, Any]) -> str:
        """按问题查找政策文件的条款。带 n 的可以引用。

        Args:
            query: 要查的事
        """
        return await _looked(runtime.context.finder.search, query)

    @tool("list_measures")
    async def measures(words: str, runtime: ToolRuntime[Any, Any]) -> str:
        """列出措施，附编号、条款和原文。

        Args:
            words: 须出现的词，空格分开
        """
        return await _looked(runtime.context.finder.measures, words)

    @tool("calculate")
    async def work_out(
        measure_id: str, inputs: dict[str, Any], runtime: ToolRuntime[Any, Any]
    ) -> str:
        """按一项措施试算。结果只供理解，不写进答复。

        Args:
            measure_id: 措施编号，见 list_measures
            inputs: 各项事实；金额以元计，利率写成小数
        """
        return await _looked(runtime.context.finder.calculate, measure_id, inputs)

    return [search, measures, work_out]


async def _looked(look: Callable[..., Any], *arguments: Any) -> str:
    try:
        found = await asyncio.to_thread(look, *arguments)
    except ServiceError as error:
        return str(error)
    return material(json.dumps(found, ensure_ascii=False))
