#!/usr/bin/env bash
# Prints success, failed or running, as Snakemake asks. Usage: status.sh JOB
set -euo pipefail
ended=$(kubectl get "$1" --ignore-not-found -o 'jsonpath={.status.succeeded},{.status.failed}') ||
  ended=, # the cluster does not answer now; Snakemake asks again
case $ended in
1,*) echo success ;;
,) echo running ;;
*) echo failed ;; # it failed, or somebody removed it
esac
