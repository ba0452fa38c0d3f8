"""Where the batches go that a mapping of a stream has given up: a queue or a topic is told which records they were, a bucket is given them."""

import asyncio
import json
import logging
import time

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid

logger = logging.getLogger("tenfold")


def hand_on(mapping: dict, function: dict, result: dict, condition: str, attempts: int, info: dict, event: dict) -> None:
    """Sends a batch to the mapping's destination on failure, if it has one.

    `info` is the description of the batch under its name, as `KinesisBatchInfo`; `event` is what the function was given.
    A destination that cannot be written to is told to the log: Lambda goes on behind the batch, too.
    """
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not destination:
        return
    config = function.get("config") or function
    record = {
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": config.get("FunctionArn", ""),
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "responseContext": {
            "statusCode": 200,
            "executedVersion": config.get("Version", "$LATEST"),
            **({"functionError": result.get("function_error") or "Unhandled"} if result.get("error") else {}),
        },
        "version": "1.0",
        "timestamp": moment(time.time()),
        **info,
    }
    try:
        service, resource = _parts_of(destination)
        if service == "s3":
            shard_id = next(iter(info.values()))["shardId"]
            put_object(resource, _key_of(mapping, shard_id), json.dumps({**record, "payload": json.dumps(event)}).encode())
        elif service == "sqs":
            _send(destination, json.dumps(record))
        elif service == "sns":
            from ministack.services import sns

            sns._fanout(destination, new_uuid(), json.dumps(record), "Lambda ESM failure", "", {})
        else:
            raise LookupError(f"{service} is no destination of a stream's batches: sqs, sns or s3")
    except Exception:
        logger.exception("a batch that %s gave up does not reach %s", mapping["FunctionName"], destination)


def moment(seconds: float) -> str:
    """A time in the form that these records have it."""
    milliseconds = round(seconds * 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03d}Z"


def put_object(bucket: str, key: str, body: bytes) -> None:
    """Writes an object from a thread that is not the event loop's.

    Raises LookupError when S3 does not take it.
    """
    from ministack.services import s3

    headers = {"content-type": "application/octet-stream", "content-length": str(len(body)), "host": "s3.localhost"}
    status, _, answer = asyncio.run(s3.handle_request("PUT", f"/{bucket}/{key}", headers, body, {}, internal=True))
    if status >= 300:
        raise LookupError(f"S3 answers {status} to {bucket}/{key}: {answer!r}")


def _parts_of(arn: str) -> tuple[str, str]:
    try:
        spec = parse_arn(arn)
    except ArnParseError as error:
        raise LookupError(f"{arn} is no ARN") from error
    return spec.service, spec.resource


def _key_of(mapping: dict, shard_id: str) -> str:
    now = time.gmtime()
    day, second = time.strftime("%Y/%m/%d", now), time.strftime("%Y-%m-%dT%H.%M.%S", now)
    return f"aws/lambda/{mapping['UUID']}/{shard_id}/{day}/{second}-{new_uuid()}"


def _send(queue_arn: str, body: str) -> None:
    from ministack.services import sqs

    queue = sqs._queue_by_arn(queue_arn)
    if queue is None:
        raise LookupError(f"there is no queue {queue_arn}")
    sqs._act_send_message({"MessageBody": body}, queue["name"])
    esm_wake.set()
