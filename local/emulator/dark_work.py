"""Work in a region that is silent: none.

Its event sources are not polled, its schedules and rules do not fire, its state machines stand still between two
steps, and its functions are killed the hard way, as when the power goes.
"""

import contextvars
import threading
import time

import regions
from replacing import expected, replace

KILL_AGAIN_SECONDS = 0.05
"""A function that was about to start when its region fell silent is killed at most this much later."""

_accepted = contextvars.ContextVar("tenfold_accepted_invocation", default=False)


def install() -> None:
    _stop_polling()
    _stop_functions()
    _stop_schedules()
    _stop_state_machines()
    regions.on_change(_after_change)


def _stop_polling() -> None:
    from ministack.services import lambda_svc

    def of_regions_that_run():
        return ((account, region, mapping) for account, region, mapping in every() if not regions.is_silent(region))

    every = replace(lambda_svc, "_iter_all_esms", of_regions_that_run)


def _stop_functions() -> None:
    from ministack.services import lambda_svc

    def execute(func, event):
        region = _region_of(func)
        # Who was told that the event is accepted counts on it; everybody else sees the function die.
        if _accepted.get():
            regions.wait_while_silent(region)
        if regions.is_silent(region):
            return _died(region)
        return execute_in_light(func, event)

    def invoke_accepted(func, event):
        token = _accepted.set(True)
        try:
            invoke(func, event)
        finally:
            _accepted.reset(token)

    execute_in_light = replace(lambda_svc, "_execute_function", execute, "func", "event")
    invoke = replace(
        lambda_svc, "invoke_async_with_retry", invoke_accepted, "func", "event",
        mentions=("copy_context", "_execute_function(func, event)"),
    )


def _region_of(func: dict) -> str:
    from ministack.core.lambda_runtime import _account_region_from_function_config

    _, region = _account_region_from_function_config(func.get("config") or func)
    return region


def _died(region: str) -> dict:
    body = {"errorType": "Runtime.ExitError", "errorMessage": f"{region} is out of service"}
    return {"body": body, "error": True, "log": ""}


def _stop_schedules() -> None:
    from ministack.core.responses import get_region
    from ministack.services import eventbridge

    def invoke_target(target, event, rule, view=None):
        region = get_region()
        if not regions.is_silent(region):
            invoke(target, event, rule, view)
        elif event.get("DetailType") != "Scheduled Event":
            # An event that was accepted is delivered late; a schedule that was missed is not made up for.
            run = contextvars.copy_context().run
            threading.Thread(target=run, args=(invoke_later, region, target, event, rule, view), daemon=True).start()

    def invoke_later(region, target, event, rule, view):
        regions.wait_while_silent(region)
        invoke(target, event, rule, view)

    invoke = replace(eventbridge, "_invoke_target", invoke_target, "target", "event", "rule", "view")
    expected(eventbridge, "_tick_scheduled_rules", mentions=("_invoke_target(", '"Scheduled Event"'))


def _stop_state_machines() -> None:
    from ministack.core.responses import get_region
    from ministack.services import stepfunctions

    def add_event(execution, event_type, details=None):
        regions.wait_while_silent(get_region())
        return add(execution, event_type, details)

    def sleep(seconds):
        sleep_in_light(seconds)
        regions.wait_while_silent(get_region())

    # Every step of an execution is written to its history before it is done, and its outcome before it counts.
    add = replace(stepfunctions, "_add_event", add_event, "execution", "event_type", "details")
    expected(
        stepfunctions, "_execute_task", "state_def", "raw_input", "execution", "ctx",
        mentions=('_add_event(execution, "TaskScheduled"', '_add_event(execution, "TaskSucceeded"'),
    )
    sleep_in_light = replace(stepfunctions, "_scaled_sleep", sleep, "seconds")


_killer: threading.Thread | None = None


def _after_change() -> None:
    from ministack.core.concurrency import esm_wake

    global _killer
    esm_wake.set()
    if regions.silent():
        _kill_functions()
        if _killer is None or not _killer.is_alive():
            _killer = threading.Thread(target=_keep_killing, daemon=True, name="tenfold-dark-regions")
            _killer.start()


def _keep_killing() -> None:
    while regions.silent():
        time.sleep(KILL_AGAIN_SECONDS)
        _kill_functions()


def _kill_functions() -> None:
    from ministack.core import lambda_runtime

    with lambda_runtime._lock:
        # Keys are "<account>:<region>:<function>:<qualifier>".
        workers = [worker for key, pool in lambda_runtime._workers.items()
                   if regions.is_silent(key.split(":")[1]) for worker in pool]
    for worker in workers:
        process = worker._proc
        if process is not None and process.poll() is None:
            process.kill()
