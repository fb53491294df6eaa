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
    found: list[str] = []
    open_ = ""
    at = len(shared)
    for stop in [*STOPS.finditer(text, at), None]:
        end = stop.end() if stop else len(text)
        segment = text[at:end]
        open_ += segment
        if asks.search(segment):
            found.append(open_)
            open_ = ""
        at = end
    return tuple(shared + part for part in found[:MOST]) if len(found) > 1 else ()
