"""What requests over HTTP look like.

In:  JSON bodies and query parameters.
Out: typed values, or a refusal that quotes `RIGHT`, which is also the OpenAPI description
     (tests/api/test_problems.py).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictInt, StrictStr

from assistant.desk import MAX_HITS
from assistant.handbook import MEDIA_TYPES
from assistant.inputs import MAX_QUESTION, parse_day
from assistant.measures.model import Kind

MAX_ID = 200
MAX_BODY = 256 * 1024  # bytes

RIGHT = {
    "messages": '应为消息的列表，例如 [{"role": "user", "content": "技改贷款贴息怎么算"}]',
    "stream": "应为 true 或 false",
    "stream_options": '应为 JSON 对象，例如 {"include_usage": true}',
    "n": "一次只给一个回答，应为 1",
    "question": f"应为 1 到 {MAX_QUESTION} 个字的文字",
    "query": f"应为 1 到 {MAX_QUESTION} 个字的文字",
    "q": f"应为不超过 {MAX_QUESTION} 个字的文字",
    "session_id": "应为上一个回答里的 session_id；开始新会话就不带它",
    "request_id": "应为 16 到 64 个随机的字母、数字、- 或 _；断线重发时不变，别的问题换一个",
    "as_of": "应为 1949 年至 2999 年之间的日期，写作 YYYY-MM-DD，例如 2024-06-30",
    "region": "应为省、市或区县的中文名，例如“重庆市”",
    "k": f"应为 1 到 {MAX_HITS} 的整数",
    "profile": "应为 JSON 对象，键是 GET /api/slots 里的名称",
    "inputs": "应为 JSON 对象，键是 GET /api/slots 里的名称",
    "measure_id": "应为 GET /api/measures 里的编号",
    "document_id": "应为 GET /api/documents 里的编号",
    "answer_id": "应为回答里的 id",
    "useful": "应为 true 或 false",
    "comment": f"应为不超过 {MAX_QUESTION} 个字的文字",
    "kind": f"应为 {'、'.join(Kind)} 中的一个，或用逗号隔开的几个",
    "applicant": "应为 GET /api/slots 里 applicant 的一个值",
    "version": "应为文件的 versions 里的一个版本号，例如 1",
    "against": "应为文件的 versions 里的一个版本号，例如 1",
    "form": f"应为 {'、'.join(MEDIA_TYPES)} 中的一个",
}


def _day(value: object) -> object:
    if value is None or isinstance(value, date):
        return value
    day = parse_day(value) if isinstance(value, str) else None
    if day is None:
        raise ValueError("not a day")
    return day


def _form(value: str) -> str:
    if value not in MEDIA_TYPES:
        raise ValueError("not a form")
    return value


Day = Annotated[date | None, BeforeValidator(_day)]
DayQuery = Annotated[Day, Query(description=RIGHT["as_of"])]
KindQuery = Annotated[str | None, Query(max_length=MAX_ID, description=RIGHT["kind"])]
FormQuery = Annotated[str, BeforeValidator(_form), Query(description=RIGHT["form"])]
VersionQuery = Annotated[int | None, Query(ge=1, le=10**6, description=RIGHT["version"])]
TextQuery = Annotated[str | None, Query(max_length=MAX_QUESTION)]
RegionField = Annotated[StrictStr | None, Field(description=RIGHT["region"])]
DayField = Annotated[Day, Field(description=RIGHT["as_of"])]


class AskRequest(BaseModel):
    question: StrictStr = Field(description=RIGHT["question"])
    session_id: StrictStr | None = Field(None, max_length=MAX_ID, description=RIGHT["session_id"])
    request_id: StrictStr | None = Field(None, max_length=MAX_ID, description=RIGHT["request_id"])
    as_of: DayField = None
    region: RegionField = None


class Part(BaseModel):
    """A part of a message; only text is read."""

    type: StrictStr
    text: StrictStr = ""


class Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: StrictStr | list[Part] | None = None

    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    include_usage: StrictBool = False


class CompletionRequest(BaseModel):
    """The OpenAI form of a question. What it says of sampling, tools and the like has no effect."""

    messages: list[Message] = Field(min_length=1, description=RIGHT["messages"])
    stream: StrictBool | None = Field(None, description=RIGHT["stream"])
    stream_options: StreamOptions | None = Field(None, description=RIGHT["stream_options"])
    n: Literal[1] | None = Field(None, description=RIGHT["n"])
    as_of: DayField = None
    region: RegionField = None

    def questions(self) -> list[str]:
        """What the person said, in order. The others' messages are no orders and no facts."""
        return [message.text() for message in self.messages if message.role == "user"]

    def characters(self) -> int:
        """How much was sent."""
        return sum(len(message.text()) for message in self.messages)


class MatchRequest(BaseModel):
    profile: dict[str, Any] = Field(description=RIGHT["profile"])
    as_of: DayField = None


class CalculateRequest(BaseModel):
    measure_id: StrictStr = Field(max_length=MAX_ID, description=RIGHT["measure_id"])
    inputs: dict[str, Any] = Field(description=RIGHT["inputs"])
    as_of: DayField = None


class SearchRequest(BaseModel):
    query: StrictStr = Field(description=RIGHT["query"])
    k: StrictInt = Field(10, ge=1, le=MAX_HITS, description=RIGHT["k"])
    region: RegionField = None
    as_of: DayField = None


class FeedbackRequest(BaseModel):
    answer_id: StrictStr = Field(max_length=MAX_ID, description=RIGHT["answer_id"])
    useful: StrictBool = Field(description=RIGHT["useful"])
    comment: StrictStr | None = Field(None, max_length=MAX_QUESTION, description=RIGHT["comment"])
