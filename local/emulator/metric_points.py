"""Keeps the points of a metric few: an emulator that serves load for hours would fill its memory with one a call.

Equal values of one second become one point that counts them, which no statistic can tell from many. A metric keeps its
latest points, and metrics beyond a number are refused: a dimension that is a request's id makes one metric a request.
"""

import logging
import threading
import time

from replacing import replace

MAX_POINTS = 20_000
MAX_METRICS = 20_000

logger = logging.getLogger("tenfold")

_lock = threading.Lock()
_refused = False


def install() -> None:
    from ministack.services import cloudwatch

    replace(
        cloudwatch, "record_metric", record, "namespace", "metric_name", "value", "unit", "dimensions",
        mentions=("_metric_bucket((namespace, metric_name, _dims_key(dims)))", '"Dimensions": dict(dims)'),
    )


def record(
    namespace: str, metric_name: str, value: float, unit: str = "None", dimensions: dict | None = None
) -> None:
    """Records a value of a metric in the account and region of the context."""
    global _refused
    from ministack.services import cloudwatch

    dimensions = dimensions or {}
    key = (namespace, metric_name, cloudwatch._dims_key(dimensions))
    now, value = time.time(), float(value)
    with _lock:
        points = cloudwatch._metrics.get(key)
        if points is None:
            if len(cloudwatch._metrics.all_values()) >= MAX_METRICS:
                if not _refused:
                    logger.warning(
                        "%s %s and other new metrics are not kept: there are %s", namespace, metric_name, MAX_METRICS
                    )
                _refused = True
                return
            points = cloudwatch._metric_bucket(key)
        # Two values take turns in a metric that counts errors, so one point back is not enough.
        for point in points[-2:]:
            if int(point["Timestamp"]) == int(now) and point.get("Value") == value and "_stat" not in point:
                point["Count"] = point.get("Count", 1.0) + 1
                return
        points.append({"Timestamp": now, "Value": value, "Unit": unit, "Dimensions": dict(dimensions)})
        if len(points) > MAX_POINTS:
            del points[: MAX_POINTS // 2]
