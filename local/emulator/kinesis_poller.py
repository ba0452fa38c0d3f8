"""Event source mappings of Kinesis streams, as AWS documents them.

ministack 1.5.33 invokes on its polling thread, takes a batch for processed when the function answers, tries a failed one
again for ever, and begins at the end of a shard that it meets later. Here a shard is read from its start once its
parents are read to their end; a mapping has `ParallelizationFactor` batches of a shard at a time, never two with the same
partition key; and a batch is retried, halved, and in the end handed on, as stream_batches.py says. A function that is
killed has failed. Each batch gives a value of `IteratorAge`. Who makes a mapping is told which right the function's role
does not have.

Positions are sequence numbers: those of a shard's records that a lane is through with.
"""

import base64
import json
import time
from bisect import bisect_right
from dataclasses import dataclass, field

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import kinesis, lambda_svc

import failed_batches
import kinesis_shards
import metric_points
import role_rights
from invocation_metrics import NAMESPACE, dimensions_of
from replacing import replace
from stream_batches import Progress, note, poll_each

MAX_PAYLOAD_BYTES = 6_000_000
"""AWS: an invocation takes 6 MB."""

_ENVELOPE_BYTES = 600
"""What a record takes in an event beside its data."""

_EVERYTHING = ""
"""A position before the first record."""


@dataclass
class Lane:
    """One sequence of batches of a shard."""

    position: str
    busy: bool = False
    progress: Progress = field(default_factory=Progress)


@dataclass
class Reader:
    """How far a mapping has read a stream: the lanes of each shard, by the hash of the partition key."""

    lanes: dict[str, list[Lane]] = field(default_factory=dict)


_readers: dict[str, Reader] = {}


def install() -> None:
    from ministack.services.cloudformation import provisioners

    def create_by_api(data: dict):
        if ":kinesis:" not in data.get("EventSourceArn", ""):
            return create(data)
        name, qualifier, refused = lambda_svc._resolve_existing_esm_function(data.get("FunctionName", ""))
        function, _ = lambda_svc._get_func_record_for_qualifier(name, qualifier) if not refused else (None, None)
        if function is not None:
            refusal = _refusal(function, data)
            if refusal is not None:
                return error_response_json("InvalidParameterValueException", refusal, 400)
        answer = create(data)
        if answer[0] < 300:
            _keep_moment(lambda_svc._esms[json.loads(answer[2])["UUID"]], data)
        return answer

    def create_in_stack(logical_id, props, stack_name):
        function = None
        if ":kinesis:" in props.get("EventSourceArn", ""):
            function = provisioners._lambda_function_for_cfn_ref(props.get("FunctionName", ""))[0]
        refusal = _refusal(function, props) if function is not None else None
        if refusal is not None:
            raise ValueError(refusal)
        mapping_id, attributes = create_resource(logical_id, props, stack_name)
        _keep_moment(lambda_svc._esms[mapping_id], props)
        return mapping_id, attributes

    replace(lambda_svc, "_poll_kinesis", poll, mentions=("_iter_all_esms()", "_execute_function(func_rec, event)"))
    create = replace(lambda_svc, "_create_esm", create_by_api, "data", mentions=('"StartingPosition"',))
    create_resource = replace(
        provisioners, "_lambda_esm_create", create_in_stack, "logical_id", "props", "stack_name",
        mentions=('"StartingPosition"',),
    )
    provisioners._RESOURCE_HANDLERS["AWS::Lambda::EventSourceMapping"]["create"] = create_in_stack


def _keep_moment(mapping: dict, asked: dict) -> None:
    if asked.get("StartingPositionTimestamp") is not None:
        mapping["StartingPositionTimestamp"] = asked["StartingPositionTimestamp"]


_READING = ("kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards")
_HANDING_ON = {"sqs": "sqs:SendMessage", "sns": "sns:Publish", "s3": "s3:PutObject"}


