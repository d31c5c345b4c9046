"""Django settings. What differs between installations comes from the environment; see docs/operator.md."""

from __future__ import annotations

import base64
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from fellestorg.embedded import database_settings, default_data_dir
from fellestorg.values import BadInput

DATA_DIR = default_data_dir()
HOUSE = Path(__file__).resolve().parent


def _kept_secret(name: str, variable: str) -> str:
    """A secret: from the environment, from the file it names, else made once and kept, readable by its owner only, in
    the data folder."""
    if given := os.environ.get(variable):
        return given
    if named := os.environ.get(f"{variable}_FILE"):
        return Path(named).read_text().strip()
    path = DATA_DIR / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{name}.{os.getpid()}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        try:
            # Linking fails where another process was first, so two starts at once agree on one key.
            path.hardlink_to(temporary)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        return path.read_text().strip()


def _ocds_prefix(given: str) -> str:
    """The prefix that was given, or the one that says it is not registered. Raises BadInput."""
    if given and not re.fullmatch(r"ocds-[a-z0-9]{6}", given):
        expected = "expected ocds- and the six small letters or digits that were registered"
        raise BadInput.of("FELLESTORG_OCDS_PREFIX", "not_a_prefix", expected)
    return given or "ocds-unregistered"


# Signs sessions and forms: a new one signs everybody out. The other encrypts what accounts keep: without it, nobody's
# code app works.
SECRET_KEY = _kept_secret("secret_key", "FELLESTORG_SECRET_KEY")
ACCOUNT_KEY = _kept_secret("account_key", "FELLESTORG_ACCOUNT_KEY")
# Encrypts tenders that are still drafts, and suppliers' kept answers: never in the database, so that it shows neither.
TENDER_KEY = _kept_secret("tender_key", "FELLESTORG_TENDER_KEY")
DEBUG = False

# The address people reach the installation at, for links in mail and documents.
BASE_URL = os.environ.get("FELLESTORG_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = os.environ.get("FELLESTORG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
# How many proxies in front add to X-Forwarded-For.
PROXIES = int(os.environ.get("FELLESTORG_PROXIES", "0"))
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("FELLESTORG_ORIGINS", "").split(",") if origin]
if host := urlsplit(BASE_URL).hostname:
    ALLOWED_HOSTS.append(host)
    CSRF_TRUSTED_ORIGINS.append(f"{urlsplit(BASE_URL).scheme}://{urlsplit(BASE_URL).netloc}")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_cotton.apps.SimpleAppConfig",
    "pgtrigger",
    "procrastinate.contrib.django",
    "fellestorg.kernel",
    "fellestorg.ui",
    "fellestorg.organisations",
    "fellestorg.agreements",
    "fellestorg.catalogues",
    "fellestorg.competitions",
    "fellestorg.calloffs",
    "fellestorg.travel",
    "fellestorg.marketplace",
]

MIDDLEWARE = [
    "fellestorg.ui.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fellestorg.ui.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "fellestorg.organisations.middleware.SignedIn",
    "fellestorg.organisations.middleware.AuditorReadsOnly",
    "fellestorg.agreements.middleware.DraftsHidden",
]

ROOT_URLCONF = "fellestorg.urls"
WSGI_APPLICATION = "fellestorg.server.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HOUSE / "ui" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "fellestorg.ui.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "fellestorg.ui.context.page",
            ],
        },
    }
]

DATABASES = {"default": database_settings()}
# Without a number Django has nothing kept planned, not even what ``kernel.sql.prepared`` asks for; this one is so large
# that nothing else is.
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 2**31 - 1
if pool_size := int(os.environ.get("FELLESTORG_POOL", "0")):
    # The web server's threads share connections; a request waits for a free one rather than opening the 301st.
    DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 30}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "fellestorg.ui.static_storage.RememberingStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SESSION_ENGINE = "fellestorg.organisations.signed_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("FELLESTORG_HTTPS", "") == "1"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fellestorg.ui.pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# The port through which people sign in, by the kind of installation; national log-ins can take the same place.
SIGN_IN = {
    "demo": "fellestorg.organisations.sign_in.demo_sign_in",
    "real": "fellestorg.organisations.account_pages.sign_in",
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_IDLE_MINUTES = int(os.environ.get("FELLESTORG_SESSION_IDLE_MINUTES", "60"))
SESSION_HOURS = int(os.environ.get("FELLESTORG_SESSION_HOURS", "12"))

# A time stamping authority (RFC 3161) that receipts of tenders are stamped by, and a clamd that files are shown to.
STAMP_URL = os.environ.get("FELLESTORG_STAMP_URL", "")
VIRUS_SCANNER = os.environ.get("FELLESTORG_CLAMD", "")

# The prefix of an ocid, as the Open Contracting Partnership registers it to a publisher; the default says that none is.
OCDS_PREFIX = _ocds_prefix(os.environ.get("FELLESTORG_OCDS_PREFIX", ""))

# Enhetsregisteret's public interface, e.g. https://data.brreg.no/enhetsregisteret/api; empty: nobody is asked.
BRREG_URL = os.environ.get("FELLESTORG_BRREG_URL", "")

# Mail is written as files in a folder unless a mail server is named; a demo never sends anything out of the machine.
MAIL_DIR = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("FELLESTORG_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("FELLESTORG_MAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("FELLESTORG_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("FELLESTORG_MAIL_PASSWORD", "")
# How mail travels to the mail server: starttls, tls (from the first byte) or none. Where it is not offered, none is sent.
_MAIL_TLS = os.environ.get("FELLESTORG_MAIL_TLS") or {587: "starttls", 465: "tls"}.get(EMAIL_PORT, "none")
EMAIL_USE_TLS = _MAIL_TLS == "starttls"
EMAIL_USE_SSL = _MAIL_TLS == "tls"
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "fellestorg.kernel.mail.FolderBackend"
DEFAULT_FROM_EMAIL = os.environ.get("FELLESTORG_MAIL_FROM", "Fellestorg <ikke-svar@fellestorg.example>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("FELLESTORG_LOG", "WARNING")},
}
