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
        CustomField,
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
        PluginError,
        PolicyError,
        PortfolioError,
        PresetError,
        SignatureError,
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
    from alignkit.live.action_report import ActionReport
    from alignkit.live.action_rules import STANDARD_ACTIONS, ActionRule
    from alignkit.live.actions import actions
    from alignkit.live.audiences import Audience
    from alignkit.live.brief import Brief, brief
    from alignkit.live.digest import Digest, digest
    from alignkit.live.events import AlignmentChanged
    from alignkit.live.monitor import CaughtUp, Monitor
    from alignkit.live.need_priority import Priority
    from alignkit.live.needs import NeedsQueue, needs
    from alignkit.live.objectives import ObjectiveTree, objectives
    from alignkit.live.overrides import declared
    from alignkit.live.told import ToldLedger, told_ledger
    from alignkit.live.told_policy import News, ToldPolicy
    from alignkit.plugins import describe
    from alignkit.policy.assessment import Assessment
    from alignkit.policy.cases import Case
    from alignkit.policy.cases_run import CaseReport
    from alignkit.policy.compare import Comparison, compare
    from alignkit.policy.custom import Unit, custom_fields, view_as
    from alignkit.policy.defaults.profiles import Profile
    from alignkit.policy.explain import Explanation
    from alignkit.policy.findings import Finding
    from alignkit.policy.headroom import Headroom
    from alignkit.policy.lint import LintFinding
    from alignkit.policy.policy import Policy
    from alignkit.policy.profiled import ProfiledAssessment, assess_by_profile
    from alignkit.policy.replay import Replay
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
    from alignkit.reports.board import board
    from alignkit.stores.actions import CallToAction
    from alignkit.stores.overrides import Override

__all__ = [
    "NOT_APPLICABLE",
    "STANDARD_ACTIONS",
    "ActionReport",
    "ActionRule",
    "AlignkitError",
    "AlignmentChanged",
    "AlignmentRule",
    "Assessment",
    "Audience",
    "Brief",
    "CallToAction",
    "Case",
    "CaseReport",
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
    "CustomField",
    "Customer",
    "CustomerView",
    "Diagnostic",
    "Digest",
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
    "LintFinding",
    "Money",
    "Monitor",
    "Need",
    "NeedView",
    "NeedsQueue",
    "News",
    "NotFoundError",
    "Objective",
    "ObjectiveTree",
    "ObjectiveView",
    "Opportunity",
    "OpportunityView",
    "Override",
    "Party",
    "PluginError",
    "Policy",
    "PolicyError",
    "Portfolio",
    "PortfolioError",
    "PortfolioView",
    "PresetError",
    "Priority",
    "Profile",
    "ProfiledAssessment",
    "Project",
    "ProjectView",
    "Relation",
    "Replay",
    "Rule",
    "Score",
    "Sensitivity",
    "SignatureError",
    "SubjectAssessment",
    "Task",
    "TaskView",
    "ToldLedger",
    "ToldPolicy",
    "Unit",
    "ValidationError",
    "Verification",
    "actions",
    "assess_by_profile",
    "board",
    "brief",
    "clamp",
    "compare",
    "confirm",
    "count",
    "custom_fields",
    "days_between",
    "decay",
    "declared",
    "default",
    "describe",
    "digest",
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
    "needs",
    "objectives",
    "options",
    "ramp",
    "ratio",
    "reject",
    "rule",
    "share",
    "steps",
    "told_ledger",
    "total",
    "view_as",
]

__version__ = "0.1.0.dev0"

