// One 128 x 128 tile of C = op(A) op(B) by one block of 128 threads: bf16 or f16 in, float accumulators in registers,
// tensor cores of compute capability 8.0. The k dimension streams through four stages of shared memory by cp.async.
// What becomes of the tile is the caller's: forEach hands out the accumulators as the tensor cores leave them, forEachQuad
// runs of four along a row, for results that go to memory.
//
// Matrices are row-major. op(A) is m x k and op(B) k x n; a transposed operand is stored k x m, n x k. Rows and columns past
// the edge are read as zeros. `aligned` promises that both pointers are 16-byte aligned and lda, ldb multiples of 8.
#pragma once

#include "mma.cuh"

namespace tessera::cuda {

// A tile of 2-byte elements in shared memory: `rows` rows of `columns` contiguous elements, in 16-byte chunks that are
// swizzled so that ldmatrix, which reads one chunk of eight consecutive rows, touches every bank once.
template <int rows, int columns>
struct SwizzledTile {
  static constexpr int kChunks = columns / 8;
  static constexpr int kBytes = rows * columns * 2;
  static_assert(kChunks == 4 || kChunks % 8 == 0);

  __device__ __forceinline__ static uint32_t offset(int row, int chunk) {
    const int swizzled = kChunks == 4 ? chunk ^ ((row >> 1) & 3) : chunk ^ (row & 7);
    return static_cast<uint32_t>((row * kChunks + swizzled) * 16);
  }
};

template <class T, bool transposeA, bool transposeB, bool aligned>
struct GemmTile {
  static constexpr int kM = 128, kN = 128, kK = 32, kStages = 4;
  static constexpr int kThreads = 128;  // four warps, each with a 64 x 64 quarter
  using TileA = SwizzledTile<transposeA ? kK : kM, transposeA ? kM : kK>;
  using TileB = SwizzledTile<transposeB ? kN : kK, transposeB ? kK : kN>;
  static constexpr int kStageBytes = TileA::kBytes + TileB::kBytes;
  static constexpr int kSharedBytes = kStages * kStageBytes;  // dynamic

  float accumulators[4][8][4];  // 16-row and 8-column tiles of the warp's quarter, in mma order

  // Adds op(A)[row0.., :] op(B)[:, column0..] into zeroed accumulators. All threads of the block call it.
  __device__ __forceinline__ void compute(const T* a, int64_t lda, const T* b, int64_t ldb, uint32_t m, uint32_t n, uint32_t k,
                                          uint32_t row0, uint32_t column0) {
    unsigned char* shared = dynamicShared<unsigned char>();
#pragma unroll
    for (auto& rowTile : accumulators) {
#pragma unroll
      for (auto& tile : rowTile) tile[0] = tile[1] = tile[2] = tile[3] = 0.0f;
    }
    const uint32_t steps = ceilDiv(k, uint32_t{kK});
    const auto loadStage = [&](uint32_t step) {
      unsigned char* stage = shared + step % kStages * kStageBytes;
      const uint32_t k0 = step * kK;
      if constexpr (transposeA) {
        loadTile<TileA>(stage, a, lda, k0, row0, k, m);
      } else {
        loadTile<TileA>(stage, a, lda, row0, k0, m, k);
      }
      if constexpr (transposeB) {
        loadTile<TileB>(stage + TileA::kBytes, b, ldb, column0, k0, n, k);
      } else {
        loadTile<TileB>(stage + TileA::kBytes, b, ldb, k0, column0, k, n);
      }
    };

    // A group is committed per step, empty past the end, so that the wait below always counts the same.
#pragma unroll
    for (uint32_t step = 0; step < kStages - 1; ++step) {
      if (step < steps) loadStage(step);
      copyAsyncCommit();
    }
    for (uint32_t step = 0; step < steps; ++step) {
      copyAsyncWait<kStages - 2>();
      __syncthreads();  // the stage is there for all, and all are done with the one that is loaded next
      if (step + kStages - 1 < steps) loadStage(step + kStages - 1);
      copyAsyncCommit();
      const unsigned char* stage = shared + step % kStages * kStageBytes;
#pragma unroll
      for (int kk = 0; kk < kK; kk += 16) multiply(stage, stage + TileA::kBytes, kk);
    }
    copyAsyncWait<0>();
    __syncthreads();  // shared memory is free again
  }

