"""Generated text is labelled as what it is, and an export's metadata says so to programs."""

from __future__ import annotations

import json

from assistant.labels import label, mark, metadata


def test_rules_say_that_they_quote_and_a_model_that_it_is_one() -> None:
    assert "引用原文并计算" in label("rules")
    assert "人工智能" not in label("rules")
    assert label("llm").startswith("人工智能生成")


def test_the_mark_has_the_fields_of_the_standard() -> None:
    found = json.loads(metadata("0" * 32, "某市经济信息委"))["AIGC"]
    assert found == mark("0" * 32, "某市经济信息委")
    assert list(found) == [
        "Label",
        "ContentProducer",
        "ProduceID",
        "ReservedCode1",
        "ContentPropagator",
        "PropagateID",
        "ReservedCode2",
    ]
    assert (found["Label"], found["ContentProducer"]) == ("1", "某市经济信息委")
