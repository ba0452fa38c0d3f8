"""Asynchronous replication between the replicas of a global table.

ministack applies a write to all replicas before it answers. AWS answers first; the write arrives elsewhere some time
later, not necessarily in the order of the writes, and an item written in two regions becomes the one that was
written last. Here a write waits in the queue of its two regions until its lag has passed and while either of them is
silent or the way between them is cut; where it arrives it is applied, and shows in that replica's stream, only if
the item there was written earlier. Items that expire are deleted as AWS does: in one region, with a record that says
so, and from there in the others, with a record that does not.

Writes are made and applied on the event loop, so none of them is seen half.
"""

import asyncio
import contextvars
import copy
import heapq
import inspect
import itertools
import os
import random
import sys
import threading
import time
from dataclasses import dataclass, field

import regions
from replacing import expected, replace

DEFAULT_LAG_MILLISECONDS = (0, 50)
TTL_SWEEP_SECONDS = float(os.environ.get("TENFOLD_TTL_SWEEP_SECONDS", "60"))
APPLIED_AT_ONCE = 200
"""Writes applied before requests get their turn again, when a long backlog arrives."""

Version = tuple[int, str]
"""When an item was written, in nanoseconds, and where: the later wins, and of two at once the region's name decides."""

NEVER: Version = (0, "")


@dataclass(frozen=True)
class Write:
    account: str
    table: str
    key: tuple
    item: dict | None
    """None when the write deleted the item."""
    version: Version


@dataclass
class Link:
    """The way from one region to another."""

    lag_milliseconds: tuple[int, int] = DEFAULT_LAG_MILLISECONDS
    partitioned: bool = False
    applied: int = 0
    superseded: int = 0
    queue: list[tuple[float, int, Write]] = field(default_factory=list)

    def enqueue(self, write: Write) -> float:
        due = time.monotonic() + random.uniform(*self.lag_milliseconds) / 1000
        heapq.heappush(self.queue, (due, next(_numbers), write))
        return due


_numbers = itertools.count()
_links: dict[tuple[str, str], Link] = {}
_versions: dict[tuple[str, str, str], dict[tuple, Version]] = {}
_clock_lock = threading.Lock()
_last_time = 0
_expiring = contextvars.ContextVar("tenfold_expiring", default=False)


def install() -> None:
    from ministack.services import dynamodb

    def build_change_record(table, event_name, old_item, new_item, view_type):
        record = build(table, event_name, old_item, new_item, view_type)
        if _expiring.get():
            record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        return record

    def create_replica(name, table, region):
        create(name, table, region)
        account, home = dynamodb.get_account_id(), dynamodb.get_region()
        _versions[account, region, name] = dict(_versions.get((account, home, name), {}))

    def reset_all():
        reset()
        _links.clear()
        _versions.clear()

    replace(
        dynamodb, "_replicate_write", _replicate, "table", "event_name", "old_item", "new_item",
        mentions=("_replica_group(table)", "replicate=False"),
    )
    expected(dynamodb, "_emit_stream_event", "table_name", "event_name", "old_item", "new_item", "replicate",
             mentions=("_replicate_write(table, event_name, old_item, new_item)",))
    build = replace(
        dynamodb, "_build_change_record", build_change_record, "table", "event_name", "old_item", "new_item", "view_type"
    )
    create = replace(dynamodb, "_create_replica", create_replica, "name", "table", "region")
    reset = replace(dynamodb, "reset", reset_all)
    _take_over_expiry(dynamodb)
    regions.on_change(_deliver_soon)


def _take_over_expiry(dynamodb) -> None:
    from ministack.core.responses import AccountRegionScopedDict

    class UnseenSettings(AccountRegionScopedDict):
        """Time-to-live settings which ministack's own sweep does not see: it deletes without a word in the stream."""

        __slots__ = ()

        def all_items(self):
            return []

    expected(dynamodb, "_ttl_reaper", mentions=("_ttl_settings.all_items()", "_remove_item(table, pk_val, sk_val)"))
    if inspect.getsource(dynamodb).count("_ttl_settings.all_items()") != 1:
        sys.exit("local/emulator: ministack reads its time-to-live settings in another place than its sweep")
    dynamodb._ttl_settings = UnseenSettings.from_dict(dynamodb._ttl_settings.to_dict())


def _write_time() -> int:
    global _last_time
    with _clock_lock:
        _last_time = max(time.time_ns(), _last_time + 1)
        return _last_time


def link(source: str, target: str) -> Link:
    return _links.setdefault((source, target), Link())


def put_link(source: str, target: str, lag_milliseconds: tuple[int, int] | None, partitioned: bool | None) -> None:
    """Sets the lag of writes from now on, and whether the way is cut; what is None stays. On the event loop."""
    way = link(source, target)
    if lag_milliseconds is not None:
        way.lag_milliseconds = lag_milliseconds
    if partitioned is not None:
        way.partitioned = partitioned
    _deliver_soon()


def _replicate(table, _event_name, old_item, new_item) -> None:
    from ministack.services import dynamodb

    replicas = dynamodb._replica_group(table)
    item = new_item if new_item is not None else old_item
    if not replicas or item is None:
        return
    account, home, name = dynamodb.get_account_id(), dynamodb.get_region(), table["TableName"]
    key = _key_of(table, item)
    version = (_write_time(), home)
    _versions.setdefault((account, home, name), {})[key] = version
    write = Write(account, name, key, copy.deepcopy(new_item), version)
    targets = [region for region in replicas if region != home]
    if threading.current_thread() is threading.main_thread():
        _send(home, targets, write)
    else:
        from ministack import app

        app._MAIN_LOOP.call_soon_threadsafe(_send, home, targets, write)


