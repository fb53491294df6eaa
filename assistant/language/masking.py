"""Take secrets and personal data out of a text before it leaves this program.

In:  any text: a question, a history, what a tool returns.
Out: the text with a Chinese word in brackets in the place of each phone number, identity number,
     credit code, account, address of e-mail, password, key and person's name that was told as one;
     everything else, amounts and document numbers too, stays
     (tests/assistant/language/test_masking.py).
"""

from __future__ import annotations

import re

_BRACKETS = str.maketrans("<>", "〈〉")
_WIDE = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}
_SEP = r"[ \-.·]?"
_NOT_IN = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_IDENTITY = rf"[1-9]\d{{5}}{_SEP}(?:19|20)\d{{2}}{_SEP}\d{{4}}{_SEP}\d{{3}}[\dx]"
_CODE = "[0-9A-HJ-NPQRTUWXY]"
_MONEY = r"(?!\s*(?:元|万|亿|块|%|个))"
_SECRET = r"密码|口令|密钥|暗号|password|passwd|pwd|secret|token|api[_ -]?key|access[_ -]?key"
_NAMES = r"我叫|我的名字[是叫]|姓名[是为:]|联系人[是为:]|法定代表人[是为:]|经办人[是为:]"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (word, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for word, pattern in (
        ("邮箱", r"[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
        ("密码", rf"(?<=[^a-z])(?:{_SECRET})\s*(?:是|为|[:=])?\s*[^\s,，。；;、]{{3,}}"),
        ("密码", rf"^(?:{_SECRET})\s*(?:是|为|[:=])?\s*[^\s,，。；;、]{{3,}}"),
        ("密钥", r"-----BEGIN[^-]{0,40}-----.*?(?:-----END[^-]{0,40}-----|$)"),
        ("密钥", r"\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"),
        ("密钥", rf"{_NOT_IN}(?:sk|pk|ak|ghp|gho|glpat|xox[abp])[-_][\w-]{{8,}}"),
        ("密钥", rf"{_NOT_IN}(?:AKIA|LTAI|AKID)[0-9a-z]{{12,}}"),
        ("密钥", rf"{_NOT_IN}eyJ[\w-]{{8,}}(?:\.[\w-]+){{0,2}}"),
        ("身份证号", rf"{_NOT_IN}{_IDENTITY}{_END}"),
        ("统一社会信用代码", rf"{_NOT_IN}{_CODE}{{2}}\d{{6}}{_CODE}{{10}}{_END}"),
        ("账号", rf"{_NOT_IN}\d{{4}}(?:[ \-]\d{{4}}){{2,4}}(?:[ \-]?\d{{1,4}})?{_END}"),
        ("账号", rf"{_NOT_IN}\d{{12,30}}{_END}{_MONEY}"),
        ("手机号", rf"{_NOT_IN}(?:\+?86{_SEP})?1[3-9]\d(?:{_SEP}\d{{4}}){{2}}{_END}{_MONEY}"),
        ("电话", rf"{_NOT_IN}\(?0\d{{2,3}}\)?[ \-]\d{{7,8}}{_END}"),
        ("电话", r"(?:电话|座机|热线|传真|tel)\s*(?:是|为|[:：])?\s*\+?[\d \-()]{7,20}"),
        ("密钥", r"(?<![\w/])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*\d)[a-z0-9_+/=-]{24,}"),
        ("姓名", rf"(?:{_NAMES})\s*[\u4e00-\u9fff·]{{2,4}}"),
    )
)  # fmt: skip


def mask(text: str) -> str:
    """The text without secrets and personal data."""
    narrow = text.translate(_WIDE)  # one for one, so that places are the same
    for word, pattern in _KINDS:
        parts: list[str] = []
        at = 0
        for found in pattern.finditer(narrow):
            parts += [text[at : found.start()], f"（{word}略）"]
            at = found.end()
        if at:
            text = "".join((*parts, text[at:]))
            narrow = text.translate(_WIDE)
    return text


def material(text: str) -> str:
    """The text as a model is shown it: masked, and unable to end the part marked as material.

    What a paper or a person writes stands between <资料> and </资料>, so no tag may be in it.
    """
    return mask(text).translate(_BRACKETS)
