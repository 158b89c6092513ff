"""The tool's own tables. They were here before alignkit, and alignkit asks nothing of them."""

from __future__ import annotations

from django.db import models


class Client(models.Model):
    """Whom we work for."""

    title = models.CharField(max_length=200)
    rank = models.CharField(max_length=1, null=True, blank=True)
    worth = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Engagement(models.Model):
    """What we deliver."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, related_name="engagements")
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="active")
    mood = models.CharField(max_length=20, null=True, blank=True)
    begins = models.DateField(null=True, blank=True)
    promised = models.DateField(null=True, blank=True)
    first_promised = models.DateField(null=True, blank=True)
    percent = models.IntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class WorkItem(models.Model):
    """A piece of the work."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(max_length=200)
    is_done = models.BooleanField(default=False)
    promised = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.title


class Touch(models.Model):
    """What was said, to whom, when."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="touches")
    engagement = models.ForeignKey(Engagement, on_delete=models.SET_NULL, null=True, blank=True)
    sort = models.CharField(max_length=20)
    from_us = models.BooleanField()
    happened = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.sort} on {self.happened:%Y-%m-%d}"
