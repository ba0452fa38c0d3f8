"""`Fn::GetStackOutput` reads the stack of the region that it names; ministack looks in the reader's own region."""

from replacing import replace


def install() -> None:
    from ministack.core.responses import get_account_id, request_scope
    from ministack.services.cloudformation import engine

    def resolve_refs(value, resources, params, conditions, mappings, stack_name, stack_id):
        rest = (resources, params, conditions, mappings, stack_name, stack_id)
        reference = value.get("Fn::GetStackOutput") if isinstance(value, dict) else None
        if not isinstance(reference, dict) or "Region" not in reference:
            return resolve(value, *rest)
        region = resolve(reference["Region"], *rest)
        # Resolved here: names may be made of this stack's own parameters.
        named = {name: resolve(reference.get(name, ""), *rest) for name in ("StackName", "OutputName")}
        with request_scope(get_account_id(), str(region)):
            return resolve({"Fn::GetStackOutput": named}, *rest)

    resolve = replace(
        engine, "_resolve_refs", resolve_refs,
        "value", "resources", "params", "conditions", "mappings", "stack_name", "stack_id",
        mentions=('spec.get("StackName", "")', 'spec.get("OutputName", "")', "_stacks.get(str(target_stack))"),
    )
