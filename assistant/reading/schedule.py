"""When the sums of a loan were drawn and repaid, and when its rate changed.

In:  a normalised text, its loan sums and rates, its quantities, the lexicon's cues, and what was
     known of the loan before.
Out: facts of one loan, one group per stretch of time in which neither sum nor rate changed, each
     with the part of its year; None where the text tells no such thing. What a stretch takes from
     the next one adds up to whole years (tests/assistant/reading/test_schedule.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from assistant.calculators.money import numeral
from assistant.conversation import Fact
from assistant.reading.figures import Figure
from assistant.reading.lexicon import Lexicon
from assistant.reading.quantity import Quantity

SUM, RATE = "principal", "annual_rate"
YEAR = Decimal(12)  # months
MOST_YEARS = 10
MOST_STRETCHES = 60
ONE_PROJECT = "1"
TOLD_BEFORE = 0.8  # less sure than a number of this turn
NEAR = 8
STOPS = frozenset(",，;；。")
OF_A_DAY = frozenset({"date", "quarter", "half_year"})
EACH = {"年": 12, "半": 6, "季": 3, "三": 3, "3": 3, "月": 1}


@dataclass(frozen=True, slots=True)
class _Event:
    """What happens to the sum or the rate, `at` so many months after the beginning.

    change  the value after it, from the value before and the first value
    every   months after which it happens again; 0 where it happens once
    """

    at: Decimal
    slot: str
    change: Callable[[Decimal, Decimal], Decimal]
    figure: Figure | None = None
    every: int = 0


@dataclass(frozen=True, slots=True)
class _Loan:
    """A loan as known: what happened to it, for how many months, from which month on."""

    events: tuple[_Event, ...]
    months: Decimal
    begins: Decimal = Decimal(0)
    first_year: int | None = None


def scheduled(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
    known: Sequence[Fact] = (),
) -> list[Fact] | None:
    """The facts of a loan that changed in time."""
    held = _held_by_year(text, amounts, rates, quantities, lexicon, turn)
    held = held or _out_between(text, amounts, rates, quantities, lexicon, turn)
    if held is not None:
        return held
    if len(amounts) > 1 and _are_draws(text, amounts, lexicon):
        return _draws(text, amounts, rates, quantities, lexicon, turn)
    before = None if _tells_a_loan(amounts, text, lexicon, known) else _known(known)
    read = _Reading(text, quantities, lexicon, before)
    events = read.events(amounts, rates)
    if events is None or not read.changes(events):
        return None
    months = read.months(events)
    moves = read.moves(events)
    if before is None and months == YEAR and all(e.slot == RATE for e in moves):
        return None  # a rate that changes within one year is read with the rates
    kept = before.events if before is not None else ()
    since = months - YEAR if read.asks_last(moves) else Decimal(0)
    return _stretches([*kept, *events], read, since, months, turn)


def _held_by_year(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """去年按4个月算，今年全年都占用: one sum at one rate, and how long it was out in each year.

    Also of the year of the drawing and a later one asked about: 去年9月放的，去年和今年各多少.
    """
    if len(amounts) != 1 or len(rates) != 1:
        return None
    years = [q for q in quantities if q.kind in OF_A_DAY | {"year"} and q.first is not None]
    out: dict[int, Decimal] = {}
    for q, after in itertools.pairwise([*years, None]):
        assert q is not None and q.first is not None and q.last is not None
        right = after.start if after is not None else len(text)
        said = [
            d.value / YEAR
            for d in quantities
            if d.kind == "duration" and d.unit == "月" and d.value
            if q.end <= d.start and d.end <= right and d.value <= YEAR
        ]
        if said:
            out[q.first.year] = said[0]
        elif lexicon.cues["whole_of_it"].search(text[q.end : right]):
            out[q.first.year] = Decimal(1)
        elif q.kind == "date" and lexicon.cues["drawdown"].search(text[q.end : right]):
            out.setdefault(q.first.year, 1 - used(q.first, q.last, q.text))
        elif q.kind == "year" and out and lexicon.cues["each_of_years"].search(text):
            out.setdefault(q.first.year, Decimal(1))
    if len(out) < 2 or not all(0 < portion <= 1 for portion in out.values()):
        return None
    return _of_years(amounts[0], rates[0], out, turn)


def _of_years(amount: Figure, rate: Figure, out: Mapping[int, Decimal], turn: int) -> list[Fact]:
    """One sum at one rate, with the part of each year that it was out."""
    facts: list[Fact] = []
    for group, (year, portion) in enumerate(sorted(out.items())):
        label = f"{year}年"
        facts += [
            _fact(amount, turn, group, portion=f"{portion:f}", label=label),
            _fact(rate, turn, group, label=label),
        ]
    return facts


def _out_between(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """今年7月放款，到明年6月底: one sum at one rate, with its part of each calendar year."""
    days = [q for q in quantities if q.kind == "date" and q.first is not None]
    if len(amounts) != 1 or len(rates) != 1 or len(days) != 2:
        return None
    begin, end = days
    assert begin.first and begin.last and end.first and end.last
    if not lexicon.cues["until"].search(text[begin.end : end.start]):
        return None
    if end.last.year <= begin.first.year or lexicon.cues["whole_year"].search(text):
        return None
    to = end.last + timedelta(days=1)
    over = Decimal(to.month - 1 or 12) / YEAR if to.day == 1 else used(to, to)
    out = dict.fromkeys(range(begin.first.year, end.last.year + 1), Decimal(1))
    out[begin.first.year] = 1 - used(begin.first, begin.last, begin.text)
    out[end.last.year] = over
    if not all(0 < portion <= 1 for portion in out.values()):
        return None
    return _of_years(amounts[0], rates[0], out, turn)


def outstanding(
    text: str, amounts: Sequence[Figure], lexicon: Lexicon, known: Sequence[Fact]
) -> list[Figure]:
    """What is left of one loan, a part of which was repaid nobody said when: 已经还掉5000万."""
    repaid = [a for a in amounts if lexicon.cues["repaid_before"].search(_before(text, a.start))]
    whole = [a for a in amounts if a not in repaid]
    before = [Decimal(f.value) for f in known if f.slot == "principal" and not f.denied]
    if any(lexicon.cues["each_period"].search(_before(text, a.start)) for a in repaid):
        return whole  # 第三年开始每年还1亿
    left_over = [a for a in whole if lexicon.cues["left_over"].search(text[: a.start])]
    if repaid and len(left_over) == 1:
        return left_over
    if not repaid or len(whole) > 1 or (not whole and len(before) != 1):
        return list(amounts)
    left = (whole[0].value if whole else before[0]) - sum(a.value for a in repaid)
    return [replace((whole or repaid)[0], value=left)] if left > 0 else list(amounts)


def _tells_a_loan(
    amounts: Sequence[Figure], text: str, lexicon: Lexicon, known: Sequence[Fact]
) -> bool:
    """Whether one of the sums is the loan's own, and none that is repaid or left of it."""
    of_it = ["repaid_before", "left_over"] if known else ["repaid_before"]
    return any(
        not any(lexicon.cues[cue].search(_before(text, a.start)) for cue in of_it) for a in amounts
    )


