"""Event source mappings of DynamoDB streams, retried as AWS documents.

ministack 1.5.33 takes a batch for processed when the function answers, so a record named in `batchItemFailures`
is lost, and it invokes on its polling thread, so that one slow relay holds up every queue. This poller keeps AWS'
rules: one batch of a stream at a time, off the polling thread; the checkpoint moves to the first reported failure;
what is left of the batch is retried until `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds` is exceeded, and
is then handed to the on-failure destination. A batch is halved on a function error where the mapping says so.
"""

import json
import time
from dataclasses import dataclass

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc

RETRY_PAUSE_SECONDS = 0.5
"""Pause before a batch is tried again; AWS backs off too, and does not say how long."""


@dataclass
class Retry:
    """What is left of a batch that failed: AWS retries exactly these records, never a longer batch."""

    start: int
    length: int
    attempts: int
    not_before: float


_retries: dict[str, Retry] = {}


def poll() -> bool:
    """Starts at most one batch per mapping; true when it started or skipped records."""
    moved = False
    for account_id, region, mapping in lambda_svc._iter_all_esms():
        account = lambda_svc._request_account_id.set(account_id)
        scope = lambda_svc._request_region.set(region)
        try:
            moved = _poll_mapping(mapping) or moved
        finally:
            lambda_svc._request_account_id.reset(account)
            lambda_svc._request_region.reset(scope)
    return moved


def _poll_mapping(mapping: dict) -> bool:
    table_name = _table_of(mapping)
    mapping_id = mapping["UUID"]
    if table_name is None or lambda_svc._esm_inflight.get(mapping_id, 0) > 0:
        return False
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if function is None:
        return False

    position = _position(mapping, table_name)
    retry = _retries.get(mapping_id)
    if retry is not None and retry.start == position:
        if retry.not_before > time.time():
            return False
        limit = retry.length
    else:
        limit = mapping.get("BatchSize", 100)
    records = dynamodb.stream_records_since(table_name, position, limit)
    if not records:
        return False
    wanted = lambda_svc._apply_filter_criteria(records, mapping)
    if not wanted:
        _advance(mapping_id, position + len(records))
        return True
    lambda_svc._dispatch_esm_batch(mapping_id, _run, mapping, function, position, records, wanted)
    return True


def _table_of(mapping: dict) -> str | None:
    if not mapping.get("Enabled", True):
        return None
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
    horizon = dynamodb.stream_start_position(table_name)
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions
        if mapping["UUID"] not in positions:
            from_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            positions[mapping["UUID"]] = horizon if from_start else dynamodb.stream_end_position(table_name)
        positions[mapping["UUID"]] = max(positions[mapping["UUID"]], horizon)
        return positions[mapping["UUID"]]


def _advance(mapping_id: str, position: int) -> None:
    _retries.pop(mapping_id, None)
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[mapping_id] = position


def _run(mapping: dict, function: dict, position: int, records: list, wanted: list) -> None:
    result = lambda_svc._execute_function(function, {"Records": wanted})
    kept = _first_unprocessed(mapping, result, records, wanted)
    name = mapping["FunctionName"]
    if kept is None:
        mapping["LastProcessingResult"] = f"OK - {len(wanted)} records"
        _advance(mapping["UUID"], position + len(records))
        lambda_svc.logger.info("ESM: Lambda %s processed %d stream records", name, len(wanted))
        return

    mapping["LastProcessingResult"] = "FAILED"
    lambda_svc.logger.warning(
        "ESM: Lambda %s left %d of %d stream records unprocessed: %s\n%s",
        name, len(records) - kept, len(records), result.get("body"), result.get("log", ""),
    )
    left = records[kept:]
    previous = _retries.get(mapping["UUID"])
    attempts = previous.attempts + 1 if previous is not None and kept == 0 else 1
    condition = _give_up(mapping, left, attempts)
    if condition is not None:
        lambda_svc._send_ddb_stream_failure_record(
            mapping, function, left, mapping["EventSourceArn"], result, condition
        )
        _advance(mapping["UUID"], position + len(records))
        return
    halve = result.get("error") and mapping.get("BisectBatchOnFunctionError") and len(left) > 1
    _advance(mapping["UUID"], position + kept)
    _retries[mapping["UUID"]] = Retry(
        start=position + kept,
        length=len(left) // 2 if halve else len(left),
        attempts=0 if halve else attempts,
        not_before=time.time() + RETRY_PAUSE_SECONDS,
    )


def _first_unprocessed(mapping: dict, result: dict, records: list, wanted: list) -> int | None:
    """Index in `records` of the first record to try again, or None when all are processed."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
        return None
    body = result.get("body")
    try:
        answer = json.loads(body) if isinstance(body, str) else body
        failures = (answer or {}).get("batchItemFailures") or []
        failed = {failure.get("itemIdentifier") for failure in failures}
    except (json.JSONDecodeError, AttributeError):
        return 0
    if not failed:
        return None
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    # AWS: an identifier that is empty, or not one of the batch, fails the batch as a whole.
    if not failed <= {record["dynamodb"]["SequenceNumber"] for record in wanted}:
        return 0
    return min(numbers.index(number) for number in failed)


def _give_up(mapping: dict, left: list, attempts: int) -> str | None:
    retries = mapping.get("MaximumRetryAttempts")
    if retries is not None and int(retries) >= 0 and attempts > int(retries):
        return "RetryAttemptsExhausted"
    max_age = mapping.get("MaximumRecordAgeInSeconds")
    oldest = min(float(record["dynamodb"].get("ApproximateCreationDateTime", time.time())) for record in left)
    if max_age is not None and int(max_age) > 0 and time.time() - oldest > int(max_age):
        return "RecordAgeExceeded"
    return None