def _refusal(function: dict, asked: dict) -> str | None:
    """What the function's role is not allowed that the mapping does in its name, as Lambda asks before it makes one."""
    config = function.get("config") or function
    role, source = config.get("Role", ""), asked["EventSourceArn"]
    for action in _READING:
        if not role_rights.allows(role, action, source):
            return f"Cannot access stream {source}. Please ensure the role can perform the {action} action"
    destination = ((asked.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    service = destination.split(":")[2] if destination.count(":") >= 5 else ""
    resource = f"{destination}/aws/lambda/*" if service == "s3" else destination
    action = _HANDING_ON.get(service)
    if action is not None and not role_rights.allows(role, action, resource):
        return f"The function execution role does not have permissions to call {action} on {destination}"
    return None


def poll() -> bool:
    """Starts at most one batch per lane; true when it started or skipped records."""
    for mapping_id in _readers.keys() - {mapping["UUID"] for mapping in lambda_svc._esms.all_values()}:
        del _readers[mapping_id]
    return poll_each(_poll_mapping)


def _poll_mapping(mapping: dict, function: dict) -> bool:
    stream = _stream_of(mapping.get("EventSourceArn", ""))
    if stream is None:
        return False
    kinesis._expire_records(stream)
    shards = dict(stream["shards"])
    reader = _readers.get(mapping["UUID"])
    if reader is None:
        reader = _readers[mapping["UUID"]] = Reader({
            shard_id: [Lane(_start(mapping, shard["records"]))] for shard_id, shard in shards.items()
        })
    factor = int(mapping.get("ParallelizationFactor") or 1)
    moved = False
    for shard_id, shard in shards.items():
        lanes = _fit(reader.lanes.setdefault(shard_id, [Lane(_EVERYTHING)]), factor)
        reader.lanes[shard_id] = lanes
        if any(parent in shards and not _is_through(reader, parent, shards[parent])
               for parent in kinesis_shards.parents_of(shard)):
            continue
        for index, lane in enumerate(lanes):
            moved = _poll_lane(mapping, function, shard_id, shard, lane, (index, len(lanes))) or moved
    return moved


def _stream_of(source_arn: str) -> dict | None:
    try:
        source = parse_arn(source_arn)
    except ArnParseError:
        return None
    if (source.service, source.account_id, source.region) != ("kinesis", get_account_id(), get_region()):
        return None
    name = lambda_svc._kinesis_stream_name_from_arn_spec(source)
    stream = kinesis._streams.get(name) if name else None
    return stream if stream and stream["StreamStatus"] == "ACTIVE" else None


def _start(mapping: dict, records: list) -> str:
    kind = mapping.get("StartingPosition", "LATEST")
    if kind == "TRIM_HORIZON":
        return _EVERYTHING
    if kind == "AT_TIMESTAMP":
        moment = float(mapping["StartingPositionTimestamp"])
        records = [record for record in records if record["ApproximateArrivalTimestamp"] < moment]
    return records[-1]["SequenceNumber"] if records else _EVERYTHING


def _fit(lanes: list[Lane], factor: int) -> list[Lane]:
    """As many lanes as the mapping asks for, once those that there are have nothing under way."""
    if len(lanes) == factor or any(lane.busy for lane in lanes):
        return lanes
    # Some lanes may be ahead: as on AWS, records come again rather than never.
    position = min(lane.position for lane in lanes)
    return [Lane(position) for _ in range(factor)]


def _is_through(reader: Reader, shard_id: str, shard: dict) -> bool:
    lanes, records = reader.lanes.get(shard_id, []), shard["records"]
    if kinesis_shards.is_open(shard) or any(lane.busy for lane in lanes):
        return False
    if not records:
        return True
    last = records[-1]["SequenceNumber"]
    return bool(lanes) and all(lane.position >= last for lane in lanes)


def _poll_lane(
    mapping: dict, function: dict, shard_id: str, shard: dict, lane: Lane, place: tuple[int, int]
) -> bool:
    if lane.busy or lane.progress.rests():
        return False
    batch_size = int(mapping.get("BatchSize") or 100)
    records, seen = _next_records(shard["records"], lane, place, lane.progress.length(batch_size))
    if not records:
        lane.position = seen
        return False
    if not lane.progress.pieces and len(records) < batch_size and kinesis_shards.is_open(shard):
        window = float(mapping.get("MaximumBatchingWindowInSeconds") or 0)
        if records[0]["ApproximateArrivalTimestamp"] + window > time.time():
            return False
    events = [_event_of(mapping, function, shard_id, record) for record in records]
    wanted = lambda_svc._apply_filter_criteria(events, mapping)
    if not wanted:
        lane.progress.skip()
        lane.position = records[-1]["SequenceNumber"]
        return True
    lane.busy = True
    lambda_svc._dispatch_esm_batch(
        mapping["UUID"], _run, mapping, function, shard_id, lane, records, wanted
    )
    return True


def _next_records(records: list, lane: Lane, place: tuple[int, int], limit: int) -> tuple[list, str]:
    """The lane's next records that fit into a batch, and the number of the last record that was looked at."""
    index, count = place
    found: list = []
    size, seen = 0, lane.position
    # A record is appended while this looks; it is found next time.
    for at in range(bisect_right(records, lane.position, key=lambda record: record["SequenceNumber"]), len(records)):
        record = records[at]
        if count == 1 or kinesis._partition_key_to_hash(record["PartitionKey"]) % count == index:
            size += len(record["Data"]) + len(record["PartitionKey"]) + _ENVELOPE_BYTES
            if found and size > MAX_PAYLOAD_BYTES:
                break
            found.append(record)
        seen = record["SequenceNumber"]
        if len(found) == limit:
            break
    return found, seen


def _event_of(mapping: dict, function: dict, shard_id: str, record: dict) -> dict:
    data = record["Data"]
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": data if isinstance(data, str) else base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": (function.get("config") or function).get("Role", ""),
        "awsRegion": get_region(),
        "eventSourceARN": mapping["EventSourceArn"],
    }


def _run(mapping: dict, function: dict, shard_id: str, lane: Lane, records: list, wanted: list) -> None:
    try:
        _measure_age(function, records[-1])
        result = lambda_svc._execute_function(function, {"Records": wanted})
        numbers = [record["SequenceNumber"] for record in records]
        given = [event["kinesis"]["sequenceNumber"] for event in wanted]
        arrivals = [record["ApproximateArrivalTimestamp"] for record in records]
        outcome = lane.progress.settle(mapping, result, numbers, given, arrivals)
        note(mapping, result, outcome, len(given), f"{shard_id} Kinesis")
        if outcome.condition is not None:
            left = numbers[-outcome.left :]
            failed_batches.hand_on(
                mapping, function, result, outcome.condition, outcome.attempts,
                {"KinesisBatchInfo": _info_of(mapping, shard_id, records[-outcome.left :])},
                {"Records": [event for event in wanted if event["kinesis"]["sequenceNumber"] in left]},
            )
        if outcome.done:
            lane.position = numbers[outcome.done - 1]
    finally:
        lane.busy = False


def _measure_age(function: dict, record: dict) -> None:
    age = max(0, round((time.time() - record["ApproximateArrivalTimestamp"]) * 1000))
    for dimensions in dimensions_of(function.get("config") or function):
        metric_points.record(NAMESPACE, "IteratorAge", age, "Milliseconds", dimensions)


def _info_of(mapping: dict, shard_id: str, records: list) -> dict:
    first, last = records[0], records[-1]
    return {
        "shardId": shard_id,
        "startSequenceNumber": first["SequenceNumber"],
        "endSequenceNumber": last["SequenceNumber"],
        "approximateArrivalOfFirstRecord": failed_batches.moment(first["ApproximateArrivalTimestamp"]),
        "approximateArrivalOfLastRecord": failed_batches.moment(last["ApproximateArrivalTimestamp"]),
        "batchSize": len(records),
        "streamArn": mapping["EventSourceArn"],
    }
