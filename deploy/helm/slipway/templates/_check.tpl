{{/* What is missing or contradicts itself, all of it at once. */}}
{{- define "slipway.check" -}}
{{- $faults := list -}}
{{- range $value, $meaning := dict "kafka.servers" "the bootstrap servers of Kafka, host:port" "registry.url" "the base URL of the schema registry's Confluent API" "postgresql.address" "host:port of PostgreSQL" "issuer.url" "the OIDC issuer of the tokens" -}}
{{- $parts := splitList "." $value -}}
{{- if not (index $.Values (first $parts) (last $parts)) -}}
{{- $faults = append $faults (printf "%s is missing: %s" $value $meaning) -}}
{{- end -}}
{{- end -}}
{{- $sasl := hasPrefix "SASL" .Values.kafka.securityProtocol -}}
{{- range $name := splitList " " (include "slipway.services" .) -}}
{{- $values := index $.Values $name -}}
{{- if not $values.secrets.database.name -}}
{{- $faults = append $faults (printf "%s.secrets.database.name is missing: the Secret with the password of %s at PostgreSQL" $name $values.database.user) -}}
{{- end -}}
{{- if and $sasl (not $values.secrets.kafka.name) -}}
{{- $faults = append $faults (printf "%s.secrets.kafka.name is missing: with kafka.securityProtocol %s each service logs in with its own JAAS configuration" $name $.Values.kafka.securityProtocol) -}}
{{- end -}}
{{- range $values.env -}}
{{- if or (regexMatch "(PASSWORD|SECRET|TOKEN|ACCESS_KEY|JAAS|JAAS_CONFIG|USER_INFO|USERINFO)$" .name) (dig "valueFrom" "secretKeyRef" "" .) -}}
{{- $faults = append $faults (printf "%s.env: %s would put a secret into the environment; name its Secret in %s.secrets or %s.secretFiles" $name .name $name $name) -}}
{{- end -}}
{{- end -}}
{{- $storages := dict "storage" (dig "storage" dict $values) -}}
{{- if and (eq $name "backup") (not $values.locations) -}}
{{- $_ := set $storages "elsewhere" $values.elsewhere -}}
{{- end -}}
{{- range $storage, $of := $storages -}}
{{- if and (ne $name "audit") (gt (int $values.replicas) 1) $of (ne (get $of "accessMode") "ReadWriteMany") -}}
{{- $faults = append $faults (printf "%s.replicas is %d, but %s.%s.accessMode is %s: all instances share this volume; give it ReadWriteMany, or have one replica" $name (int $values.replicas) $name $storage (get $of "accessMode")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $sasl .Values.setup.enabled (not .Values.setup.secrets.kafka.name) -}}
{{- $faults = append $faults (printf "setup.secrets.kafka.name is missing: with kafka.securityProtocol %s the job that makes the topics needs the properties of an admin client" .Values.kafka.securityProtocol) -}}
{{- end -}}
{{- if not .Values.audit.signingKey.name -}}
{{- $faults = append $faults "audit.signingKey.name is missing: the Secret with the key that signs the ledger; 'slipway audit key' makes one" -}}
{{- end -}}
{{- with .Values.change.signIn -}}
{{- if and .clientId (not .secret.name) -}}
{{- $faults = append $faults "change.signIn.secret.name is missing: the Secret of the client change.signIn.clientId" -}}
{{- end -}}
{{- if and .clientId (not $.Values.changeUrl) -}}
{{- $faults = append $faults "changeUrl is missing: with change.signIn.clientId the issuer sends browsers back there" -}}
{{- end -}}
{{- end -}}
{{- with .Values.notification.smtp -}}
{{- if and .host (not .from) -}}
{{- $faults = append $faults "notification.smtp.from is missing: whom mails come from" -}}
{{- end -}}
{{- if and .host .user (not .secret.name) -}}
{{- $faults = append $faults "notification.smtp.secret.name is missing: the Secret with the password of notification.smtp.user" -}}
{{- end -}}
{{- end -}}
{{- with .Values.audit.anchor -}}
{{- if ne (empty .witness) (empty .witnessKey) -}}
{{- $faults = append $faults "audit.anchor: a witness has both an address (witness) and a key (witnessKey)" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- $faults = append $faults "ingress.hosts is missing: which service is reached at which host" -}}
{{- end -}}
{{- if $faults -}}
{{- fail (printf "\n\nThese values do not do:\n- %s\n" (join "\n- " $faults)) -}}
{{- end -}}
{{- end }}
