"""Choose the sentences of a clause that answer a question.

In:  a document, a clause's offsets, the question.
Out: places of whole sentences, best first; each lies inside the clause
     (tests/assistant/writing/test_sentences.py).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import add

from assistant.measures.reader import Place
from assistant.reading.lexicon import Lexicon
from assistant.writing.sheet import LONGEST_QUOTE
from ingest.clauses import mark_at
from ingest.document import Clause, Document, DocumentKind
from ingest.index import Hit

END = re.compile(r"[。；！？]")
STOP = re.compile(r"[。！？]”?")
LEAD = re.compile(r"[^。！？；\n]+：(?=\s*\n)")
END_OR_LIST = re.compile(r"[。；！？]”?|：(?=\s*\n)")
ROW = re.compile(
    r"\s*表\d+(?:（[^\n]*?）)? 第\d+行："
)  # as `ingest.tables` writes it: one sentence
MOST = 2
TITLE = re.compile(r"《[^》]*》")  # another paper's name tells nothing of its subject
ARTICLE = re.compile(r"第[一二三四五六七八九十百零]+条(?:之[一二三四五六七八九十]+)?")
AMOUNTS, TIMES = ("sum", "most", "count", "rate"), ("when", "length", "years", "days")
SORTS = (*AMOUNTS, *TIMES, "terms", "papers", "refused", "whom", "holds", "way")
COMPARED = ("sum", "rate")  # what is compared where it is not said
OUTSIDE = frozenset({"标题", "目录", "落款", "抄送"})
LOOKED_AT = 10  # clauses found whose sentences are weighed
WHOLE = 200  # clauses of a paper that is looked at whole
NEARLY = 0.75  # of the best one's weight, for a second sentence
NEAR = 0.25  # of a clause's score, its paper aside, from which it tells of what is asked
LOST_MARK = "．"  # of 1．, where the digit was lost
WHOLE_PART = 300  # characters up to which a part is quoted whole
SHORTEST = 5  # pairs of characters; shorter ones are headings
EXPLAINED = 0.7  # of a rule's weight, for a paper that explains it
IN_TITLE = 0.5  # what a word weighs that stands in the paper's title
LONG = 120  # characters at which a sentence weighs half
WORD = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%]+")


def best_sentences(
    document: Document, path: str, start: int, end: int, question: str, lexicon: Lexicon
) -> list[Place]:
    """Up to two sentences of text[start:end], those that share most with the question."""
    wanted = find_words(" ".join([question, *lexicon.expansions(question)]))
    scored: list[tuple[float, int, Place]] = []
    at = start
    bounds = [m.end() for m in END.finditer(document.text, start, end)]
    if not bounds or (bounds[-1] < end and document.text[bounds[-1] : end].strip()):
        bounds.append(end)
    for number, stop in enumerate(bounds):
        at = _past_marks(document.text, at, stop)
        sentence = document.text[at:stop]
        if sentence.strip():
            shared = wanted & find_words(sentence)
            score = sum(len(w) for w in shared) / (8 + len(sentence) ** 0.5)
            scored.append((-score, number, Place(document.id, path, at, stop)))
        at = stop
    scored.sort(key=lambda row: row[:2])
    if not scored:
        return [Place(document.id, path, start, end)]
    best = -scored[0][0]
    return [place for score, _, place in scored[:MOST] if -score >= 0.5 * best]


def tells_what_is_asked(words: str, question: str, lexicon: Lexicon) -> bool:
    """Whether words tell the sort of thing that is asked; True where none is asked."""
    sorts = _sorts_of(question, lexicon)
    return not sorts or any(lexicon.cues[f"tells_{sort}"].search(words) for sort in sorts)


def _sorts_of(question: str, lexicon: Lexicon) -> list[str]:
    return [sort for sort in SORTS if lexicon.cues[f"asks_{sort}"].search(question)]


def parted(question: str, lexicon: Lexicon) -> tuple[list[str], str]:
    """The sorts of thing that a question asks (a day, a sum), and what else it says."""
    sorts = _sorts_of(question, lexicon)
    for sort in sorts:
        question = lexicon.cues[f"asks_{sort}"].sub(" ", question)
    return sorts, question


def answering(
    documents: Mapping[str, Document],
    hits: Sequence[Hit],
    question: str,
    lexicon: Lexicon,
    *,
    compared: bool = False,
    alike: Sequence[str] = (),
    quoted: Callable[[Place], Place | None] = lambda place: place,
) -> list[Place]:
    """Up to two sentences of all the clauses found, those that answer the question best: by the
    rare words that they and their headings share with it, and their paper's title, among those
    that tell the sort of thing that is asked (a sum, a day, a condition) where there are such. One
    that announces a list (：) is shown with it. Where things are `compared` and nothing says by
    what, or nothing is asked beside a paper's subject, sums and rates are. [] where none
    shares a word.

    alike   further words for what is asked
    quoted  what of a sentence is quoted, None for one that does not answer
    """
    sorts = _sorts_of(question, lexicon)
    topic = parted(question, lexicon)[1]  # 比例 is told by 40%, not by 比例
    wanted = find_words(topic)
    subject = find_words(documents[hits[0].document_id].title) if hits else wanted
    compared = compared or not wanted - subject
    told_by = sorts or (COMPARED if compared else ())
    tells = [lexicon.cues[f"tells_{sort}"] for sort in told_by]
    alike = [*alike, *(word for words in lexicon.expansions(topic) for word in words.split())]

    def shared(text: str) -> frozenset[str]:
        """What a text shares with the question; of another word for the same, all or nothing."""
        return (wanted & find_words(text)).union(*(find_words(w) for w in alike if w in text))

    found: dict[tuple[str, int], tuple[Place, Hit]] = {}
    for hit in (*hits[:LOOKED_AT], *_beside(documents, hits)):
        document = documents[hit.document_id]
        if hit.path not in OUTSIDE:
            for place in _sentences(document, hit):
                found.setdefault((place.document, place.start), (place, hit))
    said = {
        key: documents[place.document].quote(place.start, place.end)
        for key, (place, _) in found.items()
    }
    opening = lexicon.cues["opening"]
    if not lexicon.cues["asks_opening"].search(question):
        bare = {key: value for key, value in found.items() if not opening.search(said[key])}
        found = bare or found
    words = {
        key: shared(
            " ".join(
                (
                    _headings(documents, *value),
                    TITLE.sub("", said[key]),
                    *clauses_named(documents[key[0]], said[key]),
                )
            )
        )
        for key, value in found.items()
    }
    titles = {name: shared(documents[name].title) for name, _ in found}
    most = max(map(len, titles.values()), default=0) or 1
    told = {key: sum(1 for tell in tells if tell.search(said[key])) for key in found}
    own = {key: words[key] - titles[key[0]] for key in found}
    if any(told.values()) and (
        any(own[key] for key in found if told[key]) or not any(own.values())
    ):  # 谁负责评审: what says 评审 answers before what says 负责 of something else
        found = {key: value for key, value in found.items() if told[key]}
    common = Counter(word for key in found for word in words[key])

    def score(key: tuple[str, int]) -> float:
        title = titles[key[0]]  # tells one paper from another, and no sentence of it from the next
        rare = sum(
            math.log1p(len(found) / common[word]) * (IN_TITLE if word in title else 1)
            for word in words[key]
        )
        about = (1 + len(title) / most) ** 2
        if documents[key[0]].kind is DocumentKind.INTERPRETATION:
            about *= EXPLAINED
        return (1 + rare) * (1 + told[key]) * about / (1 + len(said[key]) / LONG) + (
            found[key][1].score
        )

    ranked = sorted(
        (key for key in found if words[key] or told[key]), key=lambda key: (-score(key), key)
    )
    best: dict[Place, float] = {}
    for key in ranked:
        if len(best) == MOST or score(key) < NEARLY * max(best.values(), default=0.0):
            break
        said_at = quoted(_with_list(documents[found[key][0].document], found[key][0]))
        if said_at is not None:
            best.setdefault(said_at, score(key))
    return [*best]


def _beside(documents: Mapping[str, Document], hits: Sequence[Hit]) -> Iterator[Hit]:
    """The other clauses of the paper found first: what says the sum need not say its subject."""
    leaves = list(documents[hits[0].document_id].leaves()) if hits else []
    for leaf in leaves if len(leaves) <= WHOLE else ():
        yield Hit(0, hits[0].document_id, leaf.path, leaf.start, leaf.end, (), 0.0, {})


def _headings(documents: Mapping[str, Document], place: Place, hit: Hit) -> str:
    """The headings that a place stands under, from the top down, its clause's own too."""
    own = documents[place.document].clause_at(place.start).heading
    return " ".join((*hit.heading_chain, own))


