"""The calls of the contract. Each reads its request, asks the service and shapes the reply.

In:  requests as `api.schemas` reads them.
Out: JSON, by the names of the contract; errors become problems in `api.problems`. Calls that work
     run in the thread pool (tests/api).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from api import completions, views
from api import metrics as measured
from api.events import OurEvents, answer_events
from api.metrics import Metrics, OnStep
from api.schemas import (
    AskRequest,
    CalculateRequest,
    CompletionRequest,
    DayQuery,
    FeedbackRequest,
    FormQuery,
    KindQuery,
    MatchRequest,
    SearchRequest,
    TextQuery,
    VersionQuery,
)
from assistant.answer import Answer
from assistant.desk import Desk
from assistant.handbook import MEDIA_TYPES, TITLE, written
from assistant.inputs import parse_kinds
from assistant.service import Service
from ingest.changes import changed
from ingest.document import Document
from ingest.metadata import status

router = APIRouter()


# Coroutines, since FastAPI would send a plain function to a thread at every request.
async def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


TheService = Annotated[Service, Depends(_service)]
TheMetrics = Annotated[Metrics, Depends(_metrics)]


@router.post("/api/ask", summary="提问", response_model=None)
async def ask(
    body: AskRequest, request: Request, service: TheService, metrics: TheMetrics
) -> Response:
    """一个回答。请求头 Accept: text/event-stream 时逐步送出 step、statement、answer 或 error。"""

    def ask(on_step: OnStep | None) -> Answer:
        return service.ask(
            body.question,
            session_id=body.session_id,
            as_of=body.as_of,
            region=body.region,
            request_id=body.request_id,
            on_step=on_step,
        )

    answering = metrics.measured(ask)
    if "text/event-stream" in request.headers.get("accept", ""):
        return await answer_events(answering, OurEvents(service.settings.provider))
    answer = await run_in_threadpool(answering)
    shown = views.answer_bytes(answer, service.settings.provider)
    return Response(shown, media_type=JSONResponse.media_type)


@router.get("/api/suggestions", summary="开始时可以点的问题")
def suggestions(service: TheService, region: TextQuery = None) -> list[Mapping[str, str]]:
    with service.desk() as desk:
        return desk.suggestions(region)


@router.get("/api/slots", summary="词表：一次咨询里会用到的事实")
def slots(service: TheService) -> list[dict[str, Any]]:
    with service.desk() as desk:
        uses = views.uses_of_slots(desk.assistant.catalogue.measures)
        return [views.slot(spec, uses[spec.name]) for spec in desk.assistant.lexicon.slots.values()]


@router.get("/api/documents", summary="全部文件")
def documents(service: TheService, as_of: DayQuery = None) -> list[dict[str, Any]]:
    with service.desk() as desk:
        return [
            views.document_summary(document, desk.status(document, as_of), _count(desk, document))
            for document in desk.documents()
        ]


@router.get("/api/documents/{document_id}", summary="一份文件：正文、条款、效力、缺损")
def document(
    document_id: str,
    service: TheService,
    as_of: DayQuery = None,
    version: VersionQuery = None,
    against: VersionQuery = None,
) -> dict[str, Any]:
    """version 读旧的一版；against 标出本版与另一版不同的地方（changes）。"""
    with service.desk() as desk:
        served = desk.document(document_id)
        versions = service.versions(served)
        found = served if version is None else service.version(served, version)
        values = views.document(found, status(found, as_of or desk.today), _count(desk, served))
    if against is not None:
        values["changes"] = views.places(changed(found.text, service.version(served, against).text))
    current = versions[-1] if versions else None
    return values | {"version": version or current, "versions": list(versions)}


def _count(desk: Desk, document: Document) -> int:
    """How many measures rest on the document."""
    return sum(one.document == document.id for one in desk.assistant.catalogue.measures)


@router.get("/api/kinds", summary="措施的类别")
def kinds() -> list[dict[str, Any]]:
    return views.kinds()


@router.get("/api/measures", summary="措施目录：产品、补贴、目标、统计，含条件、数值和条款")
def measures(
    service: TheService,
    region: TextQuery = None,
    applicant: TextQuery = None,
    kind: KindQuery = None,
    as_of: DayQuery = None,
    q: TextQuery = None,
) -> list[dict[str, Any]]:
    with service.desk() as desk:
        found = desk.measures(
            region=region,
            applicant=applicant or None,
            kinds=parse_kinds(kind or ""),
            as_of=as_of,
            q=q,
        )
        findings = {one.id: desk.status(one, as_of) for one in desk.documents()}
        return [
            views.measure(
                one,
                desk.assistant.catalogue,
                desk.document(one.document),
                findings[one.document],
            )
            for one in found
        ]


@router.get(
    "/api/handbook", summary="《产品与政策手册》，按目录的筛选条件", response_class=Response
)
def handbook(
    service: TheService,
    form: FormQuery,
    region: TextQuery = None,
    applicant: TextQuery = None,
    kind: KindQuery = None,
    as_of: DayQuery = None,
    q: TextQuery = None,
) -> Response:
    """与目录同样筛选；不写类别时只列能申请、能使用的。"""
    with service.desk() as desk:
        day = as_of or desk.today
        lines = desk.handbook(
            region=region,
            applicant=applicant or None,
            kinds=parse_kinds(kind or ""),
            as_of=as_of,
            q=q,
        )
    suffix = "md" if form == "markdown" else form
    name = quote(f"{TITLE}-{day.isoformat()}.{suffix}")
    return Response(
        written(lines, day, form, service.settings.provider),
        media_type=MEDIA_TYPES[form],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.post("/api/match", summary="按企业情况核对全部措施的条件")
def match(body: MatchRequest, service: TheService) -> dict[str, Any]:
    with service.desk() as desk:
        return views.matched(
            desk.match(body.profile, body.as_of),
            desk.assistant.catalogue,
            {one.id: desk.status(one, body.as_of) for one in desk.documents()},
        )


@router.post("/api/calculate", summary="计算一项措施的金额")
def calculate(body: CalculateRequest, service: TheService) -> dict[str, Any]:
    """主要的一个结果；further 是同一情形的其余结果，例如各方的分担、几年的合计、另一种理解。"""
    with service.desk() as desk:
        main, *further = desk.calculations(body.measure_id, body.inputs, body.as_of)
        return main.model_dump(mode="json") | {
            "further": [one.model_dump(mode="json") for one in further]
        }


@router.post("/api/search", summary="检索条款")
def search(body: SearchRequest, service: TheService) -> dict[str, Any]:
    with service.desk() as desk:
        hits = desk.search(body.query, k=body.k, region=body.region, as_of=body.as_of)
        found = [(hit, desk.document(hit.document_id)) for hit in hits]
        return {
            "query": body.query,
            "results": [
                views.hit(hit, document, desk.status(document, body.as_of))
                for hit, document in found
            ],
        }


@router.post("/api/feedback", summary="评价一个回答", status_code=201)
def feedback(body: FeedbackRequest, service: TheService, metrics: TheMetrics) -> dict[str, str]:
    service.feedback(body.answer_id, body.useful, body.comment or "")
    metrics.feedback.labels(str(body.useful).lower()).inc()
    return {"answer_id": body.answer_id}


@router.get("/v1/models", summary="OpenAI 形式：模型名")
async def models() -> dict[str, Any]:
    return completions.models()


@router.post("/v1/chat/completions", summary="OpenAI 形式：提问", response_model=None)
async def chat_completions(
    body: CompletionRequest, service: TheService, metrics: TheMetrics
) -> Response:
    """消息列表就是对话的经过，最后一条 user 消息是要问的；不留会话。stream 为 true 时逐句送出。"""

    def ask(on_step: OnStep | None) -> Answer:
        return service.answer_last(
            body.questions(), as_of=body.as_of, region=body.region, on_step=on_step
        )

    answering = metrics.measured(ask)
    asked, provider = body.characters(), service.settings.provider
    if body.stream:
        with_usage = body.stream_options is not None and body.stream_options.include_usage
        return await answer_events(
            answering, completions.Chunks(asked, provider, with_usage=with_usage)
        )
    return JSONResponse(completions.completion(await run_in_threadpool(answering), asked, provider))


@router.get("/healthz", summary="进程在运行")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz", summary="能够回答：索引快照已打开")
def readyz(service: TheService, metrics: TheMetrics) -> dict[str, str]:
    with service.desk() as desk:
        metrics.serves(desk.snapshot.name)
        return {"status": "ready", "snapshot": desk.snapshot.name}


@router.get("/metrics", summary="Prometheus 指标", response_class=Response)
def metrics(metrics: TheMetrics) -> Response:
    return Response(metrics.text(), media_type=measured.CONTENT_TYPE)
