"""An alias with weights sends each invocation to one of its versions.

ministack keeps the weights and sends everything to the first version. Whatever invokes a function ends in one place; there
the version is drawn, for the alias that the invocation came by. So that it is known there, a function that is found by an
alias carries the alias' ARN, which is also what AWS tells a function of how it was called.
"""

import contextvars
import random

from replacing import expected, replace

_served_by: contextvars.ContextVar[dict | None] = contextvars.ContextVar("tenfold_served_by", default=None)


def install() -> None:
    from ministack.services import lambda_svc

    def effective_record(func, qualifier):
        record, config = effective(func, qualifier)
        if config is None or qualifier not in (func.get("aliases") or {}):
            return record, config
        config = {**config, "FunctionArn": func["aliases"][qualifier]["AliasArn"]}
        return {**record, "config": config}, config

    def execute(func, event):
        config = func.get("config") or func
        base, alias = _alias_of(lambda_svc, config)
        version = drawn_version(alias) if alias else config.get("Version")
        if alias and version != config.get("Version") and version in base["versions"]:
            found = base["versions"][version]
            func = {**found, "config": {**found["config"], "FunctionArn": config["FunctionArn"]}}
        served_by = _served_by.get()
        if served_by is not None:
            served_by["version"] = version
        return execute_record(func, event)

    async def invoke(name, event, headers, path_qualifier=None, query_params=None):
        served_by: dict = {}
        token = _served_by.set(served_by)
        try:
            status, answer_headers, body = await invoke_alias(name, event, headers, path_qualifier, query_params)
        finally:
            _served_by.reset(token)
        if "version" in served_by and "X-Amz-Executed-Version" in answer_headers:
            answer_headers["X-Amz-Executed-Version"] = served_by["version"]
        return status, answer_headers, body

    effective = replace(
        lambda_svc, "_effective_func_record_for_qualifier", effective_record, "func", "qualifier",
        mentions=('func["aliases"][qualifier].get("FunctionVersion"',),
    )
    execute_record = replace(lambda_svc, "_execute_function", execute, "func", "event")
    invoke_alias = replace(
        lambda_svc, "_invoke", invoke, "name", "event", "headers", "path_qualifier", "query_params",
        mentions=('exec_record["config"]["FunctionArn"] = _func_arn(name)', '"X-Amz-Executed-Version": executed_version'),
    )
    expected(
        lambda_svc, "_execution_record_for_config", "func", "config", mentions=('record["config"] = config',)
    )


def _alias_of(lambda_svc, config: dict) -> tuple[dict, dict] | tuple[None, None]:
    """The function and the alias that an execution was asked of; None for each when it was none with weights."""
    parts = config.get("FunctionArn", "").split(":")
    if len(parts) != 8:
        return None, None
    base = lambda_svc._functions.get_scoped(parts[4], parts[3], parts[6])
    alias = (base or {}).get("aliases", {}).get(parts[7])
    return (base, alias) if alias and _weights(alias) else (None, None)


def _weights(alias: dict) -> dict[str, float]:
    return (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}


def drawn_version(alias: dict) -> str:
    """One of an alias' versions, each as often as its weight says."""
    drawn = random.random()
    for version, weight in _weights(alias).items():
        drawn -= float(weight)
        if drawn < 0:
            return version
    return alias["FunctionVersion"]
