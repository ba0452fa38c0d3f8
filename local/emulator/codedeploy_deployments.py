"""Deployments of Lambda functions, as CodeDeploy carries them out.

The hook before traffic, the shift by the schedule of the deployment's configuration, the hook after it; all the while the
alarms of the group are looked at and StopDeployment is listened to. Whatever goes wrong ends the deployment, and if the
group says so a second deployment puts the alias back. Each runs in a thread of its own; minutes are played (played_time.py).

The words are those of AWS where they are known.
"""

import logging
import threading
import time
import uuid

import alarms
import codedeploy_store
import played_time
import regions
import role_rights
from codedeploy_revision import HOOK_EVENTS, Shift
from codedeploy_store import CodeDeployError

HOOK_LIMIT_SECONDS = 60 * 60
"""How long a hook may take to call back:
https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html"""

LOOK_SECONDS = 0.25
"""How often the alarms are looked at; not played, as it says how late a ringing alarm is seen at most."""

FAILURE = "DEPLOYMENT_FAILURE"
STOP_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"
STOP_ON_REQUEST = "DEPLOYMENT_STOP_ON_REQUEST"
NEVER_BEGUN = "NEVER_BEGUN"
"""No event of automatic rollbacks: the alias is not where the deployment would put it back to."""

ALLOW_TRAFFIC = "AllowTraffic"

logger = logging.getLogger("tenfold")

_starting = threading.Lock()


class _Ended(Exception):
    """The deployment ends before its time."""

    def __init__(self, status: str, code: str, message: str, cause: str) -> None:
        super().__init__(message)
        self.status, self.code, self.cause = status, code, cause


class _Aborted(Exception):
    """The emulator ends or forgets everything; nothing is put in order any more."""


