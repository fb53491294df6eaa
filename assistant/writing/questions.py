"""What the person is asked back.

In:  the slots that an answer waits for.
Out: at most two questions on the sheet, most decisive first, none that was declined before
     (tests/assistant/steps/test_compose.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Missing, StatementKind
from assistant.matching.subject import Subject
from assistant.writing.writer import Writer

MOST_QUESTIONS = 2
REGION = "region"


def ask_slots(w: Writer, slots: Sequence[str]) -> None:
    """Ask for facts, in this order, each once, with the lexicon's question."""
    known = w.context.lexicon.slots
    for slot in dict.fromkeys(slots):
        if slot in known:
            w.sheet.ask(slot, known[slot].question)


def ask_decisive(w: Writer, subjects: Sequence[Subject]) -> None:
    """Ask for the facts after which the fewest are left to ask."""
    ask_slots(w, w.context.next_slots(subjects))


def ask_region_first(w: Writer) -> None:
    """Ask for the place, before anything else."""
    w.sheet.missing.insert(0, Missing(slot=REGION, question=w.context.words("ask", "region")))


def say_questions(w: Writer) -> None:
    """Write the questions, without those that the person could not answer before."""
    conversation = w.context.conversation
    declined = set(conversation.asked)
    if "dont_know" in w.context.u.intents:
        declined |= set(conversation.pending)
    asked = [_which_place(w, m) for m in w.sheet.missing if m.slot not in declined]
    w.sheet.missing[:] = asked[:MOST_QUESTIONS]
    w.paragraph()
    for missing in w.sheet.missing:
        w.say(StatementKind.QUESTION, "line", "ask", question=missing.question)


def _which_place(w: Writer, missing: Missing) -> Missing:
    """A question for the place, where one was told whose name several places share: which."""
    shared = [each for each in w.context.u.namesakes if not each.meant]
    if missing.slot != REGION or not shared:
        return missing
    question = w.context.words("ask", "namesake", name=shared[0].name, others=shared[0].listed)
    return missing.model_copy(update={"question": question})
