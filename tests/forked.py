"""What the process behind `tests.workers` has read before it forks; it never enters a database itself."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings")
django.setup()

import bench.broadcast  # noqa: E402, F401
import forbear.imports.actions  # noqa: E402, F401
import tests.engine_room  # noqa: E402, F401
from forbear.dispatch import carrier, reaper  # noqa: E402, F401
