"""Two pages: how the clients stand, and why one subject stands as it does."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alignkit.errors import NotFoundError
from delivery.facts import facts, policy


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The clients that need attention first."""
    assessment = policy().assess(facts(), now=timezone.now())
    shown = {"assessment": assessment, "customers": assessment.subjects("customer", worst_first=True)[:20]}
    return render(request, "delivery/overview.html", shown)


@require_GET
def explained(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Every point of one client or engagement."""
    try:
        subject = policy().assess(facts(), now=timezone.now()).of(kind, str(key))
    except NotFoundError as error:
        raise Http404(str(error)) from error
    return render(request, "delivery/explained.html", {"subject": subject, "explanation": str(subject.explain())})