def _sentences(document: Document, hit: Hit) -> Iterator[Place]:
    """The whole sentences of a clause, without its mark; a heading is none."""
    if ROW.match(document.text, hit.start, hit.end):
        end = hit.start + len(document.text[hit.start : hit.end].rstrip())
        yield Place(document.id, hit.path, _past_marks(document.text, hit.start, end), end)
        return
    at = _past_heading_line(document, hit.start, hit.end)
    for match in END_OR_LIST.finditer(document.text, at, hit.end):
        start = _past_marks(document.text, at, match.end())
        if len(find_words(document.text[start : match.end()])) > SHORTEST:
            yield Place(document.id, hit.path, start, match.end())
        at = match.end()


def sentence_at(document: Document, clause: Clause, at: int) -> Place:
    """The sentence of a clause that holds a place."""
    start = max((m.end() for m in END.finditer(document.text, clause.start, at)), default=None)
    if start is None:
        start = _past_heading(document, clause.start, clause.end)
    stop = END.search(document.text, at, clause.end)
    first = _past_marks(document.text, min(start, at), at)
    return Place(document.id, clause.path, first, stop.end() if stop else clause.end)


def whole_sentence(document: Document, place: Place) -> Place:
    """The sentence that holds a place, from full stop to full stop, where it is short: what stands
    between semicolons may lack its subject, or its rule."""
    text = document.text
    leaf = next(each for each in document.leaves() if each.start <= place.start < each.end)
    if ROW.match(text, leaf.start, leaf.end) or place.end > leaf.end:
        return place
    stops = [m.end() for m in STOP.finditer(text, leaf.start, place.start)]
    start = stops[-1] if stops else _past_heading(document, leaf.start, leaf.end)
    start = _past_marks(text, min(start, place.start), place.end)
    stop = STOP.search(text, max(place.end - 2, start), leaf.end)
    last = leaf.start + len(text[leaf.start : leaf.end].rstrip())
    end = stop.end() if stop and stop[0][0] != "？" else last  # a question goes with its answer
    return Place(document.id, place.path, start, end) if end - start <= WHOLE_PART else place


