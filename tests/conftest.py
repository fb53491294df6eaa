"""What tests of all packages share: hypothesis without deadlines, and the served corpus."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("project", deadline=None)  # no test depends on wall-clock time
settings.load_profile("project")
