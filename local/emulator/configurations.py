"""Configurations of AppConfig are validated before they are deployed, read only by whom they were granted to, and spread faster than on AWS.

ministack keeps a profile's validators and asks none of them, so that a deployment passes which AppConfig would refuse; and the two
calls that read a configuration need no right at all.
"""

import base64
import json

import fastjsonschema

from replacing import expected, replace

# A minute of a deployment: two steps and the bake time of a stage's flags are over in seconds, and each can still be seen.
PLAYED_MINUTE_SECONDS = 2.0


def install() -> None:
    _validate_before_deployment()
    _check_readers_against_their_configuration()
    _play_minutes_faster()


def _validate_before_deployment() -> None:
    from ministack.services import appconfig

    def start_deployment(app_id, env_id, body):
        profile_id, version = body.get("ConfigurationProfileId", ""), body.get("ConfigurationVersion", "")
        profile = appconfig._config_profiles.get(f"{app_id}/{profile_id}")
        hosted = appconfig._hosted_versions.get(f"{app_id}/{profile_id}/{version}")
        if profile is not None and hosted is not None:
            content = hosted["Content"]
            text = content.encode() if isinstance(content, str) else content
            refusal = _refusal(profile, {
                "applicationId": app_id,
                "configurationProfileId": profile_id,
                "configurationVersion": str(version),
                "content": base64.b64encode(text).decode(),
                "uri": "hosted",
            }, text)
            if refusal is not None:
                return appconfig._error(400, "BadRequestException", refusal)
        return start(app_id, env_id, body)

    start = replace(
        appconfig, "_start_deployment", start_deployment, "app_id", "env_id", "body",
        mentions=('body.get("ConfigurationProfileId", "")', 'body.get("ConfigurationVersion", "")'),
    )


def _refusal(profile: dict, event: dict, text: bytes) -> str | None:
    """Why one of the profile's validators does not let a configuration pass."""
    for validator in profile.get("Validators", []):
        refused = (_by_schema if validator["Type"] == "JSON_SCHEMA" else _by_function)(validator["Content"], event, text)
        if refused is not None:
            return f"Error: {refused}"
    return None


def _by_schema(schema: str, _event: dict, text: bytes) -> str | None:
    try:
        fastjsonschema.validate(json.loads(schema), json.loads(text))
    except (ValueError, fastjsonschema.JsonSchemaException) as fault:
        return f"the configuration does not fit its JSON Schema: {fault}"
    return None


def _by_function(arn: str, event: dict, _text: bytes) -> str | None:
    from ministack.services import lambda_svc

    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        return f"there is no validator {name}"
    answer = lambda_svc._execute_function(lambda_svc._execution_record_for_config(function, config), event)
    if not answer.get("error"):
        return None
    body = answer.get("body")
    told = body.get("errorMessage") if isinstance(body, dict) else body
    return f"Lambda function {arn} has found the configuration to be invalid: {told}"


# Method and path of the two calls of the data plane, which are signed in the name of the control plane.
READING = {
    ("POST", "/configurationsessions"): "appconfig:StartConfigurationSession",
    ("GET", "/configuration"): "appconfig:GetLatestConfiguration",
}


def _check_readers_against_their_configuration() -> None:
    from ministack.core import iam_actions
    from ministack.services import appconfig

    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def reading(service, method, path):
        return READING.get((method, path)) if service in ("appconfig", "appconfigdata") else None

    def action(service, method, path, *rest):
        return reading(service, method, path) or action_of(service, method, path, *rest)

    def resource(service, method, path, headers, body, query_params, *rest):
        if reading(service, method, path) is None:
            return resource_of(service, method, path, headers, body, query_params, *rest)
        asked = _asked_for(appconfig, method, body, query_params)
        if asked is None:
            return "*"
        app_id = asked["ApplicationIdentifier"]
        app_id = appconfig._resolve_application_id(app_id) or app_id
        env_id = asked["EnvironmentIdentifier"]
        env_id = appconfig._resolve_environment_id(app_id, env_id) or env_id
        profile_id = asked["ConfigurationProfileIdentifier"]
        profile_id = appconfig._resolve_configuration_profile_id(app_id, profile_id) or profile_id
        return f"{appconfig._env_arn(app_id, env_id)}/configuration/{profile_id}"

    iam_actions.extract_iam_action = action
    iam_actions.extract_resource_arn = resource


def _asked_for(appconfig, method: str, body: bytes, query_params: dict) -> dict | None:
    """What a call of the data plane names: a new session does by itself, a later call by the token of its session."""
    if method == "GET":
        token = query_params.get("configuration_token", "")
        return appconfig._sessions.get(token[0] if isinstance(token, list) else token)
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        return None
    names = ("ApplicationIdentifier", "EnvironmentIdentifier", "ConfigurationProfileIdentifier")
    return asked if all(isinstance(asked.get(name), str) for name in names) else None


def _play_minutes_faster() -> None:
    from ministack.services import appconfig

    expected(appconfig, "_advance_deployment", "record", "now", mentions=("minute = _DEPLOYMENT_MINUTE_SECONDS",))
    appconfig._DEPLOYMENT_MINUTE_SECONDS = PLAYED_MINUTE_SECONDS