def with_lead(document: Document, place: Place) -> Place:
    """The whole list of which a place is an item, with the words that announce it (应当提交：),
    where one quote holds it."""
    for lead in LEAD.finditer(document.text, 0, place.start):
        leaf = next(each for each in document.leaves() if each.start <= lead.start() < each.end)
        start = _past_marks(document.text, _past_heading(document, leaf.start, leaf.end), leaf.end)
        start = max(start, _past_marks(document.text, lead.start(), lead.end()))
        whole = _with_list(document, Place(document.id, leaf.path, start, lead.end()))
        if start < lead.end() and whole.start < place.start < whole.end >= place.end:
            return whole
    return place


def clauses_named(document: Document, quote: str) -> list[str]:
    """The texts of the clauses of a paper that words of it name."""
    paths = dict.fromkeys(ARTICLE.findall(TITLE.sub("", quote)))
    own = {clause.path: clause for clause in document.clauses if clause.path in paths}
    return [document.text[own[path].start : own[path].end] for path in paths if path in own]


def is_near(hit: Hit, least: float = NEAR) -> bool:
    """Whether a clause tells of what was asked, by its score without what its paper adds."""
    return hit.score - hit.evidence.get("document_part", 0.0) >= least


def of_part(
    document: Document, path: str, start: int, end: int, question: str, lexicon: Lexicon
) -> list[Place]:
    """What a part of a paper says, without its mark and heading: the whole where one short quote
    holds it, so that a list is not cut off, else the sentences that share most with the question.
    Of a part that is nothing but its heading, the clause that it opens, as far as a quote holds it.
    """
    first = _past_heading(document, start, end)
    last = start + len(document.text[start:end].rstrip())
    if first >= last:
        clause = next(each for each in document.clauses if each.start <= start < each.end)
        stop = min(clause.end, first + LONGEST_QUOTE)
        ends = [m.end() for m in END.finditer(document.text, first, stop)]
        return [Place(document.id, clause.path, first, ends[-1])] if ends else []
    if last - first <= WHOLE_PART:
        return [Place(document.id, path, first, last)]
    return best_sentences(document, path, first, last, question, lexicon)


