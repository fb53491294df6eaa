"""Write the answer by rule: the first sentence answers, then amounts, conditions, quotes, caveats.

In:  what was understood, matched and calculated; the wording; the documents.
Out: a `Sheet`. Every figure is put in from a quote or a working, none is typed in code
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.answer import Behaviour
from assistant.matching.subject import Situation
from assistant.writing.beside import tell_beside, tell_listed, tell_part, tell_place
from assistant.writing.context import Context
from assistant.writing.elsewhere import each_place, places_apart, tell_other_places
from assistant.writing.lines import tell_mended, tell_namesakes
from assistant.writing.measures import measures
from assistant.writing.offers import find, how_to_apply
from assistant.writing.papers import (
    clauses,
    coverage,
    damage,
    named_clause,
    not_in_paper,
    outline,
    status,
)
from assistant.writing.refusals import (
    courtesy,
    no_document,
    nothing,
    refuse,
    term,
    unclear,
    unknown_number,
)
from assistant.writing.sheet import Sheet
from assistant.writing.sides import compare, conflict, papers_compared
from assistant.writing.writer import Writer

__all__ = ["Context", "compose"]

WRITERS: Mapping[Situation, Callable[[Writer], Behaviour]] = {
    Situation.INJECTION: refuse,
    Situation.PROMISE: refuse,
    Situation.CHEAT: refuse,
    Situation.ERRAND: refuse,
    Situation.PROGRESS: refuse,
    Situation.PERSONAL_DATA: refuse,
    Situation.EXTRACTION: refuse,
    Situation.PRIVATE: refuse,
    Situation.OTHER_POLICY: refuse,
    Situation.OUT_OF_SCOPE: refuse,
    Situation.SMALL_TALK: courtesy,
    Situation.RESTART: courtesy,
    Situation.NO_DOCUMENT: no_document,
    Situation.REGION_CONFLICT: conflict,
    Situation.UNKNOWN_NUMBER: unknown_number,
    Situation.TERM: term,
    Situation.NOT_IN_PAPER: not_in_paper,
    Situation.FIND: find,
    Situation.STATUS: status,
    Situation.DAMAGE: damage,
    Situation.OUTLINE: outline,
    Situation.COVERAGE: coverage,
    Situation.COMPARE: compare,
    Situation.PAPERS: papers_compared,
    Situation.HOW_TO_APPLY: how_to_apply,
    Situation.CLAUSE: named_clause,
    Situation.MEASURES: measures,
    Situation.CLAUSES: clauses,
    Situation.UNCLEAR: unclear,
    Situation.NOTHING: nothing,
}


def compose(context: Context, parts: Sequence[Context] = ()) -> tuple[Behaviour, Sheet]:
    """The whole rule-based answer; where nothing is left to ask, it is no question back.

    parts  the further questions of the same text, in their own contexts
    """
    sheet = Sheet(context.documents, context.status_of, context.u.as_of.isoformat())
    apart = places_apart(context)
    if apart:
        behaviour = each_place(Writer(context, sheet), apart)
    else:
        behaviour = WRITERS[context.matched.situation](Writer(context, sheet))
    for part in parts:
        tell_part(Writer(context, sheet), part)
    tell_beside(Writer(context, sheet))
    tell_listed(Writer(context, sheet))
    tell_place(Writer(context, sheet))
    if not apart:
        tell_other_places(Writer(context, sheet))
    if sheet.citations:
        tell_mended(Writer(context, sheet))
        tell_namesakes(Writer(context, sheet))
    if behaviour is Behaviour.CLARIFY and not sheet.missing:
        behaviour = Behaviour.ANSWER
    return behaviour, sheet
