"""Of which product each sum is: 技改专项贷7800万，流贷2000万; 1亿，一半是技改专项贷一半是流贷.

In:  a text, the facts of its numbers, the figures and quantities they come from, its mentions.
Out: the facts with the product of each sum; a sum of which parts are told becomes its parts
     (tests/assistant/reading/test_products.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assistant.calculators.money import plain, to_fen
from assistant.conversation import Fact
from assistant.reading.figures import Figure
from assistant.reading.lexicon import Lexicon, Mention
from assistant.reading.quantity import Quantity

STOPS, FAR = ",，;；。、", 10  # what parts a sentence; characters, from which no word is of a sum
NOT = "非"
SUMS = ("principal", "guaranteed_amount")
FILLER = re.compile(
    r"[是为属占用走的给放贷做于在了约占到只有那部分这块]*"
)  # between a part and its name
EACH = "各"
USUAL, MAKES_UP = Decimal("0.1"), "占"  # a smaller rate is a price, unless it is called a share


def of_products(
    text: str,
    facts: list[Fact],
    figures: Sequence[Figure],
    quantities: Sequence[Quantity],
    mentions: Sequence[Mention],
    lexicon: Lexicon,
) -> list[Fact]:
    """With the product that each sum is of, where sums of several were told: 技改专项贷7800万，
    流贷2000万; each of these products is a fact."""
    named = [
        m
        for m in mentions
        if m.slot == "loan_product"
        or "loan_product" in lexicon.slots[m.slot].values[m.value].implies
    ]
    parted = _parts(text, facts, figures, quantities, named)
    if parted:
        return parted
    sums = [f for f in facts if f.slot == "principal" and f.span]
    turn = sums[0].turn if sums else 0
    told = {f.group: name for f in sums for name in [_product_at(text, f, named, lexicon)] if name}
    if len(set(told.values())) < 2:
        return facts
    own = [
        Fact("loan_product", m.value, turn, (m.start, m.end))
        for m in named
        if m.slot == "loan_product" and m.value in told.values()
    ]
    return own + [
        replace(f, product=told.get(f.group, "")) if f.slot == "principal" else f for f in facts
    ]


def insured_products(
    text: str, facts: list[Fact], mentions: Sequence[Mention], lexicon: Lexicon
) -> list[Fact]:
    """With the insured product that each premium is of: the one named, or each in its order; one
    premium told of several together is none of any."""
    premiums = [f for f in facts if f.slot == "premium"]
    products = list(dict.fromkeys(m.value for m in mentions if m.slot == "product_type"))
    one = premiums[0].span if len(products) > len(premiums) == 1 else None
    if one is not None and lexicon.cues["sum_of_all_before"].search(text[: one[0]]):
        return [f for f in facts if f.slot != "premium"]
    if len(products) == 1:
        products *= len(premiums)
    if not premiums or len(products) != len(premiums):
        return facts
    told = {f.group: name for f, name in zip(premiums, products, strict=True)}
    return [replace(f, product=told[f.group]) if f.slot == "premium" else f for f in facts]


def _product_at(text: str, fact: Fact, named: Sequence[Mention], lexicon: Lexicon) -> str | None:
    """The loan product that is named nearest to a sum, within its part of the sentence if there
    is one; 非… where it is denied."""
    assert fact.span is not None
    start, end = fact.span

    def distance(m: Mention) -> int:
        between = text[m.end : start] if m.end <= start else text[end : m.start]
        return len(between) + FAR * sum(c in STOPS for c in between)

    best = min(named, key=distance, default=None)
    if best is None or distance(best) > FAR:
        return None
    denied = lexicon.cues["negated_before"].search(text[max(0, best.start - 8) : best.start])
    return f"{NOT}{best.value}" if denied else best.value


def _parts(
    text: str,
    facts: list[Fact],
    figures: Sequence[Figure],
    quantities: Sequence[Quantity],
    named: Sequence[Mention],
) -> list[Fact]:
    """A sum told with the shares of its products, or told of each of them, as their sums;
    [] where it is not."""
    loans = [m for m in named if m.slot == "loan_product"]
    sums = [f for f in facts if f.slot in SUMS and f.span]
    if len({m.value for m in loans}) < 2 or len({f.span for f in sums}) != 1:
        return []
    whole = next((f.quantity for f in figures if (f.start, f.end) == sums[0].span), None)
    if whole is None or whole.value is None:
        return []
    shares = _shares(text, quantities, loans)
    if text[max(0, whole.start - FAR) : whole.start].rfind(EACH) >= 0 and not shares:
        shares = {m.value: Decimal(1) for m in loans}
    left = [m.value for m in loans if m.value not in shares]
    if len(shares) == 1 and len(set(left)) == 1:  # 三分之一是技改专项贷，其余流贷
        shares[left[0]] = 1 - sum(shares.values(), Decimal(0))
    if len(shares) < 2 or not all(0 < share <= 1 for share in shares.values()):
        return []
    sample = sums[0]
    parts = [
        replace(
            sample,
            slot="principal",
            value=plain(to_fen(whole.value * share)),
            group=i,
            product=name,
        )
        for i, (name, share) in enumerate(shares.items())
    ]
    rates = [f for f in facts if f.slot in ("annual_rate", "fee_rate") and f.group == 0]
    rates = [replace(f, group=i) for f in rates for i in range(len(parts))]
    kept = [f for f in facts if f.slot not in (*SUMS, "annual_rate", "fee_rate")]
    names = [Fact("loan_product", m.value, sample.turn, (m.start, m.end)) for m in loans]
    return [*kept, *names, *parts, *rates]


def _shares(
    text: str, quantities: Sequence[Quantity], loans: Sequence[Mention]
) -> dict[str, Decimal]:
    """The share of a sum that each product has: 一半是流贷, 技改专项贷占七成."""
    found: dict[str, Decimal] = {}
    for q in quantities:
        if q.kind not in ("share", "rate") or q.value is None or not 0 < q.value < 1:
            continue
        after = next((m for m in loans if m.start >= q.end), None)
        before = next((m for m in reversed(loans) if m.end <= q.start), None)
        if q.kind == "rate" and q.value <= USUAL and MAKES_UP not in text[: q.start][-FAR:]:
            continue  # 技改专项贷3.8%: what it costs
        if after is not None and FILLER.fullmatch(text[q.end : after.start]):
            found.setdefault(after.value, q.value)
        elif before is not None and FILLER.fullmatch(text[before.end : q.start]):
            found.setdefault(before.value, q.value)
    return found
