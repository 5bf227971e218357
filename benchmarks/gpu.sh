#!/usr/bin/env bash
# Builds, tests and measures the CUDA device on a bare Linux machine with a GPU, nvcc and CMake, within 8 minutes.
#
#   benchmarks/gpu.sh [--node PATH] [--python PATH] [--out DIR] [--name NAME]
#
# --node    Node binary (default: the one on the PATH)
# --python  Python with a CUDA build of PyTorch, the peer (default: python3)
# --out     where build.log, conformance.log, bench.log and NAME.json go (default: gpu-results)
# --name    name of the results; with them come benchmarks/results/NAME.json and NAME.md (default: the GPU's name)
#
# The tree needs its node_modules (npm ci, on a machine that has the registry). Nothing is downloaded here.
set -uo pipefail
cd "$(dirname "$0")/.."

node=node python=python3 out=gpu-results name=
while [ $# -gt 0 ]; do
  case $1 in
    --node) node=$2 ;;
    --python) python=$2 ;;
    --out) out=$2 ;;
    --name) name=$2 ;;
    *) echo "gpu.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

fail() { echo "gpu.sh: $1" >&2; exit 1; }
have() { command -v "$1" > /dev/null; }
have "$node" || fail "no Node at '$node'; give one with --node PATH"
have cmake || fail "cmake is not installed"
have nvidia-smi || fail "no NVIDIA driver: nvidia-smi is missing"
export PATH=$PATH:/usr/local/cuda/bin
have nvcc || fail "nvcc is not on the PATH or in /usr/local/cuda/bin"
[ -d node_modules/cmake-js ] || fail "no node_modules; run 'npm ci' where the registry can be reached, and bring the tree"

gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -1)
[ -n "$name" ] || name=$(echo "$gpu" | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9-')
mkdir -p "$out"
failures=0

# phase NAME SECONDS: runs the function NAME; its output goes to NAME.log, its end to the terminal.
phase() {
  local log=$out/$1.log start=$SECONDS
  timeout "$2" bash -c "$1" > "$log" 2>&1
  local status=$?
  [ $status -eq 0 ] || failures=$((failures + 1))
  echo "== $1: exit status $status, $((SECONDS - start)) s"
  tail -n 12 "$log"
  return $status
}

build() {
  TESSERA_CUDA_ARCHITECTURES=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .) \
    "$node" node_modules/cmake-js/bin/cmake-js build -d native -p "$(nproc)" &&
    "$node" node_modules/typescript/bin/tsc -b
}

conformance() {
  "$node" test/dist/conformance/main.js --dir test/fixtures/ops --device cuda
}

bench() {
  "$node" benchmarks/dist/main.js --device cuda --python "$(command -v "$python" || echo "$python")" \
    --rounds 5 --json "$out/$name.json" --keep "$name"
}

export node python out name
export -f build conformance bench

echo "$gpu, driver $(nvidia-smi --query-gpu=driver_version --format=csv,noheader | head -1), $(nvcc --version | tail -2 | head -1)"
phase build 200 || fail "the build failed; see $out/build.log"
phase conformance 120
phase bench 160
cp -f benchmarks/results/"$name".md "$out"/ 2> /dev/null
exit $((failures > 0))
