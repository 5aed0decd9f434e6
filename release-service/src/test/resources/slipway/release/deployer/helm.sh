#!/bin/sh
# Helm as far as a deployer can tell: its arguments, its answers and errors, and how it leaves a release when it is killed.
# Beside it lie: revisions/N (status, digest, description, updated), cluster (the digest that runs), ledger (every change of it),
# and what a test wants: die (after how many points to be killed), bad (a digest that never gets ready), away (no cluster there).
here=$(dirname "$0")
echo "$*" >> "$here/calls"
[ -n "$KUBECONFIG" ] || { echo 'Error: no KUBECONFIG' >&2; exit 1; }

fail() { echo "Error: $1" >&2; exit 1; }
point() {
  [ -f "$here/die" ] || return 0
  left=$(cat "$here/die")
  if [ "$left" = 0 ]; then rm "$here/die"; kill -9 $$; fi
  echo $((left - 1)) > "$here/die"
}
[ -f "$here/away" ] && fail 'Kubernetes cluster unreachable: Get "https://10.0.0.1:6443/version": dial tcp 10.0.0.1:6443: connect: connection refused'

command=$1; shift
[ "$command" = get ] && { command="get $1"; shift; }
name=; second=; digest=; revision=; max=256; atomic=; wait=
while [ $# -gt 0 ]; do
  case $1 in
    --install) ;;
    --wait) wait=yes ;;
    --atomic) atomic=yes ;;
    --set-string) case $2 in image.digest=*) digest=${2#image.digest=} ;; esac; shift ;;
    --revision) revision=$2; shift ;;
    --max) max=$2; shift ;;
    --namespace|--kube-context|--version|--values|--timeout|--description|-o) shift ;;
    -*) fail "unknown flag: $1" ;;
    *) if [ -z "$name" ]; then name=$1; else second=$1; fi ;;
  esac
  shift
done

field() { sed -n "$2p" "$here/revisions/$1"; }
last() { ls "$here/revisions" | sort -n | tail -1; }
note() { printf '%s\n%s\n%s\n%s\n' "$2" "$3" "$4" "$(date -u +%Y-%m-%dT%H:%M:%S.%NZ)" > "$here/half"; mv "$here/half" "$here/revisions/$1"; }
runs() { [ "$(cat "$here/cluster")" = "$1" ] || { echo "$1" > "$here/cluster"; echo "$1" >> "$here/ledger"; }; }
deployed() {
  for each in $(ls "$here/revisions"); do
    [ "$(field "$each" 1)" = deployed ] && note "$each" superseded "$(field "$each" 2)" "$(field "$each" 3)"
  done
  note "$1" deployed "$2" "$3"
}
newest=$(last)

case $command in
  history)
    [ -n "$newest" ] || fail 'release: not found'
    comma=
    printf '['
    for each in $(ls "$here/revisions" | sort -n | tail -"$max"); do
      printf '%s{"revision":%s,"updated":"%s","status":"%s","chart":"shop-1.0.0","app_version":"1.0","description":"%s"}' \
        "$comma" "$each" "$(field "$each" 4)" "$(field "$each" 1)" "$(field "$each" 3)"
      comma=,
    done
    echo ']' ;;
  'get values')
    [ -f "$here/revisions/${revision:-$newest}" ] || fail 'release: not found'
    printf '{"image":{"digest":"%s"},"replicas":2}\n' "$(field "${revision:-$newest}" 2)" ;;
  upgrade)
    point
    status=pending-upgrade
    case $([ -n "$newest" ] && field "$newest" 1) in
      pending-*) fail 'UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress' ;;
      ''|uninstalled) status=pending-install; echo "Release \"$name\" does not exist. Installing it now." ;;
    esac
    new=$((${newest:-0} + 1))
    note $new $status "$digest" 'Preparing upgrade'
    point
    if [ "$wait" ] && [ -f "$here/bad" ] && [ "$(cat "$here/bad")" = "$digest" ]; then
      runs "$digest"
      note $new failed "$digest" "Upgrade \\\"$name\\\" failed: context deadline exceeded"
      [ "$atomic" ] && { old=$(field "$newest" 2); runs "$old"; deployed $((new + 1)) "$old" "Rollback to $newest"; }
      fail 'UPGRADE FAILED: context deadline exceeded'
    fi
    runs "$digest"
    point
    deployed $new "$digest" 'Upgrade complete'
    point
    echo "Release \"$name\" has been upgraded. Happy Helming!" ;;
  rollback)
    point
    [ -f "$here/revisions/$second" ] || fail "release has no $second version"
    new=$((newest + 1))
    note $new pending-rollback "$(field "$second" 2)" "Rollback to $second"
    point
    runs "$(field "$second" 2)"
    point
    deployed $new "$(field "$second" 2)" "Rollback to $second"
    point
    echo 'Rollback was a success! Happy Helming!' ;;
  uninstall)
    [ -n "$newest" ] || fail "uninstall: Release not loaded: $name: release: not found"
    point
    runs nothing
    rm "$here/revisions/"*
    echo "release \"$name\" uninstalled" ;;
  *) fail "unknown command \"$command\" for \"helm\"" ;;
esac
