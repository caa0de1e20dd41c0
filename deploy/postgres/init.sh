#!/bin/sh
# Runs once, when the volume of the compose database is new. The passwords come as files (secrets).
set -eu
sql=${PROVISION_FOLDER:-/provision}
secrets=${SECRETS_FOLDER:-/run/secrets}
run() {
    psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" "$@"
}
run --dbname postgres --file "$sql/cluster.sql"
for service in intake plans referrals providers; do
    set -- --set "service=$service" --set "owner=${service}_owner" \
        --set "database=$service" --set template=template0
    # Passwords go through the environment and \getenv: the arguments of a process can be read by others.
    SERVICE_PASSWORD="$(cat "$secrets/${service}_database_password")"
    OWNER_PASSWORD="$(cat "$secrets/${service}_owner_password")"
    export SERVICE_PASSWORD OWNER_PASSWORD
    run "$@" --dbname postgres --command '\getenv service_password SERVICE_PASSWORD' \
        --command '\getenv owner_password OWNER_PASSWORD' --file "$sql/roles.sql"
    run "$@" --dbname postgres --file "$sql/database.sql"
    run "$@" --dbname "$service" --file "$sql/rights.sql"
done
