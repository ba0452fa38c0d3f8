"""Object Lock as a property of a bucket in CloudFormation, and of what S3 copies to another bucket: ministack has the lock in its API, leaves it out
of its templates, and copies objects without it."""

from xml.sax.saxutils import escape

from replacing import expected, replace

PROPERTY = "ObjectLockConfiguration"


def install() -> None:
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    put = expected(s3, "_put_object_lock_configuration", "bucket_name", "body", mentions=("DefaultRetention",))
    expected(provisioners, "_s3_apply_configurations", "name", "props", "old_props", mentions=("_S3_BUCKET_CONFIGURATIONS",))
    if any(PROPERTY in entry for entry in provisioners._S3_BUCKET_CONFIGURATIONS):
        raise SystemExit(f"local/emulator: ministack knows {PROPERTY} of a bucket by itself")

    def lock(name, body):
        status, _headers, answer = put(name, body)
        if status != 200:
            raise ValueError(f"{PROPERTY} of {name}: {answer!r}")

    # A lock that was left out of a template stays: it cannot be taken from a bucket.
    entry = (PROPERTY, _xml, lock, lambda _name: None)
    provisioners._S3_BUCKET_CONFIGURATIONS = (*provisioners._S3_BUCKET_CONFIGURATIONS, entry)

    def lock_both(bucket_name, key, headers, version_id):
        lock_one(bucket_name, key, headers, version_id)
        _lock_copy(bucket_name, key, version_id)

    expected(s3, "_maybe_replicate", "bucket_name", "key", "obj", "data", "tags", mentions=('obj["_replica"] = (dest_name, replica_version, dest_account)',))
    expected(s3, "_in_account", "account_id")
    lock_one = replace(
        s3, "_apply_object_lock_from_headers", lock_both, "bucket_name", "key", "headers", "version_id",
        mentions=("_object_retention[(bucket_name, key, version_id)]", "_object_legal_hold[(bucket_name, key, version_id)]"),
    )


def _lock_copy(bucket_name: str, key: str, version_id: str) -> None:
    """Locks the copy of a version as the version is locked."""
    from ministack.services import s3

    replica = s3._buckets[bucket_name]["objects"][key].get("_replica")
    if replica is None:
        return
    copy_bucket, copy_version, account = replica
    locks = [(store, store.get((bucket_name, key, version_id))) for store in (s3._object_retention, s3._object_legal_hold)]
    with s3._in_account(account):
        for store, lock in locks:
            if lock is not None:
                store[(copy_bucket, key, copy_version)] = lock


def _xml(configuration: dict) -> bytes:
    retention = (configuration.get("Rule") or {}).get("DefaultRetention") or {}
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in retention.items())
    rule = f"<Rule><DefaultRetention>{fields}</DefaultRetention></Rule>" if fields else ""
    return f"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}</ObjectLockConfiguration>".encode()
