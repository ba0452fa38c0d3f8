"""A function logs only what its role may write, and makes the log group that is not there only when it may do that, too; else
what it logs is lost, as on AWS.

ministack makes the group of whatever is logged, so that a function which is still at work while its stack is deleted leaves
one behind that belongs to no stack.
"""

import role_rights
from replacing import replace

_WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")


def install() -> None:
    from ministack.services import cloudwatch_logs, lambda_svc

    def emit_logs(func, request_id, log_text, error, duration_ms, *, log_source=None):
        config = func.get("config") or func
        group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName', 'unknown')}"
        needed = _WRITES if group in cloudwatch_logs._log_groups else ("logs:CreateLogGroup", *_WRITES)
        arn = cloudwatch_logs._make_group_arn(group)
        if all(role_rights.allows(config.get("Role", ""), action, arn) for action in needed):
            emit(func, request_id, log_text, error, duration_ms, log_source=log_source)

    emit = replace(
        lambda_svc, "_emit_lambda_logs", emit_logs,
        "func", "request_id", "log_text", "error", "duration_ms", "log_source",
        mentions=('logging_cfg.get("LogGroup") or f"/aws/lambda/{fn_name}"', "if group_name not in _cwl._log_groups:"),
    )
