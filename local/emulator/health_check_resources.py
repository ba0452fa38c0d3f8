"""Health checks of Route 53 as resources of CloudFormation: ministack has them in its API and not in its templates."""

from replacing import expected

HEALTH_CHECK = "AWS::Route53::HealthCheck"
NUMBERS = ("Port", "RequestInterval", "FailureThreshold", "HealthThreshold")
FLAGS = ("MeasureLatency", "EnableSNI", "Inverted", "Disabled")


def install() -> None:
    from ministack.services import route53
    from ministack.services.cloudformation import provisioners

    new_id = expected(route53, "_hc_id")
    expected(route53, "_create_health_check", "body", mentions=('"caller_reference": caller_ref, "config": cfg',))

    def create(logical_id, props, stack_name):
        check_id = new_id()
        with route53._lock:
            route53._health_checks[check_id] = {
                "id": check_id,
                "caller_reference": f"{stack_name}/{logical_id}/{check_id}",
                "config": _typed(props["HealthCheckConfig"]),
                "version": 1,
            }
        return check_id, {"HealthCheckId": check_id}

    def update(physical_id, _old_props, new_props, _stack_name):
        with route53._lock:
            check = route53._health_checks[physical_id]
            check["config"] = _typed(new_props["HealthCheckConfig"])
            check["version"] += 1
        return physical_id, {"HealthCheckId": physical_id}

    def delete(physical_id, _props):
        with route53._lock:
            route53._health_checks.pop(physical_id, None)

    if HEALTH_CHECK in provisioners._RESOURCE_HANDLERS:
        raise SystemExit(f"local/emulator: ministack knows {HEALTH_CHECK} by itself")
    provisioners._RESOURCE_HANDLERS[HEALTH_CHECK] = {"create": create, "update": update, "delete": delete}


def _typed(config: dict) -> dict:
    """CloudFormation may hand on numbers and flags as texts; the API's builder wants them as they are."""
    typed = dict(config)
    typed.update({name: int(config[name]) for name in NUMBERS if name in config})
    typed.update({name: str(config[name]).lower() == "true" for name in FLAGS if name in config})
    return typed
