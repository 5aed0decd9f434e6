#!/bin/sh
# A small tool that deploys, as somebody might have one. What runs lies beside it: NAME.digest and NAME.weight; `ledger` has a line
# for every change; `calls` every call as it came. What a test wants: die (after how many points to be killed), away (nobody there),
# lag (how many looks still show what was before), deaf (nothing that is asked for is done).
here=$(dirname "$0")
verb=$1; shift
[ "$verb" = look ] || [ "$verb" = digest ] || { for each; do printf '[%s]' "$each"; done; echo; } >> "$here/calls"
[ -f "$here/away" ] && { echo "cannot reach the shop with token $TOKEN" >&2; exit 69; }

point() {
  [ -f "$here/die" ] || return 0
  left=$(cat "$here/die")
  if [ "$left" = 0 ]; then rm "$here/die"; kill -9 $$; fi
  echo $((left - 1)) > "$here/die"
}
# Does what is not yet so, and nothing twice.
put() {
  point
  [ "$(cat "$here/$1")" = "$2" ] || { echo "$2" > "$here/$1"; echo "$1 $2" >> "$here/ledger"; }
  point
}
other() { [ "$1" = blue ] && echo green || echo blue; }

case $verb in
  digest) cat "$here/shop.digest" ;;
  look)
    [ -f "$here/lag" ] && { rm "$here/lag"; cat "$here/before"; exit; }
    comma=
    printf '{"parts":['
    for name; do
      digest=\"$(cat "$here/$name.digest")\"
      [ "$digest" = '""' ] && digest=null
      printf '%s{"name":"%s","digest":%s,"weight":%s}' "$comma" "$name" "$digest" "$(cat "$here/$name.weight")"
      comma=,
    done
    echo ']}' ;;
  switch)
    [ -f "$here/deaf" ] || put "$1.digest" "$2" ;;
  share)
    # This slot gets that much of the traffic, and the other one the rest.
    put "$1.digest" "$2"
    [ "$(cat "$here/$1.weight")" = "$3" ] || { put "$1.weight" "$3"; put "$(other "$1").weight" $((100 - $3)); } ;;
  become)
    # All of it, as one text: {"parts":[{"name":"blue","digest":"sha256:…","weight":90},…]}
    echo "$1" | sed 's/},{/}\n{/g' | sed 's/.*"name":"\([^"]*\)","digest":\([^,]*\),"weight":\([0-9]*\).*/\1 \2 \3/' > "$here/wanted"
    while read -r name digest weight; do
      [ "$digest" = null ] && digest=
      digest=${digest#\"}; put "$name.digest" "${digest%\"}"
      put "$name.weight" "$weight"
    done < "$here/wanted" ;;
esac
