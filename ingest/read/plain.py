"""Plain text and Markdown in UTF-8.

In:  a file's bytes.
Out: its text, every character and line end as it is (tests/ingest/test_sources.py).
"""

from __future__ import annotations


def read(data: bytes) -> str:
    """The text of UTF-8 bytes; UnicodeDecodeError where they are not UTF-8."""
    return data.decode("utf-8")
