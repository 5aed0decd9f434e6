#!/bin/sh
# A tool that deploys and keeps a ledger: one line for each change that it made, never asking whether it was made before. Beside it,
# one file per part says what runs there. A test puts a file into `kill` to have whoever called it killed at that point, once:
#   look-NAME-N   at the N-th look after the last change, which was of part NAME
#   middle-NAME   in the middle of a change of part NAME; the change then waits for `go`, as a slow tool would
#   after-NAME    after the change of part NAME, before anybody was told
# `dead` has the digest that runs; any other never gets ready.
cd "$(dirname "$0")" || exit 1
verb=$1; shift
kill_at() {
  [ -f "kill/$1" ] && mv "kill/$1" "killed/$1" && kill -9 $PPID
}
case $verb in
  look)
    echo >> looks
    last=$(tail -1 ledger 2>/dev/null | cut -d' ' -f2)
    kill_at "look-$last-$(wc -l < looks | tr -d ' ')"
    comma=
    printf '{"parts":['
    for name; do
      printf '%s{"name":"%s","digest":"%s"}' "$comma" "$name" "$(cat "$name/digest")"
      comma=,
    done
    echo ']}' ;;
  change)
    if [ -f dead ] && [ "$(cat dead)" != "$2" ]; then
      echo 'crash loop' > "$1/digest"
      echo "$1 never gets ready" >&2
      exit 1
    fi
    if kill_at "middle-$1"; then
      for each in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        [ -f go ] || sleep 1
      done
    fi
    echo "$2" > "$1/half"
    mv "$1/half" "$1/digest"
    echo "$SLIPWAY_KEY $1 $2" >> ledger
    rm -f looks
    kill_at "after-$1"
    exit 0 ;;
esac
