"""Addresses of the site."""

from __future__ import annotations

from delivery import views
from django.urls import path

urlpatterns = [
    path("alignment/", views.overview, name="overview"),
    path("alignment/<str:kind>/<int:key>/", views.explained, name="explained"),
]
