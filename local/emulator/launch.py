"""Starts ministack with some of its answers brought to those of AWS; everything else is left as it is.

1. Every request counts as sent over TLS. The emulator listens on the loopback interface in plain HTTP and enforces
   IAM, so the `aws:SecureTransport` denials that each queue and topic carries would refuse the whole system.
2. Sending a task's result is checked against the state machine that waits for it, as AWS does. ministack checks
   it against `*`, so that only a grant wider than the deployed one would pass.
3. A batch of messages needs the permission of a single one, which is what AWS asks for; ministack asks for one of its own.
4. `Ref` of a secret is its ARN. ministack gives the name, so that no grant on the secret fits.
5. Event source mappings of DynamoDB streams keep partial failures, retry limits and destinations (stream_poller.py).
6. A reference to another region's stack reads that region (stack_outputs.py).
7. Replicas of a global table are written one after the other, and the last writer wins (replication.py).
8. A region can go dark, the ways between regions can be slow or cut, and partitions of tables too busy (control.py).
9. CloudFormation makes the replicas of global tables and of keys (multi_region_resources.py).
10. CloudFormation makes health checks of Route 53 (health_check_resources.py).
11. Functions' logs in the embedded metric format become metrics (embedded_metrics.py), which are kept few (metric_points.py).
12. Schedules of one minute fire every six seconds (schedules.py).
13. Sessions of roles are registered one at a time, so that two functions can start at the same moment.
14. An alias sends its traffic to its versions by their weights (weighted_aliases.py), and each invocation is measured by
    function, alias and version (invocation_metrics.py).
15. Alarms are evaluated (alarms.py), and values between two bounds counted (bounded_statistics.py).
16. CodeDeploy shifts the aliases of Lambda functions: its API (codedeploy_api.py), its types in CloudFormation
    (codedeploy_resources.py) and the update policy of an alias (alias_updates.py).
17. Invoking a version or an alias by its qualifier needs the permission on it. ministack asks for one on the whole function.
18. Configurations of AppConfig are validated, granted, and spread faster than on AWS (configurations.py).
19. A function makes a log group only when its role may (log_groups.py).
20. Shards of Kinesis that were split or merged are read to their end (kinesis_shards.py).
21. Event source mappings of Kinesis streams keep the order of a key, partial failures, retry limits and destinations
    (kinesis_poller.py).
22. Firehose collects records before it writes them to S3, compressed if asked to (firehose_delivery.py).
23. CloudFormation locks the objects of a bucket, and a copy of a locked object is locked (bucket_locks.py).
24. Conditions know a session of a role by the role's ARN (principal_arns.py).
25. A REST API logs its requests (access_logs.py).

Each change replaces something internal, so any other release than the pinned one is refused.
"""

import contextvars
import importlib.metadata
import json
import os
import signal
import sys
import threading
import time

import access_logs
import alarms
import alias_updates
import bounded_statistics
import bucket_locks
import codedeploy_api
import codedeploy_resources
import configurations
import control
import embedded_metrics
import firehose_delivery
import health_check_resources
import invocation_metrics
import kinesis_shards
import log_groups
import metric_points
import multi_region_resources
import principal_arns
import schedules
import stack_outputs
import weighted_aliases
from replacing import replace

MINISTACK_VERSION = "1.5.33"


def count_every_request_as_tls() -> None:
    from ministack import app
    from ministack.core import iam_evaluator

    # Calls between services (event sources, fan-out, Step Functions) run without a request and get the default.
    origin = contextvars.ContextVar("tenfold_request_origin", default=("127.0.0.1", True))
    iam_evaluator._request_origin = origin
    app.pin_request_origin = lambda source_ip, _secure: origin.set((source_ip, True))


def check_task_results_against_their_state_machine() -> None:
    from ministack.core import iam_actions
    from ministack.services import stepfunctions

    waiting: dict[str, str] = {}
    apply_arguments = stepfunctions._apply_jsonata_arguments
    resource_of = iam_actions.extract_resource_arn

    def remember_token(state, state_input, context):
        token = context.get("Task", {}).get("Token")
        if token is not None:
            waiting[token] = context["StateMachine"]["Id"]
        return apply_arguments(state, state_input, context)

    def resource_with_tokens(service, method, path, headers, body, *rest):
        if service == "states" and b'"taskToken"' in (body or b""):
            token = json.loads(body).get("taskToken")
            if token in waiting:
                return waiting[token]
        return resource_of(service, method, path, headers, body, *rest)

    stepfunctions._apply_jsonata_arguments = remember_token
    iam_actions.extract_resource_arn = resource_with_tokens


