#!/usr/bin/env python3
"""The workflow of many machines, on two cores: the same bytes as `calib batch`, and only what changed is done again.

usage: workflow_test.py PROGRAM SOURCE_FOLDER      exit code 77 (skipped) without snakemake
"""
import filecmp
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PLAN = """board: 8x5
square: 40mm
report: {folds: 2}
recordings:
  composite: {input: rec/one/composite, crop: {layout: 1x2, names: [left, right]}, run: {write_crops: true}}
  with space: {input: [rec/two/cam0, rec/two/cam1], rectify: {preview: false}}
"""
# What a batch or Snakemake writes besides the results.
BESIDES = {"run.log", "run.yaml", "batch.json", ".cropped", ".rectified", ".run"}

# Stands for a cluster: a Job is run at once, and its exit code kept.
KUBECTL = """#!/usr/bin/env bash
set -u
jobs=$(dirname "$0")
case $1 in
create)
  job=$(mktemp "$jobs/job.XXXXXX")
  manifest=$(cat)
  script=$(sed -n 's/^ *command: \\[bash, "\\(.*\\)"\\]$/\\1/p' <<<"$manifest")
  folder=$(sed -n 's/^ *workingDir: "\\(.*\\)"$/\\1/p' <<<"$manifest")
  if (cd "$folder" && bash "$script") >"$job.log" 2>&1; then echo 1, >"$job"; else echo ,1 >"$job"; fi
  echo "job.batch/$(basename "$job")" ;;
get) cat "$jobs/$(basename "$2")" ;;
esac
"""


class Lab:
    def __init__(self, program, source, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.workflow = source / "scripts/workflow"
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"),
                                PATH=f"{self.folder}/bin:{os.environ['PATH']}", CALIB_IMAGE="calib:test",
                                CALIB_CLAIM="lab", CALIB_MOUNT=str(self.folder))

    def run(self, *command, code=0):
        done = subprocess.run([str(word) for word in command], cwd=self.folder, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == code, f"{command}: exit code {done.returncode}\n{done.stdout}"
        return done.stdout

    def snakemake(self, *arguments, output="flow", shards=3, code=0):
        return self.run("snakemake", "-s", self.workflow / "Snakefile", *arguments, "--config", "plan=plan.yaml",
                        f"output={output}", f"shards={shards}", "threads=1", f"calib={self.program}", code=code)

    def require_same(self, output):
        batch, flow = self.folder / "batch", self.folder / output
        names = files_below(batch)
        assert names and files_below(flow) == names, names ^ files_below(flow)
        differing = filecmp.cmpfiles(batch, flow, names, shallow=False)[1:]
        assert differing == ([], []), differing


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name not in BESIDES}


def main():
    if not shutil.which("snakemake"):
        print("SKIPPED, not installed: snakemake")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), folder)
        plan = lab.folder / "plan.yaml"
        plan.write_text(PLAN)
        synth = [lab.program, "synth", "--cameras", "2", "--frames", "10", "--size", "320x240", "--board", "8x5",
                 "--square", "40mm"]
        lab.run(*synth, "--composite", "1x2", "-o", "rec/one")
        lab.run(*synth, "-o", "rec/two")
        lab.run(lab.program, "batch", "plan.yaml", "-o", "batch")
        told = lab.snakemake("--cores", "2")
        assert "composite     done" in told, told
        lab.require_same("flow")
        assert "Nothing to be done" in lab.snakemake("--cores", "2")
        lab.snakemake("--cores", "2", output="whole", shards=0)
        lab.require_same("whole")
        assert "Nothing to be done" in lab.snakemake("--cores", "2", output="whole", shards=0)
        print("the same bytes as calib batch")

        # A change of one recording's options does that one again.
        plan.write_text(PLAN.replace("preview: false", "alpha: 1"))
        told = lab.snakemake("--cores", "2", "--dry-run")
        assert "flow/with space/observations.yaml" in told and "flow/composite/observations" not in told, told
        lab.snakemake("--cores", "2")
        lab.run(lab.program, "batch", "plan.yaml", "-o", "batch")
        lab.require_same("flow")
        print("only what changed is done again")

        # What is gone is named, and the others go on.
        plan.write_text(PLAN + "  gone: {input: rec/gone}\n")
        told = lab.snakemake("--cores", "2", "--keep-going", output="some", code=1)
        assert "rec/gone: no such file or folder" in told, told
        assert (lab.folder / "some/composite/report.html").exists()
        plan.write_text(PLAN.replace("layout", "layuot"))
        told = lab.snakemake("--cores", "2", code=1)
        assert "plan.yaml:5:" in told and "did you mean 'layout'?" in told, told
        print("what is broken is named")

        plan.write_text(PLAN)
        lab.run(lab.program, "batch", "plan.yaml", "-o", "batch")
        (lab.folder / "bin").mkdir()
        (lab.folder / "bin/kubectl").write_text(KUBECTL)
        (lab.folder / "bin/kubectl").chmod(0o755)
        lab.snakemake("--profile", lab.workflow / "profiles/kubernetes", "--latency-wait", "1",
                      "--max-status-checks-per-second", "20", output="cluster")
        lab.require_same("cluster")
        lab.snakemake("--profile", lab.workflow / "profiles/slurm", "--dry-run", output="slurm")
        print("the profiles are good")


if __name__ == "__main__":
    main()
