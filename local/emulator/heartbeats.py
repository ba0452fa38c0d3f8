"""Metrics that functions write to their logs, for those alarms that a health check of Route 53 looks at.

CloudWatch makes metrics of log lines in its embedded metric format; ministack does not. All of them would fill its
memory for the sake of alarms that nobody sees here, so only what keeps a region in service is taken.
"""

import json
import sys
import time

from replacing import replace

LOOK_AGAIN_SECONDS = 2

_watched: set[tuple[str, str]] = set()
_look_at = 0.0


def install() -> None:
    from ministack.services import lambda_svc

    def emit_logs(func, request_id, log_text, error, duration_ms, *, log_source=None):
        emit(func, request_id, log_text, error, duration_ms, log_source=log_source)
        if log_text and '"CloudWatchMetrics"' in log_text:
            try:
                _record(log_text)
            except RuntimeError as changed:
                # A dictionary of the emulator changed while it was read: the next beat is recorded, and no invocation fails for it.
                print(f"heartbeats: {changed}", file=sys.stderr)

    emit = replace(
        lambda_svc, "_emit_lambda_logs", emit_logs,
        "func", "request_id", "log_text", "error", "duration_ms", "log_source",
    )


def _watched_metrics() -> set[tuple[str, str]]:
    """Namespace and name of every metric that a health check depends on."""
    global _watched, _look_at
    if time.monotonic() >= _look_at:
        _look_at = time.monotonic() + LOOK_AGAIN_SECONDS
        route53 = sys.modules.get("ministack.services.route53")
        cloudwatch = sys.modules.get("ministack.services.cloudwatch")
        if route53 is not None and cloudwatch is not None:
            alarms = {
                check["config"].get("AlarmIdentifier", {}).get("Name") for check in list(route53._health_checks.values())
            }
            _watched = {
                (alarm["Namespace"], alarm["MetricName"])
                for (_, _, name), alarm in cloudwatch._alarms.all_items() if name in alarms
            }
    return _watched


def _record(log_text: str) -> None:
    from ministack.services import cloudwatch

    watched = _watched_metrics()
    for line in log_text.splitlines():
        if '"CloudWatchMetrics"' not in line:
            continue
        try:
            entry = json.loads(line[line.index("{"):])
            directives = entry["_aws"]["CloudWatchMetrics"]
        except (ValueError, KeyError, TypeError):
            continue
        for directive in directives:
            for metric in directive["Metrics"]:
                if (directive["Namespace"], metric["Name"]) in watched:
                    _record_one(cloudwatch, directive, metric, entry)


def _record_one(cloudwatch, directive: dict, metric: dict, entry: dict) -> None:
    values = entry.get(metric["Name"], [])
    for names in directive.get("Dimensions") or [[]]:
        dimensions = {name: str(entry[name]) for name in names if name in entry}
        for value in values if isinstance(values, list) else [values]:
            cloudwatch.record_metric(
                directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions
            )