  // f(row, column, v0, v1) for the elements at (row, column) and (row, column + 1) of the tile, each pair once over the block.
  template <class F>
  __device__ __forceinline__ void forEach(F&& f) const {
    const int row0 = warpRow() + laneId() / 4, column0 = warpColumn() + laneId() % 4 * 2;
#pragma unroll
    for (int i = 0; i < 4; ++i) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
#pragma unroll
        for (int j = 0; j < 8; ++j) {
          f(row0 + i * 16 + half * 8, column0 + j * 8, accumulators[i][j][2 * half], accumulators[i][j][2 * half + 1]);
        }
      }
    }
  }

  // f(row, column, v) with v[0..3] the elements at (row, column..column + 3), column a multiple of 4. The tile passes
  // through shared memory, so that f sits in a loop and neighbouring threads have neighbouring columns. All threads call it, last:
  // others may still read that memory when it returns.
  template <class F>
  __device__ __forceinline__ void forEachQuad(F&& f) const {
    static_assert(kM * kN * sizeof(float) <= kSharedBytes);
    float* staged = dynamicShared<float>();
    // Swizzled by eight columns: the four rows that a half-warp writes at once fall into different banks.
    const auto place = [](int row, int column) { return row * kN + (column ^ (row & 7) * 8); };
    forEach([&](int row, int column, float v0, float v1) {
      *reinterpret_cast<float2*>(staged + place(row, column)) = make_float2(v0, v1);
    });
    __syncthreads();
    for (int i = static_cast<int>(threadIdx.x); i < kM * kN / 4; i += kThreads) {
      const int row = i / (kN / 4), column = i % (kN / 4) * 4;
      const auto quad = loadPack<4>(staged + place(row, column));
      f(row, column, quad.v);
    }
  }

 private:
  __device__ __forceinline__ static int warpRow() { return warpId() / 2 * 64; }
  __device__ __forceinline__ static int warpColumn() { return warpId() % 2 * 64; }

  // Copies the part of a row-major matrix (`rows` x `columns`) that begins at (row0, column0) into a tile.
  template <class Tile>
  __device__ __forceinline__ static void loadTile(unsigned char* tile, const T* matrix, int64_t ld, uint32_t row0,
                                                  uint32_t column0, uint32_t rows, uint32_t columns) {
    constexpr int kCopies = Tile::kBytes / 16 / kThreads;
#pragma unroll
    for (int i = 0; i < kCopies; ++i) {
      const int index = i * kThreads + static_cast<int>(threadIdx.x);
      const int row = index / Tile::kChunks, chunk = index % Tile::kChunks;
      const uint32_t r = row0 + row, c = column0 + chunk * 8;
      const uint32_t left = r < rows && c < columns ? columns - c : 0;
      const uint32_t valid = left < 8 ? left : 8;
      unsigned char* to = tile + Tile::offset(row, chunk);
      const T* from = matrix + (valid > 0 ? static_cast<int64_t>(r) * ld + c : 0);
      if constexpr (aligned) {
        copyAsync16(to, from, valid * 2);
      } else {
        Pack<T, 8> pack;
#pragma unroll
        for (uint32_t e = 0; e < 8; ++e) pack[e] = e < valid ? from[e] : fromFloat<T>(0.0f);
        storePack(reinterpret_cast<T*>(to), pack);
      }
    }
  }

  __device__ __forceinline__ void multiply(const unsigned char* tileA, const unsigned char* tileB, int kk) {
    const int lane = laneId();
    uint32_t fragmentA[4][4], fragmentB[8][2];
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int row = warpRow() + i * 16;
      if constexpr (transposeA) {
        loadMatrix4Transposed(fragmentA[i],
                              tileA + TileA::offset(kk + lane % 8 + lane / 16 * 8, row / 8 + lane / 8 % 2));
      } else {
        loadMatrix4(fragmentA[i], tileA + TileA::offset(row + lane % 16, kk / 8 + lane / 16));
      }
    }
#pragma unroll
    for (int j = 0; j < 8; j += 2) {
      const int column = warpColumn() + j * 8;
      uint32_t pair[4];  // two column tiles
      if constexpr (transposeB) {
        loadMatrix4(pair, tileB + TileB::offset(column + lane % 8 + lane / 16 * 8, kk / 8 + lane / 8 % 2));
      } else {
        loadMatrix4Transposed(pair, tileB + TileB::offset(kk + lane % 16, column / 8 + lane / 16));
      }
      fragmentB[j][0] = pair[0];
      fragmentB[j][1] = pair[1];
      fragmentB[j + 1][0] = pair[2];
      fragmentB[j + 1][1] = pair[3];
    }
#pragma unroll
    for (int i = 0; i < 4; ++i) {
#pragma unroll
      for (int j = 0; j < 8; ++j) mmaM16N8K16<T>(accumulators[i][j], fragmentA[i], fragmentB[j]);
    }
  }
};

// Which tile a block takes: tiles are walked in bands of eight tile rows, so that blocks that run together share operands
// in the L2 cache.
struct TilePosition {
  uint32_t row, column;
};
__device__ __forceinline__ TilePosition tileOf(uint32_t index, uint32_t tileRows, uint32_t tileColumns) {
  constexpr uint32_t kBand = 8;
  const uint32_t band = index / (kBand * tileColumns), within = index % (kBand * tileColumns);
  const uint32_t height = min(kBand, tileRows - band * kBand);
  return {band * kBand + within % height, within / height};
}

}  // namespace tessera::cuda
