"""Reads of the sandbox."""

from __future__ import annotations

from datetime import timedelta

from .models import Clock


def clock_offset() -> timedelta:
    """How far the sandbox has moved the clock; nothing where it never did."""
    row = Clock.objects.filter(pk=1).values_list("offset", flat=True).first()
    return row or timedelta(0)
