// The kernels of emulator_test.cc: correct ones that use every part of the language we rely on, and ones that are wrong on
// purpose, which the emulator must catch.
#pragma once

#include "gemm_tile.cuh"
#include "reduce.cuh"
#include "turns.cuh"

namespace tessera::cuda {

struct Buffers {
  const float* x;
  float* y;
  uint32_t* words;
  uint32_t n;
};

// --- correct kernels ---

__device__ void reverseKernel(const Buffers& a) {
  SHARED(float, tile, [256]);
  tile[threadIdx.x] = a.x[threadIdx.x];
  __syncthreads();
  a.y[threadIdx.x] = tile[255 - threadIdx.x];
}
EXPORT_KERNEL((256), reverse)

__device__ void blockSumsKernel(const Buffers& a) {
  const float value = globalThread() < a.n ? a.x[globalThread()] : 0.0f;
  const float sum = blockSum(value), largest = blockMax(value);
  uint32_t total = 0;
  const uint32_t before = blockExclusiveSum(uint32_t{threadIdx.x % 3}, total);
  if (threadIdx.x == 0) {
    a.y[2 * blockIdx.x] = sum;
    a.y[2 * blockIdx.x + 1] = largest;
  }
  a.words[globalThread()] = before << 16 | total;
}
EXPORT_KERNEL((1024), blockSums)

// Odd and even lanes go different ways and meet among themselves.
__device__ void divergentKernel(const Buffers& a) {
  const uint32_t lane = threadIdx.x;
  uint32_t result;
  if (lane % 2 == 0) {
    result = __ballot_sync(0x55555555u, lane < 8) | static_cast<uint32_t>(__any_sync(0x55555555u, lane == 4)) << 31;
  } else {
    result = __shfl_down_sync(0xaaaaaaaau, lane, 2);
    result = result * 100 + static_cast<uint32_t>(__all_sync(0xaaaaaaaau, lane > 0));
  }
  __syncwarp();
  const uint32_t same = __match_any_sync(kFullMask, lane / 4);
  a.words[lane] = result;
  a.words[32 + lane] = same;
  a.words[64 + lane] = __shfl_up_sync(kFullMask, lane, 3, 8);
  a.words[96 + lane] = __reduce_max_sync(kFullMask, lane ^ 5u);
  a.words[128 + lane] = static_cast<uint32_t>(__syncthreads_count(lane % 3 == 0));
}
EXPORT_KERNEL((32), divergent)

// Half of the block leaves early: barriers and full-mask shuffles go on without it.
__device__ void earlyExitKernel(const Buffers& a) {
  if (threadIdx.x >= 48) return;
  SHARED(uint32_t, count);
  if (threadIdx.x == 0) count = 0;
  __syncthreads();
  atomicAdd(&count, 1u);
  __syncthreads();
  const uint32_t neighbour = __shfl_xor_sync(kFullMask, threadIdx.x, 1);
  a.words[threadIdx.x] = count * 1000 + neighbour;
}
EXPORT_KERNEL((128), earlyExit)

__device__ void atomicsKernel(const Buffers& a) {
  atomicAdd(a.y, 1.0f);
  atomicMax(a.words, uint32_t{threadIdx.x});
  atomicMin(a.words + 1, uint32_t{threadIdx.x});
  atomicOr(a.words + 2, 1u << (threadIdx.x % 32));
  atomicAdd(reinterpret_cast<int32_t*>(a.words + 3), -1);
  atomicInc(a.words + 4, 9u);
  if (atomicCAS(a.words + 5, 7u, 8u) == 7u) atomicExch(a.words + 6, 1u);
}
EXPORT_KERNEL((256), atomics)

// A pipeline of asynchronous copies with two stages.
__device__ void pipelineKernel(const Buffers& a) {
  SHARED(float, stage, [2][128]);
  const uint32_t steps = a.n / 128;
  const auto load = [&](uint32_t step) {
    if (threadIdx.x < 32) copyAsync16(&stage[step % 2][threadIdx.x * 4], a.x + step * 128 + threadIdx.x * 4);
    copyAsyncCommit();
  };
  load(0);
  float sum = 0.0f;
  for (uint32_t step = 0; step < steps; ++step) {
    if (step + 1 < steps) {
      load(step + 1);
      copyAsyncWait<1>();
    } else {
      copyAsyncWait<0>();
    }
    __syncthreads();
    sum += stage[step % 2][127 - threadIdx.x];
    __syncthreads();
  }
  a.y[threadIdx.x] = sum;
}
EXPORT_KERNEL((128), pipeline)

__device__ void indicesKernel(const Buffers& a) {
  const uint32_t block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const uint32_t thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  a.words[block * blockDim.x * blockDim.y * blockDim.z + thread] += block * 100 + thread + 1;
}
EXPORT_KERNEL((64), indices)

__device__ void packsKernel(const Buffers& a) {
  const auto pack = loadPackStreaming<4>(a.x + threadIdx.x * 4);
  Pack<float, 4> out;
  for (int i = 0; i < 4; ++i) out[i] = pack[3 - i];
  storePackStreaming(a.y + threadIdx.x * 4, out);
  a.words[threadIdx.x] = packBf16(pack[0], pack[1]);
  const float2 back = unpackBf16(a.words[threadIdx.x]);
  if (back.x != float(fromFloat<bf16>(pack[0])) || back.y != float(fromFloat<bf16>(pack[1]))) __trap();
}
EXPORT_KERNEL((64), packs)

struct GemmArgs {
  const bf16* a;
  const bf16* b;
  float* c;
  uint32_t m, n, k;
  int64_t lda, ldb;
};

template <int transposeA, int transposeB, int aligned>
__device__ void gemmTestKernel(const GemmArgs& g) {
  GemmTile<bf16, transposeA, transposeB, aligned> tile;
  const TilePosition at = tileOf(blockIdx.x, ceilDiv(g.m, 128u), ceilDiv(g.n, 128u));
  tile.compute(g.a, g.lda, g.b, g.ldb, g.m, g.n, g.k, at.row * 128, at.column * 128);
  tile.forEach([&](int row, int column, float v0, float v1) {
    const uint32_t r = at.row * 128 + row, c = at.column * 128 + column;
    if (r < g.m && c < g.n) g.c[r * g.n + c] = v0;
    if (r < g.m && c + 1 < g.n) g.c[r * g.n + c + 1] = v1;
  });
}
EXPORT_KERNEL((128), gemmTest, 0, 0, 0)
EXPORT_KERNEL((128), gemmTest, 0, 0, 1)
EXPORT_KERNEL((128), gemmTest, 0, 1, 1)
EXPORT_KERNEL((128), gemmTest, 1, 0, 1)
EXPORT_KERNEL((128), gemmTest, 1, 1, 1)

__device__ void tf32Kernel(const Buffers& a) {  // 16 x 8 by 8 x 8, both row-major
  const int g = laneId() / 4, t = laneId() % 4;
  const float* b = a.x + 128;
  const uint32_t fragmentA[4] = {toTf32(a.x[g * 8 + t]), toTf32(a.x[(g + 8) * 8 + t]), toTf32(a.x[g * 8 + t + 4]),
                                 toTf32(a.x[(g + 8) * 8 + t + 4])};
  const uint32_t fragmentB[2] = {toTf32(b[t * 8 + g]), toTf32(b[(t + 4) * 8 + g])};
  float d[4] = {};
  mmaM16N8K8Tf32(d, fragmentA, fragmentB);
  a.y[g * 8 + 2 * t] = d[0];
  a.y[g * 8 + 2 * t + 1] = d[1];
  a.y[(g + 8) * 8 + 2 * t] = d[2];
  a.y[(g + 8) * 8 + 2 * t + 1] = d[3];
}
EXPORT_KERNEL((32), tf32)

// --- kernels that are wrong on purpose ---

__device__ void missingBarrierKernel(const Buffers& a) {
  SHARED(float, tile, [256]);
  tile[threadIdx.x] = a.x[threadIdx.x];
  a.y[threadIdx.x] = tile[255 - threadIdx.x];
}
EXPORT_KERNEL((256), missingBarrier)

__device__ void missingWarpBarrierKernel(const Buffers& a) {
  SHARED(float, tile, [32]);
  tile[laneId()] = a.x[laneId()];
  a.y[laneId()] = tile[laneId() ^ 1];
}
EXPORT_KERNEL((32), missingWarpBarrier)

// Reads a stage that the next copy may already overwrite.
__device__ void missingSecondBarrierKernel(const Buffers& a) {
  SHARED(float, stage, [128]);
  float sum = 0.0f;
  for (uint32_t step = 0; step < a.n / 128; ++step) {
    if (threadIdx.x < 32) copyAsync16(&stage[threadIdx.x * 4], a.x + step * 128 + threadIdx.x * 4);
    copyAsyncCommit();
    copyAsyncWait<0>();
    __syncthreads();
    sum += stage[127 - threadIdx.x];
  }
  a.y[threadIdx.x] = sum;
}
EXPORT_KERNEL((128), missingSecondBarrier)

__device__ void missingWaitKernel(const Buffers& a) {
  SHARED(float, stage, [128]);
  if (threadIdx.x < 32) copyAsync16(&stage[threadIdx.x * 4], a.x + threadIdx.x * 4);
  copyAsyncCommit();
  __syncthreads();
  a.y[threadIdx.x] = stage[127 - threadIdx.x];
}
EXPORT_KERNEL((128), missingWait)

__device__ void misalignedPackKernel(const Buffers& a) { storePack(a.y, loadPack<4>(a.x + 1)); }
EXPORT_KERNEL((32), misalignedPack)

__device__ void misalignedCopyKernel(const Buffers& a) {
  SHARED(float, stage, [8]);
  copyAsync16(stage, a.x + 2);
  copyAsyncWait<0>();
  a.y[0] = stage[0];
}
EXPORT_KERNEL((32), misalignedCopy)

// Block t of n by ticket puts its name where the last one left off: words are [passed, tickets, names...].
__device__ void turnsKernel(const Buffers& a) {
  const uint32_t ticket = takeTicket(a.words + 1);
  if (threadIdx.x == 0) waitForTurn(a.words, ticket);
  __syncthreads();
  if (threadIdx.x == 1) a.words[2 + a.words[0]] = ticket;
  __syncthreads();
  if (threadIdx.x == 0) passTurn(a.words, ticket);
}
EXPORT_KERNEL((32), turns)

__device__ void turnsBackwardsKernel(const Buffers& a) {
  const uint32_t ticket = takeTicket(a.words + 1);
  if (threadIdx.x == 0) waitForTurn(a.words, gridDim.x - 1 - ticket);
}
EXPORT_KERNEL((32), turnsBackwards)

__device__ void unwrittenKernel(const Buffers& a) {
  SHARED(float, sums, [32]);
  __syncthreads();
  sums[threadIdx.x] += a.x[threadIdx.x];
  a.y[threadIdx.x] = sums[threadIdx.x];
}
EXPORT_KERNEL((32), unwritten)

__device__ void deadlockKernel(const Buffers&) {
  if (threadIdx.x < 64) {
    __syncthreads();
  } else {
    __syncwarp();
    // The upper half waits for a lane that is on its way to nowhere.
    if (threadIdx.x % 32 != 7) (void)__shfl_sync(kFullMask, threadIdx.x, 0);
    else __syncthreads();
  }
}
EXPORT_KERNEL((128), deadlock)

__device__ void wrongMaskKernel(const Buffers&) { __syncwarp(0x0000ffffu); }
EXPORT_KERNEL((32), wrongMask)

__device__ void differentOperationsKernel(const Buffers& a) {
  if (threadIdx.x < 16) {
    a.words[0] = __ballot_sync(kFullMask, 1);
  } else {
    a.words[1] = __shfl_sync(kFullMask, threadIdx.x, 0);
  }
}
EXPORT_KERNEL((32), differentOperations)

__device__ void overflowKernel(const Buffers& a) {
  float* shared = dynamicShared<float>();
  shared[a.n] = 1.0f;
}
EXPORT_KERNEL((32), overflow)

}  // namespace tessera::cuda
