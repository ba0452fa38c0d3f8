"""Which alias a deployment shifts, from which version to which, and its hooks: the AppSpec of a Lambda deployment.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

import hashlib
import json
from dataclasses import dataclass, field

import yaml

from codedeploy_store import CodeDeployError

HOOK_EVENTS = ("BeforeAllowTraffic", "AfterAllowTraffic")

CARRIERS = ("appSpecContent", "string")
"""Where a revision has its AppSpec; the second is the older form, and that of deployments made by CloudFormation."""


@dataclass(frozen=True)
class Shift:
    function: str
    alias: str
    current_version: str
    target_version: str
    hooks: dict[str, str] = field(default_factory=dict)
    """Functions by the lifecycle event that calls them."""

    def back(self) -> "Shift":
        """What undoes this one, without asking anybody."""
        return Shift(self.function, self.alias, self.target_version, self.current_version)

    def as_revision(self) -> dict:
        """The revision of a deployment made by CloudFormation."""
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.current_version,
            "TargetVersion": self.target_version,
        }
        content = json.dumps({
            "version": 0.0,
            "Resources": [{self.function: {"Type": "AWS::Lambda::Function", "Properties": properties}}],
            "Hooks": [{event: hook} for event, hook in self.hooks.items()],
        })
        return {"revisionType": "String", "string": {"content": content, "sha256": _sha256(content)}}


def without_content(revision: dict) -> dict:
    """A revision as GetDeployment shows it, which leaves the content out and gives its hash."""
    return {
        name: {"sha256": _sha256(part["content"])} if name in CARRIERS else part for name, part in revision.items()
    }


def hash_of(revision) -> str | None:
    """The hash by which a revision is looked up; None when it has neither a hash nor a content."""
    carrier = _carrier_of(revision) or {}
    content = carrier.get("content")
    return carrier.get("sha256") or (_sha256(content) if isinstance(content, str) else None)


def _carrier_of(revision) -> dict | None:
    found = [revision.get(name) for name in CARRIERS] if isinstance(revision, dict) else []
    return next((carrier for carrier in found if isinstance(carrier, dict)), None)


def read_revision(revision) -> Shift:
    """The shift that a revision asks for.

    Raises CodeDeployError when there is none, or one that says not which alias is to go where.
    """
    if not isinstance(revision, dict):
        raise CodeDeployError("RevisionRequiredException", "revision is required")
    carrier = _carrier_of(revision)
    if carrier is None or not isinstance(carrier.get("content"), str):
        raise CodeDeployError("InvalidRevisionException", "a Lambda revision has its AppSpec as appSpecContent.content")
    content = carrier["content"]
    if "sha256" in carrier and carrier["sha256"] != _sha256(content):
        raise CodeDeployError("InvalidRevisionException", "sha256 is not the content's")
    try:
        spec = yaml.safe_load(content)
        (resource,) = spec["Resources"]
        (described,) = resource.values()
        properties = {name: str(described["Properties"][name]) for name in
                      ("Name", "Alias", "CurrentVersion", "TargetVersion")}
        hooks = {event: str(hook) for pair in spec.get("Hooks") or [] for event, hook in pair.items()}
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CodeDeployError(
            "InvalidRevisionException",
            "the AppSpec has one resource with Name, Alias, CurrentVersion and TargetVersion, and a list of Hooks",
        ) from error
    unknown = sorted(set(hooks) - set(HOOK_EVENTS))
    if unknown:
        raise CodeDeployError("InvalidRevisionException", f"Hooks are {' and '.join(HOOK_EVENTS)}, not {', '.join(unknown)}")
    return Shift(properties["Name"], properties["Alias"], properties["CurrentVersion"], properties["TargetVersion"], hooks)


def _sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()
