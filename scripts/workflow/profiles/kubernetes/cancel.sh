#!/usr/bin/env bash
# Removes Jobs with their pods, when Snakemake is interrupted. Usage: cancel.sh JOB...
set -euo pipefail
kubectl delete --wait=false "$@"
