"""Check measures, word lists and wording against the documents before they are served.

In:  documents and the parsed data files, as a build or a snapshot carries them.
Out: nothing; the first thing that is wrong is raised with a sentence that names file and field
     (tests/assistant/test_checks.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.matching.subject import Situation
from assistant.measures.reader import read_catalogue
from assistant.reading.lexicon import Lexicon, LexiconError
from ingest.document import Document

WORDING = "wording/answers.yaml"
REFUSALS = (
    "injection",
    "promise",
    "cheat",
    "errand",
    "progress",
    "personal_data",
    "extraction",
    "private",
    "other_policy",
    "out_of_scope",
    "no_document",
)


class WordingError(ValueError):
    """The wording lacks a text that the composer needs."""


def validate(documents: Sequence[Document], data: Mapping[str, Any]) -> None:
    """Raise MeasureError, LexiconError or WordingError where the data must not be used."""
    by_id = {document.id: document for document in documents}
    try:
        lexicon = Lexicon(data)
        lexicon.compile_all()
    except re.error as problem:
        raise LexiconError(f"词表里有写错的正则式：{problem}") from problem
    read_catalogue(data, by_id)
    for name in lexicon.documents:
        if name.id not in by_id:
            raise LexiconError(
                f"lexicon/documents.yaml 的 id 写作“{name.id}”，文件清单里只有{'、'.join(by_id)}。"
            )
    for slot in lexicon.slots.values():
        for value in slot.values.values():
            for other in (*value.implies, *value.implies_not):
                if other not in lexicon.slots:
                    raise LexiconError(
                        f"lexicon/slots.yaml 的 {slot.name}·{value.value} "
                        f"推出“{other}”，没有这个 slot。"
                    )
    wording = data.get(WORDING)
    if not isinstance(wording, Mapping):
        raise WordingError(f"答复用语 {WORDING} 缺失或不是一张表。")
    for key in REFUSALS:
        if key not in wording.get("refuse", {}):
            raise WordingError(f"{WORDING} 的 refuse 缺少“{key}”，应写一句婉拒的话。")
    for key in (Situation.SMALL_TALK, Situation.RESTART):
        if key not in wording.get("courtesy", {}):
            raise WordingError(f"{WORDING} 的 courtesy 缺少“{key}”。")