def _are_draws(text: str, amounts: Sequence[Figure], lexicon: Lexicon) -> bool:
    """Whether all sums were drawn, and none repaid or told again later."""
    repaid = lexicon.cues["repaid_before"]
    return not any(
        repaid.search(_before(text, a.start)) or lexicon.cues["left_over"].search(text[: a.start])
        for a in amounts
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    quantities: Sequence[Quantity]
    lexicon: Lexicon
    before: _Loan | None

    def events(self, amounts: Sequence[Figure], rates: Sequence[Figure]) -> list[_Event] | None:
        """What the text tells of the loan, in the order of time; None where it is not clear."""
        shares = [
            Figure("share", q.value, q.start, q.end, q)
            for q in self.quantities
            if q.kind in ("share", "rate")
            and q.value is not None
            and 0 < q.value < 1
            and self.lexicon.cues["repaid_before"].search(_before(self.text, q.start))
        ]
        told = {s.start for s in shares}
        figures = [f for f in (*amounts, *rates) if f.start not in told] + shares
        figures.sort(key=lambda f: f.start)
        ends = [
            Figure("end", Decimal(0), m.start(), m.end(), NO_QUANTITY)
            for m in self.lexicon.cues["repaid_all"].finditer(self.text)
        ]
        found: list[_Event] = []
        at: Decimal | None = None
        ended, cursor = 0, Decimal(0)
        for figure in sorted([*figures, *ends], key=lambda f: f.start):
            begins, lasts = self._when(figure, ended, cursor)
            if begins is not None and lasts is not None:
                cursor = begins + lasts
            near = self.text[ended : figure.start][-NEAR:]
            if not begins and lasts and self.lexicon.cues["repaid_before"].search(near):
                begins = lasts  # 头半年还了2000万: no part of a loan is repaid before it is drawn
            event = self._event(figure, ended, begins, at)
            if event is None:
                if figure.slot != "end":
                    return None
                continue
            if begins is not None:
                at = begins
            found.append(event)
            ended = figure.end
        own = self.before is not None
        sums = [e for e in found if e.slot == SUM and not e.at and not e.every]
        set_rates = [e for e in found if e.slot == RATE and not e.at]
        if not own and (len(sums) > 1 or not any(e.slot == SUM for e in found)):
            return None
        if len(set_rates) > 1 or (not own and not any(e.slot == RATE for e in found)):
            return None
        return sorted(found, key=lambda e: e.at)

    def moves(self, events: Sequence[_Event]) -> list[_Event]:
        """What changes after the sum was drawn and the first rate was set."""
        if self.before is not None:
            return list(events)
        first = {slot: next(e for e in events if e.slot == slot) for slot in (SUM, RATE)}
        return [e for e in events if e is not first[e.slot]]

    def changes(self, events: Sequence[_Event]) -> bool:
        """Whether anything changes in time, or the loan goes on into a later year."""
        later = any(e.every or e.at > 0 for e in self.moves(events)) or any(e.every for e in events)
        if later or self.lexicon.cues["whole_year"].search(self.text):
            return later  # 5月20日放的，到第二年5月19日，正好一年
        return self._drawn(events) and self._last_year() > self.first_year

    def _drawn(self, events: Sequence[_Event]) -> bool:
        """Whether the day is told on which the loan was drawn."""
        return self.before is None and any(e.slot == SUM and e.at for e in events)

    def _last_year(self) -> int:
        years = [q.first.year for q in self.quantities if q.kind in OF_A_DAY | {"year"} and q.first]
        return max(years, default=0)

    def asks_last(self, moves: Sequence[_Event]) -> bool:
        """Whether a loan of an earlier year is asked about for the last year named alone."""
        if moves or self._last_year() == self.first_year:
            return False
        until = self.lexicon.cues["until"]
        cut = any(
            until.search(self.text[: q.start])
            for q in self.quantities
            if q.kind in OF_A_DAY | {"year"}
        )
        return not cut and not self.lexicon.cues["over_years"].search(self.text)

    def _event(
        self, figure: Figure, left: int, begins: Decimal | None, last: Decimal | None
    ) -> _Event | None:
        near = self.text[left : figure.start]
        back = self.lexicon.cues["repaid_before"].search(near[-NEAR:]) is not None
        every, at_end = self._every(near)
        value = figure.value
        if figure.slot == "end":
            return None if begins is None else _Event(begins, SUM, lambda _now, _first: Decimal(0))
        if figure.slot == RATE:
            return _Event(begins or Decimal(0), RATE, lambda _now, _first: value, figure)
        if figure.slot == "share" or back:
            if every:
                begins = Decimal(every)  # at the end of each stretch, or at the next one's begin
            elif begins is None:
                begins = last
            if begins is None:
                return None
            if figure.slot == "share" and every:
                return _Event(begins, SUM, lambda now, first: now - first * value, every=every)
            if figure.slot == "share":
                return _Event(begins, SUM, lambda now, _first: now * (1 - value))
            return _Event(begins, SUM, lambda now, _first: now - value, figure, every)
        adds = self.lexicon.cues["draws_more"].search(near)
        if every:
            first = Decimal(every) if at_end else Decimal(0)
            return _Event(first, SUM, lambda now, _first: now + value, figure, every)
        if adds and begins is not None:
            return _Event(begins, SUM, lambda now, _first: now + value, figure)
        return _Event(begins or Decimal(0), SUM, lambda _now, _first: value, figure)

    def _every(self, near: str) -> tuple[int, bool]:
        """After how many months it happens again, and whether at the end of each stretch."""
        found = self.lexicon.cues["each_period"].search(near)
        if found is None:
            return 0, False
        return EACH[found.group(1)[0]], bool(re.search("[末底后]", found.group()))

    def _when(
        self, figure: Figure, left: int, cursor: Decimal
    ) -> tuple[Decimal | None, Decimal | None]:
        """From when a figure holds, and for how long where that is told; in months."""
        inside = [q for q in self.quantities if left <= q.start and q.end <= figure.start]
        after = [
            q
            for q in self.quantities
            if figure.end <= q.start < figure.end + NEAR
            and not STOPS & set(self.text[figure.end : q.start])
            and not any(c.isdigit() for c in self.text[figure.end : q.start])
        ]
        for q in [*reversed(inside), *after]:
            if q.kind == "ordinal" and q.unit == "年" and q.value:
                return YEAR * (q.value - 1) + self._within(q, inside), YEAR
            if q.kind in OF_A_DAY and q.first is not None and q.last is not None:
                year = self._ordinal_before(q, inside)
                years = YEAR * (q.first.year - self.first_year) if year is None else year
                begins = years + YEAR * used(q.first, q.last, q.text)
                whole = q.kind != "date"
                return begins, YEAR * Decimal((q.last - q.first).days) / 365 if whole else None
            if q.kind == "year" and q.first is not None and q.last is not None:
                years = Decimal(q.last.year - q.first.year + 1)
                return YEAR * (q.first.year - self.first_year), YEAR * years
            if q.kind == "duration" and q.unit == "月" and q.value:
                before = self.text[max(0, q.start - 1) : q.start]
                if before in tuple("前头首"):
                    return Decimal(0), q.value
                if before == "后" and cursor:
                    return cursor, q.value
                if self.lexicon.cues["later"].match(self.text[q.end :]):
                    return q.value, None
        if cursor and self.lexicon.cues["afterwards"].search(self.text[left : figure.start]):
            return cursor, None
        return None, None

    def _within(self, ordinal: Quantity, inside: Sequence[Quantity]) -> Decimal:
        """第二年年中, 第二年7月: how far into its year."""
        for q in inside:
            if q.kind in OF_A_DAY and 0 <= q.start - ordinal.end <= 2 and q.first and q.last:
                return YEAR * used(q.first, q.last, q.text)
        return Decimal(0)

    def _ordinal_before(self, q: Quantity, inside: Sequence[Quantity]) -> Decimal | None:
        for other in inside:
            close = 0 <= q.start - other.end <= 2
            if close and other.kind == "ordinal" and other.unit == "年" and other.value:
                return YEAR * (other.value - 1)
        return None

    @property
    def first_year(self) -> int:
        """The year in which the months begin to count."""
        if self.before is not None and self.before.first_year is not None:
            return self.before.first_year
        kinds = OF_A_DAY | {"year"}
        years = [q.first.year for q in self.quantities if q.kind in kinds and q.first]
        return min(years, default=0)

    @property
    def named_years(self) -> bool:
        """Whether years are called by their numbers."""
        if self.before is not None and self.before.first_year is not None:
            return True
        years = {q.first.year for q in self.quantities if q.kind in OF_A_DAY | {"year"} and q.first}
        return len(years) > 1 and not any(
            q.kind == "ordinal" and q.unit == "年" for q in self.quantities
        )

    def months(self, events: Sequence[_Event]) -> Decimal:
        """For how many months the loan is looked at, in whole years."""
        cues = self.lexicon.cues
        told = [
            q.value
            for q in self.quantities
            if q.kind == "duration"
            and q.unit == "月"
            and q.value
            and q.value % YEAR == 0
            and not cues["not_a_term_before"].search(self.text[: q.start])
            and self.text[max(0, q.start - 1) : q.start] not in tuple("前头首后")
        ]
        quick = any(e.every and e.every < YEAR for e in events)
        of_one = cues["in_this_year"].search(self.text) and not cues["over_years"].search(self.text)
        if quick and (of_one or not told):
            return YEAR
        known = self.before.months if self.before is not None else YEAR
        last = max((e.at for e in events), default=Decimal(0))
        held = [b + n for b, n in self._stretches_told()]
        yearly = [e for e in events if e.every == YEAR]
        if yearly and not told:
            told = [YEAR * MOST_YEARS]
        most = max([known, *told, *held, YEAR * (last // YEAR + (1 if last % YEAR else 0))])
        if self._drawn(events) and not self.moves(events):
            most = max(most, YEAR * (self._last_year() - self.first_year + 1))
        if not told and last % YEAR == 0 and last and any(e.at == last for e in events):
            most = max(most, last + YEAR)
        return min(most, YEAR * MOST_YEARS)

    def _stretches_told(self) -> Iterable[tuple[Decimal, Decimal]]:
        """前两年, 后一年: where the last of them ends."""
        at = Decimal(0)
        for q in self.quantities:
            lead = self.text[max(0, q.start - 1) : q.start]
            if q.kind == "duration" and q.unit == "月" and q.value and lead in tuple("前头首后"):
                yield at, q.value
                at += q.value


NO_QUANTITY = Quantity("number", None, 0, 0, "", 1.0)


def _known(facts: Sequence[Fact]) -> _Loan | None:
    """The one loan that is known, as what happened to it; None where there are several."""
    sure = [f for f in facts if not f.denied]
    sums = sorted((f for f in sure if f.slot == SUM), key=lambda f: f.group)
    rates = sorted((f for f in sure if f.slot == RATE), key=lambda f: f.group)
    if (
        not sums
        or not rates
        or len({f.project or (f.label and "years") or f.group for f in sums}) > 1
    ):
        return None
    one = {f.slot: Decimal(f.value) for f in sure if f.slot in ("years", "portion_months")}
    events: list[_Event] = []
    labels = list(dict.fromkeys(f.label for f in sums))
    at, label = Decimal(0), labels[0]
    for fact in sums:
        if fact.label != label:
            label, at = fact.label, YEAR * labels.index(fact.label)
        events.append(_Event(at, SUM, _to(fact.value)))
        own = [r for r in rates if r.group == fact.group] or rates[:1]
        within = at
        for rate in own:
            events.append(_Event(within, RATE, _to(rate.value)))
            within += YEAR * Decimal(rate.portion)
        at += YEAR * Decimal(fact.portion)
    begins = YEAR - one["portion_months"] if "portion_months" in one else Decimal(0)
    named = labels[0].removesuffix("年")
    return _Loan(
        tuple(events),
        YEAR * max(Decimal(len(labels)), one.get("years", Decimal(1))),
        begins,
        int(named) if named.isdigit() else None,
    )


def _to(value: str) -> Callable[[Decimal, Decimal], Decimal]:
    return lambda _now, _first: Decimal(value)


def _stretches(
    events: Sequence[_Event], read: _Reading, since: Decimal, months: Decimal, turn: int
) -> list[Fact] | None:
    """One loan per stretch of time without a change, from the month `since` on."""
    repeated: list[_Event] = []
    for event in events:
        times = int((months - event.at) // event.every) + 1 if event.every else 1
        repeated += [replace(event, at=event.at + event.every * i) for i in range(max(times, 1))]
    first_sum = next((e.at for e in repeated if e.slot == SUM), Decimal(0))
    begins = read.before.begins if read.before is not None else first_sum
    bounds = {begins, months, *(e.at for e in repeated), *_whole_years(months)}
    marks = sorted(b for b in bounds if begins <= b <= months)
    if len(marks) > MOST_STRETCHES:
        return None
    now: dict[str, Decimal] = {}
    at_first: dict[str, Decimal] = {}
    seen: dict[str, Figure] = {}
    stretches: list[tuple[int, Decimal, dict[str, Decimal], dict[str, Figure]]] = []
    queue = sorted(repeated, key=lambda e: e.at)
    for start, end in itertools.pairwise(marks):
        while queue and queue[0].at <= start:
            event = queue.pop(0)
            value = event.change(
                now.get(event.slot, Decimal(0)), at_first.get(event.slot, Decimal(0))
            )
            now[event.slot] = value
            at_first.setdefault(event.slot, value)
            if event.figure is not None:
                seen[event.slot] = event.figure
        if now.get(SUM, Decimal(0)) < 0:
            return None
        stretches.append((int(start // YEAR), end - start, dict(now), dict(seen)))
    held = [s for s in stretches if s[0] * YEAR >= since and s[2].get(SUM) and RATE in s[2]]
    if not held:
        return None
    many = months > YEAR
    facts: list[Fact] = []
    for group, (year, lasts, values, figures) in enumerate(held):
        label = ""
        if many:
            label = (
                f"{read.first_year + year}年" if read.named_years else f"第{numeral(year + 1)}年"
            )
        project = ONE_PROJECT if len(held) > 1 and not many else ""
        for slot in (SUM, RATE):
            figure = figures.get(slot)
            facts.append(
                Fact(
                    slot,
                    f"{values[slot]:f}",
                    turn,
                    (figure.start, figure.end) if figure is not None else None,
                    group=group,
                    confidence=figure.quantity.confidence if figure is not None else TOLD_BEFORE,
                    portion=f"{lasts / YEAR:f}" if slot == SUM and lasts != YEAR else "1",
                    project=project if slot == SUM else "",
                    label=label,
                )
            )
    return facts


def _whole_years(months: Decimal) -> list[Decimal]:
    return [YEAR * i for i in range(1, int(months // YEAR) + 1)]


def used(first: date, last: date, said: str = "") -> Decimal:
    """The part of a year that is over at a day, or where a stretch of it begins; whole months are
    twelfths."""
    if said.endswith(("年底", "年末")):
        return Decimal(1)
    to_the_end = (last + timedelta(days=1)).day == 1
    if first.day == 1 and last.month == first.month + 1 and said.endswith("年中"):
        return Decimal(first.month) / YEAR
    if first.day == 1:
        return Decimal(first.month - 1) / YEAR
    if to_the_end:
        return Decimal(last.month) / YEAR
    return 1 - Decimal((date(first.year, 12, 31) - first).days) / 365


def _draws(
    text: str,
    amounts: Sequence[Figure],
    rates: Sequence[Figure],
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
    turn: int,
) -> list[Fact] | None:
    """Sums drawn on several days: each for the rest of the year."""
    if len(rates) not in (1, len(amounts)):
        return None
    split = amounts[0].value == sum(a.value for a in amounts[1:])
    parts = list(amounts)
    if split and len(amounts) > 2:  # 1亿分两次放，6000万、4000万
        parts = parts[1:]
    out: list[Decimal | None] = []
    for i, amount in enumerate(parts):
        left = parts[i - 1].end if i else 0
        right = parts[i + 1].start if i + 1 < len(parts) else len(text)
        out.append(_out_for(text, amount, left, right, quantities, lexicon))
    if not any(portion is not None for portion in out):
        return None
    project = ONE_PROJECT if split or lexicon.cues["same_loan"].search(text) else ""
    facts: list[Fact] = []
    for group, (amount, portion) in enumerate(zip(parts, out, strict=True)):
        rate = rates[group] if len(rates) == len(parts) else rates[0]
        lasts = f"{portion:f}" if portion is not None else "1"
        facts += [
            _fact(amount, turn, group, portion=lasts, project=project),
            _fact(rate, turn, group),
        ]
    return facts


def _fact(figure: Figure, turn: int, group: int, **more: str) -> Fact:
    """What a figure says of a loan."""
    span, sure = (figure.start, figure.end), figure.quantity.confidence
    value = f"{figure.value:f}"
    return Fact(figure.slot, value, turn, span, group=group, confidence=sure, **more)  # type: ignore[arg-type]


def _out_for(
    text: str,
    amount: Figure,
    left: int,
    right: int,
    quantities: Sequence[Quantity],
    lexicon: Lexicon,
) -> Decimal | None:
    """The part of the year that a sum was out; None where its text names no day."""
    before = [q for q in quantities if left <= q.start and q.end <= amount.start]
    after = [q for q in quantities if amount.end <= q.start < min(right, amount.end + NEAR)]
    after = [q for q in after if not STOPS & set(text[amount.end : q.start])]
    for q in [*reversed(before), *after]:
        drawn = lexicon.cues["draws_at"].match(text[q.end :])
        if q.kind in ("quarter", "half_year") and drawn and q.first and q.last:
            return 1 - used(q.first, q.last, q.text)  # from then on, not for that stretch alone
        if q.kind in ("quarter", "half_year"):
            return Decimal(3 if q.kind == "quarter" else 6) / YEAR
        if q.kind == "date" and q.first is not None and q.last is not None:
            return 1 - used(q.first, q.last, q.text)
        later = lexicon.cues["later"].match(text[q.end :])
        if q.kind == "duration" and q.unit == "月" and q.value and q.value < YEAR and later:
            return (YEAR - q.value) / YEAR
    return None


def _before(text: str, at: int) -> str:
    return text[max(0, at - NEAR) : at]
