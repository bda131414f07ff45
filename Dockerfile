# syntax=docker/dockerfile:1
# The portal as one image: web, workers, scheduler and the one-shot jobs differ by their command alone.

# The packages, each checked against its hash -------------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/base.txt

# The fonts of PDF reports, from npm ----------------------------------------------------------------------------------
# This image has npm and a python3, which is all that the script asks for.
FROM node:22-bookworm AS fonts
WORKDIR /build
COPY package.json package-lock.json ./
COPY alliance/core/local/fonts.py alliance/core/local/fonts.py
RUN FONT_DIR=/opt/fonts python3 alliance/core/local/fonts.py

# The portal ----------------------------------------------------------------------------------------------------------
FROM python:3.11-slim-bookworm AS portal
# pg_dump and pg_restore must not be older than the server: PostgreSQL's own packages have 18.
RUN apt-get update \
 && apt-get install -y --no-install-recommends postgresql-common ca-certificates \
 && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
 && apt-get install -y --no-install-recommends postgresql-client-18 \
 && apt-get purge -y --auto-remove postgresql-common \
 && rm -rf /var/lib/apt/lists/*
# A user of its own, without a name anywhere else and without a shell.
RUN groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=alliance.settings \
    STATIC_DIR=/app/collected \
    VAR_DIR=/data \
    BACKUP_DIR=/backups \
    FONT_DIR=/opt/fonts
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY --from=fonts /opt/fonts /opt/fonts
COPY manage.py package.json package-lock.json ./
COPY alliance ./alliance
COPY parks ./parks
COPY training ./training
COPY investment ./investment
COPY templates ./templates
COPY static ./static
# Hashed names and compressed copies are part of the image; nothing is written at run time but /data and /tmp.
RUN python -m compileall -q alliance parks training investment \
 && PRODUCTION=0 SECRET_KEY="only while the image is made" DATABASE_URL=postgresql://nobody@localhost/none \
    python manage.py collectstatic --noinput --verbosity 0 \
 && mkdir /data /backups \
 && chown portal:portal /data /backups
USER 10001:10001
VOLUME ["/data", "/backups"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["python", "manage.py", "healthcheck", "web"]
CMD ["gunicorn", "-c", "python:alliance.webserver", "alliance.wsgi:application"]

# The door: TLS in front of the web processes -------------------------------------------------------------------------
FROM caddy:2.10 AS proxy
COPY deploy/Caddyfile /etc/caddy/Caddyfile
# It listens above 1024 and needs no right of its own; what it keeps (certificates) it keeps as its own user.
RUN apk add --no-cache libcap-setcap \
 && setcap -r /usr/bin/caddy \
 && mkdir -p /data /config \
 && chown -R 10002:10002 /data /config
USER 10002:10002
