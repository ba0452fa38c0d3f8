"""CodeDeploy's API, as far as deployments of Lambda functions go, on the emulator's own endpoint and with IAM enforced.

Applications, configurations and groups are made by CloudFormation (codedeploy_resources.py); here they are read, and
deployments are made, read and stopped. Reference: https://docs.aws.amazon.com/codedeploy/latest/APIReference/
"""

import json

import codedeploy_store as store
from codedeploy_deployments import Deployment
from codedeploy_revision import hash_of, read_revision, without_content
from codedeploy_store import CodeDeployError

SERVICE = "codedeploy"
TARGET_PREFIX = "CodeDeploy_20141006"

HOOK_RESULTS = ("Succeeded", "Failed")


def install() -> None:
    import sys

    from ministack import app
    from ministack.core import iam_actions, router

    if SERVICE in app.SERVICE_REGISTRY or SERVICE in router.SERVICE_PATTERNS:
        raise SystemExit("local/emulator: ministack knows CodeDeploy by itself")
    module = sys.modules[__name__]
    app._loaded_modules[SERVICE] = module
    app.SERVICE_REGISTRY[SERVICE] = {"module": SERVICE}
    app.SERVICE_HANDLERS[SERVICE] = handle_request
    router.SERVICE_PATTERNS[SERVICE] = {
        "target_prefixes": [TARGET_PREFIX],
        "host_patterns": [r"codedeploy\."],
        "credential_scope": SERVICE,
    }
    iam_actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    resource_of = iam_actions.extract_resource_arn

    def resource_arn(service, method, path, headers, body, *rest):
        if service == SERVICE:
            return resource_of_request(body)
        return resource_of(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = resource_arn


reset = store.reset


async def handle_request(_method, _path, headers, body, _query_params):
    from ministack.core.responses import error_response_json, json_response

    operation = headers.get("x-amz-target", "").removeprefix(f"{TARGET_PREFIX}.")
    try:
        if operation not in _OPERATIONS:
            raise CodeDeployError("UnknownOperationException", f"{operation} is not played: {', '.join(_OPERATIONS)} are")
        return json_response(_OPERATIONS[operation](_read(body)), content_type="application/x-amz-json-1.1")
    except CodeDeployError as refused:
        return error_response_json(refused.code, str(refused), 400, content_type="application/x-amz-json-1.1")


def _read(body: bytes) -> dict:
    try:
        wanted = json.loads(body or b"{}")
    except json.JSONDecodeError as error:
        raise CodeDeployError("SerializationException", f"the body is not JSON: {error}") from error
    if not isinstance(wanted, dict):
        raise CodeDeployError("SerializationException", "the body is an object")
    return wanted


def _text(wanted: dict, name: str, required: str) -> str:
    value = wanted.get(name)
    if not isinstance(value, str) or value == "":
        raise CodeDeployError(required, f"{name} is required")
    return value


def resource_of_request(body: bytes) -> str:
    """The ARN that a request is allowed or refused for; `*` when it names nothing that exists."""
    try:
        wanted = json.loads(body or b"{}")
        deployment_id = wanted.get("deploymentId") or (wanted.get("deploymentIds") or [None])[0]
        if deployment_id is not None:
            found = store.deployment(deployment_id)
            return store.arn("deploymentgroup", found.application_name, found.group_name)
        if "deploymentConfigName" in wanted and "deploymentGroupName" not in wanted:
            return store.arn("deploymentconfig", wanted["deploymentConfigName"])
        if "applicationName" not in wanted:
            return "*"
        group = wanted.get("deploymentGroupName") or wanted.get("currentDeploymentGroupName")
        if group is not None:
            return store.arn("deploymentgroup", wanted["applicationName"], group)
        return store.arn("application", wanted["applicationName"])
    except (CodeDeployError, ValueError, AttributeError, TypeError):
        return "*"


def _application_of(wanted: dict) -> str:
    return _text(wanted, "applicationName", "ApplicationNameRequiredException")


def _group_of(wanted: dict) -> dict:
    name = _text(wanted, "deploymentGroupName", "DeploymentGroupNameRequiredException")
    return store.group(_application_of(wanted), name)


def _deployment_of(wanted: dict) -> Deployment:
    return store.deployment(_text(wanted, "deploymentId", "DeploymentIdRequiredException"))


def described_group(group: dict) -> dict:
    """A deployment group as the API shows it, with its last deployments."""
    made = store.deployments_of(group["applicationName"], group["deploymentGroupName"])
    described = dict(group)
    for name, found in (
        ("lastAttemptedDeployment", made[:1]),
        ("lastSuccessfulDeployment", [one for one in made if one.status == "Succeeded"][:1]),
    ):
        for one in found:
            described[name] = _without_none(
                {"deploymentId": one.id, "status": one.status, "createTime": one.created_at, "endTime": one.ended_at}
            )
    return described


def _without_none(described: dict) -> dict:
    return {name: value for name, value in described.items() if value is not None}


def described_deployment(deployment: Deployment) -> dict:
    """A deployment as the API shows it."""
    group = store.groups.get((deployment.application_name, deployment.group_name)) or {}
    return _without_none({
        "deploymentId": deployment.id,
        "applicationName": deployment.application_name,
        "deploymentGroupName": deployment.group_name,
        "deploymentConfigName": deployment.config_name,
        "computePlatform": store.LAMBDA,
        "creator": deployment.creator,
        "revision": without_content(deployment.revision),
        "status": deployment.status,
        "createTime": deployment.created_at,
        "startTime": deployment.started_at,
        "completeTime": deployment.ended_at,
        "errorInformation": deployment.error,
        "rollbackInfo": deployment.rollback,
        "autoRollbackConfiguration": group.get("autoRollbackConfiguration"),
        "deploymentStyle": group.get("deploymentStyle"),
        "ignoreApplicationStopFailures": False,
    })


def described_target(deployment: Deployment) -> dict:
    """The alias that a deployment shifts, as the API shows it."""
    shift = deployment.shift
    target = _without_none({
        "deploymentId": deployment.id,
        "targetId": f"{shift.function}:{shift.alias}",
        "targetArn": store.arn("deploymenttarget", deployment.application_name, deployment.group_name),
        "status": {"Created": "Pending", "Stopped": "Failed"}.get(deployment.status, deployment.status),
        "lastUpdatedAt": deployment.ended_at or deployment.started_at,
        "lifecycleEvents": list(deployment.events.values()),
        "lambdaFunctionInfo": {
            "functionName": shift.function,
            "functionAlias": shift.alias,
            "currentVersion": shift.current_version,
            "targetVersion": shift.target_version,
            "targetVersionWeight": deployment.weight,
        },
    })
    return {"deploymentTargetType": "LambdaTarget", "lambdaTarget": target}


def _create_deployment(wanted: dict) -> dict:
    group = _group_of(wanted)
    revision = wanted.get("revision")
    config_name = wanted.get("deploymentConfigName") or group["deploymentConfigName"]
    store.config(config_name)
    deployment = Deployment(group, read_revision(revision), "user", revision, config_name)
    deployment.start()
    return {"deploymentId": deployment.id}


def _get_revision(wanted: dict) -> dict:
    name = _application_of(wanted)
    store.application(name)
    asked = hash_of(wanted.get("revision"))
    if asked is None:
        raise CodeDeployError("RevisionRequiredException", "revision is required, with a sha256 or a content")
    for deployment in store.deployments_of(name):
        if hash_of(deployment.revision) == asked:
            return {"applicationName": name, "revision": deployment.revision}
    raise CodeDeployError("RevisionDoesNotExistException", f"{name} has no revision with the hash {asked}")


def _list_deployments(wanted: dict) -> dict:
    application, group = wanted.get("applicationName"), wanted.get("deploymentGroupName")
    if (application is None) != (group is None):
        raise CodeDeployError(
            "ApplicationNameRequiredException" if application is None else "DeploymentGroupNameRequiredException",
            "applicationName and deploymentGroupName are given together or not at all",
        )
    if application is not None:
        store.group(application, group)
    statuses = wanted.get("includeOnlyStatuses")
    between = wanted.get("createTimeRange") or {}
    start, end = between.get("start") or 0, between.get("end") or float("inf")
    return {"deployments": [
        one.id for one in store.deployments_of(application, group)
        if (not statuses or one.status in statuses) and start <= one.created_at <= end
    ]}


def _stop_deployment(wanted: dict) -> dict:
    deployment = _deployment_of(wanted)
    deployment.stop(wanted.get("autoRollbackEnabled"))
    return {"status": "Pending", "statusMessage": f"{deployment.id} is being stopped"}


def _put_hook_status(wanted: dict) -> dict:
    deployment = _deployment_of(wanted)
    status = wanted.get("status")
    if status not in HOOK_RESULTS:
        raise CodeDeployError(
            "InvalidLifecycleEventHookExecutionStatusException", f"status is {' or '.join(HOOK_RESULTS)}, not {status}"
        )
    execution_id = wanted.get("lifecycleEventHookExecutionId") or ""
    deployment.answer_hook(execution_id, status)
    return {"lifecycleEventHookExecutionId": execution_id}


def _list_groups(wanted: dict) -> dict:
    name = _application_of(wanted)
    store.application(name)
    return {"applicationName": name, "deploymentGroups": sorted(group for app, group in store.groups.keys() if app == name)}


def _batch_get_deployments(wanted: dict) -> dict:
    ids = wanted.get("deploymentIds")
    if not ids:
        raise CodeDeployError("DeploymentIdRequiredException", "deploymentIds is required")
    # As on AWS, an id that is not known is left out of the answer.
    found = [store.deployments.get(one) for one in ids]
    return {"deploymentsInfo": [described_deployment(one) for one in found if one is not None]}


def _batch_get_groups(wanted: dict) -> dict:
    name = _application_of(wanted)
    store.application(name)
    found = [store.groups.get((name, one)) for one in wanted.get("deploymentGroupNames") or []]
    return {"deploymentGroupsInfo": [described_group(one) for one in found if one is not None]}


def _config_of(wanted: dict) -> dict:
    return store.config(_text(wanted, "deploymentConfigName", "DeploymentConfigNameRequiredException"))


def _target_ids(wanted: dict) -> dict:
    return {"targetIds": [described_target(_deployment_of(wanted))["lambdaTarget"]["targetId"]]}


_OPERATIONS = {
    "BatchGetDeploymentGroups": _batch_get_groups,
    "BatchGetDeployments": _batch_get_deployments,
    "BatchGetDeploymentTargets": lambda wanted: {"deploymentTargets": [described_target(_deployment_of(wanted))]},
    "CreateDeployment": _create_deployment,
    "GetApplication": lambda wanted: {"application": store.application(_application_of(wanted))},
    "GetApplicationRevision": _get_revision,
    "GetDeployment": lambda wanted: {"deploymentInfo": described_deployment(_deployment_of(wanted))},
    "GetDeploymentConfig": lambda wanted: {"deploymentConfigInfo": _config_of(wanted)},
    "GetDeploymentGroup": lambda wanted: {"deploymentGroupInfo": described_group(_group_of(wanted))},
    "GetDeploymentTarget": lambda wanted: {"deploymentTarget": described_target(_deployment_of(wanted))},
    "ListApplications": lambda _wanted: {"applications": sorted(store.applications.keys())},
    "ListDeploymentConfigs": lambda _wanted: {
        "deploymentConfigsList": [*store.PREDEFINED_CONFIGS, *sorted(store.configs.keys())]
    },
    "ListDeploymentGroups": _list_groups,
    "ListDeployments": _list_deployments,
    "ListDeploymentTargets": _target_ids,
    "PutLifecycleEventHookExecutionStatus": _put_hook_status,
    "StopDeployment": _stop_deployment,
}
