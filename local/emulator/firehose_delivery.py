"""Firehose collects the records of a delivery stream before it writes them to S3, as AWS does.

ministack writes each record as an object of its own, without compression, while the producer waits, and forgets it when
S3 does not take it. Here an object is written when its records reach `SizeInMBs` or the first of them waited for
`IntervalInSeconds`, of which two stand for a minute; objects of a delivery stream follow each other, and one that cannot
be written, or that the role may not write, is tried again. `CompressionFormat` is kept for GZIP, the others are written
as they are. Delivery streams with dynamic partitions or another format of records are collected, too, and then written as
ministack does it, a record an object.
"""

import gzip
import logging
import threading
import time
from dataclasses import dataclass, field

import failed_batches
import regions
import role_rights
from replacing import expected, replace

PLAYED_MINUTE_SECONDS = 2.0
LOOK_SECONDS = 0.25
RETRY_PAUSE_SECONDS = 1.0

DEFAULT_INTERVAL_SECONDS = 300
DEFAULT_SIZE_MB = 5

logger = logging.getLogger("tenfold")


@dataclass
class Buffer:
    """What one destination of a delivery stream has taken and not written."""

    account: str
    region: str
    stream: dict
    destination: dict
    records: list[tuple[str, bytes]] = field(default_factory=list)
    size: int = 0
    since: float = 0.0
    not_before: float = 0.0
    objects: list[tuple[str, str, bytes]] = field(default_factory=list)


_buffers: dict[tuple[str, str, str, str], Buffer] = {}
_lock = threading.Lock()


def install() -> None:
    from ministack.services import firehose

    replace(
        firehose, "_deliver_records_to_s3", _collect, "stream", "dest", "records",
        mentions=("_apply_lambda_processors(", "_deliver_to_s3("),
    )
    expected(firehose, "_deliver_to_s3", "stream", "dest", "record_data", "lambda_keys")
    expected(firehose, "_evaluate_prefix", "template", "t", "query_keys", "lambda_keys", "error_type")
    threading.Thread(target=_keep_delivering, daemon=True, name="tenfold-firehose").start()


def _collect(stream: dict, dest: dict, records: list) -> None:
    from ministack.core.responses import get_account_id, get_region

    key = (get_account_id(), get_region(), stream["arn"], dest["id"])
    with _lock:
        buffer = _buffers.setdefault(key, Buffer(key[0], key[1], stream, dest))
        # Another version of the destination may have come since.
        buffer.stream, buffer.destination = stream, dest
        if not buffer.records:
            buffer.since = time.time()
        buffer.records.extend(records)
        buffer.size += sum(len(data) for _, data in records)
    # Nobody reads what ministack keeps here.
    dest["records"].clear()


def _keep_delivering() -> None:
    from ministack.core.responses import request_scope

    while True:
        time.sleep(LOOK_SECONDS)
        for buffer in list(_buffers.values()):
            if regions.is_silent(buffer.region):
                continue
            try:
                with request_scope(buffer.account, buffer.region):
                    _deliver(buffer)
            except Exception as error:
                # What is kept is tried again: one destination must not hold up the others.
                buffer.not_before = time.time() + RETRY_PAUSE_SECONDS
                logger.warning("firehose %s does not deliver: %s", buffer.stream["name"], error)


def _deliver(buffer: Buffer) -> None:
    if buffer.not_before > time.time():
        return
    if not buffer.objects and _is_due(buffer):
        with _lock:
            records, since = list(buffer.records), buffer.since
        buffer.objects.extend(_objects_of(buffer, records, since))
        with _lock:
            del buffer.records[: len(records)]
            buffer.size, buffer.since = sum(len(data) for _, data in buffer.records), time.time()
    while buffer.objects:
        bucket, key, body = buffer.objects[0]
        role = buffer.destination["config"].get("RoleARN", "")
        if not role_rights.allows(role, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"):
            raise PermissionError(f"{role} may not s3:PutObject {bucket}/{key}")
        failed_batches.put_object(bucket, key, body)
        del buffer.objects[0]


def _is_due(buffer: Buffer) -> bool:
    if not buffer.records:
        return False
    hints = buffer.destination["config"].get("BufferingHints") or {}
    limit = float(hints.get("SizeInMBs") or DEFAULT_SIZE_MB) * 1024 * 1024
    interval = float(hints.get("IntervalInSeconds", DEFAULT_INTERVAL_SECONDS)) * PLAYED_MINUTE_SECONDS / 60
    return buffer.size >= limit or time.time() - buffer.since >= interval


def _objects_of(buffer: Buffer, records: list[tuple[str, bytes]], since: float) -> list[tuple[str, str, bytes]]:
    from ministack.services import firehose

    stream, destination = buffer.stream, buffer.destination
    config = destination["config"]
    keys: dict = {}
    processed = firehose._apply_lambda_processors(stream, destination, records, partition_sink=keys)
    if _needs_single_records(config):
        for record_id, data in processed:
            firehose._deliver_to_s3(stream, destination, data, keys.get(record_id))
        return []
    if not processed:
        return []
    body = b"".join(data + _delimiter(config) for _, data in processed)
    extension = config.get("FileExtension") or ""
    if config.get("CompressionFormat") == "GZIP":
        body, extension = gzip.compress(body, mtime=0), extension or ".gz"
    arrival = time.gmtime(since)
    moment = time.strftime("%Y-%m-%d-%H-%M-%S", arrival)
    prefix = firehose._evaluate_prefix(config.get("Prefix", ""), arrival)
    name = f"{stream['name']}-{stream.get('version', 1)}-{moment}-{firehose.new_uuid()}"
    return [(firehose._s3_bucket_from_arn(config.get("BucketARN", "")), f"{prefix}{name}{extension}", body)]


def _needs_single_records(config: dict) -> bool:
    conversion = config.get("DataFormatConversionConfiguration") or {}
    partitioning = config.get("DynamicPartitioningConfiguration") or {}
    return bool(conversion and conversion.get("Enabled", True)) or bool(partitioning.get("Enabled"))


def _delimiter(config: dict) -> bytes:
    processing = config.get("ProcessingConfiguration") or {}
    for processor in (processing.get("Processors") or []) if processing.get("Enabled") else []:
        if processor.get("Type") == "AppendDelimiterToRecord":
            # AWS takes it escaped, and has the end of a line without being told.
            written = {entry["ParameterName"]: entry["ParameterValue"] for entry in processor.get("Parameters") or []}
            return written.get("Delimiter", "\\n").replace("\\n", "\n").encode()
    return b""
