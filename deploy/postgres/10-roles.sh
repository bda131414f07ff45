#!/bin/sh
# The first start of an empty database: the portal's three roles and its database. What each role may do with the tables
# is granted after each migration by `manage.py database_roles`.
set -eu
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
     --set owner="$(cat "${SECRETS:-/run/secrets}/database_owner_password")" \
     --set app="$(cat "${SECRETS:-/run/secrets}/database_app_password")" \
     --set read="$(cat "${SECRETS:-/run/secrets}/database_read_password")" <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner';
CREATE ROLE portal_app LOGIN PASSWORD :'app';
CREATE ROLE portal_read LOGIN PASSWORD :'read';
ALTER ROLE portal_read SET default_transaction_read_only = on;
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE portal TO portal_app;
GRANT CONNECT ON DATABASE portal TO portal_read;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
REVOKE CONNECT ON DATABASE template1 FROM PUBLIC;
SQL
