"""What mappings of streams of both kinds have in common: which part of a batch is tried again, in which pieces, and until when.

AWS documents that a function which reports failed records has its batch tried again from the first of them on; that a
batch which failed as a whole is tried again as it was, or in two halves where the mapping says so; and that what is left
is handed on when `MaximumRetryAttempts` or `MaximumRecordAgeInSeconds` is exceeded. Being halved uses up no retry.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

RETRY_PAUSE_SECONDS = 0.5
"""Pause before a batch is tried again; AWS backs off too, and does not say how long."""


@dataclass(frozen=True)
class Piece:
    """So many records, from the position on, that are tried again by themselves: never with more behind them."""

    length: int
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What becomes of a batch: the position moves behind `done` of its records, and the last `left` are unprocessed.

    Those are tried again, or are given up because of the condition.
    """

    done: int
    left: int = 0
    condition: str | None = None
    attempts: int = 0


@dataclass
class Progress:
    """What is left of failed batches, in the order of the stream."""

    pieces: list[Piece] = field(default_factory=list)
    not_before: float = 0.0

    def rests(self) -> bool:
        return self.not_before > time.time()

    def length(self, batch_size: int) -> int:
        """How many records the next batch may have."""
        return self.pieces[0].length if self.pieces else batch_size

    def skip(self) -> None:
        """The next batch had nothing for the function."""
        del self.pieces[:1]

    def settle(
        self, mapping: dict, result: dict, numbers: Sequence[str], wanted: Sequence[str], arrivals: Sequence[float]
    ) -> Outcome:
        """Takes the function's answer to the next batch, given the sequence numbers and arrivals of its records.

        `wanted` are the numbers of the records that the function was given: others were filtered out.
        """
        attempts_before = self.pieces.pop(0).attempts if self.pieces else 0
        self.not_before = 0.0
        kept = _first_unprocessed(mapping, result, numbers, wanted)
        if kept is None:
            return Outcome(len(numbers))
        # AWS tries a throttled invocation again until the records are too old.
        tried = 0 if result.get("throttle") else 1
        attempts = attempts_before + tried if kept == 0 else tried
        condition = _give_up(mapping, min(arrivals[kept:]), attempts)
        left = len(numbers) - kept
        if condition is not None:
            return Outcome(len(numbers), left, condition, attempts)
        if tried and result.get("error") and mapping.get("BisectBatchOnFunctionError") and left > 1:
            self.pieces[:0] = [Piece(left // 2, 0), Piece(left - left // 2, 0)]
        else:
            self.pieces[:0] = [Piece(left, attempts)]
        self.not_before = time.time() + RETRY_PAUSE_SECONDS
        return Outcome(kept, left)


def poll_each(poll_mapping) -> bool:
    """Calls `poll_mapping` with every enabled mapping and its function, in its account and region.

    True when one of them started or skipped records.
    """
    from ministack.core.responses import request_scope
    from ministack.services import lambda_svc

    moved = False
    for account_id, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account_id, region):
            if not mapping.get("Enabled", True):
                continue
            name, qualifier = mapping["FunctionName"], mapping.get("Qualifier")
            function, _ = lambda_svc._get_func_record_for_qualifier(name, qualifier)
            if function is not None:
                moved = poll_mapping(mapping, function) or moved
    return moved


def note(mapping: dict, result: dict, outcome: Outcome, given: int, kind: str) -> None:
    """Says in the mapping and in the log how a batch went of which the function was given so many records."""
    from ministack.services import lambda_svc

    name = mapping["FunctionName"]
    if outcome.left == 0:
        mapping["LastProcessingResult"] = f"OK - {given} records"
        lambda_svc.logger.info("ESM: Lambda %s processed %d %s records", name, given, kind)
        return
    mapping["LastProcessingResult"] = "FAILED"
    lambda_svc.logger.warning(
        "ESM: Lambda %s left %d %s records unprocessed: %s\n%s",
        name, outcome.left, kind, result.get("body"), result.get("log", ""),
    )


def _first_unprocessed(
    mapping: dict, result: dict, numbers: Sequence[str], wanted: Sequence[str]
) -> int | None:
    """Index of the first record to try again, or None when all are processed."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
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
    # AWS: an identifier that is empty, or not one of the batch, fails the batch as a whole.
    if not failed <= set(wanted):
        return 0
    return min(index for index, number in enumerate(numbers) if number in failed)


def _give_up(mapping: dict, oldest_arrival: float, attempts: int) -> str | None:
    retries = mapping.get("MaximumRetryAttempts")
    if retries is not None and int(retries) >= 0 and attempts > int(retries):
        return "RetryAttemptsExhausted"
    max_age = mapping.get("MaximumRecordAgeInSeconds")
    if max_age is not None and int(max_age) > 0 and time.time() - oldest_arrival > int(max_age):
        return "RecordAgeExceeded"
    return None
