"""Whether papers of every shape are cut where they should be, and say of themselves what they say.

In:  papers made with their labels (`evals.paper_maker`) or labelled by hand, the corpus with
     its reviewed list and reviewed clauses, and, where the file is there, statutes put together
     again from their articles.
Out: F1 of the parts (path, start and end), precision and recall of the metadata by field, and
     whether every text is whole. A part that is cut one character early counts as wrong
     (tests/evals/test_papers.py).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evals import pinned
from evals.errors import EvaluationError
from evals.paper_maker import FIELDS, LabelledPaper, Part, made
from evals.pinned import Score
from evals.questions import CORPUS
from ingest.clauses import split
from ingest.describe import describe
from ingest.divisions import read_divisions
from ingest.document import Clause, Dates
from ingest.sources import load_sources

HABITS = Path(__file__).parent / "habits.yaml"
REVIEWED = Path(__file__).parents[1] / "tests" / "ingest" / "paths.json"
SEED = 2026
_HEADING = re.compile(r"(第[一二三四五六七八九十百零]+[编章节])|([一二三四五六七八九十]+)、")
MOST = 3000  # statutes looked at for wholeness
LABELLED = 25  # statutes whose articles are compared


@dataclass(frozen=True, slots=True)
class Judged:
    """One paper's outcome: parts right, found and wanted; facts the same way, by field.

    whole  whether the parts found, joined, are the text
    wrong  what differs, for people: (+ found but wrong, - missing)
    """

    name: str
    shape: str
    parts: tuple[int, int, int]
    facts: Mapping[str, tuple[int, int, int]]
    whole: bool
    wrong: tuple[str, ...]


def f1(right: int, found: int, wanted: int) -> float:
    """2 · right / (found + wanted); 1 where there is nothing to find and nothing was found."""
    return 2 * right / (found + wanted) if found + wanted else 1.0


def judge(paper: LabelledPaper, divisions: Mapping[str, str], *, items: bool = True) -> Judged:
    """Cut and describe one paper and compare; `items` False where labels end at the clause."""
    clauses = split(paper.text)
    leaves = list(_leaves(clauses))
    whole = "".join(paper.text[each.start : each.end] for each in leaves) == paper.text
    got = Counter(_bare(paper.text, leaves if items else clauses))
    wanted = Counter(_trimmed(paper.text, part) for part in paper.parts)
    right = sum((got & wanted).values())
    wrong = [f"- {path} {paper.text[start:end][:30]!r}" for path, start, end in wanted - got]
    wrong += [f"+ {path} {paper.text[start:end][:30]!r}" for path, start, end in got - wanted]
    facts: dict[str, tuple[int, int, int]] = {}
    if paper.facts:
        stated = describe(paper.text, clauses, {}, "无题", divisions).facts()
        for name in sorted(paper.facts):
            have, want = _values(stated.get(name)), _values(paper.facts.get(name))
            facts[name] = (len(have & want), len(have), len(want))
            wrong += [f"- {name}：{value}" for value in sorted(map(str, want - have))]
            wrong += [f"+ {name}：{value}" for value in sorted(map(str, have - want))]
    counts = (right, sum(got.values()), sum(wanted.values()))
    return Judged(paper.name, paper.shape, counts, facts, whole, tuple(wrong))


def _leaves(clauses: Iterable[Clause]) -> Iterator[Clause]:
    for clause in clauses:
        yield from clause.items or (clause,)


def _bare(text: str, clauses: Iterable[Clause]) -> Iterator[Part]:
    return (_trimmed(text, (each.path, each.start, each.end)) for each in clauses)


def _trimmed(text: str, part: Part) -> Part:
    """The part without the blanks around it, which belong to neither side."""
    path, start, end = part
    words = text[start:end]
    return path, start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def _values(value: object) -> set[Any]:
    if value is None:
        return set()
    return set(value) if isinstance(value, (list, tuple)) else {value}


# those that people labelled


def habits() -> Iterator[LabelledPaper]:
    """Papers of many habits (evals/habits.yaml): each part with its path, and the paper's facts."""
    for row in yaml.safe_load(HABITS.read_text(encoding="utf-8")):
        text, parts = "", list[Part]()
        for part in row["parts"]:
            ((path, words),) = part.items()
            if parts and parts[-1][0] == path:
                parts[-1] = (path, parts[-1][1], len(text + words))
            else:
                parts.append((path, len(text), len(text + words)))
            text += words
        facts = dict.fromkeys(FIELDS) | row["facts"]
        yield LabelledPaper(row["name"], "手工标注", text, tuple(parts), facts)


def reviewed() -> Iterator[LabelledPaper]:
    """The corpus' papers whose clauses and facts people have checked."""
    rows: dict[str, list[Part]] = defaultdict(list)
    for row in json.loads(REVIEWED.read_text(encoding="utf-8")):
        rows[row["document_id"]].append((row["clause_path"], row["start"], row["end"]))
    for document in load_sources(CORPUS):
        if document.id not in rows:
            continue
        facts: dict[str, Any] = {
            "title": document.title,
            "number": document.number,
            "issuers": document.issuers,
            "region": document.region,
            "kind": document.kind,
        }
        facts |= {name: getattr(document.dates, name) for name in Dates.__dataclass_fields__}
        yield LabelledPaper(document.id, "已核对", document.text, tuple(rows[document.id]), facts)


