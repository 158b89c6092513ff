"""
The same customer under different names, and the objective that work serves.

Links records of several systems by evidence, weighs names that are alike, says why, and lists what only a person can
decide. What people decided stands above both.
"""

from __future__ import annotations

from alignkit.linking.apply import Linked, Merge, SetAside, apply
from alignkit.linking.contribution_rules import CONTRIBUTION_RULES, ContributionRule
from alignkit.linking.contributions import (
    AmbiguousContribution,
    Contributions,
    ProjectServes,
    TaskServes,
    contributions_by,
)
from alignkit.linking.customers import link, link_customers, link_systems
from alignkit.linking.domains import domain_of, is_identifying
from alignkit.linking.duplicates import duplicate_customers
from alignkit.linking.entities import Entities
from alignkit.linking.evidence import Evidence, EvidenceKind
from alignkit.linking.index import LinkIndex
from alignkit.linking.links import Ambiguous, Link, Links, Shared
from alignkit.linking.mentions import MENTION_RULES, MentionRule
from alignkit.linking.names import is_distinctive, normalise, spellings
from alignkit.linking.party import Party
from alignkit.linking.people import confirm, merge, reject, split
from alignkit.linking.records import Record
from alignkit.linking.systems import CRM_SYSTEMS
from alignkit.linking.weights import WEIGHTS, Level, Weights
from alignkit.stores.decisions import (
    DecisionLog,
    FileDecisionLog,
    LinkDecision,
    MemoryDecisionLog,
    Revocation,
)

__all__ = [
    "CONTRIBUTION_RULES",
    "CRM_SYSTEMS",
    "MENTION_RULES",
    "WEIGHTS",
    "Ambiguous",
    "AmbiguousContribution",
    "ContributionRule",
    "Contributions",
    "DecisionLog",
    "Entities",
    "Evidence",
    "EvidenceKind",
    "FileDecisionLog",
    "Level",
    "Link",
    "LinkDecision",
    "LinkIndex",
    "Linked",
    "Links",
    "MemoryDecisionLog",
    "MentionRule",
    "Merge",
    "Party",
    "ProjectServes",
    "Record",
    "Revocation",
    "SetAside",
    "Shared",
    "TaskServes",
    "Weights",
    "apply",
    "confirm",
    "contributions_by",
    "domain_of",
    "duplicate_customers",
    "is_distinctive",
    "is_identifying",
    "link",
    "link_customers",
    "link_systems",
    "merge",
    "normalise",
    "reject",
    "spellings",
    "split",
]
