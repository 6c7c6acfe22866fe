#!/bin/sh
# The main job from end to end on a simulated campaign. Use: scripts/demo.sh BLOWBACK FOLDER
set -eu
blowback=$1 out=$2
if [ -e "$out" ]; then
    old="$out.$(date +%Y%m%d-%H%M%S)"
    mv "$out" "$old"
    echo "the earlier demo was moved to $old"
fi
mkdir -p "$out"
"$blowback" doctor --warm
"$blowback" simulate june --out "$out/exports"
"$blowback" open "$out/exports" --case "$out/case"
"$blowback" simulate score "$out/case" --truth "$out/exports/truth.json"
"$blowback" verify "$out/case"
echo
echo "The dossier: $(cd "$out" && ls -d "$PWD"/case/dossiers/*/index.html | tail -n 1)"
echo "Open it in any browser; it needs no network."
