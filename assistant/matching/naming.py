"""The papers and clauses that a question names.

In:  a view of the question.
Out: ids of documents, places of clauses, or a clause in which a phrase stands word for word
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from assistant.matching.sides import of_values
from assistant.matching.view import WEAK, View
from assistant.matching.weighing import NOT_NOW, period_of, whole_clause
from assistant.measures.model import Kind, Measure
from assistant.measures.reader import Place
from ingest.document import Damage, Document
from ingest.index import Hit
from ingest.metadata import status

ADDRESSED = "通知"  # the path of the clause that says to whom a paper went
TITLE = re.compile("《([^》]{6,60})》")
LEAST_SHARED = 1.5  # of a title's own character pairs in a question, from which it asks for it
KIND_OF_PAPER = 2  # characters at a title's end: 方案, 指引, 办法
BEFORE_DAMAGE, LEAST_BEFORE = 4, 3  # characters before a lost number by which it is told


def standing(phrases: Sequence[str], documents: Mapping[str, Document]) -> Hit | None:
    """The clause in which one of some phrases stands word for word."""
    for phrase in phrases:
        for document in documents.values():
            at = document.text.find(phrase)
            if at >= 0:
                clause = document.clause_at(at)
                where = (document.id, clause.path, clause.start, clause.end)
                return Hit(1, *where, (), 1.0, {})
    return None


def title_told(view: View) -> str | None:
    """The title of another paper that the reviewed papers tell of and the question has words of; of
    the papers that are named, where there are such."""
    reviewed = {m.document for m in view.catalogue.measures}
    papers = [view.documents[d] for d in view.u.documents] or [
        view.documents[d] for d in sorted(reviewed) if view.home in (None, view.documents[d].region)
    ]
    own = {d.title for d in view.documents.values()}
    titles = dict.fromkeys(
        title
        for paper in papers
        for title in TITLE.findall(paper.text)
        if not any("".join(title.split()) in name or name in title for name in own)
    )
    held = Counter(pair for title in titles for pair in _pairs(title))
    named = "".join(view.documents[d].title for d in view.u.documents)
    wanted = _pairs(view.u.text) - _pairs(named)
    said = [t for t in titles if "".join(t.split()).rstrip("）")[-KIND_OF_PAPER:] in view.u.text]
    shared = {t: sum(1 / held[pair] for pair in wanted & _pairs(t)) for t in said}
    best = max(shared, key=lambda title: (shared[title], -len(title)), default=None)
    return best if best is not None and shared[best] >= LEAST_SHARED else None


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def named_papers(view: View) -> tuple[str, ...]:
    """The papers that a question sets side by side: named, told by their years, or 两个文件."""
    u, documents, lexicon = view.u, view.documents, view.lexicon
    here = [d for d in documents.values() if view.home in (None, d.region)]
    sides = "compare" in u.intents or view.says("asked_each", "two_papers")
    if sides and len(u.documents) < 2 and u.years:
        told = {y for d in u.documents for y in period_of(documents[d], lexicon)}
        by_year = (
            next((d.id for d in here if year in period_of(d, lexicon)), None)
            for year in sorted(set(u.years) - told)
        )
        found = tuple(dict.fromkeys((*u.documents, *(d for d in by_year if d is not None))))
        if len(found) > 1:
            return found
    if u.documents:
        return tuple(dict.fromkeys((*u.documents, *_of_places(view))))
    if not view.says("two_papers") or of_values(u):
        return ()
    return tuple(d.id for d in here if view.status_of(d).status not in NOT_NOW)


def _of_places(view: View) -> list[str]:
    """The papers that are told by their places alone (洛阳那份), of places that have but one."""
    if not view.says("that_paper"):
        return []
    there = ([d.id for d in view.documents.values() if d.region == home] for home in view.homes)
    return [papers[0] for papers in there if len(papers) == 1]


def papers_of_status(view: View) -> tuple[str, ...]:
    """The papers whose standing is asked about: named, the one of the place, of the subject."""
    if view.u.documents:
        return view.u.documents
    here = [d.id for d in view.documents.values() if view.u.regions and d.region == view.home]
    if len(here) == 1 and view.says("that_paper"):  # 洛阳那份, 洛阳的征求意见稿
        return tuple(here)
    if view.follow_up:
        return (view.previous[0].document,)
    ranked = [c for c in view.ranked if c.score >= WEAK]
    if view.u.as_of > view.u.asked_on and not view.by_word:  # 这个政策2028年还有没有
        ranked = [c for c in ranked if _holds_now(view, c.measure.document)] or ranked
    return tuple(c.measure.document for c in ranked[:1])


def _holds_now(view: View, document: str) -> bool:
    """Whether a paper is in force on the day of the question."""
    return status(view.documents[document], view.u.asked_on).status not in NOT_NOW


def quoting_damage(view: View) -> list[str]:
    """The papers of which the question quotes words right beside a lost number."""
    return [
        document.id
        for document in view.documents.values()
        if any(is_quoted(document, damage, view.u.text) for damage in document.damage)
    ]


def is_quoted(document: Document, damage: Damage, text: str) -> bool:
    """Whether a text has the words that stand right before a lost number."""
    before = document.text[max(0, damage.start - BEFORE_DAMAGE) : damage.start].lstrip("“《")
    return len(before) >= LEAST_BEFORE and before in text


def named_clauses(view: View) -> tuple[Place, ...]:
    """Where the clauses stand that were named by their paths: in the papers that were named, else
    in those in force in the place asked about, else in any."""
    u, documents = view.u, view.documents
    if not u.clause_paths:
        return _by_mark(view)
    local = [d for d in documents.values() if view.home in (None, d.region)]
    now = [d for d in local if view.status_of(d).status not in NOT_NOW]
    for papers in ([documents[i] for i in u.documents], now, local):
        found = [
            Place(d.id, clause.path, clause.start, clause.end)
            for d in papers
            for path in u.clause_paths
            for clause in d.clauses
            if clause.path == path
        ]
        if found or u.documents:
            return tuple(found)
    return ()


def _by_mark(view: View) -> tuple[Place, ...]:
    """Where the one clause stands that carries a mark which was named (第（八）条), in the one
    paper that was named or was told of last."""
    u, papers = view.u, list(view.u.documents)
    if not papers and view.previous:
        papers = [view.previous[0].document]
    if len(papers) != 1 or len(u.clause_marks) != 1:
        return ()
    document, mark = view.documents[papers[0]], u.clause_marks[0]
    ends = (f"（{mark}）", f"·{mark}是", f"第{mark}条")
    found = [
        Place(document.id, c.path, c.start, c.end)
        for c in document.clauses
        if c.path.endswith(ends) or c.path == f"{mark}是"
    ]
    return tuple(found) if len(found) == 1 else ()


def rests_on(measure: Measure, places: Sequence[Place]) -> bool:
    """Whether a measure rests on one of these clauses or an item of it."""
    return any(
        measure.document == p.document and whole_clause(measure.clause) == p.path for p in places
    )


def tells_scope(measure: Measure, view: View) -> bool:
    """Whether a measure is the line that says to whom a paper went, of the paper that is meant."""
    if measure.kind is not Kind.ABOUT or measure.region != view.home:
        return False
    if view.u.documents and measure.document not in view.u.documents:
        return False
    place = view.catalogue.place(measure)
    clauses = view.documents[measure.document].clauses
    return any(c.path == ADDRESSED and c.start == place.start for c in clauses)
