"""Object Lock as a property of a bucket in CloudFormation: ministack has it in its API and leaves it out of its templates."""

from xml.sax.saxutils import escape

from replacing import expected

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


def _xml(configuration: dict) -> bytes:
    retention = (configuration.get("Rule") or {}).get("DefaultRetention") or {}
    fields = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in retention.items())
    rule = f"<Rule><DefaultRetention>{fields}</DefaultRetention></Rule>" if fields else ""
    return f"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{rule}</ObjectLockConfiguration>".encode()
