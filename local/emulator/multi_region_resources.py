"""Resources of CloudFormation that exist in several regions.

ministack makes a global table without its replicas and its time to live, and does not know the type of a replica key;
its DynamoDB and its KMS do all of it when they are asked. Here CloudFormation asks them.
"""

import json

from replacing import expected

GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
REPLICA_KEY = "AWS::KMS::ReplicaKey"


def install() -> None:
    from ministack.services.cloudformation import provisioners

    _replicate_tables(provisioners)
    _replicate_keys(provisioners)


def _replicate_tables(provisioners) -> None:
    from ministack.core.responses import get_region
    from ministack.services import dynamodb

    expected(
        provisioners, "_ddb_global_table_create", "logical_id", "props", "stack_name",
        mentions=('translated.pop("Replicas", None)',),
    )
    expected(provisioners, "_ddb_global_table_update", "physical_id", "old_props", "new_props", "stack_name")
    expected(provisioners, "_ddb_global_table_delete", "physical_id", "props")
    update_replicas = expected(dynamodb, "_apply_replica_updates", "name", "table", "updates")
    set_expiry = expected(dynamodb, "_update_ttl", "data", mentions=('data.get("TimeToLiveSpecification"',))
    replica_group = expected(dynamodb, "_replica_group", "table")
    handlers = provisioners._RESOURCE_HANDLERS[GLOBAL_TABLE]
    create_table, update_table, delete_table = handlers["create"], handlers["update"], handlers["delete"]

    def replicas_of(props) -> set[str]:
        return {replica["Region"] for replica in props.get("Replicas", [])} - {get_region()}

    def change(name, action, regions) -> None:
        updates = [{action: {"RegionName": region}} for region in sorted(regions)]
        refusal = update_replicas(name, dynamodb._tables[name], updates)
        if refusal is not None:
            raise ValueError(f"{GLOBAL_TABLE} {name}: {json.loads(refusal[2]).get('message')}")

    def create(logical_id, props, stack_name):
        answer = create_table(logical_id, props, stack_name)
        if "TimeToLiveSpecification" in props:
            set_expiry({"TableName": answer[0], "TimeToLiveSpecification": props["TimeToLiveSpecification"]})
        change(answer[0], "Create", replicas_of(props))
        return answer

    def update(physical_id, old_props, new_props, stack_name):
        answer = update_table(physical_id, old_props, new_props, stack_name)
        name = answer[0]
        there = set(replica_group(dynamodb._tables[name])) - {get_region()}
        added, removed = replicas_of(new_props) - there, there - replicas_of(new_props)
        if len(added) + len(removed) > 1:
            raise ValueError(f"{GLOBAL_TABLE} {name}: one replica can be added or removed in an update, not several")
        change(name, "Create", added)
        change(name, "Delete", removed)
        return answer

    def delete(physical_id, props):
        table = dynamodb._tables.get(physical_id)
        if table is not None:
            change(physical_id, "Delete", set(replica_group(table)) - {get_region()})
        delete_table(physical_id, props)

    handlers.update({"create": create, "update": update, "delete": delete})


def _replicate_keys(provisioners) -> None:
    from ministack.core.arn import parse_arn
    from ministack.core.responses import get_account_id, get_region, request_scope
    from ministack.services import kms

    replicate_key = expected(kms, "_replicate_key", "data", mentions=('data.get("ReplicaRegion")',))
    properties_of = expected(provisioners, "_kms_create_key_payload", "props")
    attributes_of = expected(provisioners, "_kms_key_attrs", "rec")
    delete_key = expected(provisioners, "_kms_key_delete", "physical_id", "props")

    def own(props) -> dict:
        """What a replica does not share with its primary key."""
        given = properties_of(props)
        return {name: given[name] for name in ("Description", "Policy", "Tags") if name in given}

    def create(logical_id, props, _stack_name):
        primary = props["PrimaryKeyArn"]
        here = get_region()
        with request_scope(get_account_id(), parse_arn(primary).region):
            status, _, body = replicate_key({"KeyId": primary, "ReplicaRegion": here, **own(props)})
        answer = json.loads(body)
        if status != 200:
            raise ValueError(f"{REPLICA_KEY} {logical_id}: {answer.get('message')}")
        key = kms._resolve_key(answer["ReplicaKeyMetadata"]["KeyId"])
        return key["KeyId"], attributes_of(key)

    def update(physical_id, old_props, new_props, _stack_name):
        if old_props["PrimaryKeyArn"] != new_props["PrimaryKeyArn"]:
            raise ValueError(f"{REPLICA_KEY} {physical_id}: PrimaryKeyArn cannot change, as the replica's id is the primary's")
        key = kms._resolve_key(physical_id)
        key.update(own(new_props))
        return physical_id, attributes_of(key)

    if REPLICA_KEY in provisioners._RESOURCE_HANDLERS:
        raise SystemExit(f"local/emulator: ministack knows {REPLICA_KEY} by itself")
    provisioners._RESOURCE_HANDLERS[REPLICA_KEY] = {"create": create, "update": update, "delete": delete_key}