def _key_of(table, item) -> tuple:
    from ministack.services import dynamodb

    sort = table["sk_name"]
    return (
        dynamodb._extract_key_val(item.get(table["pk_name"])),
        dynamodb._extract_key_val(item.get(sort)) if sort else "__no_sort__",
    )


def _send(source: str, targets: list[str], write: Write) -> None:
    _wake_at(min(link(source, target).enqueue(write) for target in targets))


_alarm: asyncio.TimerHandle | None = None


def _wake_at(moment: float) -> None:
    global _alarm
    loop = asyncio.get_running_loop()
    at = loop.time() + max(0.0, moment - time.monotonic())
    if _alarm is not None:
        if _alarm.when() <= at:
            return
        _alarm.cancel()
    # Not in the context of the write that happens to be the next: its region and account are not those of the others.
    _alarm = loop.call_at(at, _deliver, context=contextvars.Context())


def _deliver_soon() -> None:
    _wake_at(time.monotonic())


def is_open(source: str, target: str) -> bool:
    """Whether writes arrive there at all."""
    return not (link(source, target).partitioned or regions.is_silent(source) or regions.is_silent(target))


def _deliver() -> None:
    global _alarm
    _alarm = None
    left = APPLIED_AT_ONCE
    next_due = None
    for (source, target), way in list(_links.items()):
        if not is_open(source, target):
            continue
        while way.queue and left > 0 and way.queue[0][0] <= time.monotonic():
            _, _, write = heapq.heappop(way.queue)
            left -= 1
            if _apply(target, write):
                way.applied += 1
            else:
                way.superseded += 1
        if way.queue:
            due = way.queue[0][0]
            next_due = due if next_due is None else min(next_due, due)
    if next_due is not None:
        _wake_at(next_due)


def _apply(target: str, write: Write) -> bool:
    """Applies a write to a replica; false when the item there was written later."""
    from ministack.core.responses import request_scope
    from ministack.services import dynamodb

    with request_scope(write.account, target):
        table = dynamodb._tables.get(write.table)
        if table is None or target not in dynamodb._replica_group(table):
            return False
        versions = _versions.setdefault((write.account, target, write.table), {})
        if versions.get(write.key, NEVER) >= write.version:
            return False
        versions[write.key] = write.version
        partition, sort = write.key
        previous = table["items"].get(partition, {}).get(sort)
        if write.item is None:
            if previous is not None:
                dynamodb._remove_item(table, partition, sort)
                dynamodb._emit_stream_event(write.table, "REMOVE", previous, None, replicate=False)
            return True
        # Each replica owns its items, and the stream's record is not to change with them.
        dynamodb._set_item(table, partition, sort, copy.deepcopy(write.item))
        name = "INSERT" if previous is None else "MODIFY"
        dynamodb._emit_stream_event(write.table, name, previous, copy.deepcopy(write.item), replicate=False)
        return True


async def sweep_expired() -> None:
    """Deletes expired items for as long as the emulator runs."""
    while True:
        await asyncio.sleep(TTL_SWEEP_SECONDS)
        await _sweep_once(time.time())


async def _sweep_once(now: float) -> None:
    from ministack.core.responses import request_scope
    from ministack.services import dynamodb

    deleted: set[tuple] = set()
    for (account, region, name), setting in list(dynamodb._ttl_settings._data.items()):
        attribute = setting.get("AttributeName")
        table = dynamodb._tables.get_scoped(account, region, name)
        if setting.get("TimeToLiveStatus") != "ENABLED" or not attribute or table is None or regions.is_silent(region):
            continue
        for partition in list(table["items"]):
            await asyncio.sleep(0)
            for sort, item in list(table["items"].get(partition, {}).items()):
                identity = (account, name, partition, sort)
                # Its deletion in another region is under way to here.
                if not _has_expired(item, attribute, now) or identity in deleted:
                    continue
                if dynamodb._replica_group(table):
                    deleted.add(identity)
                with request_scope(account, region):
                    token = _expiring.set(True)
                    try:
                        dynamodb._remove_item(table, partition, sort)
                        dynamodb._emit_stream_event(name, "REMOVE", item, None)
                    finally:
                        _expiring.reset(token)


def _has_expired(item: dict, attribute: str, now: float) -> bool:
    try:
        return float(item[attribute]["N"]) <= now
    except (KeyError, TypeError, ValueError):
        return False


def status() -> list[dict]:
    """What is known of every way between two replicas."""
    now = time.time_ns()
    listed = []
    for source, target in sorted(_pairs()):
        way = _links.get((source, target), Link())
        tables: dict[str, int] = {}
        for _, _, write in way.queue:
            tables[write.table] = tables.get(write.table, 0) + 1
        oldest = min((write.version[0] for _, _, write in way.queue), default=now)
        listed.append({
            "from": source,
            "to": target,
            "lagMilliseconds": list(way.lag_milliseconds),
            "partitioned": way.partitioned,
            "open": is_open(source, target),
            "backlog": len(way.queue),
            "backlogByTable": tables,
            "oldestMilliseconds": (now - oldest) // 1_000_000,
            "applied": way.applied,
            "superseded": way.superseded,
        })
    return listed


def _pairs() -> set[tuple[str, str]]:
    from ministack.services import dynamodb

    pairs = set(_links)
    for _, table in dynamodb._tables.all_items():
        replicas = dynamodb._replica_group(table)
        pairs |= {(source, target) for source in replicas for target in replicas if source != target}
    return pairs
