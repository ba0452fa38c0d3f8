"""A stage of a REST API logs each request to its log group, in the stage's own format, as on AWS.

ministack's API keeps the settings, its CloudFormation leaves them out, and nothing is logged. What is not known of a request is
`-`, which is also what AWS writes.
"""

import contextvars
import re
import time

from replacing import expected, replace

# What is known of the request that is being answered: filled in on its way.
_request: contextvars.ContextVar[dict | None] = contextvars.ContextVar("tenfold_access_log", default=None)


def install() -> None:
    from ministack.services import apigateway_v1

    async def handle(api_id, stage_name, method, path, headers, body, query_params, owner_account_id, owner_region):
        known = {"arrived": time.time()}
        token = _request.set(known)
        try:
            answer = await handle_unlogged(
                api_id, stage_name, method, path, headers, body, query_params, owner_account_id, owner_region
            )
        finally:
            _request.reset(token)
        stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name) or {}
        settings = stage.get("accessLogSettings") or {}
        if settings.get("destinationArn") and settings.get("format"):
            _log(settings, _values(known, stage_name, method, answer))
        return answer

    def build_event(*arguments, **named):
        event = build(*arguments, **named)
        known = _request.get()
        if known is not None:
            known["context"] = event["requestContext"]
        return event

    def proxy_response(result):
        response, error = shape(result)
        known = _request.get()
        if known is not None and response is not None:
            known["functionStatus"] = response.get("statusCode", 200)
        return response, error

    handle_unlogged = replace(
        apigateway_v1, "_handle_execute_in_scope", handle,
        "api_id", "stage_name", "method", "path", "headers", "body", "query_params", "owner_account_id", "owner_region",
        mentions=('"request_id": new_uuid()',),
    )
    build = expected(
        apigateway_v1, "_build_lambda_event_v1",
        "api_id", "stage_name", "stage", "resource", "request_path", "method", "headers", "body", "query_params",
        "path_params", "binary_media_types", "authorizer_context", "caller_identity",
        mentions=('"requestId": request_id',),
    )
    apigateway_v1._build_lambda_event_v1 = build_event
    shape = replace(apigateway_v1, "_lambda_proxy_response", proxy_response, "result")
    _keep_settings_of_templates()


def _keep_settings_of_templates() -> None:
    from ministack.services import apigateway_v1
    from ministack.services.cloudformation import provisioners

    def keep(props):
        stage = apigateway_v1._stages_v1.get(props.get("RestApiId", ""), {}).get(props.get("StageName", ""))
        if stage is not None:
            setting = props.get("AccessLogSetting") or {}
            stage["accessLogSettings"] = {name[0].lower() + name[1:]: value for name, value in setting.items()}

    def create_stage(logical_id, props, stack_name):
        answer = create(logical_id, props, stack_name)
        keep(props)
        return answer

    def update_stage(physical_id, old_props, new_props, stack_name):
        answer = update(physical_id, old_props, new_props, stack_name)
        keep(new_props)
        return answer

    create = replace(provisioners, "_apigw_stage_create", create_stage, "logical_id", "props", "stack_name")
    update = replace(
        provisioners, "_apigw_stage_update", update_stage, "physical_id", "old_props", "new_props", "stack_name",
        mentions=("_apigw_stage_create(",),
    )
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Stage"]
    handlers["create"], handlers["update"] = create_stage, update_stage


def _values(known: dict, stage_name: str, method: str, answer: tuple) -> dict[str, str]:
    """What the format's `$context` variables stand for."""
    status, headers, body = answer
    context = known.get("context") or {}
    identity = context.get("identity") or {}
    values = {
        "requestId": context.get("requestId"),
        "extendedRequestId": context.get("extendedRequestId"),
        "requestTimeEpoch": context.get("requestTimeEpoch") or int(known["arrived"] * 1000),
        "httpMethod": method,
        "resourcePath": context.get("resourcePath"),
        "stage": stage_name,
        "status": status,
        "responseLength": len(body or b""),
        "responseLatency": round((time.time() - known["arrived"]) * 1000),
        "integration.status": known.get("functionStatus"),
        "identity.sourceIp": identity.get("sourceIp"),
        "identity.userAgent": identity.get("userAgent"),
    }
    for name, value in (context.get("authorizer") or {}).items():
        values[f"authorizer.{name}"] = value
    return {name: str(value) for name, value in values.items() if value is not None}


def _log(settings: dict, values: dict[str, str]) -> None:
    from ministack.services import cloudwatch_logs

    group = settings["destinationArn"].split(":log-group:", 1)[-1].removesuffix(":*")
    streams = (cloudwatch_logs._log_groups.get(group) or {}).get("streams")
    if streams is None:
        return
    stream = "access"
    if stream not in streams:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    line = re.sub(r"\$context\.([A-Za-z.]+[A-Za-z])", lambda found: values.get(found[1], "-"), settings["format"])
    event = {"timestamp": int(time.time() * 1000), "message": line}
    cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": [event]})
