"""Which of the corpus's regions a place belongs to.

In:  the name of a place, the documents, the national divisions.
Out: the regions whose rules hold there, the lowest first; none where no document is for it
     (tests/assistant/steps/test_match.py).
"""

from __future__ import annotations

from assistant.reading.regions import Gazetteer
from ingest.document import NATION
from ingest.papers import Papers


def home_region(region: str | None, documents: Papers, gazetteer: Gazetteer) -> str | None:
    """The lowest region of the corpus in which a place lies; None where no document is for it."""
    return next(iter(regions_over(region, documents, gazetteer)), None)


def regions_over(region: str | None, documents: Papers, gazetteer: Gazetteer) -> list[str]:
    """The regions of the corpus whose rules hold in a place, the lowest first: 市, 省, 全国."""
    if region is None:
        return []
    place = gazetteer.get(region)
    found: list[tuple[int, str]] = []
    for name in documents.regions:
        ours = gazetteer.get(name)
        if name == NATION:
            found.append((1, name))
        elif name == region or (place is not None and ours is not None and place.within(ours)):
            found.append((-len(ours.ancestors) if ours is not None else 0, name))
    return [name for _, name in sorted(found)]
