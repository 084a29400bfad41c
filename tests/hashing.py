"""Passwords in stories: hashed as everywhere, at the least that it can cost."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Hundreds of people are employed in the stories; a real process still knows their hashes."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
