"""What CodeDeploy knows: applications, deployment configurations, deployment groups, deployments.

Everything is kept in the shape of the API's answers, and by account and region. Of the compute platforms only Lambda.
"""

import random
import string
import time

LAMBDA = "Lambda"

_ALL_AT_ONCE = {"type": "AllAtOnce"}


def _canary(percentage: int, minutes: int) -> dict:
    times = {"canaryPercentage": percentage, "canaryInterval": minutes}
    return {"type": "TimeBasedCanary", "timeBasedCanary": times}


def _linear(percentage: int, minutes: int) -> dict:
    times = {"linearPercentage": percentage, "linearInterval": minutes}
    return {"type": "TimeBasedLinear", "timeBasedLinear": times}


PREDEFINED_CONFIGS: dict[str, dict] = {
    "CodeDeployDefault.LambdaAllAtOnce": _ALL_AT_ONCE,
    **{f"CodeDeployDefault.LambdaCanary10Percent{minutes}Minutes": _canary(10, minutes) for minutes in (5, 10, 15, 30)},
    "CodeDeployDefault.LambdaLinear10PercentEvery1Minute": _linear(10, 1),
    **{f"CodeDeployDefault.LambdaLinear10PercentEvery{minutes}Minutes": _linear(10, minutes) for minutes in (2, 3, 10)},
}
"""Traffic routing by name: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html"""

ENDED = ("Succeeded", "Failed", "Stopped")


class CodeDeployError(Exception):
    """A refusal with the name that the API gives it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _scoped():
    from ministack.core.responses import AccountRegionScopedDict

    return AccountRegionScopedDict()


applications = _scoped()
configs = _scoped()
groups = _scoped()
"""By application and name."""
deployments = _scoped()
"""Running and past deployments (codedeploy_deployments.Deployment) by id, oldest first."""


def reset() -> None:
    for store in (applications, configs, groups):
        store._data.clear()
    for deployment in deployments.all_values():
        deployment.abort()
    deployments._data.clear()


def arn(kind: str, *names: str) -> str:
    from ministack.core.responses import get_account_id, get_region

    return f"arn:aws:codedeploy:{get_region()}:{get_account_id()}:{kind}:{'/'.join(names)}"


def new_id() -> str:
    """As AWS writes them: d-A1B2C3D4E."""
    return "d-" + "".join(random.choices(string.ascii_uppercase + string.digits, k=9))


def put_application(name: str) -> dict:
    if name in applications:
        raise CodeDeployError("ApplicationAlreadyExistsException", f"Application already exists: {name}")
    applications[name] = {"applicationName": name, "computePlatform": LAMBDA, "createTime": time.time()}
    return applications[name]


def application(name: str) -> dict:
    if name not in applications:
        raise CodeDeployError("ApplicationDoesNotExistException", f"No application found for name: {name}")
    return applications[name]


def put_config(name: str, traffic_routing: dict) -> dict:
    if name in configs or name in PREDEFINED_CONFIGS:
        raise CodeDeployError("DeploymentConfigAlreadyExistsException", f"Deployment configuration already exists: {name}")
    configs[name] = _config(name, traffic_routing)
    return configs[name]


def _config(name: str, traffic_routing: dict) -> dict:
    return {"deploymentConfigName": name, "computePlatform": LAMBDA, "trafficRoutingConfig": traffic_routing}


def config(name: str) -> dict:
    if name in PREDEFINED_CONFIGS:
        return _config(name, PREDEFINED_CONFIGS[name])
    if name not in configs:
        raise CodeDeployError("DeploymentConfigDoesNotExistException", f"No deployment configuration found for name: {name}")
    return configs[name]


def put_group(group: dict) -> dict:
    """Puts a new group or one in the place of its predecessor."""
    application(group["applicationName"])
    config(group["deploymentConfigName"])
    groups[(group["applicationName"], group["deploymentGroupName"])] = {"computePlatform": LAMBDA, **group}
    return group


def group(application_name: str, name: str) -> dict:
    application(application_name)
    found = groups.get((application_name, name))
    if found is None:
        raise CodeDeployError("DeploymentGroupDoesNotExistException", f"No Deployment Group found for name: {name}")
    return found


def watched_alarms(group: dict) -> list[str]:
    """Names of the alarms that stop a deployment of the group."""
    configuration = group.get("alarmConfiguration") or {}
    return [alarm["name"] for alarm in configuration.get("alarms") or []] if configuration.get("enabled") else []


def watches(alarm_name: str) -> bool:
    """Whether any group of the context's account and region watches the alarm."""
    return any(alarm_name in watched_alarms(group) for group in groups.values())


def deployment(deployment_id: str):
    found = deployments.get(deployment_id)
    if found is None:
        raise CodeDeployError(
            "DeploymentDoesNotExistException", f"The deployment {deployment_id} could not be found"
        )
    return found


def deployments_of(application_name: str | None = None, group_name: str | None = None) -> list:
    """Deployments, the latest first."""
    return [
        one for one in reversed(deployments.values())
        if application_name in (None, one.application_name) and group_name in (None, one.group_name)
    ]
