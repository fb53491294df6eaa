"""Works: what a title names, and how often others name it."""

from __future__ import annotations

from ingest.works import NO_WORK, name_of, named_by_others, works_of


def test_titles_name_the_work_they_are_part_of() -> None:
    titles = ["民法典第五条", "民法典第一百零三条之一", "", "商标法第五条", "办法"]
    assert works_of(map(name_of, titles)) == (0, 0, NO_WORK, 1, 2)
    titles = ["中华人民共和国商标法第二条", "《商标法》第三条:", "商标法"]
    assert works_of(map(name_of, titles)) == (0, 0, 0)


def test_a_work_counts_by_the_rows_of_others_that_name_it() -> None:
    rows = [
        ("民法典", "依照《民法典》《商标法》的规定"),  # its own name does not count
        ("民法典", "第二条"),
        ("商标法", "依照《中华人民共和国民法典》，又依照《民法典》"),  # once a row
        ("关于适用〈民法典〉的解释", "关于适用《中华人民共和国民法典》的解释 第一条"),
        ("关于适用〈民法典〉的解释", "《关于适用〈民法典〉的解释》第二条"),  # within a name
        ("", "没有名称的一行也可以说《商标法》，说《别的法》的不算"),
    ]
    names, texts = zip(*rows, strict=True)
    assert named_by_others(names, texts).tolist() == [3, 3, 2, 0, 0, 0]
