"""Every setting, read from the environment; nothing else reads os.environ.

`forbear` (the command) starts the embedded database and fills DATABASE_URL before this module is read.
"""

from __future__ import annotations

import os
import secrets
import zoneinfo
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog

from forbear.telling import masked_trace

# A stale system copy of the zone data is an hour off somewhere: only the pinned wheel is asked.
zoneinfo.reset_tzpath(to=[])


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    return int(text(name, str(default)))


def words(name: str, default: str) -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def database(url: str) -> dict[str, object]:
    """A libpq URL as Django wants it; a socket folder may stand in `?host=`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "forbear",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**query},
    }


BASE_DIR = Path(__file__).resolve().parent
HOME = Path(text("FORBEAR_HOME", str(BASE_DIR.parent / ".forbear")))


def kept_secret(name: str) -> str:
    """A secret made once and kept in a file that only we can read."""
    path = HOME / name
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = text("FORBEAR_SECRET_KEY") or kept_secret("secret-key")
DEBUG = False
ALLOWED_HOSTS = words("FORBEAR_HOSTS", "127.0.0.1 localhost [::1]")
PUBLIC_URL = text("FORBEAR_PUBLIC_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
BEHIND_TLS = PUBLIC_URL.startswith("https://")

DATABASES = {"default": database(text("DATABASE_URL", "postgresql://forbear@127.0.0.1/forbear"))}
OWNER_DATABASE_URL = text("FORBEAR_OWNER_DATABASE_URL") or text("DATABASE_URL")

ROOMS = [
    "compliance", "staff", "accounts", "consent", "wording", "channels", "payments", "cases", "notices",
    "dispatch", "strategies", "campaigns", "imports", "documents", "inbox", "sandbox", "reports", "desk",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    "forbear.web",
    *[f"forbear.{room}" for room in ROOMS],
    "forbear.apps.Forbear",
]
MIDDLEWARE = [
    "forbear.middleware.Telling",
    "forbear.middleware.MethodsInOneSentence",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "forbear.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "forbear.middleware.BodiesWithinBounds",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "forbear.middleware.SessionsEnd",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "forbear.middleware.OneClockReading",
    "forbear.middleware.RefusalsInOneSentence",
]
ROOT_URLCONF = "forbear.urls"
WSGI_APPLICATION = "forbear.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "forbear.desk.context.shell",
            ],
            "builtins": ["forbear.web.templatetags.forbear"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "staff.Person"
AUTHENTICATION_BACKENDS = ["forbear.staff.backend.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = number("FORBEAR_SESSION_IDLE_MINUTES", 60) * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("FORBEAR_BEHIND_PROXY", default=False) else None
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "forbear.doors.problems.csrf_failed"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Files on documents: outside of every served folder, reached only through the pages and the API.
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": HOME / "documents",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_HOST = text("FORBEAR_SMTP_HOST", "localhost")
EMAIL_PORT = number("FORBEAR_SMTP_PORT", 25)
EMAIL_HOST_USER = text("FORBEAR_SMTP_USER")
EMAIL_HOST_PASSWORD = text("FORBEAR_SMTP_PASSWORD")
EMAIL_USE_TLS = flag("FORBEAR_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("FORBEAR_MAIL_FROM", "forbear@localhost")

UPLOADS = HOME / "uploads"
UPLOAD_LIMIT_BYTES = number("FORBEAR_UPLOAD_LIMIT_MB", 200) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

CARRIER_BATCH = number("FORBEAR_CARRIER_BATCH", 500)
API_PER_MINUTE = number("FORBEAR_API_PER_MINUTE", 6000)  # for each key or person, in each web process
METRICS_FOLDER = text("PROMETHEUS_MULTIPROC_DIR")  # `forbear serve` names one, for its web processes to share

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        masked_trace,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "forbear.telling.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": text("FORBEAR_LOG_LEVEL", "WARNING")},
    "loggers": {
        "forbear": {"level": text("FORBEAR_LOG_LEVEL", "INFO")},
        # Every request has a line of its own, with its route; a refused one here would name its path.
        "django.request": {"level": "ERROR"},
    },
}