class Deployment:
    """A shift of one alias under the rules of a deployment group; made in the account and region of the context."""

    def __init__(self, group: dict, shift: Shift, creator: str, revision: dict | None = None, config_name: str = "") -> None:
        from ministack.core.responses import get_region

        self.id = codedeploy_store.new_id()
        self.application_name, self.group_name = group["applicationName"], group["deploymentGroupName"]
        self.config_name = config_name or group["deploymentConfigName"]
        self.shift, self.revision, self.creator = shift, revision or shift.as_revision(), creator
        self.status = "Created"
        self.created_at = time.time()
        self.started_at: float | None = None
        self.ended_at: float | None = None
        self.error: dict | None = None
        self.rollback: dict | None = None
        self.weight = 0.0
        """Percentage of the traffic that meets the target version."""
        names = (HOOK_EVENTS[0], ALLOW_TRAFFIC, HOOK_EVENTS[1])
        self.events: dict[str, dict] = {
            name: {"lifecycleEventName": name, "status": "Pending"} for name in names
        }
        self.rolled_back_by: Deployment | None = None
        self._group, self._region = group, get_region()
        self._changed = threading.Condition()
        self._answers: dict[str, str | None] = {}
        self._stop_requested: bool | None = None
        """Whether to roll back; None as long as nobody asked to stop."""
        self._has_shifted = False
        self._aborted = False
        self._over = threading.Event()

    def start(self) -> None:
        """Begins to shift.

        Raises CodeDeployError when the group has a deployment under way.
        """
        from ministack.core.concurrency import spawn_background

        with _starting:
            for other in codedeploy_store.deployments_of(self.application_name, self.group_name):
                if not other.has_ended():
                    raise CodeDeployError(
                        "DeploymentLimitExceededException",
                        f"The Deployment Group '{self.group_name}' already has an active Deployment '{other.id}'",
                    )
            codedeploy_store.deployments[self.id] = self
        spawn_background(self._run, thread_name=f"tenfold-{self.id}")

    def has_ended(self) -> bool:
        return self.status in codedeploy_store.ENDED

    def has_failed(self) -> bool:
        """Whether it is over, with what undoes it, and has not done what it was made for."""
        return self._over.is_set() and self.status != "Succeeded"

    def wait(self, seconds: float | None = None) -> bool:
        """Holds a thread until the deployment, and what undoes it, is over, or so many seconds; whether it is over."""
        return self._over.wait(seconds)

    def stop(self, roll_back: bool | None) -> None:
        """Asks the deployment to stop; None leaves it to the group whether it is rolled back."""
        with self._changed:
            if self.has_ended():
                raise CodeDeployError("DeploymentAlreadyCompletedException", f"{self.id} is {self.status} already")
            events = self._rollback_events()
            self._stop_requested = STOP_ON_REQUEST in events if roll_back is None else roll_back
            self._changed.notify_all()

    def cancel(self) -> None:
        """Stops the deployment and rolls it back; nothing when it is over."""
        with self._changed:
            self._stop_requested = True
            self._changed.notify_all()

    def answer_hook(self, execution_id: str, status: str) -> None:
        """What a hook found."""
        with self._changed:
            if execution_id not in self._answers:
                raise CodeDeployError(
                    "InvalidLifecycleEventHookExecutionIdException",
                    f"{execution_id} is no hook execution of {self.id}",
                )
            if self._answers[execution_id] is not None or self.has_ended():
                raise CodeDeployError(
                    "LifecycleEventAlreadyCompletedException",
                    f"the hook execution {execution_id} of {self.id} was answered or is over",
                )
            self._answers[execution_id] = status
            self._changed.notify_all()

    def put_back(self) -> None:
        """Sends all traffic to the version that had it before, unless the deployment has left the alias alone."""
        if self._has_shifted:
            self._update_alias(self.shift.current_version, {})
            self._has_shifted = False
            self.weight = 0.0

    def abort(self) -> None:
        """Ends the deployment as it stands."""
        with self._changed:
            self._aborted = True
            self._changed.notify_all()

    def _run(self) -> None:
        try:
            self.status, self.started_at = "InProgress", time.time()
            logger.info("%s shifts %s:%s from version %s to %s", self.id, self.shift.function, self.shift.alias,
                        self.shift.current_version, self.shift.target_version)
            self._look()
            self._expect_current_version()
            self._call_hook(HOOK_EVENTS[0])
            self._shift_traffic()
            self._call_hook(HOOK_EVENTS[1])
            self._look()
            self._end("Succeeded")
        except _Ended as ended:
            self._give_up(ended)
        except _Aborted:
            self.error = {"code": "INTERNAL_ERROR", "message": "The emulator ends, or was reset."}
            self._end("Failed")
        except Exception as error:
            # Whoever waits for the deployment must hear of it, and the alias must not stay between two versions.
            logger.exception("%s", self.id)
            self._give_up(_Ended("Failed", "INTERNAL_ERROR", f"{type(error).__name__}: {error}", FAILURE))
        finally:
            self._over.set()

    def _give_up(self, ended: _Ended) -> None:
        for event in self.events.values():
            if event["status"] == "InProgress":
                event.update(status="Failed", endTime=time.time())
            elif event["status"] == "Pending":
                event["status"] = "Skipped"
        self.error = {"code": ended.code, "message": str(ended)}
        asked = self._stop_requested if ended.cause == STOP_ON_REQUEST else ended.cause in self._rollback_events()
        try:
            if asked:
                self._roll_back()
        finally:
            # Even with an alias that cannot be put back: the next deployment must not wait for this one.
            self._end(ended.status)

    def _roll_back(self) -> None:
        back = Deployment(self._group, self.shift.back(), "codeDeployRollback")
        back.started_at = back.created_at
        back.rollback = {
            "rollbackTriggeringDeploymentId": self.id,
            "rollbackMessage": f"Deployment {back.id} is triggered to roll back deployment {self.id}.",
        }
        self.rollback = {
            "rollbackDeploymentId": back.id,
            "rollbackMessage": f"Deployment {self.id} terminated. "
                               f"Automatic rollback is triggered with a DeploymentId {back.id}.",
        }
        codedeploy_store.deployments[back.id] = back
        self.put_back()
        back.weight = 100.0
        for event in back.events.values():
            event["status"] = "Succeeded" if event["lifecycleEventName"] == ALLOW_TRAFFIC else "Skipped"
        back._end("Succeeded")
        back._over.set()
        self.rolled_back_by = back

    def _rollback_events(self) -> list[str]:
        configuration = self._group.get("autoRollbackConfiguration") or {}
        return configuration.get("events") or [] if configuration.get("enabled") else []

    def _end(self, status: str) -> None:
        self.ended_at = time.time()
        self.status = status
        logger.info("%s %s %s", self.id, status, (self.error or {}).get("message", ""))

    def _look(self) -> None:
        """Ends the deployment if somebody or an alarm wants it to end."""
        regions.wait_while_silent(self._region)
        if self._aborted:
            raise _Aborted
        if self._stop_requested is not None:
            raise _Ended("Stopped", "MANUAL_STOP", "The deployment was stopped on request.", STOP_ON_REQUEST)
        configuration = self._group.get("alarmConfiguration") or {}
        names = codedeploy_store.watched_alarms(self._group)
        missing = [name for name in names if _alarm(name) is None]
        if missing and not configuration.get("ignorePollAlarmFailure"):
            raise _Ended(
                "Stopped", "ALARM_ACTIVE",
                f"The status of alarms could not be retrieved: {' '.join(f'<{name}>' for name in missing)}", STOP_ON_ALARM,
            )
        ringing = [name for name in names if _rings(name)]
        if ringing:
            raise _Ended(
                "Stopped", "ALARM_ACTIVE",
                "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the "
                f"affected deployments have been stopped. Activated alarms: {' '.join(f'<{name}>' for name in ringing)}",
                STOP_ON_ALARM,
            )

    def _wait(self, seconds: float, until=lambda: None):
        """Lets so many seconds of AWS pass; what `until` finds ends the wait and is answered."""
        give_up_at = time.monotonic() + played_time.played(seconds)
        while True:
            self._look()
            with self._changed:
                found = until()
                left = give_up_at - time.monotonic()
                if found is not None or left <= 0:
                    return found
                self._changed.wait(min(left, LOOK_SECONDS))

    def _begin(self, name: str) -> dict:
        event = self.events[name]
        event.update(status="InProgress", startTime=time.time())
        return event

    def _call_hook(self, name: str) -> None:
        hook = self.shift.hooks.get(name)
        if hook is None:
            self.events[name]["status"] = "Skipped"
            return
        event = self._begin(name)
        execution_id = str(uuid.uuid4())
        self._answers[execution_id] = None
        self._invoke(hook, {"DeploymentId": self.id, "LifecycleEventHookExecutionId": execution_id})
        found = self._wait(HOOK_LIMIT_SECONDS, lambda: self._answers[execution_id])
        if found is None:
            raise _Ended(
                "Failed", "TIMEOUT",
                "The deployment timed out while waiting for a status callback. CodeDeploy expects a status callback within "
                "one hour after a deployment hook is invoked.", FAILURE,
            )
        if found == "Failed":
            raise _Ended(
                "Failed", "HOOK_EXECUTION_FAILURE",
                "The deployment failed because one or more of the lifecycle event validation functions failed.", FAILURE,
            )
        event.update(status="Succeeded", endTime=time.time())

    def _invoke(self, hook: str, payload: dict) -> None:
        """Invokes a hook once, without waiting for its return: it says what it found by calling back."""
        from ministack.core.concurrency import spawn_background
        from ministack.services import lambda_svc

        record, config, _ = lambda_svc._get_func_record_for_ref(hook)
        if record is None:
            raise _Ended("Failed", "INVALID_LAMBDA_FUNCTION", f"The hook {hook} does not exist.", FAILURE)
        role = self._group["serviceRoleArn"]
        if not may_invoke(role, config["FunctionArn"], config["FunctionName"]):
            raise _Ended(
                "Failed", "IAM_ROLE_PERMISSIONS",
                f"The deployment failed because the service role {role} does not have permission to perform "
                f"lambda:InvokeFunction on {config['FunctionArn']}.", FAILURE,
            )
        execution = lambda_svc._execution_record_for_config(record, config)
        spawn_background(lambda_svc._execute_function_with_config_scope, execution, payload,
                         thread_name=f"tenfold-hook-{self.id}")

    def _expect_current_version(self) -> None:
        from ministack.services import lambda_svc

        shift = self.shift
        function = lambda_svc._functions.get(shift.function) or {}
        alias = function.get("aliases", {}).get(shift.alias)
        if alias is None:
            raise _Ended("Failed", "INVALID_LAMBDA_FUNCTION", f"{shift.function}:{shift.alias} does not exist.", NEVER_BEGUN)
        if alias["FunctionVersion"] != shift.current_version or shift.target_version not in function["versions"]:
            raise _Ended(
                "Failed", "INVALID_LAMBDA_CONFIGURATION",
                "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is "
                "missing or has an invalid configuration. The Lambda function alias version does not match the current "
                "version in AppSpec file.", NEVER_BEGUN,
            )

    def _shift_traffic(self) -> None:
        event = self._begin(ALLOW_TRAFFIC)
        for minutes, percentage in steps(codedeploy_store.config(self.config_name)["trafficRoutingConfig"]):
            self._wait(minutes * 60)
            self._has_shifted = True
            if percentage < 100:
                self._update_alias(self.shift.current_version, {self.shift.target_version: percentage / 100})
            else:
                self._update_alias(self.shift.target_version, {})
            self.weight = float(percentage)
        event.update(status="Succeeded", endTime=time.time())

    def _update_alias(self, version: str, weights: dict[str, float]) -> None:
        from ministack.services import lambda_svc

        routing = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": weights}}
        status, _, body = lambda_svc._update_alias(self.shift.function, self.shift.alias, routing)
        if status != 200:
            raise RuntimeError(f"UpdateAlias of {self.shift.function}:{self.shift.alias} answers {status}: {body!r}")


