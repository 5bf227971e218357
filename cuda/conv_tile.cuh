// One 64 x 128 tile of a matrix product by 128 threads whose operands are made up as they are read: A(row, k) and B(k, column)
// come in packs of eight from the caller's functions, go through shared memory, and are multiplied there, bf16 by the tensor
// cores and f32 by fused multiply-adds. The packs of the next step are under way while a step is multiplied.
#pragma once

#include "gemm_tile.cuh"
#include "mma.cuh"

namespace tessera::cuda {

// `packsAlongK`: B's packs are eight k of one column; otherwise eight columns of one k. A's are eight k of one row.
template <class T, bool packsAlongK>
struct ConvTile {
  static constexpr int kM = 64, kN = 128, kK = 32;
  static constexpr int kThreads = 128;
  static constexpr bool kTensor = isBf16<T>;

  using TileA = SwizzledTile<kM, kK>;
  using TileB = SwizzledTile<packsAlongK ? kN : kK, packsAlongK ? kK : kN>;
  static constexpr int kLdA = kK + 1, kLdB = kN + 4;  // f32: rows of k, rows of columns
  static constexpr int kSharedA = kTensor ? TileA::kBytes : kM * kLdA * 4;
  static constexpr int kSharedB = kTensor ? TileB::kBytes : kK * kLdB * 4;

  // bf16: a warp's 32 x 64 quarter in mma order, tiles row by row. f32: a thread's 8 x 8 part, row by row.
  float accumulators[16][4];

  // Adds A B over k in [begin, end). loadA(row, k) and loadB(k, column) give packs, zero past every edge.
  template <class LoadA, class LoadB>
  __device__ __forceinline__ void compute(uint32_t begin, uint32_t end, LoadA loadA, LoadB loadB) {
    SHARED(unsigned char, sharedA, [kSharedA]);
    SHARED(unsigned char, sharedB, [kSharedB]);
    const int thread = static_cast<int>(threadIdx.x);
#pragma unroll
    for (auto& quad : accumulators) quad[0] = quad[1] = quad[2] = quad[3] = 0.0f;
    Pack<T, 8> packsA[2], packsB[4];
    const auto fetch = [&](uint32_t k0) {
#pragma unroll
      for (int i = 0; i < 2; ++i) packsA[i] = loadA(rowA(thread, i), k0 + thread % 4 * 8);
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        packsB[i] = packsAlongK ? loadB(k0 + thread % 4 * 8, thread / 4 + i * 32) : loadB(k0 + thread / 16 + i * 8, thread % 16 * 8);
      }
    };
    if (begin < end) fetch(begin);
    for (uint32_t k0 = begin; k0 < end; k0 += kK) {
#pragma unroll
      for (int i = 0; i < 2; ++i) storeA(sharedA, rowA(thread, i), thread % 4, packsA[i]);
#pragma unroll
      for (int i = 0; i < 4; ++i) storeB(sharedB, thread, i, packsB[i]);
      __syncthreads();
      if (k0 + kK < end) fetch(k0 + kK);
      if constexpr (kTensor) {
        multiplyTensor(sharedA, sharedB);
      } else {
        multiplyFma(reinterpret_cast<const float*>(sharedA), reinterpret_cast<const float*>(sharedB));
      }
      __syncthreads();
    }
  }

  // f(row, column, value) for the elements of this thread.
  template <class F>
  __device__ __forceinline__ void forEach(F f) const {
    const int thread = static_cast<int>(threadIdx.x);
    if constexpr (kTensor) {
      const int row0 = warpId() / 2 * 32 + laneId() / 4, column0 = warpId() % 2 * 64 + laneId() % 4 * 2;
#pragma unroll
      for (int i = 0; i < 2; ++i) {
#pragma unroll
        for (int j = 0; j < 8; ++j) {
#pragma unroll
          for (int e = 0; e < 4; ++e) f(row0 + i * 16 + e / 2 * 8, column0 + j * 8 + e % 2, accumulators[i * 8 + j][e]);
        }
      }
    } else {
#pragma unroll
      for (int i = 0; i < 8; ++i) {
#pragma unroll
        for (int j = 0; j < 8; ++j) f(thread / 16 * 8 + i, columnOf(thread, j), accumulators[i * 2 + j / 4][j % 4]);
      }
    }
  }

