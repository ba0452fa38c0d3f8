"""Shards of Kinesis streams that were split or merged, as AWS documents them.

ministack deletes a parent with the records that nobody has read yet. Here it is closed: it takes no more records, is
listed with the sequence number that it ends at, and is read until its records expire; who has read all of it is told
its children instead of a next iterator. `UpdateShardCount` splits and merges, so that every child has its parents, and
an update of a stack does it too. Sequence numbers have the 56 digits that they have on AWS, and never go back. Not
changed: a subscription (`SubscribeToShard`) to a shard that is closed meanwhile goes on silently.
"""

import json
import threading
import time
from collections.abc import Callable

from replacing import expected, replace

_CLOSED = "tenfold_closed"
"""Key of a closed shard: when it was closed, in seconds since 1970."""
_LAST_NUMBER = "ending_sequence_number"
_COUNTER_DIGITS = 34
_PREFIX = "49"

_lock = threading.Lock()
_shape = threading.RLock()
"""Held while shards are closed and opened: a stack does it on a thread of its own."""
_last_milliseconds = 0
_counter = 0


def install() -> None:
    from ministack.services import kinesis
    from ministack.services.cloudformation import provisioners

    _number_records(kinesis)
    _keep_parents(kinesis)
    _show_parents(kinesis)
    _end_parents(kinesis)
    _update_stacks(kinesis, provisioners)


def is_open(shard: dict) -> bool:
    return _CLOSED not in shard


def parents_of(shard: dict) -> list[str]:
    """Shards whose records come before those of the shard; the older ones may be gone."""
    parents = (shard.get("parent_shard_id"), shard.get("adjacent_parent_shard_id"))
    return [parent for parent in parents if parent]


def next_sequence_number() -> str:
    """A number behind all that were given before, also when the clock was put back."""
    global _last_milliseconds, _counter
    with _lock:
        _last_milliseconds = max(_last_milliseconds, int(time.time() * 1000))
        _counter += 1
        return f"{_PREFIX}{_last_milliseconds:020d}{_counter:0{_COUNTER_DIGITS}d}"


def _milliseconds_of(sequence_number: str) -> int:
    return int(sequence_number[len(_PREFIX) : -_COUNTER_DIGITS])


def _number_records(kinesis) -> None:
    replace(kinesis, "_next_sequence_number", next_sequence_number, mentions=("_sequence_counter",))
    # It copied every record that there is with each record that is put.
    replace(kinesis, "_expire_records", expire, "stream", mentions=('shard["records"] = [',))


def expire(stream: dict) -> None:
    """Forgets records older than the stream's retention, and closed shards that can have none any more."""
    cutoff = time.time() - stream["RetentionPeriodHours"] * 3600
    for shard_id, shard in list(stream["shards"].items()):
        records = shard["records"]
        if records and records[0]["ApproximateArrivalTimestamp"] < cutoff:
            shard["records"] = [record for record in records if record["ApproximateArrivalTimestamp"] >= cutoff]
        if not is_open(shard) and shard[_CLOSED] < cutoff:
            stream["shards"].pop(shard_id, None)