def statutes(file: Path) -> Iterator[LabelledPaper]:
    """Statutes put together from their articles: title, headings, 第N条.

    file  gzip of JSON lines {law, chapter, article, text}. Raises EvaluationError.
    """
    laws: dict[str, list[dict[str, str]]] = defaultdict(list)
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                laws[f"{row['file']}\n{row['law']}"].append(row)
    except (OSError, ValueError, KeyError) as error:
        raise EvaluationError(
            f"{file} 读不了：应为每行一条的 gzip，有 law、chapter、article、text"
        ) from error
    for key, rows in laws.items():
        title = re.sub(r"\s", "", rows[0]["law"])
        text, parts, chapter, above = f"{title}\n\n", [], "", ""
        parts.append(("标题", 0, len(text)))
        for row in rows:
            if row["chapter"] and row["chapter"] != chapter:
                chapter = row["chapter"]
                mark = re.match(
                    r"(第[一二三四五六七八九十百零]+[编章节])|([一二三四五六七八九十]+)、", chapter
                )
                if mark is None:
                    break
                path = mark[1] or mark[2]
                if path.endswith("节") and above:
                    path = above + path
                elif path.endswith("章"):
                    above = path
                start = len(text)
                text += f"{chapter}\n\n"
                parts.append((path, start, len(text)))
            start = len(text)
            text += f"　　{row['article']}　{row['text']}\n"
            parts.append((row["article"], start, len(text)))
        else:
            yield LabelledPaper(key.partition("\n")[0], "法律法规", text, tuple(parts), {})


def chosen(papers: Sequence[LabelledPaper], count: int, seed: int) -> list[LabelledPaper]:
    """Statutes whose articles count up by one, so that the labels are certain."""
    certain = [paper for paper in papers if len(paper.parts) >= 8 and _counts_up(paper)]
    return random.Random(seed).sample(certain, min(count, len(certain)))


def _counts_up(paper: LabelledPaper) -> bool:
    articles = [path for path, *_ in paper.parts if path.endswith("条")]
    return len(set(articles)) == len(articles) and articles[0] == "第一条"


# the report


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; 1 where a pinned score is not reached or a text is not whole."""
    parser = argparse.ArgumentParser(
        prog="python -m evals papers",
        description="公文：条款路径的 F1，标题、文号、日期等的准确率和召回率，文字是否完整。",
    )
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="每种样子做几份")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="换一个数，换一批文件")
    parser.add_argument("--statutes", type=Path, metavar="文件", help="法律法规逐条的 gzip")
    parser.add_argument("--verbose", action="store_true", help="列出每处不同")
    args = parser.parse_args(argv)
    divisions = read_divisions(CORPUS)
    judged = [judge(paper, divisions) for paper in made(args.seed, args.rounds)]
    judged += [judge(paper, divisions) for paper in habits()]
    judged += [judge(paper, divisions, items=False) for paper in reviewed()]
    others: list[LabelledPaper] = []
    if args.statutes is not None:
        others = list(statutes(args.statutes))
        judged += [
            judge(paper, divisions, items=False) for paper in chosen(others, LABELLED, args.seed)
        ]
        others = random.Random(args.seed).sample(others, min(MOST, len(others)))
    if args.verbose:
        for one in judged:
            if one.wrong:
                print(f"{one.name}\n  " + "\n  ".join(one.wrong))
    print(_by_shape(judged))
    print(_by_field(judged))
    torn = [one.name for one in judged if not one.whole]
    torn += [paper.name for paper in others if not _is_whole(paper.text)]
    scores = summary(judged)
    total = len(judged) + len(others)
    scores.append(Score("文字完整", total - len(torn), total, 1.0))
    print("\n".join(map(str, scores)))
    return int(any(score.failed for score in scores))


def summary(judged: Sequence[Judged]) -> list[Score]:
    """The three scores that are pinned; F1 as twice the right of all found and wanted."""
    right, found, wanted = _added(one.parts for one in judged)
    facts = _added(counts for one in judged for counts in one.facts.values())
    return [
        Score("条款路径 F1", 2 * right, found + wanted, pinned.lowest("papers_clause_f1")),
        Score("元数据准确率", facts[0], facts[1], pinned.lowest("papers_facts_precision")),
        Score("元数据召回率", facts[0], facts[2], pinned.lowest("papers_facts_recall")),
    ]


def _added(counts: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    right = found = wanted = 0
    for row in counts:
        right, found, wanted = right + row[0], found + row[1], wanted + row[2]
    return right, found, wanted


def _is_whole(text: str) -> bool:
    return "".join(text[each.start : each.end] for each in _leaves(split(text))) == text


def _by_shape(judged: Sequence[Judged]) -> str:
    shapes: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        shapes[one.shape].append(one)
    rows = [
        f"{shape}：{len(ones)}份，F1 {f1(*_added(one.parts for one in ones)):.3f}"
        for shape, ones in shapes.items()
    ]
    return "\n".join(rows)


def _by_field(judged: Sequence[Judged]) -> str:
    fields: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for one in judged:
        for name, counts in one.facts.items():
            fields[name].append(counts)
    rows = []
    for name in sorted(fields):
        right, found, wanted = _added(fields[name])
        rows.append(f"{name}：读出{found}，应有{wanted}，相符{right}")
    return "\n".join(rows)
