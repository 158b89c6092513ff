"""What caps a score, and what does not."""

from __future__ import annotations

from datetime import date

from alignkit.policy.defaults import gates as g
from alignkit.testing import NOW, ago, customer, interaction, need, project

TODAY = date(2026, 3, 2)


def test_active_project_is_silent_after_a_month_without_a_word_to_the_customer() -> None:
    """31 days is silent, 30 is not; a note among ourselves tells nobody."""
    call = interaction("call", direction="outbound", days_ago=31)
    note = interaction("note", direction="internal", days_ago=1)
    lately = interaction("email", direction="outbound", days_ago=30)
    began = ago(days=90)
    assert g.project_is_silent(project(customer=customer(), start_on=began, interactions=[call, note]), NOW, TODAY)
    assert g.project_is_silent(project(customer=customer()), NOW, TODAY)
    assert not g.project_is_silent(project(customer=customer(), interactions=[call, lately]), NOW, TODAY)


def test_new_internal_and_resting_projects_are_not_silent() -> None:
    """They owe nobody a word yet, at all, or now."""
    assert not g.project_is_silent(project(customer=customer(), start_on=ago(days=30)), NOW, TODAY)
    assert not g.project_is_silent(project(), NOW, TODAY)
    assert not g.project_is_silent(project(customer=customer(), status="on_hold"), NOW, TODAY)


def test_critical_complaint_without_reply_caps_project_and_customer_after_a_day() -> None:
    """Severity 5, open, no reply, 25 hours old."""
    complaint = need("complaint", severity=5, hours_ago=25)
    served = customer(projects=[project(needs=[complaint])])
    assert g.customer_waits_on_critical_complaint(served, NOW)
    assert g.project_ignores_critical_complaint(project(needs=[need("complaint", severity=5, hours_ago=25)]), NOW)


def test_lesser_young_answered_or_settled_complaints_cap_nothing() -> None:
    """Each misses one part of the condition."""
    spared = [
        need("complaint", severity=4, hours_ago=99),
        need("complaint", severity=5, hours_ago=24),
        need("complaint", severity=5, hours_ago=99, answered_at=ago(hours=98)),
        need("complaint", severity=5, hours_ago=99, resolved_at=ago(hours=1)),
        need("complaint", severity=5, hours_ago=99, status="declined"),
        need("need", severity=5, hours_ago=99),
    ]
    assert not g.customer_waits_on_critical_complaint(customer(needs=spared), NOW)
    assert not g.project_ignores_critical_complaint(project(needs=spared), NOW)
