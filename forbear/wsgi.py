"""What a web server loads."""

import os
from contextlib import suppress

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings")
with suppress(OSError):  # a folder of files that were not collected is empty, not missing
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
application = get_wsgi_application()
