"""Read what people write: a normalised view, quantities, places.

In:  a question as it was typed.
Out: typed values, each with the span of the text it was read from.
"""
