#!/bin/sh
# Restores a backup set of Slipway when nothing of Slipway is left: with age, openssl (3 or newer), tar, sha256sum and a POSIX shell.
#
#   sh restore.sh --key recovery.key --into DIRECTORY [--set DIRECTORY] [--signed-by signing.pub | --trust-copy] [ITEM...]
#
# --set        the set: a folder with manifest.json, manifest.sig, restore.txt and *.age. Usual: the folder of this script.
# --signed-by  the public key of whoever signed it. Usual: the line "# signed by:" in the recovery key.
# --trust-copy there is no such key; believe the one that lies in the set. Damage is still found, a forger is not.
#
# Nothing is written over. An item gets its name below DIRECTORY only when all of it was compared with what was sealed, so what lies
# there is right. It needs room for an item twice. Whoever can write to the set can also write to the script in it: keep one copy of
# this script where the recovery key is, and run that one.
set -eu
umask 077
LC_ALL=C
export LC_ALL

refuse() {
    printf 'restore.sh: refused: %s\n' "$1" >&2
    exit 1
}

odd() {
    case $1 in
        '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) return 0 ;;
        *) return 1 ;;
    esac
}

sha256() {
    sha256sum <"$1" | cut -c 1-64
}

key='' made='' into='' signer='' trust='' set=$(dirname -- "$0")
while [ $# -gt 0 ]; do
    case $1 in
        --key | --into | --set | --signed-by)
            [ $# -gt 1 ] || refuse "$1 needs a value"
            case $1 in
                --key) key=$2 ;;
                --into) into=$2 ;;
                --set) set=$2 ;;
                --signed-by) signer=$2 ;;
            esac
            shift 2
            ;;
        --trust-copy)
            trust=yes
            shift
            ;;
        -*) refuse "there is no option $1; the first lines of this script say which there are" ;;
        *) break ;;
    esac
done
[ -n "$key" ] && [ -n "$into" ] || refuse 'it needs --key FILE and --into DIRECTORY'
[ -f "$key" ] && [ -r "$key" ] || refuse "there is no recovery key $key"
for program in age openssl tar sha256sum awk mktemp find; do
    command -v "$program" >/dev/null || refuse "$program is not installed"
done
for file in manifest.json manifest.sig restore.txt; do
    [ -f "$set/$file" ] || refuse "$set has no $file: it is no whole set"
