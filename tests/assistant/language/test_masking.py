"""No secret and no personal data leaves; amounts, dates and document numbers do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.masking import mask

SECRETS = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "+86 13800138000",
    "１３８００１３８０００",
    "11010519491231002X",
    "110105 19491231 0021",
    "91500000MA5U000000",
    "6222021234567890123",
    "6222 0212 3456 7890 123",
    "zhang.san@example.com",
    "sk-abcdefghijklmnop123456",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef",
    "Bearer abcdef123456",
    "0a1b2c3d4e5f6071829304a5b6c7d8e9",
    "(023) 67898888",
    "023-67898888",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "around", ["{}", "我的号是{}，能贴多少", "{}技改", "请回 {} 谢谢", "（{}）"]
)
def test_a_secret_is_taken_out(secret: str, around: str) -> None:
    masked = mask(around.format(secret))
    assert secret not in masked
    assert "略）" in masked
    digits = "".join(c for c in secret if c.isdigit())
    assert not digits or digits not in "".join(c for c in masked if c.isdigit())


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("密码是abc123，技改怎么补", "abc123"),
        ("password: hunter2", "hunter2"),
        ("我叫王小明，想问贴息", "王小明"),
        ("姓名：王小明", "王小明"),
        ("联系电话 67898888", "67898888"),
        ("api_key=xyz-987", "xyz-987"),
    ],
)
def test_what_is_told_as_a_secret_is_one(said: str, gone: str) -> None:
    assert gone not in mask(said)


@pytest.mark.parametrize(
    "said",
    [
        "贷了5000万，年利率4%，一年最多贴息多少",
        "贷款50000000元，利率3.85%",
        "贷款100000000000元",
        "2024年3月22日以后办的贷款",
        "渝经信规范〔2024〕7号第四条",
        "洛政办〔2023〕15号",
        "2018-06-01 还能申请吗",
        "1000万元×50%",
        "瞪羚企业100万元、独角兽企业500万元",
        "我们厂在江津区，想换设备",
    ],
)
def test_a_question_of_policy_stays_as_it_is(said: str) -> None:
    assert mask(said) == said


def test_no_question_of_the_sets_is_changed() -> None:
    from evals.questions import half, own_questions

    turns = {t for q in own_questions() if half(q.id) == "open" for t in q.turns}
    assert {t for t in turns if mask(t) != t and "略）" not in mask(t)} == set()
    assert sum(mask(t) != t for t in turns) < len(turns) / 50


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(max_size=60), st.sampled_from(SECRETS), st.text(max_size=60))
def test_a_secret_between_blanks_is_taken_out_of_any_text(
    before: str, secret: str, after: str
) -> None:
    assert secret not in mask(f"{before} ，{secret}， {after}")
