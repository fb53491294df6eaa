"""The labels (标识) of generated text: the words that people see, the mark that programs read.

In:  how an answer was made, its id, who provides the service.
Out: a sentence for the end of every answer, copy and print; the field AIGC of GB 45438—2025 for
     answers over HTTP and for the metadata of exported files. Text made by rules is marked too, and
     its label says what the program did: quote and compute (tests/assistant/test_labels.py).
"""

from __future__ import annotations

import json

_RULES = "规则生成：引用原文并计算。仅供参考，以主管部门答复为准。"
_MODEL = "人工智能生成：依据原文写成，逐句核对过出处。仅供参考，以主管部门答复为准。"
_GENERATED = "1"  # 属于生成合成内容


def label(mode: str) -> str:
    """What is said beside generated text. mode  a generator's: `rules`, or another for a model."""
    return _RULES if mode == "rules" else _MODEL


def mark(content_id: str, provider: str) -> dict[str, str]:
    """The implicit mark: that it is generated, by whom, under which id.

    provider  the name or the code of who provides the service

    What would be a signature, and who passed it on, is empty: others may fill it in.
    """
    return {
        "Label": _GENERATED,
        "ContentProducer": provider,
        "ProduceID": content_id,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def metadata(content_id: str, provider: str) -> str:
    """The mark as it stands in a file's metadata: {"AIGC":{…}}."""
    return json.dumps(
        {"AIGC": mark(content_id, provider)}, ensure_ascii=False, separators=(",", ":")
    )
