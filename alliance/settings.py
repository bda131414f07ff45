"""One settings file. Every deployment differs by environment only; the defaults are safe."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from alliance import env, production, stores
from alliance.accounts import providers
from alliance.core import logs
from alliance.core.local import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

# Who we are ---------------------------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
# The embedded run with sample people; production refuses it (platform spec, 6.11).
DEMO = env.flag("DEMO")
EMBEDDED = not env.text("DATABASE_URL")
# What people rely on: unsafe values are then refused at the start (alliance/production.py). 0 is for trying things out.
PRODUCTION = env.flag("PRODUCTION", not EMBEDDED)

SECRET_KEY = env.text("SECRET_KEY") or (addresses.secret("secret_key") if EMBEDDED or DEMO else "")
if not SECRET_KEY and not PRODUCTION:
    raise ImproperlyConfigured("SECRET_KEY must be set when DATABASE_URL names a server.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Salts the digests of free text in the audit chain, so that erasing a text does not break the chain (rule H-6).
AUDIT_SALT = env.text("AUDIT_SALT") or (addresses.secret("audit_salt") if EMBEDDED or DEMO else SECRET_KEY)

PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", f"http://localhost:{env.number('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)
SITE_NAME = _("China Cultural Industry Park Regional Alliance")
# Where people write to who cannot go on; it stands at the foot of every page.
SECRETARIAT_EMAIL = env.text("SECRETARIAT_EMAIL", "secretariat@sample.example" if EMBEDDED or DEMO else "")
ICP_NUMBER = env.text("ICP_NUMBER")
PSB_NUMBER = env.text("PSB_NUMBER")

# Applications, in the order in which packages may know one another (DESIGN.md, section 2) -----------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "simple_history",
    "alliance.core",
    "alliance.accounts",
    "alliance.notifications",
    "parks",
    "training",
    "investment",
    "alliance.reports",
    "alliance",
    # After accounts, whose forms and adapter it calls.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.dingtalk",
    "allauth.socialaccount.providers.feishu",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.weixin",
]

MIDDLEWARE = [
    "alliance.core.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "alliance.core.middleware.SecurityHeadersMiddleware",
    "alliance.core.middleware.MachinesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "alliance.core.middleware.PersonalLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "alliance.accounts.reader.ReaderMiddleware",
    "alliance.accounts.session_clock.SessionClockMiddleware",
    "alliance.core.resend.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "alliance.core.middleware.HtmxRedirectMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "alliance.accounts.middleware.ActingMiddleware",
    "alliance.accounts.guard.GuardMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "alliance.core.middleware.PlainTextMiddleware",
    "alliance.core.middleware.MethodPageMiddleware",
    "parks.moved.MovedMiddleware",
    "alliance.core.pagecache.PublicPageMiddleware",
    "alliance.core.replica.ReplicaMiddleware",
]

# Pages that visitors without a session get from the page cache, at most 5 seconds old (alliance/core/pagecache.py).
PUBLIC_PAGES = {
    "home",
    "about",
    "glossary",
    "processes",
    "process",
    "privacy",
    "terms",
    "core:search",
    "parks:park_list",
    "parks:park_detail",
    "parks:park_compare",
    "parks:cluster_list",
    "parks:cluster_detail",
    "training:programme_list",
    "training:programme_detail",
    "training:version_detail",
    "training:university_list",
    "investment:project_list",
    "investment:project_detail",
    "investment:project_compare",
    "investment:project_results",
    "investment:project_pipeline",
}
# What signed-in readers share in the middle of such pages, at most so old (core/sharedparts.py); 0 shares nothing.
SHARED_PART_SECONDS = env.number("SHARED_PART_SECONDS", 5)

ROOT_URLCONF = "alliance.urls"
WSGI_APPLICATION = "alliance.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "alliance.core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "alliance.core.context_processors.page",
                "alliance.accounts.context_processors.acting",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# PostgreSQL ---------------------------------------------------------------------------------------------------------


def _database(url: str, password: str, options: str = "") -> dict:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or password,
        # A socket folder comes percent-encoded as the host.
        "HOST": unquote(parts.hostname or "") if "%" not in parts.netloc else unquote(_socket(parts.netloc)),
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": False,
        # A pooled connection whose server was started anew is replaced before a request notices.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.number("DATABASE_POOL", 8), "timeout": 4, "reconnect_timeout": 4},
            # Pages come from memory or a solid-state disk; with the default of 4, search would read whole tables.
            "options": f"-c random_page_cost=1.1{options}",
        },
        "TEST": {"NAME": env.text("TEST_DATABASE") or None},
    }


def _socket(netloc: str) -> str:
    return netloc.rsplit("@", 1)[-1].split(":", 1)[0]


DATABASES = {
    "default": _database(env.text("DATABASE_URL") or addresses.database_url(), env.text("DATABASE_PASSWORD")),
}
# A streaming replica for public pages (core/replica.py).
if replica := env.text("REPLICA_URL"):
    READ_ONLY = " -c default_transaction_read_only=on"
    DATABASES["replica"] = _database(replica, env.text("REPLICA_PASSWORD"), READ_ONLY) | {"TEST": {"MIRROR": "default"}}
    # Nobody waits for it: the primary is there.
    DATABASES["replica"]["OPTIONS"]["pool"] |= {"timeout": 1, "reconnect_timeout": 1}
    DATABASE_ROUTERS = ["alliance.core.replica.Router"]
# What these may do in the database is granted after each migration (core/database_roles.py).
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE")
DATABASE_READ_ROLE = env.text("DATABASE_READ_ROLE")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey: broker and cache. Sessions stay in the database, so that a cache may be emptied. -----------------------------

REDIS_URL = env.with_password(env.text("REDIS_URL"), env.text("REDIS_PASSWORD")) or addresses.redis_url()
CACHES = {
    "default": {
        "BACKEND": "alliance.core.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "TIMEOUT": 300,
    }
}

SESSION_ENGINE = "alliance.core.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Celery (platform spec, section 2) ----------------------------------------------------------------------------------


def _every(seconds: int, task: str, *args: str, **options: object) -> dict:
    return {"task": task, "schedule": timedelta(seconds=seconds), "args": args, "options": options}


CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix://") else REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_timeout": 10,
    "socket_keepalive": not REDIS_URL.startswith("unix://"),
    "global_keyprefix": "portal:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "notifications.dispatch": {"queue": "control"},
    "notifications.sweep": {"queue": "control"},
    "notifications.heartbeat": {"queue": "control"},
    "notifications.deliver": {"queue": "mail"},
    "core.make_renditions": {"queue": "media"},
    "core.run_job": {"queue": "reports"},
    "core.sweep_jobs": {"queue": "control"},
}
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_ENABLE_UTC = True
# One of any number of schedulers leads; what has to happen once a day takes its day in the database.
CELERY_BEAT_SCHEDULER = "alliance.notifications.beat:LeaderScheduler"
CELERY_BEAT_SCHEDULE = {
    "dispatch": _every(2, "notifications.dispatch", expires=10),
    "sweep": _every(env.number("DELIVERY_SWEEP_EVERY", 30), "notifications.sweep", expires=60),
    **{
        f"heartbeat-{queue}": _every(10, "notifications.heartbeat", queue, queue=queue, expires=60)
        for queue in ("control", "default", "mail", "media", "reports")
    },
    "make_digests": _every(300, "notifications.make_digests", expires=250),
    "look_for_additions": _every(60, "notifications.look_for_additions", expires=50),
    "mind_clocks": _every(3600, "notifications.mind_clocks", expires=1800),
    "nightly": _every(900, "notifications.nightly", expires=800),
    "sweep_jobs": _every(10, "core.sweep_jobs", expires=20),
    "forget_imports": _every(6 * 3600, "core.forget_imports", expires=3600),
    "sweep_renditions": _every(60, "core.sweep_renditions", expires=60),
    "tend_register": _every(12 * 3600, "parks.tend", expires=3600),
    "remind_unconfirmed": _every(6 * 3600, "parks.remind_unconfirmed", expires=3600),
    "mind_sessions": _every(300, "training.mind_sessions", expires=280),
    "finish_attempts": _every(3600, "training.finish_attempts", expires=3500),
    "mind_placements": _every(3600, "training.mind_placements", expires=3500),
    "look_for_drift": _every(12 * 3600, "training.look_for_drift", expires=3600),
    "mind_certificates": _every(6 * 3600, "training.mind_certificates", expires=3600),
    "mind_projects": _every(6 * 3600, "investment.mind_projects", expires=3600),
    "prepare_figures": _every(5, "reports.prepare", expires=10),
    "mind_interests": _every(900, "investment.mind_interests", expires=880),
    "mind_dialogues": _every(900, "investment.mind_dialogues", expires=880),
    "mind_investors": _every(3600, "investment.mind_investors", expires=3500),
    "mind_rooms": _every(900, "investment.mind_rooms", expires=880),
    "mind_seats": _every(300, "training.mind_seats", expires=280),
    "run_report_schedules": _every(300, "reports.run_schedules", expires=280),
}
# Seconds after which a queued or a half-sent delivery is taken for lost.
DELIVERY_QUEUED_LEASE = env.number("DELIVERY_QUEUED_LEASE", 300)
DELIVERY_SENDING_LEASE = env.number("DELIVERY_SENDING_LEASE", 120)
# From hour to hour no mails, until the secretariat decides otherwise; in the demo run they come at any time.
QUIET_HOURS = env.text("QUIET_HOURS", "0-0" if DEMO else "22-7")

# People -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# One back-end, so that a password is hashed once whether the account exists or not.
AUTHENTICATION_BACKENDS = ["alliance.accounts.reader.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "alliance.accounts.passwords.LengthValidator"},
    {"NAME": "alliance.accounts.passwords.CommonValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name", "phone"]},
    },
    {"NAME": "alliance.accounts.passwords.GuessableValidator"},
]
# Off (0) unless an assessment asks for it: long passwords with a second factor age well (platform spec, 6).
PASSWORD_MAX_AGE_DAYS = env.number("PASSWORD_MAX_AGE_DAYS", 0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "notifications:desk"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "alliance.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "alliance.accounts.forms.SignUpForm"
ACCOUNT_FORMS = {
    "login": "alliance.accounts.forms.signin.LoginForm",
    "signup": "alliance.accounts.forms.signin.SignupForm",
    "add_email": "alliance.accounts.forms.signin.AddEmailForm",
    "change_password": "alliance.accounts.forms.signin.ChangePasswordForm",
    "set_password": "alliance.accounts.forms.signin.SetPasswordForm",
    "reset_password": "alliance.accounts.forms.signin.ResetPasswordForm",
    "reset_password_from_key": "alliance.accounts.forms.signin.ResetPasswordKeyForm",
    "reauthenticate": "alliance.accounts.forms.signin.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_SESSION_REMEMBER = None
# Every change of password or address is told to the addresses concerned (platform spec, 6.14).
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
# Addresses change only shortly after the password was given (platform spec, 6.19).
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
PASSWORD_RESET_TIMEOUT = 1800
ACCOUNT_LOGIN_TIMEOUT = 600

USERSESSIONS_ADAPTER = "alliance.accounts.sessions_adapter.SessionsAdapter"
MFA_ADAPTER = "alliance.accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
# Signing in asks for a confirmed address anyway; a second, unconfirmed one need not keep a factor away.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "alliance.accounts.forms.factors.AuthenticateForm",
    "reauthenticate": "alliance.accounts.forms.factors.ReauthenticateForm",
    "activate_totp": "alliance.accounts.forms.factors.ActivateTOTPForm",
    "deactivate_totp": "alliance.accounts.forms.factors.DeactivateTOTPForm",
    "add_webauthn": "alliance.accounts.forms.factors.AddPasskeyForm",
    "edit_webauthn": "alliance.accounts.forms.factors.EditPasskeyForm",
    "authenticate_webauthn": "alliance.accounts.forms.factors.AuthenticatePasskeyForm",
    "login_webauthn": "alliance.accounts.forms.factors.LoginPasskeyForm",
    "reauthenticate_webauthn": "alliance.accounts.forms.factors.ReauthenticatePasskeyForm",
}
# Seal the seeds of second factors, newest first; without them SECRET_KEY does (alliance/accounts/sealing.py).
MFA_KEYS = env.words("MFA_KEY")
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Foreign accounts: each is on when its id and secret are given. They open nothing until linked (platform spec, 6.13).
SOCIALACCOUNT_PROVIDERS = providers.from_environment()
SOCIALACCOUNT_ADAPTER = "alliance.accounts.foreign.ForeignAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False

# Mail: a readable outbox in the portal by default, SMTP by setting ----------------------------------------------------

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "alliance.notifications.outbox.OutboxBackend"
)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "CCIPRA <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where mails come back to that cannot be delivered, and the mailbox in which the portal reads them
# (imaps://user:password@host/INBOX); a mail server may pipe them into `manage.py read_bounces` instead.
BOUNCE_ADDRESS = env.text("BOUNCE_ADDRESS")
BOUNCE_MAILBOX = env.text("BOUNCE_MAILBOX")
if BOUNCE_MAILBOX:
    CELERY_BEAT_SCHEDULE["read_bounces"] = _every(300, "notifications.read_bounces", expires=250)
# The right half of our Message-IDs.
MAIL_DOMAIN = urlsplit(PUBLIC_BASE_URL).hostname or "localhost"

# Languages and time -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "alliance" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "alliance.formats"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"

# Files --------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_DIR", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR / "media"
# Public renditions only; originals are private and streamed through a permission check.
MEDIA_URL = "/media/"
S3_BUCKET = stores.bucket()
STORAGES = {
    **stores.of_files(MEDIA_ROOT, MEDIA_URL),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.flag("PLAIN_STATIC")
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "alliance.core.files.upload.LimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
PICTURE_MAX_BYTES = DOCUMENT_MAX_BYTES = 20 * 1024 * 1024
PICTURE_MAX_PIXELS = 40_000_000
# The virus scanner that is asked about every upload: tcp://host:3310 or unix:///path/of/clamd.ctl; empty asks none.
CLAMD_ADDRESS = env.text("CLAMD_ADDRESS")

# Backups (core/backup)
BACKUP_DIR = Path(env.text("BACKUP_DIR", str(VAR / "backups")))
BACKUP_KEY = env.text("BACKUP_KEY")
BACKUP_KEEP = {
    "days": env.number("BACKUP_KEEP_DAYS", 14),
    "weeks": env.number("BACKUP_KEEP_WEEKS", 8),
    "months": env.number("BACKUP_KEEP_MONTHS", 12),
}
POSTGRES_BIN = env.text("POSTGRES_BIN")

# Certificates (training spec, 4.4 and 4.5) --------------------------------------------------------------------------

# Every address in a signed file begins with this, whatever host a request came to. It is for ever: choose it once.
CREDENTIAL_ORIGIN = env.text("CREDENTIAL_ORIGIN", PUBLIC_BASE_URL).rstrip("/")
# The private halves of the issuer's keys: encrypted files outside the database, and what opens them.
ISSUER_KEY_DIR = Path(env.text("ISSUER_KEY_DIR", str(VAR / "issuer-keys")))
ISSUER_KEY_PASSWORD = env.text("ISSUER_KEY_PASSWORD") or (
    addresses.secret("issuer_key_password") if EMBEDDED or DEMO else ""
)

# Protection (platform spec, section 6) ------------------------------------------------------------------------------

HTTPS = PUBLIC_BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS and env.flag("SSL_REDIRECT", True)
# They are asked inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "alliance.core.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"

# How often somebody may search, export and the like (core/limits.py).
RATE_LIMITS = env.flag("RATE_LIMITS", True)

if DEMO and HTTPS:
    raise ImproperlyConfigured("DEMO=1 creates people with a known password; it is refused under https.")

# Who knows it reads /metrics; without it there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN")
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if PRODUCTION else "lines", "json lines")
LOGGING = logs.config(env.text("LOG_LEVEL", "INFO"), LOG_FORMAT)
# W002: X-Frame-Options is set by core.middleware, together with the policy that says the same to newer browsers.
SILENCED_SYSTEM_CHECKS = ["security.W002", *env.words("SILENCED_CHECKS")]

REDIS_URL_GIVEN = bool(env.text("REDIS_URL"))
if PRODUCTION:
    production.require_safe(globals())
