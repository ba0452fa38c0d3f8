"""Metrics that functions write to their logs: CloudWatch makes metrics of log lines in its embedded metric format.

Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json

import metric_points
from replacing import replace

_MARK = '"CloudWatchMetrics"'


def install() -> None:
    from ministack.services import lambda_svc

    def emit_logs(func, request_id, log_text, error, duration_ms, *, log_source=None):
        emit(func, request_id, log_text, error, duration_ms, log_source=log_source)
        if log_text and _MARK in log_text:
            for line in log_text.splitlines():
                if _MARK in line:
                    _record(line)

    emit = replace(
        lambda_svc, "_emit_lambda_logs", emit_logs,
        "func", "request_id", "log_text", "error", "duration_ms", "log_source",
    )


def _record(line: str) -> None:
    """A line that is not in the format is a log line as any other, as it is for CloudWatch."""
    try:
        entry = json.loads(line[line.index("{"):])
        for directive in entry["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                _record_one(directive, metric, entry)
    except (ValueError, KeyError, TypeError):
        return


def _record_one(directive: dict, metric: dict, entry: dict) -> None:
    values = entry.get(metric["Name"], [])
    for names in directive.get("Dimensions") or [[]]:
        dimensions = {name: str(entry[name]) for name in names if name in entry}
        for value in values if isinstance(values, list) else [values]:
            metric_points.record(directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions)
