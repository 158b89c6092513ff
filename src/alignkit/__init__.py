"""
Project management and CRM in step: one linked model, scored by rules that both teams can read.

The names most users need. Each is loaded when it is first used, so that importing alignkit costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from alignkit.display.options import options
    from alignkit.domain import (
        AlignmentRule,
        Change,
        CheckIn,
        Contact,
        Contribution,
        Customer,
        Duplicate,
        Exchange,
        ExternalRef,
        Interaction,
        Money,
        Need,
        Objective,
        Opportunity,
        Project,
        Task,
    )
    from alignkit.errors import (
        AlignkitError,
        ImporterError,
        NotFoundError,
        PolicyError,
        PortfolioError,
        PresetError,
        ValidationError,
    )
    from alignkit.expressions.diagnostics import Diagnostic
    from alignkit.expressions.functions import (
        NOT_APPLICABLE,
        Score,
        clamp,
        count,
        days_between,
        decay,
        default,
        earliest,
        every,
        exists,
        hours_between,
        latest,
        maximum,
        mean,
        micro,
        minimum,
        ramp,
        ratio,
        share,
        steps,
        total,
    )
    from alignkit.importers import import_landed
    from alignkit.linking import LinkDecision, LinkIndex, Party, confirm, link, reject
    from alignkit.linking.efforts import duplicates
    from alignkit.live.events import AlignmentChanged
    from alignkit.live.monitor import CaughtUp, Monitor
    from alignkit.policy.assessment import Assessment
    from alignkit.policy.compare import Comparison, compare
    from alignkit.policy.defaults.profiles import Profile
    from alignkit.policy.explain import Explanation
    from alignkit.policy.findings import Finding
    from alignkit.policy.headroom import Headroom
    from alignkit.policy.policy import Policy
    from alignkit.policy.profiled import ProfiledAssessment, assess_by_profile
    from alignkit.policy.rule import Rule, gate, rule
    from alignkit.policy.sensitivity import Sensitivity
    from alignkit.policy.subject import SubjectAssessment
    from alignkit.policy.verify import Verification
    from alignkit.policy.views import (
        ChangeView,
        CheckInView,
        ContactView,
        ContributionView,
        CustomerView,
        DuplicateView,
        InteractionView,
        NeedView,
        ObjectiveView,
        OpportunityView,
        PortfolioView,
        ProjectView,
        Relation,
        TaskView,
    )
    from alignkit.portfolio import Portfolio

__all__ = [
    "NOT_APPLICABLE",
    "AlignkitError",
    "AlignmentChanged",
    "AlignmentRule",
    "Assessment",
    "CaughtUp",
    "Change",
    "ChangeView",
    "CheckIn",
    "CheckInView",
    "Comparison",
    "Contact",
    "ContactView",
    "Contribution",
    "ContributionView",
    "Customer",
    "CustomerView",
    "Diagnostic",
    "Duplicate",
    "DuplicateView",
    "Exchange",
    "Explanation",
    "ExternalRef",
    "Finding",
    "Headroom",
    "ImporterError",
    "Interaction",
    "InteractionView",
    "LinkDecision",
    "LinkIndex",
    "Money",
    "Monitor",
    "Need",
    "NeedView",
    "NotFoundError",
    "Objective",
    "ObjectiveView",
    "Opportunity",
    "OpportunityView",
    "Party",
    "Policy",
    "PolicyError",
    "Portfolio",
    "PortfolioError",
    "PortfolioView",
    "PresetError",
    "Profile",
    "ProfiledAssessment",
    "Project",
    "ProjectView",
    "Relation",
    "Rule",
    "Score",
    "Sensitivity",
    "SubjectAssessment",
    "Task",
    "TaskView",
    "ValidationError",
    "Verification",
    "assess_by_profile",
    "clamp",
    "compare",
    "confirm",
    "count",
    "days_between",
    "decay",
    "default",
    "duplicates",
    "earliest",
    "every",
    "exists",
    "gate",
    "hours_between",
    "import_landed",
    "latest",
    "link",
    "maximum",
    "mean",
    "micro",
    "minimum",
    "options",
    "ramp",
    "ratio",
    "reject",
    "rule",
    "share",
    "steps",
    "total",
]

__version__ = "0.1.0.dev0"

_HOMES: Final[dict[str, str]] = {
    "NOT_APPLICABLE": "alignkit.expressions.functions",
    "AlignkitError": "alignkit.errors",
    "AlignmentChanged": "alignkit.live.events",
    "AlignmentRule": "alignkit.domain",
    "Assessment": "alignkit.policy.assessment",
    "CaughtUp": "alignkit.live.monitor",
    "Change": "alignkit.domain",
    "ChangeView": "alignkit.policy.views",
    "CheckIn": "alignkit.domain",
    "CheckInView": "alignkit.policy.views",
    "Comparison": "alignkit.policy.compare",
    "Contact": "alignkit.domain",
    "ContactView": "alignkit.policy.views",
    "Contribution": "alignkit.domain",
    "ContributionView": "alignkit.policy.views",
    "Customer": "alignkit.domain",
    "CustomerView": "alignkit.policy.views",
    "Diagnostic": "alignkit.expressions.diagnostics",
    "Duplicate": "alignkit.domain",
    "DuplicateView": "alignkit.policy.views",
    "Exchange": "alignkit.domain",
    "Explanation": "alignkit.policy.explain",
    "ExternalRef": "alignkit.domain",
    "Finding": "alignkit.policy.findings",
    "Headroom": "alignkit.policy.headroom",
    "ImporterError": "alignkit.errors",
    "Interaction": "alignkit.domain",
    "InteractionView": "alignkit.policy.views",
    "LinkDecision": "alignkit.linking",
    "LinkIndex": "alignkit.linking",
    "Money": "alignkit.domain",
    "Monitor": "alignkit.live.monitor",
    "Need": "alignkit.domain",
    "NeedView": "alignkit.policy.views",
    "NotFoundError": "alignkit.errors",
    "Objective": "alignkit.domain",
    "ObjectiveView": "alignkit.policy.views",
    "Opportunity": "alignkit.domain",
    "OpportunityView": "alignkit.policy.views",
    "Party": "alignkit.linking",
    "Policy": "alignkit.policy.policy",
    "PolicyError": "alignkit.errors",
    "Portfolio": "alignkit.portfolio",
    "PortfolioError": "alignkit.errors",
    "PortfolioView": "alignkit.policy.views",
    "PresetError": "alignkit.errors",
    "Profile": "alignkit.policy.defaults.profiles",
    "ProfiledAssessment": "alignkit.policy.profiled",
    "Project": "alignkit.domain",
    "ProjectView": "alignkit.policy.views",
    "Relation": "alignkit.policy.views",
    "Rule": "alignkit.policy.rule",
    "Score": "alignkit.expressions.functions",
    "Sensitivity": "alignkit.policy.sensitivity",
    "SubjectAssessment": "alignkit.policy.subject",
    "Task": "alignkit.domain",
    "TaskView": "alignkit.policy.views",
    "ValidationError": "alignkit.errors",
    "Verification": "alignkit.policy.verify",
    "assess_by_profile": "alignkit.policy.profiled",
    "clamp": "alignkit.expressions.functions",
    "compare": "alignkit.policy.compare",
    "confirm": "alignkit.linking",
    "count": "alignkit.expressions.functions",
    "days_between": "alignkit.expressions.functions",
    "decay": "alignkit.expressions.functions",
    "default": "alignkit.expressions.functions",
    "duplicates": "alignkit.linking.efforts",
    "earliest": "alignkit.expressions.functions",
    "every": "alignkit.expressions.functions",
    "exists": "alignkit.expressions.functions",
    "gate": "alignkit.policy.rule",
    "hours_between": "alignkit.expressions.functions",
    "import_landed": "alignkit.importers",
    "latest": "alignkit.expressions.functions",
    "link": "alignkit.linking",
    "maximum": "alignkit.expressions.functions",
    "mean": "alignkit.expressions.functions",
    "micro": "alignkit.expressions.functions",
    "minimum": "alignkit.expressions.functions",
    "options": "alignkit.display.options",
    "ramp": "alignkit.expressions.functions",
    "ratio": "alignkit.expressions.functions",
    "reject": "alignkit.linking",
    "rule": "alignkit.policy.rule",
    "share": "alignkit.expressions.functions",
    "steps": "alignkit.expressions.functions",
    "total": "alignkit.expressions.functions",
}


def __getattr__(name: str) -> Any:
    if name == "importers":  # a package that can be called: `ak.importers()` lists what it has
        return importlib.import_module("alignkit.importers")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
