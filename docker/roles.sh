#!/bin/sh
# Run once by the postgres image on an empty folder: the three logins that keep tenants apart.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
    --set owner="$OWNER_PASSWORD" --set app="$APP_PASSWORD" --set system="$SYSTEM_PASSWORD" <<'SQL'
CREATE ROLE collab_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE collab_app LOGIN PASSWORD :'app' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE collab_system LOGIN PASSWORD :'system' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE collab OWNER collab_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE collab FROM PUBLIC;
GRANT CONNECT ON DATABASE collab TO collab_app, collab_system;
SQL
