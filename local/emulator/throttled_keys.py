"""Partitions of DynamoDB tables that are too busy for a while: writes to items in them are refused as AWS refuses those to a hot partition.

A partition is named by a text that its key contains. A transaction that writes one such item is cancelled as a whole.
"""

import json
import threading
from collections.abc import Iterator

from replacing import replace

MESSAGE = "Throughput exceeds the current capacity of your table or index."

_lock = threading.Lock()
_texts: dict[str, tuple[str, ...]] = {}
_refused: dict[str, int] = {}


def install() -> None:
    from ministack.services import dynamodb

    def transact_write_items(data):
        members = data.get("TransactItems") or []
        hot = [any(_is_hot(dynamodb, operation) for operation in member.values()) for member in members]
        if not any(hot):
            return write_all(data)
        _count()
        return _cancelled(hot)

    def single(write):
        def write_one(data):
            if not _is_hot(dynamodb, data):
                return write(data)
            _count()
            return dynamodb.error_response_json("ProvisionedThroughputExceededException", MESSAGE, 400)

        return write_one

    write_all = replace(dynamodb, "_transact_write_items", transact_write_items, "data", mentions=('"TransactItems"',))
    for name in ("_put_item", "_update_item"):
        setattr(dynamodb, name, single(getattr(dynamodb, name)))


def _cancelled(hot: list[bool]) -> tuple:
    throttled = {"Code": "ThrottlingError", "Message": MESSAGE}
    reasons = [throttled if is_hot else {"Code": "None"} for is_hot in hot]
    codes = ", ".join(reason["Code"] for reason in reasons)
    body = {
        "__type": "TransactionCanceledException",
        "message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        "CancellationReasons": reasons,
    }
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": "TransactionCanceledException"}
    return 400, headers, json.dumps(body).encode()


def put(region: str, texts: tuple[str, ...]) -> None:
    """Makes those partitions of a region's tables too busy whose keys contain one of the texts, and all others not."""
    with _lock:
        _texts[region] = texts
        _refused[region] = 0


def status() -> dict:
    """What is too busy in each region, and how many writes were refused since that was said."""
    with _lock:
        return {region: {"keys": list(texts), "refused": _refused[region]} for region, texts in _texts.items()}


def _count() -> None:
    from ministack.core.responses import get_region

    with _lock:
        _refused[get_region()] += 1


def _is_hot(dynamodb, operation) -> bool:
    from ministack.core.responses import get_region

    texts = _texts.get(get_region())
    return bool(texts) and any(text in key for key in _partition_keys(dynamodb, operation) for text in texts)


def _partition_keys(dynamodb, operation) -> Iterator[str]:
    if not isinstance(operation, dict):
        return
    table = dynamodb._tables.get(dynamodb._normalize_table_name(operation.get("TableName", "")))
    if table is None:
        return
    item = operation.get("Key") or operation.get("Item") or {}
    yield str((item.get(table["pk_name"]) or {}).get("S", ""))
