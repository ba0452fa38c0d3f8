"""Schedules of one minute fire every six seconds: an evacuation waits for them, and here nobody wants to wait for minutes.

All others keep their pace. A region's schedules stand still with whatever stops the delivery of its events.
"""

import inspect
import sys

EVERY_MINUTE = "rate(1 minute)"
PLAYED_SECONDS = 6
LOOK_SECONDS = 1


def install() -> None:
    from ministack.services import eventbridge

    seconds_of = getattr(eventbridge, "_parse_rate_seconds", None)
    loop = getattr(eventbridge, "_scheduler_loop", None)
    if (
        seconds_of is None
        or tuple(inspect.signature(seconds_of).parameters) != ("expr",)
        or loop is None
        or "time.sleep(_SCHEDULER_TICK_INTERVAL)" not in inspect.getsource(loop)
    ):
        sys.exit("local/emulator/schedules.py changes internals of ministack which it does not find as it knows them")

    eventbridge._parse_rate_seconds = lambda expr: PLAYED_SECONDS if expr == EVERY_MINUTE else seconds_of(expr)
    eventbridge._SCHEDULER_TICK_INTERVAL = LOOK_SECONDS
