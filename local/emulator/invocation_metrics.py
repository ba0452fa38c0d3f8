"""The metrics that Lambda publishes, of every invocation and with the dimensions that AWS has.

ministack publishes them for calls of the Invoke API only, and by function only. Here each execution counts once, whoever
caused it: by function, by resource (`function:alias`), and by the version that served the alias. AWS documents the last of
them for aliases of two versions; here every alias has it. Durations are whole milliseconds.
"""

import time

import metric_points
from replacing import expected, replace

NAMESPACE = "AWS/Lambda"


def install() -> None:
    from ministack.services import lambda_svc

    def dispatch(func, config, event, request_id, started):
        began = time.time()
        result = dispatch_unmeasured(func, config, event, request_id, started)
        milliseconds = round((time.time() - began) * 1000)
        for dimensions in dimensions_of(config):
            metric_points.record(NAMESPACE, "Invocations", 1, "Count", dimensions)
            metric_points.record(NAMESPACE, "Errors", 1 if result.get("error") else 0, "Count", dimensions)
            metric_points.record(NAMESPACE, "Throttles", 0, "Count", dimensions)
            metric_points.record(NAMESPACE, "Duration", milliseconds, "Milliseconds", dimensions)
        return result

    def acquire_slot(func, config):
        slot, limit = acquire(func, config)
        if slot is None:
            for dimensions in dimensions_of(config):
                metric_points.record(NAMESPACE, "Throttles", 1, "Count", dimensions)
        return slot, limit

    def measured_elsewhere(function_name, duration_ms, error, throttle):
        pass

    dispatch_unmeasured = replace(
        lambda_svc, "_execute_function_dispatch", dispatch, "func", "config", "event", "request_id", "started"
    )
    acquire = replace(lambda_svc, "_acquire_execution_slot", acquire_slot, "func", "config")
    replace(
        lambda_svc, "_emit_lambda_metrics", measured_elsewhere, "function_name", "duration_ms", "error", "throttle",
        mentions=('"Invocations"', '"Errors"', '"Throttles"', '"Duration"'),
    )
    expected(
        lambda_svc, "_execute_function", "func", "event",
        mentions=("_acquire_execution_slot(func, config)", "_execute_function_dispatch("),
    )


def dimensions_of(config: dict) -> list[dict]:
    """The sets of dimensions that an execution is counted under; the function's ARN tells how it was called."""
    name = config.get("FunctionName", "unknown")
    qualifier = config.get("FunctionArn", "").split(":")[7:]
    resource = ":".join([name, *qualifier])
    sets = [{"FunctionName": name}, {"FunctionName": name, "Resource": resource}]
    version = config.get("Version", "$LATEST")
    if qualifier and qualifier[0] not in (version, "$LATEST"):
        sets.append({"FunctionName": name, "Resource": resource, "ExecutedVersion": version})
    return sets
