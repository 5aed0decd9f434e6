{{/* The pods of a service. Of: root, name, values. */}}
{{- define "slipway.pod" -}}
{{- $root := .root -}}
{{- $fullname := include "slipway.fullname" $root -}}
{{- $labels := dict "root" $root "component" .name -}}
{{- $files := include "slipway.files" . -}}
{{- $secretFiles := include "slipway.secretFiles" . | trim -}}
{{- $templates := and (eq .name "notification") .values.templates -}}
metadata:
  labels:
    {{- include "slipway.selector" $labels | nindent 4 }}
    app.kubernetes.io/part-of: slipway
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # Another file, and the pods are made anew: services read theirs at the start.
    checksum/files: {{ printf "%s%s" $files (toJson $templates) | sha256sum }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ $fullname }}-{{ .name }}
  automountServiceAccountToken: {{ .values.serviceAccount.token }}
  # The variables that Docker links once had for each Service; nobody reads them, and SLIPWAY_… are settings here.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $root.Values.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "slipway.podSecurity" $root | nindent 4 }}
  {{- with $root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range $key, $when := dict "kubernetes.io/hostname" $root.Values.topologySpread.nodes "topology.kubernetes.io/zone" $root.Values.topologySpread.zones }}
    - topologyKey: {{ $key }}
      maxSkew: 1
      whenUnsatisfiable: {{ $when }}
      # Only those of the same version count: else the new ones avoid the old ones, and end up together.
      matchLabelKeys: [{{ ternary "controller-revision-hash" "pod-template-hash" (eq $.name "audit") }}]
      # A node that our pods may not run on is none that lacks one.
      nodeTaintsPolicy: Honor
      labelSelector:
        matchLabels:
          {{- include "slipway.selector" $labels | nindent 10 }}
    {{- end }}
  containers:
    - name: {{ .name }}-service
      image: {{ include "slipway.image" (dict "root" $root "image" .values.image) | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      securityContext:
        {{- include "slipway.containerSecurity" $root | nindent 8 }}
      ports:
        - {name: http, containerPort: {{ include "slipway.port" .name }}}
      env:
        {{- include "slipway.environment" . | nindent 8 }}
        {{- include (printf "slipway.environment.%s" .name) . | trim | nindent 8 }}
        {{- with .values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      # Migrations run at the start.
      startupProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /actuator/health/liveness, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /actuator/health/readiness, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 3
      lifecycle:
        preStop:
          # The cluster learns that this one goes before the web server takes no more requests.
          exec: {command: [sleep, "5"]}
      resources:
        {{- toYaml .values.resources | nindent 8 }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: secrets, mountPath: /run/secrets/slipway, readOnly: true}
        {{- if $secretFiles }}
        - {name: secret-files, mountPath: /run/secrets/slipway-files, readOnly: true}
        {{- end }}
        {{- if $files }}
        - {name: files, mountPath: /etc/slipway, readOnly: true}
        {{- end }}
        {{- if $templates }}
        - {name: templates, mountPath: /etc/slipway-templates, readOnly: true}
        {{- end }}
        {{- if $root.Values.trustStore.configMap }}
        - {name: trust-store, mountPath: /etc/slipway-trust, readOnly: true}
        {{- end }}
        {{- if has .name (list "release" "backup" "audit") }}
        - {name: data, mountPath: /var/lib/slipway}
        {{- end }}
        {{- if eq .name "backup" }}
        {{- if not .values.locations }}
        - {name: elsewhere, mountPath: /var/lib/slipway/elsewhere}
        {{- end }}
        - {name: work, mountPath: /var/lib/slipway/work}
        {{- end }}
        {{- with .values.volumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {}
    - name: secrets
      projected:
        defaultMode: 288 # r--r-----
        sources:
          {{- include "slipway.secretProperties" . | trim | nindent 10 }}
    {{- with $secretFiles }}
    - name: secret-files
      projected:
        defaultMode: 288 # r--r-----
        sources:
          {{- . | nindent 10 }}
    {{- end }}
    {{- if $files }}
    - name: files
      configMap: {name: {{ $fullname }}-{{ .name }}}
    {{- end }}
    {{- if $templates }}
    - name: templates
      configMap: {name: {{ $fullname }}-{{ .name }}-templates}
    {{- end }}
    {{- with $root.Values.trustStore }}
    {{- if .configMap }}
    - name: trust-store
      configMap:
        name: {{ .configMap }}
        items: [{key: {{ .key | quote }}, path: {{ .key | quote }}}]
    {{- end }}
    {{- end }}
    {{- if has .name (list "release" "backup") }}
    - name: data
      persistentVolumeClaim: {claimName: {{ .values.storage.existingClaim | default (printf "%s-%s" $fullname .name) }}}
    {{- end }}
    {{- if eq .name "backup" }}
    {{- if not .values.locations }}
    - name: elsewhere
      persistentVolumeClaim: {claimName: {{ .values.elsewhere.existingClaim | default (printf "%s-backup-elsewhere" $fullname) }}}
    {{- end }}
    - name: work
      emptyDir:
        {{- toYaml .values.work | nindent 8 }}
    {{- end }}
    {{- with .values.volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
