"""How fast time passes for deployments: a canary of five minutes is not waited for here.

The schedule of a deployment, the limit of its hooks and the periods of the alarms that its group watches are divided by one
number. Everything else, functions among it, keeps its pace.
"""

DEFAULT_TIMES_AS_FAST = 10
"""As the schedules of one minute, which fire every six seconds."""

MAX_TIMES_AS_FAST = 1000

_times_as_fast = DEFAULT_TIMES_AS_FAST


def times_as_fast() -> float:
    return _times_as_fast


def put(number: float) -> None:
    """Sets the pace of every wait that begins from now on."""
    global _times_as_fast
    _times_as_fast = number


def played(seconds: float) -> float:
    """The seconds here that stand for so many on AWS."""
    return seconds / _times_as_fast
