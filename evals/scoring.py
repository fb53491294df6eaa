"""Judge a conversation's answers: what was expected of them, and what holds for every answer.

In:  an expectation, the turns asked, the answers as JSON, and the documents as the service shows
     them (text, dates, number, status, damage).
Out: what failed, each with the name of its check; () where all held. A right answer with one
     thing broken fails that thing's check alone (tests/evals/test_scoring.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from evals.questions import Expectation, Part, TurnExpectation

Json = Mapping[str, Any]
Documents = Callable[[str], Json]

CHECKS = (
    "behaviour",
    "clauses",
    "warnings",
    "amount",
    "verdict",
    "text",
    "shape",
    "verbatim",
    "grounded",
)
MOST_CITATIONS = 12
LONGEST_QUOTE = 600
LONGEST_TEXT = 2500
MOST_WARNINGS = 7

_KINDS = {
    "upper_limit": {"upper_bound"},
    "cap_only": {"upper_bound"},
    "sum_of_caps": {"upper_bound"},
    "not_eligible": {"zero"},
    "threshold": {"threshold"},
    "allocation": {"allocation", "exact"},
}  # other words of the question files leave the kind open
_EITHER = frozenset({"reading_dependent", "effective_date_unknown"})  # stand for each other
_OUTSIDE = ("标题", "通知", "落款", "文末")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not hold. `turn` counts from 1."""

    check: str
    message: str
    turn: int

    def __str__(self) -> str:
        return f"第{self.turn}轮 {self.check}：{self.message}"


def judge(
    expect: Expectation, turns: Sequence[str], answers: Sequence[Json], documents: Documents
) -> tuple[Failure, ...]:
    """Everything that failed in a conversation; `answers` are those to `turns`, in order."""
    found: list[Failure] = []
    for number, (turn, answer) in enumerate(zip(expect.per_turn, answers, strict=False), start=1):
        tolerance = expect.tolerance_yuan
        found += _numbered(number, "behaviour", behaviour(turn, answer))
        found += _numbered(number, "amount", amounts(turn, answer, tolerance))
    last, final = len(answers), answers[-1]
    checks: dict[str, Iterator[str]] = {
        "behaviour": behaviour(expect, final),
        "clauses": clauses(expect, final),
        "warnings": warnings(expect, final),
        "amount": amounts(expect, final, expect.tolerance_yuan),
        "verdict": verdict(expect, final),
        "text": text(expect, final),
        "shape": shape(expect, final, documents),
        "verbatim": verbatim(final, documents),
        "grounded": grounded(turns, final, documents),
    }
    for check, messages in checks.items():
        found += _numbered(last, check, messages)
    return tuple(dict.fromkeys(found))


def _numbered(turn: int, check: str, messages: Iterable[str]) -> list[Failure]:
    return [Failure(check, message, turn) for message in messages]


# What the question expects


def behaviour(expect: TurnExpectation, answer: Json) -> Iterator[str]:
    """The answer's behaviour is one of those listed."""
    if expect.behaviour and answer["behaviour"] not in expect.behaviour:
        wanted = "、".join(expect.behaviour)
        yield f"是 {answer['behaviour']}，应为 {wanted}"


def clauses(expect: Expectation, answer: Json) -> Iterator[str]:
    """Every listed clause, or a part of it, is cited; judged where the question was answered.

    A clause that may also stand for it does so for a document's 标题, 通知, 落款 and 文末 only.
    """
    if answer["behaviour"] != "answer":
        return
    cited = [Part(c["document_id"], c["clause_path"]) for c in answer["citations"]]
    for wanted in expect.clauses:
        accepted = [wanted]
        if wanted.clause in _OUTSIDE:
            accepted += [p for p in expect.also_ok_clauses if p.document == wanted.document]
        if not any(covers(part, there) for part in accepted for there in cited):
            seen = "、".join(dict.fromkeys(f"{d} {p}" for d, p in cited)) or "无"
            yield f"没有引用 {wanted.document} {wanted.clause}（引用了：{seen}）"


def warnings(expect: Expectation, answer: Json) -> Iterator[str]:
    """Every listed code is there; not judged where the assistant asks back."""
    if answer["behaviour"] == "clarify":
        return
    there = warning_codes(answer)
    for code in expect.warnings:
        if not there & (_EITHER if code in _EITHER else {code}):
            yield f"没有提示 {code}（有：{'、'.join(sorted(there)) or '无'}）"


