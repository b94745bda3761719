"""Settings, read from the environment; what is unset runs on the embedded engines under DATA_DIR."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from collab import heap, safety
from collab.brand import LOOKS
from collab.engines import Engines
from collab.house import APPS, MIDDLEWARES, templates
from collab.queues import ROUTES
from collab.schedule import SCHEDULE
from kernel.logs import OURS

heap.spare()
BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# ── Where things are ─────────────────────────────────────────────────────────
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
PORT = env.int("PORT", default=8000)
PUBLIC_URL = env("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
ADDRESSES = env.dict("COLLAB_ENGINES", default={}) or Engines(DATA_DIR).environment()
DEMO = env.bool("DEMO", default=True)


def address(name: str) -> str:
    return env(name, default=ADDRESSES[name])


def networks(said: list[str]) -> list[IPv4Network | IPv6Network]:
    """Return addresses and CIDR networks as networks; one that is neither stops the start."""
    return [ip_network(one.strip(), strict=False) for one in said if one.strip()]


def secret_key() -> str:
    """Return SECRET_KEY, else the one that ``make up`` generated into DATA_DIR."""
    kept = DATA_DIR / "secret_key"
    return env("SECRET_KEY", default="") or (
        kept.read_text().strip() if kept.exists() else "not-yet-generated"
    )


SECRET_KEY = secret_key()
DEBUG = False
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[PUBLIC_HOST, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = networks(env.list("TRUSTED_PROXIES", default=[]))  # whose X-Forwarded-* is believed

# ── The house, floor by floor ────────────────────────────────────────────────
INSTALLED_APPS, MIDDLEWARE, TEMPLATES = APPS, MIDDLEWARES, templates(BASE_DIR)
WEB_THREADS = env.int("WEB_THREADS", default=3)  # that answer requests in each web process
ROOT_URLCONF = "collab.urls"
ASGI_APPLICATION = "collab.asgi.application"
APPEND_SLASH = False

# ── Database: three logins, chosen by who acts ───────────────────────────────
LOGIN = env(
    "COLLAB_LOGIN", default="app"
)  # `owner` for migrations, `both` for tests, `app` for everything else
DATABASE_ROUTERS = ["kernel.postgres.router.ActorRouter"]


def database(url_name: str, **extra: object) -> dict[str, object]:
    parsed = env.db_url_config(address(url_name))
    pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=8), "timeout": 10}
    options = {**parsed.get("OPTIONS", {}), "pool": pool}
    prepares = env.bool("DATABASE_PREPARES", default=True)
    if prepares:  # planned once: with the policies of what they read, planning takes longer than the answer
        options["options"] = f"{options.get('options', '')} -c plan_cache_mode=force_generic_plan".strip()
    return parsed | {
        "ENGINE": "kernel.postgres",
        "CONN_MAX_AGE": 0,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "PREPARES": prepares,
        "OPTIONS": options,
        **extra,
    }


if LOGIN == "owner":  # migrations
    DATABASES = {"default": database("DATABASE_OWNER_URL", REQUIRES_ACTOR=False)}
    DATABASES["default"]["OPTIONS"].pop("pool")
elif LOGIN == "both":  # tests: one connection plays both parts, so that one transaction holds a whole test
    DATABASES = {"default": database("DATABASE_URL", ASSUMED_ROLE="collab_system")}
    DATABASES["default"]["OPTIONS"].pop("pool")
else:
    DATABASES = {"default": database("DATABASE_URL"), "system": database("DATABASE_SYSTEM_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Valkey: queue, channel layer, cache ──────────────────────────────────────
REDIS_URL = address("REDIS_URL")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # redis-py gives each connection a 5 s timeout, which silently kills idle sockets behind the layer.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "capacity": 1500},
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 30,
    "queue_order_strategy": "priority",
}
CELERY_TASK_ROUTES = ROUTES
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
WORKER_TRUSTED_SECONDS = 10  # how long readyz believes that a worker which answered still lives
CELERY_BEAT_SCHEDULE = SCHEDULE

# ── People ───────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotEndless"},
    {"NAME": "accounts.passwords.HardToGuess"},
    {"NAME": "accounts.passwords.NotBreached"},
]
# A list by ranges such as https://api.pwnedpasswords.com/range; nothing is asked where it is not named.
BREACHED_PASSWORDS_URL = env("BREACHED_PASSWORDS_URL", default="")
# terms.en.md, terms.zh-hans.md, privacy.en.md, privacy.zh-hans.md; ours are templates to replace.
TERMS_DIR = Path(env("TERMS_DIR", default=str(BASE_DIR / "docs" / "terms")))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CONFIRMATION_URL = "confirmation"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ForgottenForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.FirstPasswordForm",
}
# Counted by accounts.models.brakes, in PostgreSQL, in place of allauth's counts in the cache.
ACCOUNT_RATE_LIMITS = dict.fromkeys(("login", "login_failed", "reset_password", "confirm_email"))
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "accounts.factors.FactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "authenticate_webauthn": "accounts.passkeys.SecondStepPasskey",
    "login_webauthn": "accounts.passkeys.SignInPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of thirty seconds: clocks differ
MFA_RECOVERY_CODE_DIGITS = 10
# Ways in beside the password, off until an app of the operators is named: `id:secret`, for WeCom `corpid:agentid:secret`.
SIGN_IN_WITH = {
    name: {
        "app": env(f"SIGN_IN_{name.upper()}", default=""),
        "page": env(f"SIGN_IN_{name.upper()}_PAGE", default=page),
        "api": env(f"SIGN_IN_{name.upper()}_API", default=api),
    }
    for name, page, api in (
        ("feishu", "https://accounts.feishu.cn", "https://open.feishu.cn"),
        ("dingtalk", "https://login.dingtalk.com", "https://api.dingtalk.com"),
        ("wecom", "https://login.work.weixin.qq.com", "https://qyapi.weixin.qq.com"),
    )
}
# The demo's operator has a public password anyway, and comes in from this machine alone.
ADMIN_NEEDS_FACTOR = env.bool(
    "ADMIN_NEEDS_FACTOR", default=not (DEMO and PUBLIC_HOST in ("localhost", "127.0.0.1", "::1"))
)
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its rows are an index that our rules read; it is no backend here
ANONYMOUS_USER_NAME = None
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "kernel.doors.not_ours"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"

# ── Languages and time ───────────────────────────────────────────────────────
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = ["collab.formats"]
TIME_ZONE = "UTC"

# ── Assets and files ─────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: whitenoise finds files where they are
STATICFILES_DIRS = [BASE_DIR / "ui" / "dist", ("guides", BASE_DIR / "docs" / "images")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_-]{8}\..+$"  # the hash that Vite puts into names
DJANGO_VITE = {"default": {"manifest_path": BASE_DIR / "ui" / "dist" / "manifest.json"}}

# ── Safety at the door ───────────────────────────────────────────────────────
CSP_REPORTS = safety.CSP_REPORTS
CONTENT_SECURITY_POLICY = {"DIRECTIVES": safety.directives(HTTPS)}
HEADERS = safety.EVERY_ANSWER
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
MAX_REQUEST_BYTES = env.int(
    "MAX_REQUEST_BYTES", default=64 * 1024 * 1024
)  # whatever the door; JSON takes 1 MiB
ATTACHMENT_BYTES = env.int("ATTACHMENT_BYTES", default=50 * 1024 * 1024)  # of one file in a message
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How much of one thing in a while; `RATE_LIMITS="search=60/minute,sign-up=5/hour"` changes some of them.
RATE_LIMITS = {
    "sign-up": "20/hour",  # of one address
    "invitations": "200/hour",  # of one person: each costs a letter
    "invitations of an organization": "1000/hour",
    "search": "240/minute",  # of one person, who asks with each letter typed
    "messages": "30000/minute",  # of one person: a bound for programs run wild, no person comes near
    "uploads": "600/hour",  # of one person
    "reports": "60/minute",  # of one address
    "refusals": "120/minute",  # of one person: how many are counted for those who watch
    "webhooks": "60/minute",  # of one organization: what its people have sent by hand
    "bots": "600/minute",  # of one bot: whatever it asks for
    "callbacks": "30/minute",  # of one step that waits for an outside system
    "inlets": "120/minute",  # of one address at which a bot speaks
    "calls": "60/minute",  # of one person, of bots
    "sign-outs": "10/hour",  # of one person, by those who may sign them out
    "push tests": "6/minute",  # of one person
    "papers": "120/hour",  # of one person: each is set and kept
    "verifications": "600/hour",  # of one address
} | env.dict("RATE_LIMITS", default={})

# A file in MaxMind's format (MMDB) that tells countries by address; without one nobody is told of another country.
GEOIP_DATABASE = env("GEOIP_DATABASE", default="")

# ── Mail: sent by EMAIL_URL, else kept as files that the demo shows ──────────
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"Collab <no-reply@{PUBLIC_HOST}>")

# ── Ways out: to addresses that people enter ─────────────────────────────────
# To this machine itself, and there without https: for trying things out, never on a server.
OUTGOING_TO_LOOPBACK = env.bool("OUTGOING_TO_LOOPBACK", default=False)

# ── The API ──────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["kernel.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "kernel.schema.NamedSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["kernel.authentication.DoorAuthentication"],
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Collab 无界协同",
    "DESCRIPTION": _("One API for every page: what a person may do in the browser, a token may do here."),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Choices that several resources share, or several call by the same field.
    "ENUM_NAME_OVERRIDES": {
        "FileState": "accounts.models.Copy.State",
        "OrganizationKind": "orgs.models.Organization.Kind",
        "PartnershipKind": "orgs.models.Partnership.Kind",
        "AgreementKind": "orgs.models.Agreement.Kind",
        "SkillKind": "bots.models.Skill.Kind",
        "IncidentKind": "incidents.models.Incident.Kind",
        "OrganizationRole": "orgs.models.Membership.Role",
        "WorkspaceRole": "workspaces.models.Member.Role",
        "ChannelStanding": "chat.models.Arrangement.Standing",
        "ChannelHears": "chat.models.Arrangement.Hears",
        "ThreadHears": "chat.models.Follow.Hears",
        "Classification": "workspaces.models.Workspace.Classification",
    },
}

# ── Django admin, for the platform's operators ───────────────────────────────
UNFOLD = LOOKS

# ── Logs: a line with a request id each, never contents or personal data ─────
LOG_LEVEL = env("LOG_LEVEL", default="INFO").upper()  # of ours; libraries speak up from WARNING on
LOG_FORMAT = "text" if env("LOG_FORMAT", default="json").lower() == "text" else "json"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "kernel.logs.JsonFormatter"}, "text": {"()": "kernel.logs.TextFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        **{name: {"level": LOG_LEVEL} for name in OURS},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was refused has its line like every other request
        "django.server": {"handlers": [], "propagate": True},
    },
}
