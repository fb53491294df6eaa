"""How a language model helps: what it is asked, what of its words is used, how much it may cost.

In:  what the rules understood and wrote. Nothing here knows LangChain: that is `assistant.llm`.
Out: words to look for, and sentences that say the same in other words; whatever else a model says
     has no effect (tests/assistant/language).
"""
