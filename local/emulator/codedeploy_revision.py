"""Which alias a deployment shifts, from which version to which, and its hooks: the AppSpec of a Lambda deployment.

https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
"""

import hashlib
import json
from dataclasses import dataclass, field

import yaml

from codedeploy_store import CodeDeployError

HOOK_EVENTS = ("BeforeAllowTraffic", "AfterAllowTraffic")


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
        """The revision as a deployment made by CloudFormation shows it."""
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


def read_revision(revision) -> Shift:
    """The shift that a revision asks for.

    Raises CodeDeployError when there is none, or one that says not which alias is to go where.
    """
    if not isinstance(revision, dict):
        raise CodeDeployError("RevisionRequiredException", "revision is required")
    carrier = revision.get("appSpecContent") or revision.get("string")
    if not isinstance(carrier, dict) or not isinstance(carrier.get("content"), str):
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
