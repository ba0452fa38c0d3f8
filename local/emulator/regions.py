"""Which regions are dark, and how.

A region is *light*, or one of the others:

- refused: connections to it are closed;
- blackhole: it does not answer;
- slow: its answers come late;
- error: it answers 503.

In a region that is refused or a black hole nothing runs at all: it is *silent*. Conditions are set on the event loop
and read from every thread.
"""

import asyncio
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LIGHT = "light"
REFUSED = "refused"
BLACKHOLE = "blackhole"
SLOW = "slow"
ERROR = "error"
MODES = (LIGHT, REFUSED, BLACKHOLE, SLOW, ERROR)

_SILENT = (REFUSED, BLACKHOLE)
_NAME = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


@dataclass(frozen=True)
class Condition:
    mode: str = LIGHT
    delay_milliseconds: int = 0
    since: float = field(default_factory=time.time)


_LIGHT = Condition()
_conditions: dict[str, Condition] = {}
_changed = threading.Condition()
_waiting: set[asyncio.Future] = set()
_listeners: list[Callable[[], None]] = []


def is_region_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def conditions() -> dict[str, Condition]:
    """The condition of every region for which one was set."""
    return dict(_conditions)


def condition_of(region: str) -> Condition:
    return _conditions.get(region, _LIGHT)


def is_silent(region: str) -> bool:
    """Whether nothing of the region runs, answers, or is reached."""
    return condition_of(region).mode in _SILENT


def silent() -> frozenset[str]:
    return frozenset(region for region in list(_conditions) if is_silent(region))


def on_change(listener: Callable[[], None]) -> None:
    """Calls on the event loop after each change."""
    _listeners.append(listener)


def put(region: str, mode: str, delay_milliseconds: int = 0) -> None:
    """Sets a region's condition; on the event loop."""
    with _changed:
        _conditions[region] = Condition(mode, delay_milliseconds)
        _changed.notify_all()
    for future in _waiting:
        if not future.done():
            future.set_result(None)
    for listener in _listeners:
        listener()


def wait_while_silent(region: str) -> None:
    """Holds a thread until the region is not silent. Never on the event loop, which would stop everything."""
    if not is_silent(region) or threading.current_thread() is threading.main_thread():
        return
    with _changed:
        _changed.wait_for(lambda: not is_silent(region))


async def change(limit_seconds: float) -> None:
    """Returns at the next change of any region's condition, or at the limit."""
    future = asyncio.get_running_loop().create_future()
    _waiting.add(future)
    try:
        await asyncio.wait((future,), timeout=limit_seconds)
    finally:
        _waiting.discard(future)
