"""Event source mappings of DynamoDB streams, retried as AWS documents.

ministack 1.5.33 takes a batch for processed when the function answers, so a record named in `batchItemFailures`
is lost, and it invokes on its polling thread, so that one slow relay holds up every queue. This poller keeps AWS'
rules: one batch of a stream at a time, off the polling thread; the checkpoint moves to the first reported failure;
what is left of the batch is retried as stream_batches.py says, and in the end handed to the on-failure destination.
"""

import time

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc

from stream_batches import Progress, note, poll_each

_progress: dict[str, Progress] = {}


def poll() -> bool:
    """Starts at most one batch per mapping; true when it started or skipped records."""
    return poll_each(_poll_mapping)


def _poll_mapping(mapping: dict, function: dict) -> bool:
    table_name = _table_of(mapping)
    mapping_id = mapping["UUID"]
    if table_name is None or lambda_svc._esm_inflight.get(mapping_id, 0) > 0:
        return False
    position = _position(mapping, table_name)
    progress = _progress.setdefault(mapping_id, Progress())
    if progress.rests():
        return False
    records = dynamodb.stream_records_since(table_name, position, progress.length(mapping.get("BatchSize", 100)))
    if not records:
        return False
    wanted = lambda_svc._apply_filter_criteria(records, mapping)
    if not wanted:
        progress.skip()
        _advance(mapping_id, position + len(records))
        return True
    lambda_svc._dispatch_esm_batch(mapping_id, _run, mapping, function, position, records, wanted)
    return True


def _table_of(mapping: dict) -> str | None:
    source_arn = mapping.get("EventSourceArn", "")
    try:
        source = parse_arn(source_arn)
    except ArnParseError:
        return None
    if (source.service, source.account_id, source.region) != ("dynamodb", get_account_id(), get_region()):
        return None
    table_stream = lambda_svc._dynamodb_stream_table_from_arn_spec(source)
    table = dynamodb._tables.get(table_stream[0]) if table_stream else None
    return table_stream[0] if table and table.get("LatestStreamArn") == source_arn else None


def _position(mapping: dict, table_name: str) -> int:
    mapping_id = mapping["UUID"]
    horizon = dynamodb.stream_start_position(table_name)
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions
        if mapping_id not in positions:
            from_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            positions[mapping_id] = horizon if from_start else dynamodb.stream_end_position(table_name)
        if positions[mapping_id] < horizon:
            # What was to be tried again is no longer in the stream.
            positions[mapping_id] = horizon
            _progress.pop(mapping_id, None)
        return positions[mapping_id]


def _advance(mapping_id: str, position: int) -> None:
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[mapping_id] = position


def _run(mapping: dict, function: dict, position: int, records: list, wanted: list) -> None:
    result = lambda_svc._execute_function(function, {"Records": wanted})
    numbers, given = _numbers(records), _numbers(wanted)
    arrivals = [float(record["dynamodb"].get("ApproximateCreationDateTime", time.time())) for record in records]
    outcome = _progress.setdefault(mapping["UUID"], Progress()).settle(mapping, result, numbers, given, arrivals)
    note(mapping, result, outcome, len(given), "table stream")
    if outcome.condition is not None:
        lambda_svc._send_ddb_stream_failure_record(
            mapping, function, records[-outcome.left :], mapping["EventSourceArn"], result, outcome.condition
        )
    _advance(mapping["UUID"], position + outcome.done)


def _numbers(records: list) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in records]
