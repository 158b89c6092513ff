"""
Judges each customer, with its projects, by the policy of its profile.

Objectives and the portfolio as a whole are judged by the policy as it is, so that they stay comparable over time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import frozen

from alignkit.errors import ValidationError
from alignkit.policy.assessment import Assessment
from alignkit.policy.defaults.profiles import PROFILES, Profile, customers_by_profile
from alignkit.policy.facts import Facts
from alignkit.policy.policy import Policy
from alignkit.policy.subject import SubjectAssessment

__all__ = ["ProfiledAssessment", "assess_by_profile"]

PROFILED_KINDS: Final = ("customer", "project")


@frozen
class ProfiledAssessment:
    """
    Assessments under several profiles of one policy, read as one.

    Attributes:
        base: Everything under the policy as it is.
        by_profile: Customers and their projects, by the name of their profile.
        profiles: Name of the profile by customer id; customers that get the policy as it is are absent.
    """

    base: Assessment
    by_profile: Mapping[str, Assessment]
    profiles: Mapping[str, str]

    def of(self, kind: str, id: str) -> SubjectAssessment:
        """
        One subject under the policy that it gets.

        Raises:
            NotFoundError: There is no such subject.
        """
        if kind in PROFILED_KINDS:
            for assessment in self.by_profile.values():
                if id in assessment.rows.get(kind, {}):
                    return assessment.of(kind, id)
        return self.base.of(kind, id)

    def subjects(self, kind: str, *, worst_first: bool = False) -> tuple[SubjectAssessment, ...]:
        """All subjects of a kind in id order, or the lowest score first, then those whose band is unknown."""
        found = [self.of(kind, subject.id) for subject in self.base.subjects(kind)]
        if worst_first:
            found.sort(key=_by_need)
        return tuple(found)


def _by_need(subject: SubjectAssessment) -> tuple[bool, bool, int, str]:
    score = subject.score_micro
    return subject.band == "unknown", score is None, score or 0, subject.id


def assess_by_profile(
    policy: Policy, facts: Facts, *, now: datetime, profiles: Sequence[Profile] = PROFILES
) -> ProfiledAssessment:
    """
    Judge facts, each customer by the profile it gets.

    A profile that names stage and tier goes before one that names a stage only, and that before one that names a
    tier only; among equals the first given wins.

    Args:
        policy: The policy that profiles change.
        facts: A `Portfolio`.
        now: An aware moment.
        profiles: What is different for whom.

    Raises:
        PolicyError: The policy lacks a rule, dimension or threshold that a profile changes.
        ValidationError: Two profiles have one name.
    """
    names = [profile.name for profile in profiles]
    if len(set(names)) < len(names):
        raise ValidationError(f"profiles need different names, got {names}", entity="Profile", field="name")
    changed = {profile: profile.applied_to(policy) for profile in profiles}
    customers = facts.records("customers").values() if "customers" in facts.given else ()
    groups = customers_by_profile(customers, profiles)
    chosen = {profile: ids for profile, ids in groups.items() if profile is not None}
    return ProfiledAssessment(
        base=policy.assess(facts, now=now),
        by_profile={p.name: changed[p].assess(facts, now=now, customers=ids) for p, ids in chosen.items()},
        profiles={id: profile.name for profile, ids in chosen.items() for id in ids},
    )
