"""Find the places that a question names, among China's divisions and the zones in the lexicon.

In:  `regions.txt` (code, name, short name) and `region_aliases.yaml` of corpus/lexicon, as files
     or as the values that a snapshot holds; a normalised text.
Out: `RegionMention` values in reading order: one for 重庆市江津区, with its province, city and
     district, and how sure it is. 和平 and 长寿 are ordinary words until their province or city is
     named; 朝阳 stays unsure, because several places have the name.

A district's code begins with its city's four digits and its province's two; that is where the
parents come from, and nothing else says them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

DIVISIONS = "regions.txt"
ALIASES = "region_aliases.yaml"

Level = Literal["province", "city", "district"]

_JOINED = re.compile(
    r"(?:[ 的省市·,，/-]|下面|底下|下辖|下属|辖下){0,2}"
)  # what may stand between 重庆 and 江津 in one name
_AUTONOMOUS = re.compile(r"自治[区州县旗]$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_SURE = {"province": 0.95, "city": 0.9, "district": 0.8}
_WEIGHT = {"province": 2, "city": 1, "district": 0}
_UNSURE, SURELY = 0.3, 0.5
_SETTLED = 0.7  # where the corpus has papers for one of the places that share the name
_KEPT = 4096  # names that are remembered: those of the papers come with every question
SHORTEST = 3  # characters of a name that is told in full: 江北区, and not 江北


@dataclass(frozen=True, slots=True)
class Region:
    """A division or a zone. `ancestors` are the codes of what it lies in, the province first."""

    code: str
    name: str
    short: str
    level: Level
    ancestors: tuple[str, ...]

    def within(self, other: Region) -> bool:
        """Whether this is `other` or lies in it."""
        return other.code == self.code or other.code in self.ancestors


@dataclass(frozen=True, slots=True)
class RegionMention:
    """A place that stands at `start:end` of a text.

    province, city, district  full names; None where the place lies above that level, and for the
                              city of what belongs to a province directly
    confidence                below 0.5 the name is shared, or more likely that of a company
    alternatives              the codes of the other places of that name
    """

    code: str
    name: str
    short: str
    province: str
    city: str | None
    district: str | None
    start: int
    end: int
    confidence: float
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    name: str
    start: int
    end: int
    regions: tuple[Region, ...]  # the highest level first
    full: bool  # the name is a full one, with its 市 or 区
    other: bool = False  # neither a full nor a short name, but another word for the place
    confidence: float = 0.0


class Gazetteer:
    """The places by their names. Immutable after it is made; safe to share between threads."""

    def __init__(self, divisions: Iterable[str], aliases: Mapping[str, Any]) -> None:
        """From the lines of regions.txt without comments, and the value of region_aliases.yaml.

        Raises ValueError where a line is not 「code,name,short」, KeyError where an alias or a zone
        names a code that is none.
        """
        self._by_code: dict[str, Region] = {}
        names: defaultdict[str, list[Region]] = defaultdict(list)
        full_names: set[str] = set()
        for line in divisions:
            code, name, short = line.split(",")
            region = Region(code, name, short, _level(code), self._parents(code))
            self._by_code[code] = region
            for written in self._writings(region):
                names[written].append(region)
                if written != short:
                    full_names.add(written)
        for zone in aliases["areas"]:
            around = self._by_code[zone["within"]]
            ancestors = (*around.ancestors, around.code)
            region = Region(zone["code"], zone["name"], zone["name"], "district", ancestors)
            self._by_code[region.code] = region
            full_names.add(region.name)
            for written in (region.name, *zone["also"]):
                names[written].append(region)
        other_words: set[str] = set()
        for code, words in aliases["aliases"].items():
            other_words.update(words)
            for written in words:
                names[written].append(self._by_code[code])
        order = {"province": 0, "city": 1, "district": 2}
        self._names = {
            name: tuple(sorted(regions, key=lambda region: order[region.level]))
            for name, regions in names.items()
        }
        self._remembered = lru_cache(maxsize=_KEPT)(self._get)
        self._full_names = frozenset(full_names)
        self._phrases = frozenset(aliases["phrases"])
        self._ordinary = frozenset(aliases["ordinary"])
        self._other_words = frozenset(other_words)
        self._names_before = re.compile("|".join(aliases["names_before"]))
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in (*self._names, *self._phrases):
            if len(name) > 1:
                lengths[name[:2]].add(len(name))
        self._lengths = {head: tuple(sorted(sizes)) for head, sizes in lengths.items()}

    @classmethod
    def load(cls, path: Path) -> Gazetteer:
        """From the folder that holds regions.txt and region_aliases.yaml. Raises OSError."""
        import yaml

        lines = (path / DIVISIONS).read_text(encoding="utf-8").splitlines()
        text = (path / ALIASES).read_text(encoding="utf-8")
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        aliases = yaml.load(text, Loader=loader)
        return cls((line for line in lines if line and not line.startswith("#")), aliases)

    def get(self, name: str) -> Region | None:
        """The place of that code or name (重庆, 重庆市江津区), or None where none or several.

        Of a province, a city and a district of one name it is the highest.
        """
        return self._remembered(name)

    def _get(self, name: str) -> Region | None:
        if name in self._by_code:
            return self._by_code[name]
        regions = self._names.get(name, ())
        if regions:
            alone = len(regions) == 1 or regions[0].level != regions[1].level
            return regions[0] if alone else None
        mentions = self.find(name)
        if len(mentions) == 1 and (mentions[0].start, mentions[0].end) == (0, len(name)):
            return self._by_code[mentions[0].code]
        return None

    def settle(
        self, mention: RegionMention, homes: Iterable[Collection[str]]
    ) -> tuple[RegionMention, tuple[str, ...]]:
        """A mention whose name several places share, as the one of them that lies in one of the
        first `homes`, else of the next; and the others' whole names, where the name is told in full
        (江北区). Where none or several lie there it stays unsure, and the names are all."""
        codes = (mention.code, *mention.alternatives)
        if (
            mention.confidence >= SURELY
            or len(codes) == 1
            or mention.end - mention.start < SHORTEST
        ):
            return mention, ()
        for around in homes:
            places = [place for name in around if (place := self.get(name)) is not None]
            inside = [
                code for code in codes if any(self._by_code[code].within(place) for place in places)
            ]
            if len(inside) == 1:
                others = [code for code in codes if code != inside[0]]
                regions = tuple(self._by_code[code] for code in (*inside, *others))
                hit = _Hit(
                    regions[0].name, mention.start, mention.end, regions, True, confidence=_SETTLED
                )
                return self._mention(hit), tuple(map(self.whole_name, others))
        return mention, tuple(map(self.whole_name, codes))

    def whole_name(self, code: str) -> str:
        """A place with what it lies in: 重庆市江北区."""
        region = self._by_code[code]
        return "".join(self._by_code[each].name for each in (*region.ancestors, code))

    def find(self, text: str) -> tuple[RegionMention, ...]:
        """The places that a normalised text names, in reading order, without overlap."""
        hits = self._best(self._hits(text))
        named = [hit.regions[0].code for hit in hits if self._is_clear(hit)]
        found: list[_Hit] = []
        for hit in hits:
            before = found[-1] if found else None
            if before and _JOINED.fullmatch(text, before.end, hit.start):
                inside = _inside(hit.regions, (before.regions[0].code,))
                if inside:
                    found[-1] = _Hit(
                        text[before.start : hit.end],
                        before.start,
                        hit.end,
                        inside,
                        True,
                        confidence=0.95,
                    )
                    continue
            judged = self._judged(text, hit, named)
            if judged:
                found.append(judged)
        return tuple(self._mention(hit) for hit in found)

    def _hits(self, text: str) -> list[_Hit]:
        hits = []
        for start in range(len(text)):
            for length in self._lengths.get(text[start : start + 2], ()):
                name = text[start : start + length]
                if len(name) == length and (name in self._names or name in self._phrases):
                    hits.append(self._hit(name, start))
            if text[start] in self._names and _stands_alone(text, start):
                hits.append(self._hit(text[start], start))
        return hits

    def _hit(self, name: str, start: int) -> _Hit:
        full = name in self._full_names
        other = name in self._other_words
        return _Hit(name, start, start + len(name), self._names.get(name, ()), full, other)

    @staticmethod
    def _best(hits: Sequence[_Hit]) -> list[_Hit]:
        """Of hits that overlap, the official name (在渝北), the longer, the province (其中山东).

        A phrase (孙中山) hides what stands in it, and is no place.
        """
        chosen: list[_Hit] = []

        def rank(hit: _Hit) -> tuple[bool, bool, int, int]:
            level = _WEIGHT[hit.regions[0].level] if hit.regions else 0
            return bool(hit.regions), hit.other, -2 * len(hit.name) - level, hit.start

        ranked = sorted(hits, key=rank)
        for hit in ranked:
            if all(hit.end <= other.start or other.end <= hit.start for other in chosen):
                chosen.append(hit)
        return sorted((hit for hit in chosen if hit.regions), key=lambda hit: hit.start)

    def _is_clear(self, hit: _Hit) -> bool:
        return hit.name not in self._ordinary and not _shared(hit.regions)

    def _judged(self, text: str, hit: _Hit, named: Sequence[str]) -> _Hit | None:
        """With the place that is meant and how sure that is; None for an ordinary word."""
        ordinary = hit.name in self._ordinary
        if ordinary or _shared(hit.regions):
            inside = _inside(hit.regions, named)
            if inside:
                return replace(hit, regions=inside, confidence=0.7 if ordinary else 0.85)
            return None if ordinary else replace(hit, confidence=_UNSURE)
        if not hit.full and self._names_before.match(text, hit.end):
            return replace(hit, confidence=_UNSURE)
        if hit.full:
            return replace(hit, confidence=0.95)
        sure = 0.6 if len(hit.name) == 1 else _SURE[hit.regions[0].level]
        return replace(hit, confidence=sure)

    def _mention(self, hit: _Hit) -> RegionMention:
        region = hit.regions[0]
        levels = {
            self._by_code[code].level: self._by_code[code].name
            for code in (*region.ancestors, region.code)
        }
        return RegionMention(
            region.code, region.name, region.short, levels["province"], levels.get("city"),
            levels.get("district"), hit.start, hit.end, hit.confidence,
            tuple(other.code for other in hit.regions[1:]),
        )  # fmt: skip

    def _writings(self, region: Region) -> set[str]:
        """Name and short name, 酉阳自治县 and 酉阳县, and 乐山市中区, which shares its 市."""
        writings = {region.name, region.short}
        autonomous = _AUTONOMOUS.search(region.name)
        if autonomous:
            writings.add(region.short + autonomous.group())
            writings.add(region.short + autonomous.group()[-1])
        if region.name.startswith("市") and region.ancestors:
            writings.add(self._by_code[region.ancestors[-1]].short + region.name)
        return writings

    def _parents(self, code: str) -> tuple[str, ...]:
        return tuple(
            parent
            for parent in (code[:2] + "0000", code[:4] + "00")
            if parent != code and parent in self._by_code
        )


def _level(code: str) -> Level:
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "district"


def _shared(regions: Sequence[Region]) -> bool:
    """Whether several places of one level have the name, and none above them has it."""
    return len(regions) > 1 and regions[0].level == regions[1].level


def _inside(regions: Iterable[Region], codes: Sequence[str]) -> tuple[Region, ...]:
    return tuple(region for region in regions if any(code in region.ancestors for code in codes))


def _stands_alone(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return not _CHINESE.search(around)
