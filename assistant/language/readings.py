"""A model's reading of a question beside the rules' own: what of it is taken up.

In:  the rules' understanding and a model's reading of the same words.
Out: an understanding with more words to look for, with what is asked where the rules heard nothing,
     and with the facts to ask about. No fact, number, unit, day or place of a model is believed
     (tests/assistant/language/test_readings.py).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.language.help import Reading
from assistant.language.masking import material
from assistant.reading.lexicon import Lexicon
from assistant.steps.understand import GUARDED, Understanding

LOG = logging.getLogger(__name__)
LEFT_ALONE = frozenset({*GUARDED, "small_talk", "restart"})
_WORD = re.compile("[\u4e00-\u9fff]{2,12}")
_MOST_WORDS = 8


def is_worth_asking(u: Understanding) -> bool:
    """Whether the rules' reading leaves something open that a model might hear."""
    if u.intents & LEFT_ALONE or u.unknown_number:
        return False
    return not (u.intents and u.facts) or u.unit_unknown


def brief(
    u: Understanding, before: Sequence[str], lexicon: Lexicon, words: Mapping[str, Any]
) -> str:
    """What the model is told of a question; personal data masked. words  prompts/prompts.yaml"""
    slots = []
    for spec in lexicon.slots.values():
        values = "、".join(spec.values) or f"（{spec.type}）"
        slots.append(f"{spec.name}（{spec.label}）：{values}")
    rules = {
        "intents": sorted(u.intents),
        "facts": [{"slot": f.slot, "value": f.value} for f in u.facts if not f.denied],
        "region": u.region,
        "as_of": u.as_of.isoformat() if u.as_of_said else None,
    }
    return str(words["understand"]).format(
        intents="\n".join(f"{name}：{what}" for name, what in words["intents"].items()),
        slots="\n".join(slots),
        before="；".join(map(material, before)) or words["none"],
        question=material(u.question),
        rules=json.dumps(rules, ensure_ascii=False),
    )


def informed(
    u: Understanding,
    reading: Reading,
    lexicon: Lexicon,
    words: Mapping[str, Any],
    is_known: Callable[[str], bool],
) -> Understanding:
    """The understanding with what of a model's reading is taken up.

    is_known  whether a word says something and stands in the papers
    """
    heard = u.intents - {"what_if", "correction"}
    intents = u.intents if heard else u.intents | (set(reading.intents) & set(words["intents"]))
    more = [w for w in reading.words if _WORD.fullmatch(w) and is_known(w)]
    return replace(
        u,
        intents=frozenset(intents),
        expansions=tuple(dict.fromkeys((*u.expansions, *more[:_MOST_WORDS]))),
        doubted=_doubted(u, reading, lexicon),
    )


def _doubted(u: Understanding, reading: Reading, lexicon: Lexicon) -> tuple[str, ...]:
    """The slots of which the model read what the rules did not, from words that are there.

    What the rules read otherwise stays as they read it.
    """
    own: dict[str, set[str]] = {}
    for fact in u.facts:
        own.setdefault(fact.slot, set()).add(fact.value)
    found = []
    for told in reading.facts:
        if told.slot not in lexicon.slots or told.words not in u.question or not told.words:
            continue
        if told.slot not in own:
            found.append(told.slot)
        elif told.value not in own[told.slot]:
            LOG.info("read otherwise: %s: the rules' reading stands", told.slot)
    if reading.region and u.region and reading.region not in u.region:
        LOG.info("read otherwise: region: the rules' reading stands")
    return tuple(dict.fromkeys(found))


__all__ = ["brief", "informed", "is_worth_asking"]