def amounts(expect: TurnExpectation, answer: Json, tolerance: Decimal) -> Iterator[str]:
    """Each expected amount is some calculation's, the first one of the right kind."""
    if answer["behaviour"] != "answer":
        return
    there = list(calculated(answer))
    for i, wanted in enumerate((*expect.amount_yuan, *expect.alt_amount_yuan)):
        kinds = {kind for amount, kind in there if abs(amount - wanted) <= tolerance}
        named = expect.amount_kind or ""
        if not kinds:
            seen = "、".join(str(amount) for amount, _ in there) or "无"
            yield f"没有算出 {wanted}（算出了：{seen}）"
        elif i == 0 and expect.amount_yuan and not kinds & _KINDS.get(named, kinds):
            yield f"{wanted} 称为 {'、'.join(sorted(kinds))}，应为 {named}"


def verdict(expect: Expectation, answer: Json) -> Iterator[str]:
    """Where the person is not eligible, no measure of an expected clause is said to apply."""
    if expect.eligible is not False:
        return
    marks = {
        c["n"]
        for c in answer["citations"]
        if any(covers(p, Part(c["document_id"], c["clause_path"])) for p in expect.clauses)
    }
    for measure in answer["measures"]:
        if measure["verdict"] == "applies" and marks & set(measure["citations"]):
            yield f"说“{measure['title']}”适用，其实不适用"


def text(expect: Expectation, answer: Json) -> Iterator[str]:
    """The wordings that must be there are, and those that must not are not.

    Where an answer is expected and something else came, only the forbidden wordings are judged.
    """
    said = plain(answer["text"])
    if answer["behaviour"] == "answer" or "answer" not in expect.behaviour:
        for wording in expect.must_include:
            if plain(wording) not in said:
                yield f"没有说“{wording}”"
        for wordings in expect.must_include_any:
            if not any(plain(wording) in said for wording in wordings):
                yield f"没有说其中任何一个：{'、'.join(wordings[:6])}"
    for wording in expect.must_not_include:
        if plain(wording) in said:
            yield f"不该说“{wording}”"


# What holds for every answer


def shape(expect: Expectation, answer: Json, documents: Documents) -> Iterator[str]:
    """Statements, marks and grounds fit together; nothing is poured out; no warning for nothing."""
    marks = {c["n"] for c in answer["citations"]}
    workings = {c["id"] for c in answer["calculations"]}
    if "".join(_bare(s["text"]) for s in answer["statements"]) != _bare(answer["text"]):
        yield "各句连起来不是全文"
    for statement in answer["statements"]:
        beginning = statement["text"][:30]
        grounds = set(statement["citations"]), set(statement["calculations"])
        if not (grounds[0] <= marks and grounds[1] <= workings):
            yield f"一句的依据不在答案里：{beginning}"
        if statement["kind"] in ("figure", "quote") and not any(grounds):
            yield f"一句没有依据：{beginning}"
    loose = {int(n) for n in _MARK.findall(answer["text"])} - marks
    if loose:
        yield f"标记没有对应的引用：{sorted(loose)}"
    if len(answer["citations"]) > MOST_CITATIONS:
        yield f"引用 {len(answer['citations'])} 处，多于 {MOST_CITATIONS} 处"
    if any(len(c["quote"]) > LONGEST_QUOTE for c in answer["citations"]):
        yield f"有引文长于 {LONGEST_QUOTE} 字"
    if len(answer["text"]) > LONGEST_TEXT:
        yield f"全文 {len(answer['text'])} 字，长于 {LONGEST_TEXT} 字"
    yield from _needless_warnings(expect, answer, documents)


def _needless_warnings(expect: Expectation, answer: Json, documents: Documents) -> Iterator[str]:
    there = warning_codes(answer)
    unasked = there - set(expect.warnings) - set(expect.also_ok_warnings)
    cited = [documents(i) for i in {c["document_id"] for c in answer["citations"]}]
    if len(there) > MOST_WARNINGS:
        yield f"提示 {len(there)} 种，多于 {MOST_WARNINGS} 种"
    if "injection" in there and "injection" not in expect.warnings:
        yield "无故提示 injection"
    if "digits_lost" in unasked and not any(d.get("damage") for d in cited):
        yield "提示 digits_lost，引用的文件却没有丢失数字"
    if "expired" in unasked and not any(d.get("status") in ("expired", "repealed") for d in cited):
        yield "提示 expired，引用的文件却没有过期"


