"""What must be said beside an answer so that it misleads nobody.

In:  a measure or a document.
Out: caveats on the sheet and the answer's warnings: its status, bounds, what the source leaves out
     or lost. A ceiling never goes without its warning (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from assistant.answer import StatementKind as K
from assistant.answer import WarningCode
from assistant.matching.subject import Subject
from assistant.measures.model import Kind, Measure
from assistant.writing.context import Context
from assistant.writing.sentences import find_words
from assistant.writing.words import document_name, is_bounded, not_stated
from assistant.writing.writer import Writer
from ingest.document import Document, Status

MOST_OPEN_POINTS = 3
MOST_TYPOS = 2
NOT_STATED = ("原文未载", "原文未载明")
SAME = 0.5  # share of the character pairs from which two say the same
UNSTATED = "effective_date_unstated"
WARNING_OF_STATUS = {
    Status.EXPIRED: WarningCode.EXPIRED,
    Status.REPEALED: WarningCode.EXPIRED,
    Status.DRAFT: WarningCode.DRAFT,
    Status.REPLY_LETTER: WarningCode.REPLY_LETTER,
    Status.NOT_YET_EFFECTIVE: WarningCode.NOT_YET_EFFECTIVE,
    Status.EFFECTIVE_DATE_UNKNOWN: WarningCode.EFFECTIVE_DATE_UNKNOWN,
}
OPEN_THOUGH_UNUSABLE = frozenset({Kind.TARGET, Kind.ABOUT})  # their open points are told too


def notes_of(w: Writer, subject: Subject, *, of_several: bool = False) -> None:
    """Caveats about one measure: kind, bounds, what the source leaves out or lost.

    What the answer has said before is not said again. `of_several` names whose caveats they are.
    """
    measure, c = subject.measure, w.context
    n = w.cite(measure)
    kind = str(measure.kind)
    said = "".join(s.text for s in w.sheet.statements if s.kind is K.CONCLUSION)
    if kind in c.wording["kind"] and not _told(c, kind, said):
        w.say(K.CAVEAT, "kind", kind)
    if measure.usable and is_bounded(measure) and not _told(c, "bound", said):
        w.say(K.CAVEAT, "kind", "bound")
    if measure.kind is Kind.TARGET:
        w.say(K.CAVEAT, "kind", "target_personal", [n])
        w.warn(WarningCode.NOT_STATED)
    damaged = bool(w.document_of(measure).damage)
    if "missing_digits" in c.u.intents and damaged and not measure.lost:
        w.say(K.CAVEAT, "kind", "never_written", [n])
        w.warn(WarningCode.NOT_STATED)
    if measure.lost:
        w.say(K.CAVEAT, "line", "lost", [n], lost="、".join(measure.lost))
    if measure.not_stated:
        key = "not_stated_of" if of_several else "not_stated"
        points = not_stated(measure)
        w.say(K.CAVEAT, "line", key, [n], title=measure.title, points=points)
    for typo in measure.typos[:MOST_TYPOS]:
        w.say(K.CAVEAT, "line", "typo", [n], typo=typo.rstrip("。"))
    if measure.usable or measure.kind in OPEN_THOUGH_UNUSABLE:
        for point in [p for p in measure.open_points if p not in said][:MOST_OPEN_POINTS]:
            if not _restates(point, measure):
                w.say(K.CAVEAT, "line", "open_point", [n], point=point.rstrip("。"))
    warn_of(w, subject)


def _told(c: Context, key: str, said: str) -> bool:
    """Whether the conclusion has said already what this caveat says, in its telling word."""
    telling = c.wording["told"].get(key)
    return telling is not None and telling in said


def _restates(point: str, measure: Measure) -> bool:
    """Whether an open point says only that something is not stated which is listed as such."""
    if not point.endswith(NOT_STATED):
        return False
    words = find_words(point)
    listed = [find_words(item) for item in measure.not_stated]
    return any(len(item & words) >= SAME * len(item) for item in listed if item)


def warn_of(w: Writer, subject: Subject) -> None:
    """The warnings that one measure calls for."""
    measure = subject.measure
    warn_of_document(w, w.document_of(measure))
    if measure.lost:
        w.warn(WarningCode.DIGITS_LOST)
    if measure.usable and is_bounded(measure):
        w.warn(WarningCode.UPPER_BOUND)
    if measure.not_stated:
        w.warn(WarningCode.NOT_STATED)
    if measure.kind is Kind.TARGET:
        w.warn(WarningCode.TARGET_NOT_BENEFIT)
    if measure.kind is Kind.REPAYABLE:
        w.warn(WarningCode.REPAYABLE)
    if measure.typos:
        w.warn(WarningCode.SOURCE_TYPO)
    if not subject.here:
        w.warn(WarningCode.JURISDICTION)


def warn_of_document(w: Writer, document: Document) -> None:
    """The warning that a document's status calls for."""
    code = WARNING_OF_STATUS.get(w.context.status_of(document).status)
    if code:
        words = w.context.words("warning", _key(document, code), document=document_name(document))
        w.sheet.warn(code, words)


def _key(document: Document, key: str) -> str:
    """The wording for a status: a day that cannot be told is another thing than one not stated."""
    unstated = document.dates.effective_days_after_publication is None
    return UNSTATED if unstated and key == Status.EFFECTIVE_DATE_UNKNOWN else str(key)


def status_note(w: Writer, document: Document, kind: K = K.CAVEAT) -> None:
    """Whether the paper holds at all, said right after the conclusion, or as that."""
    finding = w.context.status_of(document)
    key = str(finding.status)
    if w.context.ends_later(document):
        return
    repealed = w.context.repealed_since(document)
    if repealed or w.context.ended_since(document):
        w.say(
            K.CAVEAT,
            "status_note",
            "repealed_since" if repealed else "since",
            [w.cite_title(document)],
            document=document_name(document),
        )
        w.warn(WarningCode.EXPIRED, document=document_name(document))
        return
    if key in w.context.wording["status_note"]:
        cites = w.cite_status(document, finding)[:1]
        key = _key(document, key)
        w.say(kind, "status_note", key, cites, document=document_name(document))
    warn_of_document(w, document)


def misprints(w: Writer, document: Document) -> None:
    """Where to look: what of the paper's numbering or wording is misprinted."""
    numbering = w.context.lexicon.cues["of_numbering"]
    for note in [each for each in document.notes if numbering.search(each)][:1]:
        if any(d.kind == "misprint" for d in document.damage):
            n = w.cite_title(document)
            w.say(K.CAVEAT, "line", "misprint", [n], message=note.rstrip("。"))
            w.warn(WarningCode.SOURCE_TYPO)
