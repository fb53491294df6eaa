"""Sources: what a measure or a paper says is read once, and says all that it rests on."""

from __future__ import annotations

from assistant.grounding import sources
from assistant.grounding.figures import fold
from assistant.grounding.sources import Use
from evals.mutations import Library


def test_a_measure_and_a_paper_are_read_once(library: Library) -> None:
    claims = library.claims
    for measure in library.catalogue.measures:
        read = claims.of(measure, sources.of_measure)
        assert claims.of(measure, sources.of_measure) is read
    for document in library.documents.values():
        paper = claims.of(document, sources.of_paper)
        assert claims.of(document, sources.of_paper) is paper


def test_a_measures_source_says_its_quotation_and_holds_its_numbers(library: Library) -> None:
    for measure in library.catalogue.measures:
        source = library.claims.of(measure, sources.of_measure)
        assert fold(measure.quote) in source.says
        assert fold(measure.title) in source.text
        stated = [v for t in measure.terms.values() for v in t.values.values() if v is not None]
        assert len(source.typed) <= len(source.known)
        assert bool(source.typed) == bool(stated)


def test_every_text_stands_in_itself(library: Library) -> None:
    for measure in library.catalogue.measures:
        source = library.claims.of(measure, sources.of_measure)
        for core, use, text in source.standing:
            assert core in text.plain
            assert use in (Use.WHOLE, Use.FIXED, Use.WORD)
            assert text.find_all(text)