def _keep_parents(kinesis) -> None:
    from ministack.core.responses import error_response_json, json_response

    def route(hash_key: int, stream: dict) -> str:
        with _shape:
            return next(
                shard_id for shard_id, shard in stream["shards"].items()
                if is_open(shard) and int(shard["starting_hash_key"]) <= hash_key <= int(shard["ending_hash_key"])
            )

    def stream_of(data: dict):
        name, stream = kinesis._resolve_stream(data)
        if stream is None:
            return None, error_response_json("ResourceNotFoundException", f"Stream {name} not found", 400)
        return stream, None

    def refusal(stream: dict, *shard_ids: str):
        for shard_id in shard_ids:
            shard = stream["shards"].get(shard_id)
            if shard is None:
                return error_response_json("ResourceNotFoundException", f"Shard {shard_id} not found", 400)
            if not is_open(shard):
                return error_response_json(
                    "InvalidArgumentException",
                    f"Shard {shard_id} has already been merged or split, and thus is not eligible for merging or splitting",
                    400,
                )
        return None

    def merge_shards(data: dict):
        stream, refused = stream_of(data)
        if refused:
            return refused
        first, second = data.get("ShardToMerge"), data.get("AdjacentShardToMerge")
        refused = refusal(stream, first, second)
        if refused:
            return refused
        if merge(kinesis, stream, first, second) is None:
            message = f"Shards {first} and {second} are not an adjacent pair of shards eligible for merging"
            return error_response_json("InvalidArgumentException", message, 400)
        return json_response({})

    def split_shard(data: dict):
        stream, refused = stream_of(data)
        if refused:
            return refused
        shard_id, start = data.get("ShardToSplit"), data.get("NewStartingHashKey")
        refused = refusal(stream, shard_id)
        if refused:
            return refused
        if not start:
            return error_response_json("ValidationException", "NewStartingHashKey is required", 400)
        if split(kinesis, stream, shard_id, int(start)) is None:
            message = f"NewStartingHashKey {start} used in SplitShard() on shard {shard_id} is not inside its range"
            return error_response_json("InvalidArgumentException", message, 400)
        return json_response({})

    def update_shard_count(data: dict):
        stream, refused = stream_of(data)
        if refused:
            return refused
        current, target = len(open_shards(stream)), int(data.get("TargetShardCount") or 0)
        if not current / 2 <= target <= 2 * current:
            message = f"TargetShardCount {target} must be between half and double of the {current} open shards"
            return error_response_json("InvalidArgumentException" if target > 0 else "ValidationException", message, 400)
        resize(kinesis, stream, target)
        return json_response({
            "StreamName": stream["StreamName"], "StreamARN": stream["StreamARN"],
            "CurrentShardCount": current, "TargetShardCount": target,
        })

    replace(kinesis, "_route_to_shard", route, "hash_key_int", "stream")
    replace(kinesis, "_merge_shards", merge_shards, "data", mentions=('data.get("AdjacentShardToMerge")',))
    replace(kinesis, "_split_shard", split_shard, "data", mentions=('data.get("NewStartingHashKey")',))
    replace(kinesis, "_update_shard_count", update_shard_count, "data", mentions=('data.get("TargetShardCount")',))
    expected(kinesis, "_max_shard_index", "stream")
    expected(kinesis, "_compute_hash_ranges", "shard_count")


def open_shards(stream: dict) -> list[str]:
    """Ids of the shards that take records, in the order of their hash keys."""
    shards = stream["shards"]
    ids = [shard_id for shard_id, shard in shards.items() if is_open(shard)]
    return sorted(ids, key=lambda shard_id: int(shards[shard_id]["starting_hash_key"]))


def split(kinesis, stream: dict, shard_id: str, start: int) -> str | None:
    """Closes a shard in favour of two; answers the one that begins at `start`, or None when that is not inside."""
    shard = stream["shards"][shard_id]
    first, last = int(shard["starting_hash_key"]), int(shard["ending_hash_key"])
    if not first < start <= last:
        return None
    with _shape:
        _close(shard)
        _open(kinesis, stream, first, start - 1, shard_id)
        return _open(kinesis, stream, start, last, shard_id)


def merge(kinesis, stream: dict, shard_id: str, other_id: str) -> str | None:
    """Closes two shards in favour of one, which it answers; None when they do not lie side by side."""
    pair = sorted(
        (stream["shards"][shard_id], stream["shards"][other_id]), key=lambda shard: int(shard["starting_hash_key"])
    )
    if int(pair[0]["ending_hash_key"]) + 1 != int(pair[1]["starting_hash_key"]):
        return None
    first, last = int(pair[0]["starting_hash_key"]), int(pair[1]["ending_hash_key"])
    with _shape:
        for shard in pair:
            _close(shard)
        return _open(kinesis, stream, first, last, shard_id, other_id)


def resize(kinesis, stream: dict, count: int) -> None:
    """Splits at the borders of `count` equal ranges, then merges what lies inside one."""
    ranges = [(int(first), int(last)) for first, last in kinesis._compute_hash_ranges(count)]
    for first, _ in ranges:
        for shard_id in open_shards(stream):
            if split(kinesis, stream, shard_id, first) is not None:
                break
    for first, last in ranges:
        inside = [
            shard_id for shard_id in open_shards(stream)
            if first <= int(stream["shards"][shard_id]["starting_hash_key"]) <= last
        ]
        while len(inside) > 1:
            inside[:2] = [merge(kinesis, stream, inside[0], inside[1])]


def _close(shard: dict) -> None:
    # Closed before there is a child: a reader never meets a child whose parent may still grow.
    shard[_LAST_NUMBER] = next_sequence_number()
    shard[_CLOSED] = time.time()


def _open(kinesis, stream: dict, first: int, last: int, parent: str, adjacent_parent: str | None = None) -> str:
    shard_id = f"shardId-{kinesis._max_shard_index(stream) + 1:012d}"
    stream["shards"][shard_id] = {
        "records": [],
        "starting_hash_key": str(first),
        "ending_hash_key": str(last),
        "starting_sequence_number": next_sequence_number(),
        "parent_shard_id": parent,
        "adjacent_parent_shard_id": adjacent_parent,
    }
    return shard_id


