"""The scripted server speaks the form that the public client reads."""

from __future__ import annotations

import pytest
from openai import APIStatusError, OpenAI

from evals.scripted import Call, Fail, Say, scripted


def test_it_speaks_whole_and_in_pieces() -> None:
    with scripted(lambda _: Say("您好，" * 30)) as server:
        client = OpenAI(base_url=server.base_url, api_key="none", max_retries=0)
        asked = {"model": "m", "messages": [{"role": "user", "content": "问"}]}
        whole = client.chat.completions.create(**asked)  # type: ignore[call-overload]
        with client.chat.completions.create(**asked, stream=True) as pieces:  # type: ignore[call-overload]
            said = [c.choices[0].delta.content or "" for c in pieces if c.choices]
        client.close()
    assert whole.choices[0].message.content == "".join(said) == "您好，" * 30
    assert len(said) > 3
    assert [r["messages"] for r in server.requests] == [asked["messages"]] * 2


def test_it_calls_tools_and_fails() -> None:
    acts = [Call("search", '{"q": "技改"}'), Fail(429)]
    with scripted(lambda _: acts.pop(0)) as server:
        client = OpenAI(base_url=server.base_url, api_key="none", max_retries=0)
        asked = {"model": "m", "messages": [{"role": "user", "content": "问"}]}
        reply = client.chat.completions.create(**asked)  # type: ignore[call-overload]
        [call] = reply.choices[0].message.tool_calls
        assert (call.function.name, call.function.arguments) == ("search", '{"q": "技改"}')
        with pytest.raises(APIStatusError) as failed:
            client.chat.completions.create(**asked)  # type: ignore[call-overload]
        assert failed.value.status_code == 429
        client.close()
