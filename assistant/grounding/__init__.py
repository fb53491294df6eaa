"""What a sentence claims and what its grounds say, read into the same typed values.

In:  sentences of an answer; quotes, calculations, reviewed texts.
Out: `figures` reads numbers, `reading` a whole text, `grounds` what a sentence rests on. The step
     `assistant.steps.verify` compares the two (tests/assistant/grounding).
"""