def _show_parents(kinesis) -> None:
    def shard_out(shard_id: str, shard: dict) -> dict:
        shown = show(shard_id, shard)
        if not is_open(shard):
            shown["SequenceNumberRange"]["EndingSequenceNumber"] = shard[_LAST_NUMBER]
        return shown

    def list_shards(data: dict):
        answer = list_all(data)
        passes = _filter(data.get("ShardFilter"))
        _, stream = kinesis._resolve_stream(data)
        if answer[0] != 200 or stream is None:
            return answer
        shards = stream["shards"]
        return _changed(answer, lambda body: {
            **body, "Shards": [shown for shown in body["Shards"] if passes(shown["ShardId"], shards[shown["ShardId"]])],
        })

    def describe_summary(data: dict):
        _, stream = kinesis._resolve_stream(data)
        return _changed(describe(data), lambda body: {
            "StreamDescriptionSummary": {
                **body["StreamDescriptionSummary"], "OpenShardCount": len(open_shards(stream)),
            },
        })

    show = replace(kinesis, "_shard_out", shard_out, "shard_id", "shard", mentions=('"SequenceNumberRange"',))
    list_all = replace(kinesis, "_list_shards", list_shards, "data", mentions=('result = {"Shards"',))
    describe = replace(
        kinesis, "_describe_stream_summary", describe_summary, "data", mentions=('"StreamDescriptionSummary"',)
    )


def _filter(wanted: dict | None) -> Callable[[str, dict], bool]:
    kind = (wanted or {}).get("Type")
    if kind == "AFTER_SHARD_ID":
        return lambda shard_id, _: shard_id > wanted["ShardId"]
    if kind == "AT_LATEST":
        return lambda _, shard: is_open(shard)
    if kind in ("AT_TIMESTAMP", "FROM_TIMESTAMP"):
        moment = float(wanted["Timestamp"])
        opened = lambda shard: _milliseconds_of(shard["starting_sequence_number"]) / 1000
        later = kind == "FROM_TIMESTAMP"
        return lambda _, shard: shard.get(_CLOSED, moment) >= moment and (later or opened(shard) <= moment)
    return lambda _shard_id, _shard: True


def _end_parents(kinesis) -> None:
    def get_records(data: dict):
        answer = get(data)
        state = kinesis._shard_iterators.get(data.get("ShardIterator"))
        stream = kinesis._streams.get(state["stream"]) if state else None
        shard = stream["shards"].get(state["shard_id"]) if stream else None
        if answer[0] != 200 or shard is None or is_open(shard):
            return answer
        following = kinesis._shard_iterators.get(json.loads(answer[2])["NextShardIterator"])
        if following["position"] < len(shard["records"]):
            return answer
        return _changed(answer, lambda body: {
            **{name: value for name, value in body.items() if name != "NextShardIterator"},
            "ChildShards": _children_of(stream, state["shard_id"]),
        })

    get = replace(
        kinesis, "_get_records", get_records, "data", mentions=('"NextShardIterator": next_token', '"position": new_pos')
    )


def _children_of(stream: dict, shard_id: str) -> list[dict]:
    return [
        {
            "ShardId": child_id,
            "ParentShards": parents_of(child),
            "HashKeyRange": {"StartingHashKey": child["starting_hash_key"], "EndingHashKey": child["ending_hash_key"]},
        }
        for child_id, child in sorted(stream["shards"].items()) if shard_id in parents_of(child)
    ]


def _changed(answer: tuple, change: Callable[[dict], dict]) -> tuple:
    status, headers, body = answer
    return (status, headers, json.dumps(change(json.loads(body))).encode()) if status == 200 else answer


def _update_stacks(kinesis, provisioners) -> None:
    def update(physical_id, old_props, new_props, stack_name):
        answer = update_stream(physical_id, old_props, new_props, stack_name)
        stream = kinesis._streams.get(answer[0])
        count = new_props.get("ShardCount")
        if stream is not None and count and int(count) != len(open_shards(stream)):
            resize(kinesis, stream, int(count))
        return answer

    update_stream = replace(
        provisioners, "_kinesis_stream_update", update, "physical_id", "old_props", "new_props", "stack_name",
        mentions=("ShardCount changes keep the existing shards",),
    )
    provisioners._RESOURCE_HANDLERS["AWS::Kinesis::Stream"]["update"] = update
