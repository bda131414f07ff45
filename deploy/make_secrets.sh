#!/bin/sh
# Makes every secret the portal needs, once. What is there already stays: run it again after an upgrade.
#
#   deploy/make_secrets.sh                 into deploy/secrets/, which git ignores
#
# Only the folder keeps strangers out: the containers, which run as users of their own, must read the files in it.
set -eu
umask 022
cd "$(dirname "$0")"
mkdir -p secrets certificates
chmod 700 secrets
for name in postgres_password database_owner_password database_app_password database_read_password redis_password \
            secret_key audit_salt mfa_key issuer_key_password metrics_token backup_key; do
    if [ ! -s "secrets/$name" ]; then
        # 48 bytes from the kernel; letters and digits alone, so that no shell and no address minds them.
        head -c 96 /dev/urandom | base64 | tr -dc 'A-Za-z0-9' | cut -c 1-64 > "secrets/$name"
        echo "made    deploy/secrets/$name"
    fi
    chmod 444 "secrets/$name"
done
if [ ! -e secrets/email_host_password ]; then
    : > secrets/email_host_password
    chmod 444 secrets/email_host_password
    echo "EMPTY   deploy/secrets/email_host_password: write the mail server's password into it, if it asks for one"
fi
echo
echo "Keep a copy of secret_key, audit_salt, mfa_key, issuer_key_password and backup_key where neither this machine nor its backups are:"
echo "without backup_key no backup can be read, without audit_salt no digest of the audit chain be checked."