 private:
  __device__ __forceinline__ static int rowA(int thread, int i) { return thread / 4 + i * 32; }
  // f32: the columns of a thread are two runs of four, so that a warp's packed reads touch every bank once.
  __device__ __forceinline__ static int columnOf(int thread, int j) { return thread % 16 * 4 + j / 4 * 64 + j % 4; }

  __device__ __forceinline__ static void storeA(unsigned char* shared, int row, int chunk, const Pack<T, 8>& pack) {
    if constexpr (kTensor) {
      storePack(reinterpret_cast<T*>(shared + TileA::offset(row, chunk)), pack);
    } else {
      float* to = reinterpret_cast<float*>(shared) + row * kLdA + chunk * 8;
#pragma unroll
      for (int e = 0; e < 8; ++e) to[e] = pack[e];
    }
  }

  __device__ __forceinline__ static void storeB(unsigned char* shared, int thread, int i, const Pack<T, 8>& pack) {
    if constexpr (kTensor) {
      const uint32_t at = packsAlongK ? TileB::offset(thread / 4 + i * 32, thread % 4) : TileB::offset(thread / 16 + i * 8, thread % 16);
      storePack(reinterpret_cast<T*>(shared + at), pack);
    } else {
      float* to = reinterpret_cast<float*>(shared);
      to += packsAlongK ? thread % 4 * 8 * kLdB + thread / 4 + i * 32 : (thread / 16 + i * 8) * kLdB + thread % 16 * 8;
#pragma unroll
      for (int e = 0; e < 8; ++e) to[packsAlongK ? e * kLdB : e] = pack[e];
    }
  }

  __device__ __forceinline__ void multiplyTensor(const unsigned char* tileA, const unsigned char* tileB) {
    const int lane = laneId();
#pragma unroll
    for (int kk = 0; kk < kK; kk += 16) {
      uint32_t a[2][4];
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        loadMatrix4(a[i], tileA + TileA::offset(warpId() / 2 * 32 + i * 16 + lane % 16, kk / 8 + lane / 16));
      }
#pragma unroll
      for (int j = 0; j < 8; j += 2) {
        const int column = warpId() % 2 * 64 + j * 8;
        uint32_t pair[4];
        if constexpr (packsAlongK) {
          loadMatrix4(pair, tileB + TileB::offset(column + lane % 8 + lane / 16 * 8, kk / 8 + lane / 8 % 2));
        } else {
          loadMatrix4Transposed(pair, tileB + TileB::offset(kk + lane % 16, column / 8 + lane / 16));
        }
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          const uint32_t b[2] = {pair[2 * half], pair[2 * half + 1]};
#pragma unroll
          for (int i = 0; i < 2; ++i) {
            mmaM16N8K16<T>(accumulators[i * 8 + j + half], a[i], b);
          }
        }
      }
    }
  }

  __device__ __forceinline__ void multiplyFma(const float* tileA, const float* tileB) {
    const int thread = static_cast<int>(threadIdx.x), row = thread / 16 * 8, column = thread % 16 * 4;
#pragma unroll 4
    for (int k = 0; k < kK; ++k) {
      float a[8];
#pragma unroll
      for (int i = 0; i < 8; ++i) a[i] = tileA[(row + i) * kLdA + k];
      const auto low = loadPack<4>(tileB + k * kLdB + column), high = loadPack<4>(tileB + k * kLdB + column + 64);
#pragma unroll
      for (int i = 0; i < 8; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          accumulators[i * 2][j] = fmaf(a[i], low[j], accumulators[i * 2][j]);
          accumulators[i * 2 + 1][j] = fmaf(a[i], high[j], accumulators[i * 2 + 1][j]);
        }
      }
    }
  }
};

}  // namespace tessera::cuda
