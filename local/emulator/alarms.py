"""Alarms ring by themselves: each is evaluated every five seconds, by the rules of CloudWatch.

ministack evaluates alarms only when a metric is put through the API, over the points of every dimension, and without a view
on missing data. Here the last periods of the alarm's own metric count, up to this second; CloudWatch looks back further when
values are missing. The periods of an alarm that a deployment group watches pass as fast as deployments do (played_time.py),
and a deployment has its alarms evaluated whenever it looks at them. A metric of AWS that nothing here publishes (the age of
a table's stream, Route 53's health checks) says nothing by being absent: its alarms stay as they are.
"""

import logging
import threading
import time

import codedeploy_store
import played_time
from replacing import expected, replace

EVERY_SECONDS = 5
"""CloudWatch: a minute, or ten seconds when the period is shorter."""

logger = logging.getLogger("tenfold")

_BREACHES = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}

_set_by_hand: dict[str, float] = {}
"""When SetAlarmState was called, by the alarm's ARN."""


def install() -> None:
    from ministack.services import cloudwatch

    def set_alarm_state(params, cbor_data, is_cbor, is_json=False):
        name = cbor_data.get("AlarmName", "") if is_cbor or is_json else cloudwatch._p(params, "AlarmName")
        alarm = cloudwatch._alarms.get(name)
        if alarm is not None:
            _set_by_hand[alarm["AlarmArn"]] = time.monotonic()
        return set_state(params, cbor_data, is_cbor, is_json)

    replace(
        cloudwatch, "_evaluate_alarm", evaluate, "alarm",
        mentions=("_record_history(", "_dispatch_alarm_actions(", "_evaluate_parent_alarms("),
    )
    set_state = replace(
        cloudwatch, "_set_alarm_state", set_alarm_state, "params", "cbor_data", "is_cbor", "is_json"
    )
    expected(cloudwatch, "_stat_value", "stats", "stat_name", "points")
    threading.Thread(target=_keep_evaluating, daemon=True, name="tenfold-alarms").start()


def evaluate(alarm: dict) -> None:
    """Brings the state of an alarm of the context's account and region up to date."""
    from ministack.services import cloudwatch

    breaches = _BREACHES.get(alarm.get("ComparisonOperator", ""))
    if breaches is None or not alarm.get("Namespace") or not alarm.get("MetricName"):
        return  # Metric math and anomaly detection: their state is set by hand or stays.
    period = float(alarm.get("Period") or 60)
    if codedeploy_store.watches(alarm["AlarmName"]):
        period = played_time.played(period)
    if time.monotonic() - _set_by_hand.get(alarm["AlarmArn"], -period) < period:
        return
    points = _points_of(cloudwatch, alarm)
    if points is None and alarm["Namespace"].startswith("AWS/"):
        return
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    values = _last_values(cloudwatch, alarm, points or [], statistic, period)
    there = [value for value in values if value is not None]
    missing_data = alarm.get("TreatMissingData") or "missing"
    state = alarm["StateValue"]
    if there or missing_data in ("breaching", "notBreaching"):
        breaching = sum(breaches(value, alarm["Threshold"]) for value in there)
        breaching += len(values) - len(there) if missing_data == "breaching" else 0
        state = "ALARM" if breaching >= (alarm.get("DatapointsToAlarm") or len(values)) else "OK"
    elif missing_data == "missing":
        state = "INSUFFICIENT_DATA"
    if state != alarm["StateValue"]:
        shown = ", ".join("none" if value is None else f"{value:g}" for value in values)
        _change(cloudwatch, alarm, state, f"{statistic} of the last {len(values)} periods: {shown}")


def _points_of(cloudwatch, alarm: dict) -> list[dict] | None:
    """Everything that is kept of the alarm's metric, the latest last; None when there never was a point."""
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    return cloudwatch._metrics.get((alarm["Namespace"], alarm["MetricName"], dimensions))


def _last_values(
    cloudwatch, alarm: dict, points: list[dict], statistic: str, period: float
) -> list[float | None]:
    """The statistic of each of the last periods, the latest first; None for one without a point."""
    periods: list[list[dict]] = [[] for _ in range(int(alarm.get("EvaluationPeriods") or 1))]
    now = time.time()
    for point in reversed(points):
        ago = int((now - point["Timestamp"]) // period)
        if ago >= len(periods):
            break
        # A point may come from a clock that is ahead.
        periods[max(ago, 0)].append(point)
    return [
        cloudwatch._stat_value(cloudwatch._calc_stats(inside), statistic, inside) if inside else None
        for inside in periods
    ]


def _change(cloudwatch, alarm: dict, state: str, reason: str) -> None:
    before = alarm["StateValue"]
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _keep_evaluating() -> None:
    from ministack.core.responses import request_scope
    from ministack.services import cloudwatch

    while True:
        time.sleep(EVERY_SECONDS)
        for (account, region, name), alarm in cloudwatch._alarms.all_items():
            try:
                with request_scope(account, region):
                    evaluate(alarm)
            except Exception:
                # One alarm that cannot be evaluated must not silence the others.
                logger.exception("alarm %s in %s cannot be evaluated", name, region)
