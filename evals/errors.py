"""What keeps an evaluation from being run; the message is for the person who ran it.

In:  nothing.
Out: the root of the evaluations' own exceptions. `python -m evals` prints its message alone
     (tests/evals/test_main.py).
"""


class EvaluationError(Exception):
    """The evaluation cannot be run."""


class QuestionError(EvaluationError):
    """A question file is wrong. The message names the file, the id and the key."""


class ServiceError(EvaluationError):
    """The service cannot be reached, does not start, or answers with an error."""
