"""The update policy `CodeDeployLambdaAliasUpdate`: when a stack update changes the version of an alias, a deployment shifts it.

Of a resource ministack reads the properties only. So the policy is handed on as one more property of the alias, which makes
the alias wait for what the policy refers to and resolves the references. The aliases of one update are shifted at the same
time, as on AWS, unless one of them depends on another. A deployment that does not succeed fails the update. What is rolled
back because something else failed goes back at once, without a deployment.
"""

import copy
from contextvars import ContextVar

import codedeploy_store as store
from codedeploy_deployments import Deployment
from codedeploy_revision import Shift
from replacing import expected, replace

ALIAS = "AWS::Lambda::Alias"

POLICY = "CodeDeployLambdaAliasUpdate"
"""Name of the update policy, and of the property that it is handed on as."""

LOOK_SECONDS = 0.25


class _Update:
    """A stack operation, with the deployments that it has started."""

    def __init__(self, stack_name: str, template: dict, parameters: dict) -> None:
        self.stack_name, self.template, self.parameters = stack_name, template, parameters
        self.started: dict[str, Deployment] = {}
        """By the alias' logical id, until the alias has its turn."""

    def stop_started(self) -> None:
        """Puts back every alias that was started and will not have its turn."""
        while self.started:
            _, deployment = self.started.popitem()
            deployment.cancel()
            deployment.wait()
            deployment.put_back()


_under_way: ContextVar[_Update | None] = ContextVar("tenfold_update_under_way", default=None)


def install() -> None:
    _hand_on_policies()
    _know_the_update()
    _shift_before_dependents()
    _shift_aliases()


def _hand_on_policies() -> None:
    from ministack.services.cloudformation import changesets, engine, handlers

    def parse_template(template_body):
        template = parse(template_body)
        resources = template.get("Resources")
        for resource in resources.values() if isinstance(resources, dict) else ():
            policy = (resource.get("UpdatePolicy") or {}).get(POLICY) if isinstance(resource, dict) else None
            if policy is not None and resource.get("Type") == ALIAS:
                resource["Properties"] = {**resource.get("Properties", {}), POLICY: policy}
        return template

    parse = expected(engine, "_parse_template", "template_body", mentions=("json.loads(template_body)",))
    for module in (engine, handlers, changesets):
        replace(module, "_parse_template", parse_template, "template_body")


def _know_the_update() -> None:
    from ministack.core.concurrency import run_reentrant
    from ministack.services.cloudformation import changesets, handlers, stacks

    async def deploy_stack(stack_name, stack_id, template, param_values, *rest, **named):
        update = _Update(stack_name, template, param_values)
        # Each stack operation is a task of its own: no other sees the variable.
        _under_way.set(update)
        await deploy(stack_name, stack_id, template, param_values, *rest, **named)
        await run_reentrant(update.stop_started)

    async def roll_back(stack_name, stack_id, stack, operation, reason_override=""):
        update = _under_way.get()
        if update is not None:
            await run_reentrant(update.stop_started)
        await roll_back_rest(stack_name, stack_id, stack, operation, reason_override)

    signature = (
        "stack_name", "stack_id", "template", "param_values", "disable_rollback", "tags", "is_update", "previous_stack",
        "retain_except_on_create", "imports",
    )
    deploy = expected(
        stacks, "_deploy_stack_async", *signature,
        mentions=("await _roll_back_operation(stack_name", "run_reentrant(\n                            _update_keeping_seed"),
    )
    for module in (stacks, handlers, changesets):
        replace(module, "_deploy_stack_async", deploy_stack, *signature)
    roll_back_rest = replace(
        stacks, "_roll_back_operation", roll_back, "stack_name", "stack_id", "stack", "operation", "reason_override"
    )


def _shift_before_dependents() -> None:
    """Everything that needs no shifted alias is done before the first one is shifted."""
    from ministack.services.cloudformation import engine, stacks

    def aliases_last(resources, conditions):
        ordered = sort(resources, conditions)
        after = set(_aliases(resources))
        for name in ordered:
            if depends_on(resources[name], after):
                after.add(name)
        return [name for name in ordered if name not in after] + [name for name in ordered if name in after]

    depends_on = expected(engine, "_extract_deps", "resource_def", "all_resource_names")
    sort = replace(stacks, "_topological_sort", aliases_last, "resources", "conditions")


def _aliases(resources: dict) -> list[str]:
    return [name for name, resource in resources.items() if POLICY in (resource.get("Properties") or {})]


def _shift_aliases() -> None:
    from ministack.services.cloudformation import provisioners, stacks

    def update(physical_id, old_props, new_props, stack_name, logical_id=None):
        if not _is_to_be_shifted(stack_name, old_props, new_props):
            return update_at_once(physical_id, old_props, new_props, stack_name, logical_id)
        _await_shift(stack_name, logical_id, physical_id, old_props, new_props)
        return physical_id, {"AliasArn": physical_id}

    # A deployment of minutes must not hold the event loop.
    on_worker_thread = expected(stacks, "_runs_on_worker_thread", "resource_type")
    replace(
        stacks, "_runs_on_worker_thread",
        lambda resource_type: resource_type == ALIAS or on_worker_thread(resource_type), "resource_type",
    )
    update_at_once = expected(
        provisioners, "_lambda_alias_update", "physical_id", "old_props", "new_props", "stack_name", "logical_id"
    )
    provisioners._RESOURCE_HANDLERS[ALIAS]["update"] = update


