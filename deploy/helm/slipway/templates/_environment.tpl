{{/* What every service reads. Of: root, name, values. */}}
{{- define "slipway.environment" -}}
{{- $values := .root.Values -}}
- {name: SLIPWAY_KAFKA, value: {{ $values.kafka.servers | quote }}}
- {name: SPRING_KAFKA_SECURITY_PROTOCOL, value: {{ $values.kafka.securityProtocol }}}
{{- if hasPrefix "SASL" $values.kafka.securityProtocol }}
- {name: SPRING_KAFKA_PROPERTIES_SASL_MECHANISM, value: {{ $values.kafka.saslMechanism }}}
{{- end }}
- {name: SLIPWAY_REGISTRY, value: {{ $values.registry.url | quote }}}
# The job before the install registers them.
- {name: SLIPWAY_REGISTRY_REGISTER, value: "false"}
- {name: SLIPWAY_ISSUER, value: {{ $values.issuer.url | quote }}}
- {name: SLIPWAY_POSTGRES, value: {{ $values.postgresql.address | quote }}}
- {name: {{ printf "SLIPWAY_%s_USER" (upper .name) }}, value: {{ .values.database.user | quote }}}
{{- with $values.postgresql.sslMode }}
- name: SPRING_DATASOURCE_URL
  value: {{ printf "jdbc:postgresql://%s/%s?sslmode=%s%s" $values.postgresql.address $.name . (ternary "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory" "" (hasPrefix "verify" .)) | quote }}
{{- end }}
{{- $java := .values.javaOptions }}
{{- if $values.trustStore.configMap }}
{{- $java = printf "%s -Djavax.net.ssl.trustStore=/etc/slipway-trust/%s -Djavax.net.ssl.trustStoreType=PKCS12" $java $values.trustStore.key | trim }}
{{- end }}
# Its number has no home, and programs such as git, helm and kubectl look for one that they may write to.
- {name: HOME, value: /tmp}
{{- with $java }}
- {name: JAVA_TOOL_OPTIONS, value: {{ . | quote }}}
{{- end }}
{{- end }}

{{- define "slipway.environment.change" -}}
{{- with .root.Values }}
- {name: SLIPWAY_ENVIRONMENTS, value: {{ join "," .change.environments | quote }}}
{{- if .change.inventory }}
- {name: SLIPWAY_INVENTORY, value: /etc/slipway/inventory.yaml}
{{- end }}
{{- if .change.intake }}
- {name: SLIPWAY_INTAKE, value: /etc/slipway/intake.yaml}
{{- end }}
{{- if .changeUrl }}
- {name: SLIPWAY_CHANGE_URL, value: {{ .changeUrl | quote }}}
{{- end }}
{{- if .change.signIn.clientId }}
- {name: SLIPWAY_SIGN_IN_CLIENT_ID, value: {{ .change.signIn.clientId | quote }}}
- {name: SLIPWAY_SIGN_IN_CLIENT_SECRET_FILE, value: /run/secrets/slipway-files/client-secret}
{{- end }}
{{- end }}
{{- end }}

{{- define "slipway.environment.release" -}}
{{- with .root.Values }}
- {name: SLIPWAY_PACKAGES, value: /var/lib/slipway/packages}
{{- if .release.delivery }}
- {name: SLIPWAY_DELIVERY, value: /etc/slipway/delivery.yaml}
{{- end }}
{{- end }}
{{- end }}

{{- define "slipway.environment.backup" -}}
{{- with .root.Values.backup }}
- {name: SLIPWAY_BACKUP_HOME, value: /var/lib/slipway}
# Another instance goes on with the restore of one that is gone.
- {name: SLIPWAY_BACKUP_RESTORES, value: /var/lib/slipway/restores}
- {name: SLIPWAY_BACKUP_LOCATIONS, value: {{ prepend (.locations | default (list "/var/lib/slipway/elsewhere/location-2")) "/var/lib/slipway/location-1" | join "," | quote }}}
{{- if .backups }}
- {name: SLIPWAY_BACKUPS, value: /etc/slipway/backups.yaml}
{{- end }}
{{- range $name, $value := dict "ENDPOINT" .s3.endpoint "REGION" .s3.region "RETAIN" .s3.retain "MODE" .s3.mode }}
{{- if $value }}
- {name: {{ printf "SLIPWAY_BACKUP_S3_%s" $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- if .s3.pathStyle }}
- {name: SLIPWAY_BACKUP_S3_PATHSTYLE, value: "true"}
{{- end }}
{{- if .s3.credentials.name }}
- {name: AWS_SHARED_CREDENTIALS_FILE, value: /run/secrets/slipway-files/aws-credentials}
{{- end }}
{{- if .rclone.name }}
- {name: SLIPWAY_BACKUP_RCLONE_CONFIG, value: /run/secrets/slipway-files/rclone.conf}
{{- end }}
{{- end }}
{{- end }}

{{- define "slipway.environment.notification" -}}
{{- with .root.Values }}
{{- if .notification.notifications }}
- {name: SLIPWAY_NOTIFICATIONS, value: /etc/slipway/notifications.yaml}
{{- end }}
{{- if .notification.templates }}
- {name: SLIPWAY_TEMPLATES, value: /etc/slipway-templates}
{{- end }}
{{- if .changeUrl }}
- {name: SLIPWAY_CHANGE_URL, value: {{ .changeUrl | quote }}}
{{- end }}
{{- with .notification.smtp }}
{{- if .host }}
- {name: SLIPWAY_SMTP_HOST, value: {{ .host | quote }}}
- {name: SLIPWAY_SMTP_PORT, value: {{ .port | quote }}}
- {name: SLIPWAY_MAIL_FROM, value: {{ .from | quote }}}
{{- if .startTls }}
- {name: SPRING_MAIL_PROPERTIES_MAIL_SMTP_STARTTLS_REQUIRED, value: "true"}
{{- end }}
{{- if .user }}
- {name: SPRING_MAIL_USERNAME, value: {{ .user | quote }}}
- {name: SPRING_MAIL_PROPERTIES_MAIL_SMTP_AUTH, value: "true"}
{{- end }}
{{- end }}
{{- end }}
{{- if .notification.slack.token.name }}
- {name: SLIPWAY_SLACK_TOKEN_FILE, value: /run/secrets/slipway-files/slack-token}
{{- end }}
{{- if .notification.slack.signingSecret.name }}
- {name: SLIPWAY_SLACK_SIGNING_SECRET_FILE, value: /run/secrets/slipway-files/slack-signing-secret}
{{- end }}
{{- end }}
{{- end }}

{{- define "slipway.environment.audit" -}}
{{- with .root.Values.audit }}
- {name: SLIPWAY_AUDIT_LOG, value: /var/lib/slipway/audit-log}
- {name: SLIPWAY_AUDIT_SIGNING_KEY_FILE, value: /run/secrets/slipway-files/audit-signing-key}
{{- if .askBackup }}
- {name: SLIPWAY_BACKUP_URL, value: "http://{{ include "slipway.fullname" $.root }}-backup:{{ include "slipway.port" "backup" }}"}
{{- end }}
{{- range $name, $value := dict "ANCHOR_DIRECTORY" .anchor.directory "ANCHOR_GIT" .anchor.git "WITNESS" .anchor.witness "WITNESS_KEY" .anchor.witnessKey }}
{{- if $value }}
- {name: {{ printf "SLIPWAY_AUDIT_%s" $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