def words_of_part(document: Document, path: str, start: int, end: int) -> list[Place]:
    """All that a part says, without its mark and heading; [] where one quote does not hold it."""
    first = _past_heading(document, start, end)
    last = start + len(document.text[start:end].rstrip())
    return [Place(document.id, path, first, last)] if 0 < last - first <= LONGEST_QUOTE else []


def _past_heading_line(document: Document, start: int, end: int) -> int:
    """The place after the mark of a part, and after its heading where that is a line of its own
    with something below."""
    text = document.text
    mark = mark_at(text, start)
    first = start if mark is None else mark.end
    heading = document.clause_at(start).heading
    at = _past_marks(text, first, len(text)) + len(heading)
    own = heading and text.startswith(heading, at - len(heading)) and text[at : at + 1] == "\n"
    return at if own and text[at:end].strip() else first


def _past_heading(document: Document, start: int, end: int) -> int:
    """The place after the mark of a part, and after its heading."""
    text = document.text
    mark = mark_at(text, start)
    at = _past_marks(text, start if mark is None else mark.end, end)
    at += text.startswith(LOST_MARK, at)
    heading = document.clause_at(start).heading
    if heading and text.startswith(heading, at):
        at = _past_marks(text, at + len(heading), end)
        at += text.startswith("。", at)
        at = _past_marks(text, at, end)
    return at


def _with_list(document: Document, place: Place) -> Place:
    """The place, with the parts that it announces as far as one quote holds them."""
    if document.text[place.end - 1] != "：":
        return place
    leaves = list(document.leaves())
    lead = next(each for each in leaves if each.start <= place.start < each.end)
    end = place.end
    for part in leaves:
        if part.start >= place.end and part.path != lead.path:
            stop = part.start + len(document.text[part.start : part.end].rstrip())
            if not _is_below(part.path, lead.path) or stop - place.start > LONGEST_QUOTE:
                break
            end = stop
    return Place(place.document, lead.path, place.start, end)


def _is_below(path: str, above: str) -> bool:
    """Whether a path is of a part of another: 三、1 of 三, 第四条（二） of 第四条."""
    return path.startswith(above) and path[len(above) : len(above) + 1] in tuple("、·（0123456789")


def _past_marks(text: str, start: int, end: int) -> int:
    """The place after white space and the marks of bold type and headings."""
    while start < end and (text[start].isspace() or text[start] in "*#"):
        start += 1
    return start


@lru_cache(maxsize=4096)  # the papers' sentences come again
def find_words(text: str) -> frozenset[str]:
    """Character pairs of the words of a text, the unit of overlap."""
    pairs: set[str] = set()
    for run in WORD.findall(text):
        pairs.update(map(add, run, run[1:]))
    return frozenset(pairs)
