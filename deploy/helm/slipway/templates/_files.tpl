{{/* The files of a service in /etc/slipway. Of: root, name, values. */}}
{{- define "slipway.files" -}}
{{- $own := dict -}}
{{- if eq .name "change" -}}
{{- $own = dict "inventory.yaml" .values.inventory "intake.yaml" .values.intake -}}
{{- else if eq .name "release" -}}
{{- $own = dict "delivery.yaml" .values.delivery -}}
{{- else if eq .name "backup" -}}
{{- $own = dict "backups.yaml" .values.backups -}}
{{- else if eq .name "notification" -}}
{{- $own = dict "notifications.yaml" .values.notifications -}}
{{- end -}}
{{- $all := merge (dict) .values.files -}}
{{- range $file, $text := $own -}}
{{- if $text }}{{ $_ := set $all $file $text }}{{ end -}}
{{- end -}}
{{- if $all }}{{ toYaml $all }}{{ end -}}
{{- end }}

{{/* Secrets that are properties, each a file of its property's name. Of: root, name, values. */}}
{{- define "slipway.secretProperties" -}}
{{- with .values.secrets.database }}
{{ include "slipway.secretFile" (dict "name" .name "key" .key "path" "spring.datasource.password") }}
{{- end }}
{{- with .values.secrets.kafka }}
{{- if .name }}
{{ include "slipway.secretFile" (dict "name" .name "key" .key "path" "spring.kafka.properties.sasl.jaas.config") }}
{{- end }}
{{- end }}
{{- with .values.secrets.registry }}
{{- if .name }}
{{ include "slipway.secretFile" (dict "name" .name "key" .key "path" "slipway.registry.user-info") }}
{{- end }}
{{- end }}
{{- if eq .name "notification" }}
{{- with .values.smtp }}
{{- if and .host .user }}
{{ include "slipway.secretFile" (dict "name" .secret.name "key" .secret.key "path" "spring.mail.password") }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Secrets that are read as files. Of: root, name, values. */}}
{{- define "slipway.secretFiles" -}}
{{- with .values }}
{{- if and (eq $.name "change") .signIn.clientId }}
{{ include "slipway.secretFile" (dict "name" .signIn.secret.name "key" .signIn.secret.key "path" "client-secret") }}
{{- end }}
{{- if eq $.name "backup" }}
{{- if .s3.credentials.name }}
{{ include "slipway.secretFile" (dict "name" .s3.credentials.name "key" .s3.credentials.key "path" "aws-credentials") }}
{{- end }}
{{- if .rclone.name }}
{{ include "slipway.secretFile" (dict "name" .rclone.name "key" .rclone.key "path" "rclone.conf") }}
{{- end }}
{{- end }}
{{- if eq $.name "notification" }}
{{- if .slack.token.name }}
{{ include "slipway.secretFile" (dict "name" .slack.token.name "key" .slack.token.key "path" "slack-token") }}
{{- end }}
{{- if .slack.signingSecret.name }}
{{ include "slipway.secretFile" (dict "name" .slack.signingSecret.name "key" .slack.signingSecret.key "path" "slack-signing-secret") }}
{{- end }}
{{- end }}
{{- if eq $.name "audit" }}
{{ include "slipway.secretFile" (dict "name" .signingKey.name "key" .signingKey.key "path" "audit-signing-key") }}
{{- end }}
{{- range .secretFiles }}
{{ include "slipway.secretFile" (dict "name" .secret "key" .key "path" .file) }}
{{- end }}
{{- end }}
{{- end }}