def verbatim(answer: Json, documents: Documents) -> Iterator[str]:
    """Every quote is the document's text at its place."""
    for citation in answer["citations"]:
        start, end = citation["start"], citation["end"]
        if documents(citation["document_id"]).get("text", "")[start:end] != citation["quote"]:
            yield f"[{citation['n']}] 不是 {citation['document_id']} 第 {start} 至 {end} 字"


def grounded(turns: Sequence[str], answer: Json, documents: Documents) -> Iterator[str]:
    """Every number of the text stands in a quote, a calculation, the question or a document's data.

    The same value in 万元, 亿元 or % counts. A rounded one counts where it is called 约, with two
    digits at least, or where it has six digits or more.
    """
    sources: list[Decimal] = []
    for turn in turns:
        sources += numbers(turn) + spelled(turn)
    sources += _inside([answer["calculations"], answer["as_of"]])
    for citation in answer["citations"]:
        named = {k: v for k, v in citation.items() if k not in ("n", "start", "end", "url")}
        document = documents(citation["document_id"])
        shown = {k: v for k, v in document.items() if k not in ("text", "clauses")}
        sources += _inside([named, shown])
    grounds = _Grounds(sources)
    body = _LIST_MARK.sub("", _MARK.sub("", answer["text"])).replace("*", "")
    loose = [p[0] for p in _PRINTED.finditer(body) if not grounds.hold(p)]
    if loose:
        yield f"数字没有依据：{'、'.join(dict.fromkeys(n.strip() for n in loose))}"


# Reading answers


def covers(expected: Part, cited: Part) -> bool:
    """Whether a citation is of the expected clause or of a part of it, never of its parent."""
    wanted, there = _steps(expected.clause), _steps(cited.clause)
    return expected.document == cited.document and there[: len(wanted)] == wanted


def warning_codes(answer: Json) -> set[str]:
    """The codes of an answer's warnings."""
    return {warning["code"] for warning in answer["warnings"]}


def calculated(answer: Json) -> Iterator[tuple[Decimal, str]]:
    """Amount in 元 and kind of each calculation that has an amount."""
    for calculation in answer["calculations"]:
        if calculation["amount_yuan"] is not None:
            try:
                yield Decimal(calculation["amount_yuan"]), calculation["amount_kind"]
            except InvalidOperation:
                continue


def plain(wording: str) -> str:
    """A text for comparing: half width, without white space, bold, marks and 1,000 separators."""
    text = unicodedata.normalize("NFKC", _MARK.sub("", wording))
    return re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"[\s*_`]", "", text))


def _bare(text: str) -> str:
    """A text without the list marks at its lines' beginnings and without white space."""
    return re.sub(r"\s", "", _LIST_MARK.sub("", text))


