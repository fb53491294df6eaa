"""The questions of a text that asks several: 路演办几场、融资额新增多少; …补多少？再问下直担占几成.

In:  a text as typed, the lexicon's cues.
Out: each question with what leads up to it, in their order; () where one is asked. What stands
     before a colon leads up to all of them (tests/assistant/reading/test_parts.py).
"""

from __future__ import annotations

import re

from assistant.reading.lexicon import Lexicon

LEAD = re.compile(r"^([^：:?？。;；]{2,40})[：:]")
STOPS = re.compile(r"[?？。;；!！\n，,、]+|(?<=[\s：:])(?=[1-9①-⑨][^0-9.%万亿年月日号个])")
MOST = 5  # questions of one text


def parts_of(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The questions of a text, where they are several."""
    asks = lexicon.cues["part_asks"]
    lead = LEAD.match(text)
    shared = lead.group() if lead and not asks.search(lead.group(1)) else ""
    listed = shared and lexicon.cues["lists_questions"].search(shared)
    found: list[str] = []
    open_ = ""
    at = len(shared)
    for stop in [*STOPS.finditer(text, at), None]:
        end = stop.end() if stop else len(text)
        segment = text[at:end]
        open_ += segment
        if (listed and segment.strip()) or asks.search(segment):
            found.append(open_)
            open_ = ""
        at = end
    return tuple(shared + part for part in found[:MOST]) if len(found) > 1 else ()


def besides(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The questions that a text asks apart from what comes first in it, introduced as another
    (顺便问一下…)."""
    cues, found, at, apart, open_ = lexicon.cues, [], 0, False, ""
    for stop in [*STOPS.finditer(text), None]:
        end = stop.end() if stop else len(text)
        segment = text[at:end]
        apart = apart or bool(at and cues["asked_besides"].search(segment))
        open_ += segment if apart else ""
        if apart and cues["part_asks"].search(segment):
            found.append(open_)
            open_ = ""
        at = end
    return tuple(found[:MOST])
