"""Conditions know a session of a role by the ARN of the role, as AWS documents it for `aws:PrincipalArn`; ministack knows it by the session's."""

import re

from replacing import replace

SESSION = re.compile(r"^arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/")


def install() -> None:
    from ministack.core import iam_evaluator

    resolve = None

    def resolved(key, ctx):
        value = resolve(key, ctx)
        if key.lower() != "aws:principalarn" or not isinstance(value, str):
            return value
        return SESSION.sub(r"arn:\1:iam::\2:role/\3\n", value).split("\n")[0]

    resolve = replace(iam_evaluator, "_resolve_condition_key", resolved, "key", "ctx", mentions=("ctx.principal_arn",))
