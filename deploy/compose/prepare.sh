#!/bin/bash
# Runs once before anything else, and again at every start: makes the passwords that are missing, lays before each container what it needs
# and nothing else (a volume each), and gives the data volumes to whoever writes them. The passwords themselves lie in a volume that
# only this script sees; what is made of them is made anew each time, so that a start that was interrupted is mended by the next one.
set -euo pipefail
umask 077

# Who runs in which image. Slipway's own: deploy/images.
slipway=10001 kafka=1000 postgres=999

# password NAME: the same every time.
password() {
    local file=/secrets/passwords/$1
    if [[ ! -s $file ]]; then
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file.new"
        mv "$file.new" "$file"
    fi
    cat "$file"
}

# give UID FILE TEXT: a file that only this user reads, as its folder.
give() {
    local folder
    folder=$(dirname "$2")
    mkdir -p "$folder"
    printf '%s\n' "$3" >"$2.new"
    chown "$1:$1" "$2.new" "$folder"
    chmod 400 "$2.new"
    mv "$2.new" "$2"
    chmod 500 "$folder"
}

scram() {
    printf 'org.apache.kafka.common.security.scram.ScramLoginModule required username="%s" password="%s";' "$1" "$(password "kafka-$1")"
}

mkdir -p /secrets/passwords

for service in change release backup notification audit; do
    give "$slipway" "/secrets/$service/spring.datasource.password" "$(password "database-$service")"
    give "$slipway" "/secrets/$service/spring.kafka.properties.sasl.jaas.config" "$(scram "$service-service")"
    give "$postgres" "/secrets/postgres/$service" "$(password "database-$service")"
    give "$slipway" "/secrets/setup/users/$service-service" "$(password "kafka-$service-service")"
done

# People and programs outside: one that may ask for changes, one that may read.
for user in requester reader; do
    give "$slipway" "/secrets/setup/users/$user" "$(password "kafka-$user")"
done
give "$slipway" /secrets/demo/kafka.properties "security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=$(scram reader)"

# The broker knows its administrator before it knows anybody else.
give "$kafka" /secrets/kafka/broker.properties "administrator=$(password kafka-administrator)"
give "$slipway" /secrets/setup/admin.properties "security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"administrator\" password=\"$(password kafka-administrator)\";"

give "$postgres" /secrets/postgres/postgres "$(password database-postgres)"
give "$postgres" /secrets/postgres/registry "$(password database-registry)"
# Before what the image brings along. Nobody but the registry sees this volume, whoever it runs as.
give "$slipway" /secrets/registry/registry.properties "config_ordinal=500
apicurio.datasource.password=$(password database-registry)
quarkus.datasource.password=$(password database-registry)"
chmod 444 /secrets/registry/registry.properties
chmod 555 /secrets/registry

give "$slipway" /secrets/change/sign-in.secret "$(password sign-in)"
give "$slipway" /secrets/issuer/sign-in.secret "$(password sign-in)"

# The estate's database: its owner migrates it, its superuser backs it up.
for reader in release demo; do
    give "$slipway" "/secrets/$reader/estate-inventory" "$(password estate-inventory)"
done
give "$slipway" /secrets/backup/estate-db.password "$(password estate-postgres)"
give "$postgres" /secrets/estate-db/postgres "$(password estate-postgres)"
give "$postgres" /secrets/estate-db/inventory "$(password estate-inventory)"

give 472 /secrets/grafana/admin "$(password grafana)"

# The job that makes the key of the ledger writes here.
chown "$slipway:$slipway" /secrets/audit /data/*
chmod 700 /secrets/audit