def steps(routing: dict) -> list[tuple[int, int]]:
    """The schedule of a traffic routing: minutes to wait, and the percentage of the target version after them."""
    match routing["type"]:
        case "TimeBasedCanary":
            canary = routing["timeBasedCanary"]
            return [(0, canary["canaryPercentage"]), (canary["canaryInterval"], 100)]
        case "TimeBasedLinear":
            linear = routing["timeBasedLinear"]
            step, interval = linear["linearPercentage"], linear["linearInterval"]
            return [(0, step)] + [(interval, min(share, 100)) for share in range(2 * step, 100 + step, step)]
        case _:
            return [(0, 100)]


def may_invoke(role_arn: str, function_arn: str, function_name: str) -> bool:
    """Whether a deployment group's service role lets it call a hook."""
    from ministack.core.responses import get_account_id
    from ministack.services import iam

    role = iam._roles.get_scoped(get_account_id(), None, role_arn.rsplit("/", 1)[-1])
    if role is None:
        return False
    managed = role.get("AttachedPolicies", [])
    # What AWS' own policies for this role allow: hooks by their name.
    if any("AWSCodeDeployRoleForLambda" in policy for policy in managed) and function_name.startswith("CodeDeployHook_"):
        return True
    return role_rights.allows(role_arn, "lambda:InvokeFunction", function_arn)


def _alarm(name: str) -> dict | None:
    from ministack.services import cloudwatch

    return cloudwatch._alarms.get(name) or cloudwatch._composite_alarms.get(name)


def _rings(name: str) -> bool:
    alarm = _alarm(name)
    if alarm is not None and "MetricName" in alarm:
        alarms.evaluate(alarm)
    return alarm is not None and alarm["StateValue"] == "ALARM"


def abort_all() -> None:
    """Ends every deployment as it stands, when the emulator ends."""
    for deployment in codedeploy_store.deployments.all_values():
        deployment.abort()
