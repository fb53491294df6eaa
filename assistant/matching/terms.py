"""The name that a question asks about as such: what it is, whether there is such a thing.

In:  a view of the question.
Out: a `Named` with the sentences of the reviewed papers in which the name stands, those of the
     place asked about apart from the others; None where no name is asked about
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.matching.view import View
from assistant.matching.weighing import NOT_NOW
from assistant.measures.model import Measure
from assistant.measures.reader import Place
from assistant.steps.retrieve import QUOTED
from ingest.document import Document

BETWEEN = r"[\s“”‘’（）()·]*"  # between the characters of a name, as papers set it
_BETWEEN = re.compile(BETWEEN)
TEXTS = 64  # papers whose bare text is remembered
END = re.compile(r"[。；！？：]")
PART = 3  # characters of a name's half that stands by itself: 四公开, 七不准
COVERED = 1  # characters of a name that a longer word of ours may leave out
LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
FORM = 3  # characters of a word of ours that may stand for a name


@dataclass(frozen=True, slots=True)
class Named:
    """A name asked about.

    here       the sentences in which it stands, of the papers of the place, those in force first
    elsewhere  of other places' papers
    defined    what it is was asked, not whether there is such a thing
    coined     it is made like a product's or a platform's name, or of Latin letters, or was quoted
    """

    name: str
    here: tuple[Place, ...]
    elsewhere: tuple[Place, ...]
    defined: bool
    coined: bool


def named_term(view: View) -> Named | None:
    """The name that is asked about, and where it stands."""
    cues, u = view.lexicon.cues, view.u
    for cue in ("attribute", "what_is", "is_there"):
        for said in _said(cues[cue], u.topic_text):
            name = said if cue == "attribute" else _bare(view, said)
            if len(name) < 2 or cues["no_name"].search(name):
                continue
            papers = [view.documents[d] for d in sorted(view.catalogue.papers)]
            home = view.home
            ours = [d for d in papers if home in (None, d.region)]
            ours.sort(key=lambda d: view.status_of(d).status in NOT_NOW)
            quoted = [q for q in cues["quoted_name"].findall(u.text) if q in name]
            letters = [x for x in LATIN.findall(name) if not any(_find(x, d.text) for d in papers)]
            coined = bool(quoted or letters or cues["coined"].search(name)) or cue == "attribute"
            written = next((w for d in ours if (w := _as_written(name, d.text))), name)
            return Named(
                quoted[0] if quoted else written,
                tuple(_standing(name, ours)),
                tuple(_standing(name, [d for d in papers if d not in ours])),
                defined=cue == "what_is",
                coined=coined,
            )
    return None


def stands_in(name: str, text: str) -> bool:
    """Whether a name, or both its halves, stand in a text, however it sets its marks."""
    return any(all(_find(part, text) is not None for part in wanted) for wanted in _ways(name))


def holds(measure: Measure, name: str) -> bool:
    """Whether a name stands in what a measure quotes."""
    quotes = (measure.quote, *(q.quote for q in measure.more_quotes))
    return any(stands_in(name, quote) for quote in quotes)


def shortens(name: str, measure: Measure) -> bool:
    """Whether a name leaves out some characters of one that the measure quotes: 技改贷."""
    return any(_is_within(name, full) for full in QUOTED.findall(measure.quote))


def _is_within(name: str, full: str) -> bool:
    letters = iter(full)
    return all(each in letters for each in name)


def is_known(view: View, name: str) -> bool:
    """Whether a word of ours stands for a name: most of it is said by one, or one holds it."""
    low = name.lower()
    for measure in view.catalogue.measures:
        if any(low in form.lower() for form in (measure.title, *measure.keywords)):
            return True
    if low in " ".join((*view.lexicon.synonyms, *view.lexicon.synonyms.values())).lower():
        return True
    if any(low in m.form.lower() for m in view.u.mentions):
        return True
    return any(
        len(word.form) >= max(FORM, len(name) - COVERED) and word.form.lower() in low
        for candidate in view.ranked
        for word in candidate.spotted
    )


def _as_written(name: str, text: str) -> str | None:
    """A name as a paper writes it, without the marks of quotation."""
    span = _find(name, text)
    return re.sub(r"[\s“”‘’（）()]", "", text[slice(*span)]) if span else None


def _said(cue: re.Pattern[str], text: str) -> Iterator[str]:
    for found in cue.finditer(text):
        yield next((said for said in found.groups() if said), "")


def _bare(view: View, said: str) -> str:
    """A name without what leads to it (请问, 文件里说的) and its quotation marks."""
    cues = view.lexicon.cues
    said = re.sub('[“”"「」『』]', "", said)
    lead = cues["name_lead"].match(said)
    name = cues["name_tail"].sub("", said[lead.end() if lead else 0 :])
    counted = cues["counter"].sub("", name)  # 有个人才贷: no 个人才贷
    papers = (view.documents[d] for d in view.catalogue.papers)
    return counted if counted != name and any(_find(counted, d.text) for d in papers) else name


def _standing(name: str, papers: Sequence[Document]) -> Iterator[Place]:
    """The first sentence of each paper in which the name stands; else its halves, both of them."""
    for wanted in _ways(name):
        found = [place for paper in papers if (place := _sentence(wanted, paper)) is not None]
        if found:
            yield from found
            return


def _ways(name: str) -> Iterator[tuple[str, ...]]:
    yield (name,)
    for at in range(PART, len(name) - PART + 1):
        yield (name[:at], name[at:])


def _sentence(wanted: Sequence[str], paper: Document) -> Place | None:
    spans = [_find(part, paper.text) for part in wanted]
    if any(span is None for span in spans):
        return None
    at, last = min(s[0] for s in spans if s), max(s[1] for s in spans if s)
    clause = paper.clause_at(at)
    ends = [m.end() for m in END.finditer(paper.text, clause.start, at)]
    stop = END.search(paper.text, last, clause.end)
    end = stop.end() if stop else clause.end
    return Place(paper.id, clause.path, ends[-1] if ends else clause.start, end)


def _find(part: str, text: str) -> tuple[int, int] | None:
    letters = _BETWEEN.sub("", part)
    if not letters or letters.casefold() not in _bare_text(text):
        return None
    found = re.search(BETWEEN.join(map(re.escape, letters)), text, re.IGNORECASE)
    return found.span() if found else None


@lru_cache(maxsize=TEXTS)
def _bare_text(text: str) -> str:
    """A paper's text without what may stand between the characters of a name."""
    return _BETWEEN.sub("", text).casefold()
