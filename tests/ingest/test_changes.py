"""What a version has that another has not."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ingest.changes import changed

OLD = "一、补贴不超过50万元。\n二、自印发之日起施行。\n"
NEW = "一、补贴不超过80万元。\n二、自印发之日起施行。\n三、有效期5年。\n"
texts = st.text("一二三，。50万元\n", max_size=80)


def test_the_changed_words_and_the_new_line_are_found() -> None:
    assert [NEW[start:end] for start, end in changed(NEW, OLD)] == ["80", "三、有效期5年。\n"]
    assert [OLD[start:end] for start, end in changed(OLD, NEW)] == ["50"]
    assert changed(OLD, OLD) == ()


@given(texts, texts)
def test_what_is_left_stands_in_the_other_in_the_same_order(text: str, other: str) -> None:
    places = changed(text, other)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(a[1] < b[0] for a, b in pairwise(places))
    rest = iter(other)
    kept = [c for i, c in enumerate(text) if not any(a <= i < b for a, b in places)]
    assert all(character in rest for character in kept)