BATCH_PERMISSIONS = {
    "sns:PublishBatch": "sns:Publish",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}


def check_batches_like_single_messages() -> None:
    from ministack.core import iam_actions

    action_of = iam_actions.extract_iam_action

    def single_action(*request):
        action = action_of(*request)
        return BATCH_PERMISSIONS.get(action, action)

    iam_actions.extract_iam_action = single_action


def check_invocations_against_their_qualifier() -> None:
    from ministack.core import iam_actions

    resource_of = iam_actions.extract_resource_arn
    unqualified_parts = 7

    def qualified_resource(service, method, path, headers, body, query_params, *rest):
        resource = resource_of(service, method, path, headers, body, query_params, *rest)
        if service != "lambda" or not path.endswith("/invocations") or len(resource.split(":")) != unqualified_parts:
            return resource
        asked = query_params.get("Qualifier")
        qualifier = asked[0] if isinstance(asked, list) and asked else asked
        return f"{resource}:{qualifier}" if qualifier else resource

    iam_actions.extract_resource_arn = qualified_resource


def refer_to_secrets_by_arn() -> None:
    from ministack.services import secretsmanager
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def name_of(arn):
        name, _ = secretsmanager._resolve(arn)
        return name or arn

    def by_arn(answer):
        _, attributes = answer
        return attributes["Arn"], attributes

    handlers["create"] = lambda *request: by_arn(create(*request))
    handlers["update"] = lambda arn, *rest, **named: by_arn(update(name_of(arn), *rest, **named))
    handlers["delete"] = lambda arn, *rest: delete(name_of(arn), *rest)


def keep_partial_failures_of_streams() -> None:
    import kinesis_poller
    import stream_poller
    from ministack.services import lambda_svc

    lambda_svc._poll_dynamodb_streams = stream_poller.poll
    kinesis_poller.install()


def end_when_stdin_closes() -> None:
    """Ends this process group, functions included, when the program that started it is gone, however it went."""

    def wait() -> None:
        # Not sys.stdin: a thread that waits in its buffer makes Python abort when it ends.
        while os.read(0, 1024):
            pass
        group = os.getpgrp()
        os.killpg(group, signal.SIGTERM)
        time.sleep(3)
        os.killpg(group, signal.SIGKILL)

    if os.getpgrp() != os.getpid():
        sys.exit("--until-stdin-closes ends a whole process group: start the launcher as the leader of its own")
    threading.Thread(target=wait, daemon=True).start()


def register_sessions_one_at_a_time() -> None:
    """Every function that starts registers its role's session, which looks through all others for old ones.

    Two that start at one moment made one of them fail: its batch came back only after its queue's visibility timeout.
    """
    from ministack.services import sts

    lock = threading.Lock()

    def register_session(access_key, session):
        with lock:
            register(access_key, session)

    register = replace(sts, "register_session", register_session, "access_key", "session")


def main() -> None:
    installed = importlib.metadata.version("ministack")
    if installed != MINISTACK_VERSION:
        sys.exit(
            f"local/emulator/launch.py changes internals of ministack {MINISTACK_VERSION} and found {installed}: "
            "run `npm run destroy` and start again"
        )
    count_every_request_as_tls()
    check_task_results_against_their_state_machine()
    check_batches_like_single_messages()
    check_invocations_against_their_qualifier()
    refer_to_secrets_by_arn()
    kinesis_shards.install()
    keep_partial_failures_of_streams()
    firehose_delivery.install()
    register_sessions_one_at_a_time()
    stack_outputs.install()
    multi_region_resources.install()
    health_check_resources.install()
    bucket_locks.install()
    principal_arns.install()
    metric_points.install()
    bounded_statistics.install()
    log_groups.install()
    access_logs.install()
    embedded_metrics.install()
    invocation_metrics.install()
    weighted_aliases.install()
    control.install()
    alarms.install()
    codedeploy_api.install()
    codedeploy_resources.install()
    alias_updates.install()
    schedules.install()
    configurations.install()
    if "--until-stdin-closes" in sys.argv:
        sys.argv.remove("--until-stdin-closes")
        end_when_stdin_closes()
    from ministack import app

    app.main()


if __name__ == "__main__":
    main()
