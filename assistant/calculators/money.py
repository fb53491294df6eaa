"""Numbers as a clerk writes them, exact.

In:  Decimal in 元, rates as 0.04.
Out: 1000万元, 4%, 434782608.70元（约4.35亿元）. Reading a printed number back gives the same
     value, unless it is marked 约 (tests/assistant/calculators/test_money.py).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
WAN = Decimal(10_000)
YI = Decimal(100_000_000)
CURRENCY = {"CNY": "元", "USD": "美元", "HKD": "港元", "EUR": "欧元"}
ROUGH_RATE = Decimal("0.0001")


def to_fen(amount: Decimal) -> Decimal:
    """Round half up to 分."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """The shortest exact decimal string without exponent: 0.50 → 0.5, 1E+3 → 1000."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exact(amount: Decimal, currency: str = "CNY") -> str:
    """An amount for a formula: 12.5亿元, 60.75万元, 607500.25元.

    亿 and 万 only where they are exact with at most four decimals.
    """
    unit = CURRENCY[currency]
    size = abs(amount)
    if size >= YI and not amount % WAN:
        return f"{plain(amount / YI)}亿{unit}"
    if amount == amount.to_integral_value():
        return f"{plain(amount / WAN)}万{unit}" if size >= WAN else f"{plain(amount)}{unit}"
    if amount == to_fen(amount):
        return f"{amount:.2f}{unit}"
    return f"{plain(amount)}{unit}"


def yuan(amount: Decimal, currency: str = "CNY") -> str:
    """An amount for a sentence: as `exact`, and an odd number's size added.

    434782608.70元（约4.35亿元）
    """
    text = exact(amount, currency)
    if abs(amount) < WAN or amount == amount.to_integral_value():
        return text
    unit, size = ("亿", YI) if abs(amount) >= YI else ("万", WAN)
    return f"{text}（约{to_fen(amount / size)}{unit}{CURRENCY[currency]}）"


def percent(rate: Decimal) -> str:
    """0.0385 → 3.85%; a rate that came from an endless division → 约2.5818%."""
    value = rate * 100
    text = plain(value)
    if len(text) - text.find(".") > 9 and "." in text:
        return f"约{value.quantize(ROUGH_RATE, ROUND_HALF_UP)}%"
    return f"{text}%"


NUMERALS = "零一二三四五六七八九十"


def numeral(n: int) -> str:
    """2 → 二; above ten in digits."""
    return NUMERALS[n] if n <= 10 else str(n)


def years_words(years: Decimal) -> str:
    """2 → 两年, 3 → 三年, 1.5 → 1.5年."""
    if years != years.to_integral_value():
        return f"{plain(years)}年"
    return "两年" if years == 2 else f"{numeral(int(years))}年"