def _steps(path: str) -> list[str]:
    """四、（一） → 四 （一）; 三、（四）2 → 三 （四） 2; 二、（一）·三是 → 二 （一） 三是."""
    tidy = re.sub(r"\s", "", path).replace("(", "（").replace(")", "）")
    return re.findall(r"（[^）]*）|\d+|[^（）\d·、.．]+", tidy)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What of an answer must not hang on wording: what it does, the amounts, the verdicts."""

    behaviour: str
    amounts: frozenset[tuple[Decimal, str]]
    verdicts: Mapping[str, str]

    @property
    def applying(self) -> frozenset[str]:
        """The measures that are said to apply."""
        return frozenset(name for name, verdict in self.verdicts.items() if verdict == "applies")

    def differences(self, other: Outcome) -> tuple[str, ...]:
        """How the other outcome differs, in words; () where it is the same.

        A measure that is only listed in one of them differs where it is said to apply.
        """
        found = []
        if self.behaviour != other.behaviour:
            found.append(f"behaviour 由 {self.behaviour} 变为 {other.behaviour}")
        if self.amounts != other.amounts:
            found.append(f"金额由 {_listed(self.amounts)} 变为 {_listed(other.amounts)}")
        for measure in sorted(self.verdicts.keys() | other.verdicts.keys()):
            before = self.verdicts.get(measure, "not_listed")
            after = other.verdicts.get(measure, "not_listed")
            both = {before, after}
            if len(both) == 2 and ("applies" in both or "not_listed" not in both):
                found.append(f"{measure} 由 {before} 变为 {after}")
        return tuple(found)


def outcome(answer: Json) -> Outcome:
    """The outcome of an answer."""
    amounts = frozenset((amount.normalize(), kind) for amount, kind in calculated(answer))
    verdicts = {measure["id"]: measure["verdict"] for measure in answer["measures"]}
    return Outcome(answer["behaviour"], amounts, verdicts)


def _listed(amounts: Iterable[tuple[Decimal, str]]) -> str:
    return "、".join(f"{amount:f}" for amount, _ in sorted(amounts)) or "无"


# Numbers

_MARK = re.compile(r"\[(\d+)\]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]\s|\d{1,2}[.、]\s?(?!\d))", re.MULTILINE)
_ARABIC = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_PRINTED = re.compile(r"(约?)\s*" + _ARABIC + r"\s*([万亿]?)")
_WRITTEN = re.compile(_ARABIC + r"\s*个?([百千k]?)([万w亿]?)", re.IGNORECASE)
_SPELLED = re.compile(r"[零〇一二两三四五六七八九十百千万亿点\d.]+")
_SPOKEN = "[零〇一二两三四五六七八九]+"
_TOKEN = re.compile(rf"\d+(?:\.\d+)?|{_SPOKEN}(?:点{_SPOKEN})?|.")
_SIZE = {"": 1, "百": 100, "千": 1000, "k": 1000, "万": 10**4, "w": 10**4, "亿": 10**8}
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_SAME_MONEY = (0, 2, 4, 8, -4, -8)  # powers of ten: 元, %, 万元, 亿元


def numbers(text: str) -> list[Decimal]:
    """The numbers in Arabic digits: bare, with the first unit behind them, and with both."""
    found = []
    for digits, small, large in _WRITTEN.findall(unicodedata.normalize("NFKC", text)):
        bare = Decimal(digits.replace(",", ""))
        found += [
            bare,
            bare * _SIZE[small.lower()],
            bare * _SIZE[small.lower()] * _SIZE[large.lower()],
        ]
    return found


def spelled(text: str) -> list[Decimal]:
    """The numbers a person writes with characters: 三千五百万, 一亿二 (1.2亿), 零点五, 1亿2."""
    joined = re.sub(r"个(?=[百千万亿])", "", unicodedata.normalize("NFKC", text))
    found: list[Decimal] = []
    for run in _SPELLED.findall(joined):
        found += _spelled(run)
    return found


def _spelled(run: str) -> list[Decimal]:
    total = section = Decimal(0)
    number: Decimal | None = None
    last = 1  # the unit read last: 一亿二 is 1.2亿
    for token in _TOKEN.findall(run):
        if token in _UNIT:
            size = _UNIT[token]
            if size < 10**4:
                section += (1 if number is None else number) * size
            else:
                below = section + (number or 0)
                total = (total + below) * size if token == "亿" else total + below * size
                section = Decimal(0)
            number, last = None, size
        elif token[0].isdigit() and token[0].isascii():
            number = Decimal(token)
        elif token[0] in _DIGIT:
            whole, _, fraction = token.partition("点")
            digits = ["".join(str(_DIGIT[c]) for c in part) for part in (whole, fraction)]
            number = Decimal(".".join(digits) if fraction else digits[0])
    tail = number or Decimal(0)
    return [total + section + tail, total + section + tail * max(last // 10, 1)]


def _inside(value: Any) -> list[Decimal]:
    """The numbers anywhere in JSON values, keys aside."""
    match value:
        case str():
            return numbers(value)
        case bool() | None:
            return []
        case int() | float():
            return [Decimal(str(value))]
        case Mapping():
            return [n for item in value.values() for n in _inside(item)]
        case Collection():
            return [n for item in value for n in _inside(item)]
        case _:
            return []


class _Grounds:
    """The numbers that may be said, by their digits, to be found again in other units."""

    def __init__(self, sources: Iterable[Decimal]) -> None:
        self._values = set(sources)
        self._places: dict[tuple[int, ...], set[int]] = {}
        for value in self._values:
            _, digits, exponent = value.normalize().as_tuple()
            self._places.setdefault(digits, set()).add(int(exponent))

    def hold(self, printed: re.Match[str]) -> bool:
        """Whether a match of _PRINTED says one of them, exactly or rightly rounded."""
        about, digits, unit = printed.groups()
        shown = Decimal(digits.replace(",", ""))
        _, figures, exponent = (shown * _SIZE[unit]).normalize().as_tuple()
        places = self._places.get(figures, set())
        if any(int(exponent) - place in _SAME_MONEY for place in places):
            return True
        known = len(shown.as_tuple().digits)
        if known < (2 if about else 6):
            return False
        step = Decimal(1).scaleb(int(shown.as_tuple().exponent))
        return any(
            value and (value / _SIZE[unit]).quantize(step, ROUND_HALF_UP) == shown
            for value in self._values
            if value < 10**15
        )