_HOMES: Final[dict[str, str]] = {
    "NOT_APPLICABLE": "alignkit.expressions.functions",
    "STANDARD_ACTIONS": "alignkit.live.action_rules",
    "ActionReport": "alignkit.live.action_report",
    "ActionRule": "alignkit.live.action_rules",
    "AlignkitError": "alignkit.errors",
    "AlignmentChanged": "alignkit.live.events",
    "AlignmentRule": "alignkit.domain",
    "Assessment": "alignkit.policy.assessment",
    "Audience": "alignkit.live.audiences",
    "Brief": "alignkit.live.brief",
    "CallToAction": "alignkit.stores.actions",
    "Case": "alignkit.policy.cases",
    "CaseReport": "alignkit.policy.cases_run",
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
    "CustomField": "alignkit.domain",
    "Customer": "alignkit.domain",
    "CustomerView": "alignkit.policy.views",
    "Diagnostic": "alignkit.expressions.diagnostics",
    "Digest": "alignkit.live.digest",
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
    "LintFinding": "alignkit.policy.lint",
    "Money": "alignkit.domain",
    "Monitor": "alignkit.live.monitor",
    "Need": "alignkit.domain",
    "NeedView": "alignkit.policy.views",
    "NeedsQueue": "alignkit.live.needs",
    "News": "alignkit.live.told_policy",
    "NotFoundError": "alignkit.errors",
    "Objective": "alignkit.domain",
    "ObjectiveTree": "alignkit.live.objectives",
    "ObjectiveView": "alignkit.policy.views",
    "Opportunity": "alignkit.domain",
    "OpportunityView": "alignkit.policy.views",
    "Override": "alignkit.stores.overrides",
    "Party": "alignkit.linking",
    "PluginError": "alignkit.errors",
    "Policy": "alignkit.policy.policy",
    "PolicyError": "alignkit.errors",
    "Portfolio": "alignkit.portfolio",
    "PortfolioError": "alignkit.errors",
    "PortfolioView": "alignkit.policy.views",
    "PresetError": "alignkit.errors",
    "Priority": "alignkit.live.need_priority",
    "Profile": "alignkit.policy.defaults.profiles",
    "ProfiledAssessment": "alignkit.policy.profiled",
    "Project": "alignkit.domain",
    "ProjectView": "alignkit.policy.views",
    "Relation": "alignkit.policy.views",
    "Replay": "alignkit.policy.replay",
    "Rule": "alignkit.policy.rule",
    "Score": "alignkit.expressions.functions",
    "Sensitivity": "alignkit.policy.sensitivity",
    "SignatureError": "alignkit.errors",
    "SubjectAssessment": "alignkit.policy.subject",
    "Task": "alignkit.domain",
    "TaskView": "alignkit.policy.views",
    "ToldLedger": "alignkit.live.told",
    "ToldPolicy": "alignkit.live.told_policy",
    "Unit": "alignkit.policy.custom",
    "ValidationError": "alignkit.errors",
    "Verification": "alignkit.policy.verify",
    "actions": "alignkit.live.actions",
    "assess_by_profile": "alignkit.policy.profiled",
    "board": "alignkit.reports.board",
    "brief": "alignkit.live.brief",
    "clamp": "alignkit.expressions.functions",
    "compare": "alignkit.policy.compare",
    "confirm": "alignkit.linking",
    "count": "alignkit.expressions.functions",
    "custom_fields": "alignkit.policy.custom",
    "days_between": "alignkit.expressions.functions",
    "decay": "alignkit.expressions.functions",
    "declared": "alignkit.live.overrides",
    "default": "alignkit.expressions.functions",
    "describe": "alignkit.plugins",
    "digest": "alignkit.live.digest",
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
    "needs": "alignkit.live.needs",
    "objectives": "alignkit.live.objectives",
    "options": "alignkit.display.options",
    "ramp": "alignkit.expressions.functions",
    "ratio": "alignkit.expressions.functions",
    "reject": "alignkit.linking",
    "rule": "alignkit.policy.rule",
    "share": "alignkit.expressions.functions",
    "steps": "alignkit.expressions.functions",
    "told_ledger": "alignkit.live.told",
    "total": "alignkit.expressions.functions",
    "view_as": "alignkit.policy.custom",
}


def __getattr__(name: str) -> Any:
    if name in ("importers", "plugins"):  # packages; `ak.importers()` also lists what there is
        return importlib.import_module(f"alignkit.{name}")
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
