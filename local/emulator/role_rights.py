"""What a role may do, for whatever the emulator does in its name without a request: AWS asks for the right all the same."""


def allows(role_arn: str, action: str, resource_arn: str) -> bool:
    """Whether the policies of a role of the context's account allow an action; False for a role that is not there."""
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id, get_region

    account, name = get_account_id(), role_arn.rsplit("/", 1)[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn, principal_type="AssumedRole", principal_account=account,
        action=action, resource_arn=resource_arn, region=get_region(),
    )
    return iam_evaluator.evaluate(context, iam_evaluator._gather_role_policies(name, account)).decision == "Allow"
