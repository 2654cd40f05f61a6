#!/usr/bin/env bash
# Measures what Snakemake itself costs for each recording: the stages are stand-ins that only write their files, so that the
# time is that of the coordinator. For tests/benchmark/README.md.
# usage: scripts/benchmark_workflow.sh [RECORDINGS [SHARDS [FOLDER]]]
# SHARDS are the values of `shards` to try (default: 1000 recordings, "0 4", a temporary folder).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
recordings=${1:-1000}
shard_counts=${2:-0 4}
folder=${3:-$(mktemp -d)}
export CALIB=${CALIB:-$PWD/build/release/calib}
snakefile=$PWD/scripts/workflow/Snakefile

mkdir -p "$folder/input"
cp data/demo/0000.jpg "$folder/input"
{
  echo 'board: 11x8'
  echo 'square: 30mm'
  echo 'crop: {layout: 2x2}'
  echo 'recordings:'
  for i in $(seq "$recordings"); do echo "  r$i: {input: input}"; done
} >"$folder/recordings.yaml"

cat >"$folder/stand-in" <<'STAND_IN'
#!/bin/sh
# Writes the file or folder after -o, and nothing else. The plan alone is read by calib.
case " $* " in *" --dry-run "*) exec "$CALIB" "$@" ;; esac
command=$1
while [ "$1" != -o ]; do shift; done
case $command in
  crop | rectify | run) mkdir -p "$2" && { [ "$command" != run ] || touch "$2/report.html"; } ;;
  batch) touch "$2/batch.json" ;;
  *) echo stand-in >"$2" ;;
esac
STAND_IN
chmod +x "$folder/stand-in"

for shards in $shard_counts; do
  rm -rf "$folder/out"
  start=$(date +%s.%N)
  (cd "$folder" && snakemake -s "$snakefile" --cores 2 --quiet \
    --config plan=recordings.yaml output=out shards="$shards" threads=1 calib="$folder/stand-in") >"$folder/snakemake.log" 2>&1 ||
    { tail -20 "$folder/snakemake.log"; exit 1; }
  awk -v s="$start" -v e="$(date +%s.%N)" -v n="$recordings" -v k="$shards" \
    'BEGIN { printf "shards=%d: %.1f s, %.3f s a recording\n", k, e - s, (e - s) / n }'
done

echo "== calib batch, 30 recordings of 20 composite frames: the share of the machine that works"
sed "s|input: input|input: $PWD/data/demo|" "$folder/recordings.yaml" | head -34 >"$folder/batch.yaml"
for processes in 1 2; do
  /usr/bin/time -f "--processes $processes: %e s, %P of one core" \
    "$CALIB" batch "$folder/batch.yaml" -o "$folder/batch$processes" --processes "$processes" --force -q | tail -1
done