done
case $into in /*) ;; *) into=./$into ;; esac
case $key in /*) ;; *) key=./$key ;; esac
case $set in /*) ;; *) set=./$set ;; esac

work=$(mktemp -d)
half=''
tidy() {
    if [ -n "$half" ]; then
        # What was unpacked may be read-only.
        [ ! -d "$half.tree" ] || chmod -R u+rwx "$half.tree"
        rm -rf "$half" "$half.tree"
    fi
    rm -rf "$work"
    # One that was made for nothing.
    [ -z "$made" ] || rmdir "$made" 2>/dev/null || :
}
trap tidy EXIT
trap 'exit 1' HUP INT TERM

# 1. Who signed it. The recovery key lies in a safe and knows; the set lies where others may write.
if [ -n "$signer" ]; then
    public=$(grep -v '^#' <"$signer" | tr -d '\n')
elif grep -q '^# signed by: ' "$key"; then
    public=$(sed -n 's/^# signed by: //p' "$key" | head -n 1)
elif [ -n "$trust" ] && [ -f "$set/signing.pub" ]; then
    public=$(grep -v '^#' <"$set/signing.pub" | tr -d '\n')
    echo 'restore.sh: nobody says who signed this set but the set itself' >&2
else
    refuse 'the recovery key does not say who signed: give --signed-by signing.pub, or --trust-copy'
fi
case $public in '' | *[!A-Za-z0-9+/=]*) refuse 'the key of the signature is no key' ;; esac
printf -- '-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n' "$public" >"$work/pem"
openssl base64 -d -A -in "$set/manifest.sig" -out "$work/sig" || refuse 'manifest.sig is no signature'
# What is looked at from now on is what was signed, also when somebody changes the set meanwhile.
cp "$set/manifest.json" "$work/manifest.json"
cp "$set/restore.txt" "$work/restore.txt"
openssl pkeyutl -verify -pubin -inkey "$work/pem" -rawin -in "$work/manifest.json" -sigfile "$work/sig" >/dev/null 2>&1 ||
    refuse 'manifest.json is not signed by that key: it is another set, a forged one or a damaged copy'
grep -q -F "\"file\":\"restore.txt\",\"sha256\":\"$(sha256 "$work/restore.txt")\"" "$work/manifest.json" ||
    refuse 'restore.txt is not the one that was signed'

for wanted in "$@"; do
    odd "$wanted" && refuse "'$wanted' is no name of an item"
    grep -q "^item $(printf %s "$wanted" | sed 's/[.]/[.]/g') " "$work/restore.txt" || refuse "the set has no item $wanted"
done
[ -d "$into" ] || made=$into
mkdir -p "$into"

restore() {
    item=$1 file=$2 sealed=$3 plain=$4 kind=$5
    odd "$item" && refuse "'$item' is no name of an item"
    odd "$file" && refuse "'$file' is no name of a file"
    target=$into/$item
    if [ -e "$target" ] || [ -L "$target" ]; then
        refuse "$target is there already, and nothing is written over"
    fi
    [ -f "$set/$file" ] || refuse "$set has no $file"
    # 2. Is it what was sealed?
    [ "$(sha256 "$set/$file")" = "$sealed" ] || refuse "$file is damaged: its SHA-256 is another one; take the copy in another location"
    # What was sealed with owners has them as numbers; everything else belongs to whoever restores it.
    kept=$(awk -v item="$item" '$1 == "item" { mine = $2 == item } mine && /^: note attributes: owners,/ { print "yes"; exit }' "$work/restore.txt")
    owners='-o'
    [ -z "$kept" ] || [ "$(id -u)" -ne 0 ] || owners='--same-owner --numeric-owner'
    half=$(mktemp -d "$into/.restoring-XXXXXX")
    mkdir "$half.tree"
    # 3. To the end: age says 1 about what is cut off, and leaves what it had decrypted until then.
    age -d -i "$key" -o "$half/plain" "$set/$file" || refuse "$file cannot be decrypted with $key"
    [ "$(sha256 "$half/plain")" = "$plain" ] || refuse "$file decrypts to something else than was sealed"
    case $kind in
        tree) tar -x -p $owners -f "$half/plain" -C "$half.tree" || refuse "$file cannot be unpacked" ;;
        stream) mv "$half/plain" "$half.tree/stream" ;;
        *) refuse "restore.txt says '$kind' about $item, which this script does not know" ;;
    esac
    # What ran as its owner would run as whoever restores it. What lies in folders that nobody may enter, nobody can run either.
    if [ "$owners" = '-o' ]; then
        (cd "$half.tree" && find . -type f '(' -perm -4000 -o -perm -2000 ')' -print -exec chmod ug-s {} +) >"$work/set-id" 2>"$work/unseen" || true
    else
        : >"$work/set-id"
        : >"$work/unseen"
    fi
    # 4. Only now it has a name.
    mv "$half.tree" "$target"
    rm -rf "$half"
    half=''
    printf '\n%s is in %s\n' "$item" "$target"
    if [ -n "$kept" ] && [ "$(id -u)" -ne 0 ]; then
        printf '  Its files are yours now: run this as root to have them belong to whom they did (tar -t -v --numeric-owner says to whom).\n'
    fi
    if [ -s "$work/set-id" ]; then
        printf '  These ran as their owner or group, and would run as you now: the bits for that were taken from them (tar -t -v says which).\n'
        sed 's/[^[:print:]]/?/g; s/^/    /' "$work/set-id"
    fi
    if [ -s "$work/unseen" ]; then
        printf '  Nobody could look for such in these:\n'
        sed 's/[^[:print:]]/?/g; s/^/    /' "$work/unseen"
    fi
    awk -v item="$item" '$1 == "item" { mine = $2 == item } mine && /^:/ { print "  " substr($0, 3) }' "$work/restore.txt"
}

while read -r word item file sealed plain kind; do
    [ "$word" = item ] || continue
    if [ $# -gt 0 ]; then
        chosen=''
        for wanted in "$@"; do
            [ "$wanted" != "$item" ] || chosen=yes
        done
        [ -n "$chosen" ] || continue
    fi
    restore "$item" "$file" "$sealed" "$plain" "$kind"
done <"$work/restore.txt"
sync
printf '\nAll of it is what was sealed. Nothing that runs was touched: the lines above say what is left to do.\n'