def _is_to_be_shifted(stack_name: str, old_props: dict, new_props: dict) -> bool:
    from ministack.services.cloudformation import _stacks

    same_alias = all(old_props.get(name) == new_props.get(name) for name in ("FunctionName", "Name"))
    changed = old_props.get("FunctionVersion") != new_props.get("FunctionVersion")
    return POLICY in new_props and same_alias and changed and "ROLLBACK" not in _stacks[stack_name]["StackStatus"]


def _await_shift(stack_name: str, logical_id: str, physical_id: str, old_props: dict, new_props: dict) -> None:
    """Holds the thread until the alias is shifted.

    Raises ValueError when it was not, with the words of AWS.
    """
    from ministack.services.cloudformation import _stacks

    update = _under_way.get()
    # A nested stack is deployed within the operation of its parent.
    if update is None or update.stack_name != stack_name:
        update = _Update(stack_name, {}, {})
    if logical_id not in update.started:
        _start(update, logical_id, physical_id, old_props, new_props)
        _start_independent(update)
    deployment = update.started.pop(logical_id)
    while not deployment.wait(LOOK_SECONDS):
        failed = {name: other for name, other in update.started.items() if other.has_failed()}
        # CancelUpdateStack: the stack goes on to roll back when this alias has failed.
        if not failed and not _stacks[stack_name].get("_cancel_requested"):
            continue
        for name, other in failed.items():
            del update.started[name]
            reason = _put_back(stack_name, name, other)
            _tell(stack_name, name, "UPDATE_FAILED", reason)
        deployment.cancel()
        deployment.wait()
        _put_back(stack_name, logical_id, deployment)
        raise ValueError("Resource update cancelled")
    if deployment.has_failed():
        raise ValueError(_put_back(stack_name, logical_id, deployment))


def _put_back(stack_name: str, logical_id: str, deployment: Deployment) -> str:
    """Leaves the alias as it was before the deployment; answers why."""
    if deployment.rolled_back_by is not None:
        reason = f"CodeDeploy rollback deployment started: {deployment.rolled_back_by.id}"
        _tell(stack_name, logical_id, "UPDATE_IN_PROGRESS", reason)
    deployment.put_back()
    return f"{deployment.id} failed. {(deployment.error or {}).get('message', '')}"


def _start(update: _Update, logical_id: str, physical_id: str, old_props: dict, new_props: dict) -> None:
    """Changes the alias but for its version, and starts the deployment that shifts it."""
    from ministack.services.cloudformation import provisioners

    rest = {**new_props, "FunctionVersion": old_props["FunctionVersion"]}
    provisioners._lambda_alias_update(physical_id, old_props, rest, update.stack_name, logical_id)
    policy = new_props[POLICY]
    function, alias = physical_id.split(":")[6:8]
    hooks = {
        event: policy[name]
        for event, name in (("BeforeAllowTraffic", "BeforeAllowTrafficHook"), ("AfterAllowTraffic", "AfterAllowTrafficHook"))
        if policy.get(name)
    }
    group = store.group(policy["ApplicationName"], policy["DeploymentGroupName"])
    shift = Shift(function, alias, old_props["FunctionVersion"], new_props["FunctionVersion"], hooks)
    deployment = Deployment(group, shift, "CloudFormation")
    deployment.start()
    update.started[logical_id] = deployment
    _tell(update.stack_name, logical_id, "UPDATE_IN_PROGRESS", f"CodeDeploy deployment started: {deployment.id}")


def _start_independent(update: _Update) -> None:
    """Starts the deployments of those aliases too that are to be shifted and depend on no other alias."""
    from ministack.services.cloudformation import _stacks, engine, stacks

    stack, resources = _stacks[update.stack_name], update.template.get("Resources", {})
    shifted = set(_aliases(resources))
    for logical_id in sorted(shifted - update.started.keys()):
        needed = stacks._with_dependencies([logical_id], resources, set(resources))
        record = stack["_resources"].get(logical_id)
        condition = resources[logical_id].get("Condition")
        if needed & shifted != {logical_id} or record is None or (condition and not stack["_conditions"].get(condition)):
            continue
        new_props = engine._resolve_refs(
            copy.deepcopy(resources[logical_id]["Properties"]), stack["_resources"], update.parameters,
            stack["_conditions"], update.template.get("Mappings", {}), update.stack_name, stack["StackId"],
        )
        if _is_to_be_shifted(update.stack_name, record["Properties"], new_props):
            try:
                _start(update, logical_id, record["PhysicalResourceId"], record["Properties"], new_props)
            except store.CodeDeployError:
                continue  # It is told of the alias itself, when that has its turn.


def _tell(stack_name: str, logical_id: str, status: str, reason: str) -> None:
    """Adds an event of the alias to those of its stack."""
    from ministack.services.cloudformation import _stacks, stacks

    stack = _stacks[stack_name]
    physical_id = stack["_resources"][logical_id]["PhysicalResourceId"]
    stacks._add_event(stack["StackId"], stack_name, logical_id, ALIAS, status, reason, physical_id)
