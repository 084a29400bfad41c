"""Calendar days that are typed into forms."""

from datetime import date
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator

NEAR: Final = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2199, 12, 31)))
"""For a field of days: far from the ends of the calendar, so that no zone and no sum leaves it."""
