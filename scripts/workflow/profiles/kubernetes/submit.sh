#!/usr/bin/env bash
# Starts a job of Snakemake as a Job of Kubernetes and prints its name. Usage: submit.sh THREADS MEM_MB JOBSCRIPT
# Settings: CALIB_IMAGE, an image with calib and snakemake; CALIB_CLAIM, a PersistentVolumeClaim that holds this folder;
# CALIB_MOUNT, the path at which it is mounted here and in the pods.
set -euo pipefail
threads=$1 mem_mb=$2 jobscript=$3
: "${CALIB_IMAGE:?set it to an image with calib and snakemake}"
: "${CALIB_CLAIM:?set it to the PersistentVolumeClaim that holds this folder}"
: "${CALIB_MOUNT:?set it to the path at which the volume is mounted}"

kubectl create -o name -f - <<JOB
apiVersion: batch/v1
kind: Job
metadata:
  generateName: calib-
spec:
  backoffLimit: 0
  ttlSecondsAfterFinished: 86400
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: calib
          image: "$CALIB_IMAGE"
          workingDir: "$PWD"
          command: [bash, "$jobscript"]
          resources:
            requests: {cpu: "$threads", memory: "${mem_mb}Mi"}
          volumeMounts:
            - {name: work, mountPath: "$CALIB_MOUNT"}
      volumes:
        - name: work
          persistentVolumeClaim: {claimName: "$CALIB_CLAIM"}
JOB
