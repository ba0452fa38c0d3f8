"""Applications, deployment configurations and deployment groups of CodeDeploy as resources of CloudFormation."""

import uuid

import codedeploy_store as store
from replacing import expected

APPLICATION = "AWS::CodeDeploy::Application"
CONFIG = "AWS::CodeDeploy::DeploymentConfig"
GROUP = "AWS::CodeDeploy::DeploymentGroup"


def install() -> None:
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    for resource_type in (APPLICATION, CONFIG, GROUP):
        if resource_type in handlers:
            raise SystemExit(f"local/emulator: ministack knows {resource_type} by itself")
    expected(provisioners, "_physical_name", "stack_name", "logical_id", "lowercase", "max_len", "seeded")
    handlers[APPLICATION] = {"create": _create_application, "update": _keep, "delete": _delete_application}
    handlers[CONFIG] = {"create": _create_config, "delete": _delete_config}
    handlers[GROUP] = {"create": _create_group, "update": _update_group, "delete": _delete_group}
    provisioners._REPLACING_PROPERTIES.update({
        APPLICATION: ("ApplicationName", "ComputePlatform"),
        CONFIG: ("DeploymentConfigName", "ComputePlatform", "TrafficRoutingConfig", "MinimumHealthyHosts", "ZonalConfig"),
        GROUP: ("ApplicationName", "DeploymentGroupName"),
    })


def _name(props: dict, property_name: str, logical_id: str, stack_name: str) -> str:
    from ministack.services.cloudformation import provisioners

    return props.get(property_name) or provisioners._physical_name(stack_name, logical_id, max_len=100)


def _require_lambda(resource_type: str, logical_id: str, props: dict) -> None:
    platform = props.get("ComputePlatform")
    if platform != store.LAMBDA:
        raise ValueError(f"{resource_type} {logical_id}: ComputePlatform {platform} is not played; {store.LAMBDA} is")


def _create_application(logical_id, props, stack_name):
    _require_lambda(APPLICATION, logical_id, props)
    name = _name(props, "ApplicationName", logical_id, stack_name)
    store.put_application(name)
    return name, {}


def _keep(physical_id, _old_props, _new_props, _stack_name):
    return physical_id, {}


def _delete_application(physical_id, _props):
    store.applications.pop(physical_id, None)


def _create_config(logical_id, props, stack_name):
    _require_lambda(CONFIG, logical_id, props)
    name = _name(props, "DeploymentConfigName", logical_id, stack_name)
    store.put_config(name, _traffic_routing(logical_id, props.get("TrafficRoutingConfig") or {}))
    return name, {}


def _traffic_routing(logical_id: str, routing: dict) -> dict:
    """The routing in the shape of the API, with numbers as numbers."""
    parts = {
        "TimeBasedCanary": ("CanaryPercentage", "CanaryInterval"),
        "TimeBasedLinear": ("LinearPercentage", "LinearInterval"),
    }
    kind = routing.get("Type")
    if kind == "AllAtOnce":
        return {"type": kind}
    try:
        numbers = {name: int(routing[kind][name]) for name in parts[kind]}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{CONFIG} {logical_id}: TrafficRoutingConfig is AllAtOnce, TimeBasedCanary or TimeBasedLinear with its "
            f"percentage and interval in minutes, not {routing}"
        ) from error
    percentage, interval = numbers.values()
    if not 1 <= percentage <= 99 or interval < 1:
        raise ValueError(
            f"{CONFIG} {logical_id}: a percentage is from 1 to 99 and an interval at least 1 minute, not {routing}"
        )
    return {"type": kind, _lower_first(kind): _lower(numbers)}


def _delete_config(physical_id, _props):
    store.configs.pop(physical_id, None)


def _create_group(logical_id, props, stack_name):
    name = _name(props, "DeploymentGroupName", logical_id, stack_name)
    if (props["ApplicationName"], name) in store.groups:
        raise ValueError(f"{GROUP} {logical_id}: {name} already exists")
    store.put_group(_group(name, str(uuid.uuid4()), props))
    return name, {}


def _update_group(physical_id, _old_props, new_props, _stack_name):
    before = store.group(new_props["ApplicationName"], physical_id)
    store.put_group(_group(physical_id, before["deploymentGroupId"], new_props))
    return physical_id, {}


def _delete_group(physical_id, props):
    store.groups.pop((props["ApplicationName"], physical_id), None)


def _group(name: str, group_id: str, props: dict) -> dict:
    shown = ("AlarmConfiguration", "AutoRollbackConfiguration", "DeploymentStyle", "TriggerConfigurations")
    group = {
        "applicationName": props["ApplicationName"],
        "deploymentGroupName": name,
        "deploymentGroupId": group_id,
        "deploymentConfigName": props.get("DeploymentConfigName") or "CodeDeployDefault.LambdaAllAtOnce",
        "serviceRoleArn": props["ServiceRoleArn"],
        **{_lower_first(part): _lower(props[part]) for part in shown if part in props},
    }
    for part in ("alarmConfiguration", "autoRollbackConfiguration"):
        if part in group:
            group[part]["enabled"] = _flag(group[part].get("enabled", True))
    if "alarmConfiguration" in group:
        ignored = group["alarmConfiguration"].get("ignorePollAlarmFailure", False)
        group["alarmConfiguration"]["ignorePollAlarmFailure"] = _flag(ignored)
    return group


def _flag(value) -> bool:
    """A flag, which CloudFormation may hand on as a text."""
    return str(value).lower() == "true"


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def _lower(value):
    """Properties of CloudFormation under the names that the API has for them."""
    if isinstance(value, dict):
        return {_lower_first(name): _lower(inner) for name, inner in value.items()}
    return [_lower(inner) for inner in value] if isinstance(value, list) else value
