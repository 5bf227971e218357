#!/usr/bin/env bash
# Builds, tests and measures the CUDA device on a bare Linux machine with a GPU, nvcc and CMake, within 8 minutes.
#
#   benchmarks/gpu.sh [--node PATH] [--python PATH] [--out DIR] [--name NAME] [--only REGEX]
#
# --node    Node binary (default: the one on the PATH)
# --python  Python with a CUDA build of PyTorch, the peer (default: python3)
# --out     where summary.json, NAME.json, NAME.md and a log per phase go (default: gpu-results)
# --name    name of the results; with them come benchmarks/results/NAME.json and NAME.md (default: the GPU's name)
# --only    works to measure, as in npm run bench (default: all)
#
# The tree needs its node_modules (npm ci, on a machine that has the registry). Nothing is downloaded here.
set -uo pipefail

node=node python=python3 out=gpu-results name='' only=''
while [ $# -gt 0 ]; do
  case $1 in
    --node) node=$2 ;;
    --python) python=$2 ;;
    --out) out=$2 ;;
    --name) name=$2 ;;
    --only) only=$2 ;;
    *) echo "gpu.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done

fail() { echo "gpu.sh: $1" >&2; exit 1; }
have() { command -v "$1" > /dev/null; }
export PATH=$PATH:/usr/local/cuda/bin:/usr/local/nvidia/bin
have "$node" || fail "no Node at '$node'; give one with --node PATH"
node=$(realpath -s "$(command -v "$node")")
! have "$python" || python=$(realpath -s "$(command -v "$python")")
out=$(realpath -m "$out")
cd "$(dirname "$0")/.." || exit
have cmake || fail "cmake is not installed"
have nvidia-smi || fail "no NVIDIA driver: nvidia-smi is missing"
have nvcc || fail "nvcc is not on the PATH or in /usr/local/cuda/bin"
have c++ || have g++ || have clang++ || fail "there is no C++ compiler"
have ninja || have make || fail "neither ninja nor make is installed"
[ -d node_modules/cmake-js ] || fail "no node_modules; run 'npm ci' where the registry can be reached, and bring the tree"

query() { nvidia-smi --query-gpu="$1" --format=csv,noheader | head -1; }
gpu=$(query name) capability=$(query compute_cap | tr -d .)
[ -n "$name" ] || name=$(echo "$gpu" | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9-')
mkdir -p "$out"
failures=0 phases=''

# phase NAME SECONDS: runs the function NAME; its output goes to NAME.log, its end to the terminal.
phase() {
  local log=$out/$1.log start=$SECONDS
  timeout -k 5 "$2" bash -c "$1" > "$log" 2>&1
  local status=$?
  [ $status -eq 0 ] || failures=$((failures + 1))
  phases="$phases${phases:+, }{\"name\": \"$1\", \"status\": $status, \"seconds\": $((SECONDS - start))}"
  echo "== $1: exit status $status, $((SECONDS - start)) s"
  tail -n 12 "$log"
  return $status
}

# PyTorch brings a cuBLASLt of its own (pip beside it, conda in the environment), which the loader does not see; it serves
# where the system has none.
if [ -z "${TESSERA_CUBLASLT:-}" ] && ! ls /usr/local/cuda/lib64/libcublasLt.so > /dev/null 2>&1 && have "$python"; then
  found=$("$python" - 2> /dev/null << 'END'
import glob, sys
places = [folder + "/nvidia/**" for folder in sys.path if folder] + [sys.prefix + "/lib"]
print(*(file for place in places for file in glob.glob(place + "/libcublasLt.so.*", recursive=True)), sep="\n")
END
  )
  found=${found%%$'\n'*}
  [ -z "$found" ] || export TESSERA_CUBLASLT=$found
fi

# One CPU level is enough here, and GPU code for this GPU alone, or of all kinds for one that nvcc does not know.
build() {
  [ "$(uname -m)" != x86_64 ] || export TESSERA_CPU_ISA_LEVELS=${TESSERA_CPU_ISA_LEVELS:-v3}
  if [ -z "${TESSERA_CUDA_ARCHITECTURES:-}" ] && grep -qx "sm_$capability" <<< "$(nvcc --list-gpu-code)"; then
    export TESSERA_CUDA_ARCHITECTURES=$capability
  fi
  local cmake=../node_modules/cmake-js/bin/cmake-js
  (cd native && "$node" $cmake configure && "$node" $cmake build -p "$(nproc)") && "$node" node_modules/typescript/bin/tsc -b
}

# Every op of the registry, every CUDA kernel on larger cases and in more element types, every optimizer, and 100 training
# steps beside the CPU. A line per test: where time runs out, the log says what has passed.
tests() {
  TESSERA_TEST_DEVICE=cuda "$node" node_modules/vitest/vitest.mjs run --config test/vitest.config.ts \
    --maxWorkers=4 --reporter=verbose \
    test/tensor/registry.test.ts test/cuda/{kernels,variants,optimizers,parity}.test.ts
}

conformance() {
  "$node" test/dist/conformance/main.js --dir test/fixtures/ops --device cuda
}

bench() {
  "$node" benchmarks/dist/main.js --device cuda --python "$python" --only "$only" --rounds 3 \
    --json "$out/$name.json" --keep "$name"
}

# The matrix product of our own, which stands in where cuBLASLt is not installed.
own_gemm() {
  TESSERA_CUBLASLT=none "$node" benchmarks/dist/main.js --device cuda --only '^bf16-gemm' --python "$python" --rounds 3 \
    --json "$out/$name-own-gemm.json"
}

export node python out name only capability
export -f build tests conformance bench own_gemm

driver=$(query driver_version) toolkit=$(nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
serves=$(nvidia-smi | sed -n 's/.*CUDA Version: *\([0-9.]*\).*/\1/p')
echo "$gpu, driver $driver for CUDA ${serves:-?}, CUDA toolkit $toolkit"
[ -z "$serves" ] || [ "${serves%%.*}" -ge "${toolkit%%.*}" ] ||
  fail "the driver serves CUDA $serves and cannot load what nvcc $toolkit makes; put an older nvcc first on the PATH"
summarise() {
  printf '{"gpu": "%s", "driver": "%s", "toolkit": "%s", "commit": "%s", "seconds": %d, "phases": [%s]}\n' \
    "$gpu" "$driver" "$toolkit" "$(git rev-parse HEAD 2> /dev/null)" $SECONDS "$phases" > "$out/summary.json"
}
trap summarise EXIT
[ -z "${TESSERA_CUBLASLT:-}" ] || echo "cuBLASLt: $TESSERA_CUBLASLT"
phase build 180 || fail "the build failed; see $out/build.log"
phase tests 90
phase conformance 30
[ -n "$only" ] || phase own_gemm 30
# What is left of the eight minutes. Works that it does not reach are missing from the results; the others are in them.
phase bench $((470 - SECONDS))
cp -f benchmarks/results/"$name".md "$out"/ 2> /dev/null
exit $((failures > 0))
