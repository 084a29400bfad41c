#!/bin/sh
# The running processes enter as a role that owns nothing: it cannot change the compliance log.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" -v password="$APP_PASSWORD" <<'SQL'
CREATE ROLE forbear_app LOGIN PASSWORD :'password';
SQL
