// Tiles of bf16 rows in shared memory and the warp's products with them. All tiles are [rows][DIM], swizzled; a product
// reads one as it is or transposed, so that nothing is ever transposed in memory.
#pragma once

#include "gemm_tile.cuh"
#include "mma.cuh"

namespace tessera::cuda {

// Copies rows [0, ROWS) to a tile: address(row) gives where a row's `dim` elements begin, or null for a row of zeros.
// `packed`: rows are 16-byte aligned and dim is a multiple of 8; they travel asynchronously. `base` is any global address.
template <int ROWS, int DIM, int THREADS, class Address>
__device__ __forceinline__ void loadRows(unsigned char* tile, const bf16* base, uint32_t dim, bool packed, Address address) {
  using Tile = SwizzledTile<ROWS, DIM>;
  constexpr int kChunks = DIM / 8;
#pragma unroll 4
  for (int index = static_cast<int>(threadIdx.x); index < ROWS * kChunks; index += THREADS) {
    const int row = index / kChunks, chunk = index % kChunks;
    const bf16* from = address(row);
    const uint32_t column = static_cast<uint32_t>(chunk) * 8;
    unsigned char* to = tile + Tile::offset(row, chunk);
    if (packed) {
      const bool inside = from != nullptr && column < dim;
      copyAsync16(to, inside ? from + column : base, inside ? 16 : 0);
    } else {
      Pack<bf16, 8> pack;
#pragma unroll
      for (uint32_t e = 0; e < 8; ++e) pack[e] = from != nullptr && column + e < dim ? from[column + e] : fromFloat<bf16>(0.0f);
      storePack(reinterpret_cast<bf16*>(to), pack);
    }
  }
}

// The A operand (16 rows from `row`, 16 columns from `column`) of a tile.
template <class Tile>
__device__ __forceinline__ void loadA(uint32_t (&a)[4], const unsigned char* tile, int row, int column) {
  loadMatrix4(a, tile + Tile::offset(row + laneId() % 16, column / 8 + laneId() / 16));
}

// The same of the tile's transpose: 16 of its columns from `row`, 16 of its rows from `column`.
template <class Tile>
__device__ __forceinline__ void loadATransposed(uint32_t (&a)[4], const unsigned char* tile, int row, int column) {
  loadMatrix4Transposed(a, tile + Tile::offset(column + laneId() % 8 + laneId() / 16 * 8, row / 8 + laneId() / 8 % 2));
}

// In all products a warp has R blocks of 16 rows, whose fragments meet every fragment of the tile once it is loaded.
template <int R, int N>
using Sums = float[R][N][4];

template <int R, int N>
__device__ __forceinline__ void clear(Sums<R, N>& sums) {
#pragma unroll
  for (auto& block : sums) {
#pragma unroll
    for (auto& tile : block) tile[0] = tile[1] = tile[2] = tile[3] = 0.0f;
  }
}

template <int R, int N>
__device__ __forceinline__ void multiplyPair(Sums<R, N>& sums, int j, const uint32_t (&a)[R][4], const uint32_t (&pair)[4]) {
  const uint32_t low[2] = {pair[0], pair[1]}, high[2] = {pair[2], pair[3]};
#pragma unroll
  for (int r = 0; r < R; ++r) {
    mmaM16N8K16<bf16>(sums[r][j], a[r], low);
    mmaM16N8K16<bf16>(sums[r][j + 1], a[r], high);
  }
}

// sums[.][j] += A B^T for the 8 tile rows from 8 j, over the 16 columns from `column`.
template <class TileB, int R, int N>
__device__ __forceinline__ void multiplyColumns(Sums<R, N>& sums, const uint32_t (&a)[R][4], const unsigned char* tileB, int column) {
  static_assert(N % 2 == 0);
#pragma unroll
  for (int j = 0; j < N; j += 2) {
    uint32_t pair[4];
    loadMatrix4(pair, tileB + TileB::offset(j * 8 + laneId() % 8 + laneId() / 16 * 8, column / 8 + laneId() / 8 % 2));
    multiplyPair(sums, j, a, pair);
  }
}

// sums[.][j] += A B^T over DIM columns. A's rows are those of another tile from `row` on.
template <class TileA, class TileB, int DIM, int R, int N>
__device__ __forceinline__ void multiplyRows(Sums<R, N>& sums, const unsigned char* tileA, int row, const unsigned char* tileB) {
#pragma unroll
  for (int column = 0; column < DIM; column += 16) {
    uint32_t a[R][4];
#pragma unroll
    for (int r = 0; r < R; ++r) loadA<TileA>(a[r], tileA, row + r * 16, column);
    multiplyColumns<TileB>(sums, a, tileB, column);
  }
}

// sums[.][j] += A B for the 8 tile columns from firstColumn + 8 j, over the 16 tile rows from `row`.
template <class TileB, int R, int M>
__device__ __forceinline__ void multiplyColumnsOf(Sums<R, M>& sums, const uint32_t (&a)[R][4], const unsigned char* tileB, int row,
                                                  int firstColumn) {
  static_assert(M % 2 == 0);
#pragma unroll
  for (int j = 0; j < M; j += 2) {
    uint32_t pair[4];
    loadMatrix4Transposed(pair, tileB + TileB::offset(row + laneId() % 16, firstColumn / 8 + j + laneId() / 16));
    multiplyPair(sums, j, a, pair);
  }
}

// The same over all of B's rows, with an A whose rows are those of another tile from `row` on, or that tile's columns.
template <class TileA, bool transposedA, class TileB, int DEPTH, int R, int M>
__device__ __forceinline__ void multiplyTiles(Sums<R, M>& sums, const unsigned char* tileA, int row, const unsigned char* tileB,
                                              int firstColumn) {
#pragma unroll
  for (int k = 0; k < DEPTH; k += 16) {
    uint32_t a[R][4];
#pragma unroll
    for (int r = 0; r < R; ++r) {
      if constexpr (transposedA) {
        loadATransposed<TileA>(a[r], tileA, row + r * 16, k);
      } else {
        loadA<TileA>(a[r], tileA, row + r * 16, k);
      }
    }
    multiplyColumnsOf<TileB>(sums, a, tileB, k, firstColumn);
  }
}

// The same with weights in registers for the 8 N tile rows, as the accumulators of multiplyRows hold them: packed to bf16
// they are the A operand as it should be.
template <class TileB, int R, int N, int M>
__device__ __forceinline__ void multiplyWeights(Sums<R, M>& sums, const Sums<R, N>& weights, const unsigned char* tileB,
                                                int firstColumn) {
  static_assert(N % 2 == 0);
#pragma unroll
  for (int step = 0; step < N / 2; ++step) {
    uint32_t a[R][4];
#pragma unroll
    for (int r = 0; r < R; ++r) {
      a[r][0] = packBf16(weights[r][2 * step][0], weights[r][2 * step][1]);
      a[r][1] = packBf16(weights[r][2 * step][2], weights[r][2 * step][3]);
      a[r][2] = packBf16(weights[r][2 * step + 1][0], weights[r][2 * step + 1][1]);
      a[r][3] = packBf16(weights[r][2 * step + 1][2], weights[r][2 * step + 1][3]);
    }
    multiplyColumnsOf<TileB>(sums, a, tileB, step * 16, firstColumn);
  }
}

// Stores an accumulator tile of weights as bf16, in rows [row, row + 16 R) and columns [column, column + 8 N) of a tile.
template <class Tile, int R, int N>
__device__ __forceinline__ void storeWeights(unsigned char* tile, int row, int column, const Sums<R, N>& weights) {
#pragma unroll
  for (int r = 0; r < R; ++r) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
#pragma unroll
      for (int j = 0; j < N; ++j) {
        unsigned char* to = tile + Tile::offset(row + r * 16 + half * 8 + laneId() / 4, column / 8 + j) + laneId() % 4 * 4;
        *reinterpret_cast<uint32_t*>(to) = packBf16(weights[r][j][2 * half], weights[r][j][2 * half + 1]);
      }
    }
  }
}

// Stores a block of 16 rows: address(half) is the row of lane / 4 + 8 half, or null; its elements are multiplied by factor(half).
template <int M, class Address, class Factor>
__device__ __forceinline__ void storeRows(const float (&sums)[M][4], int firstColumn, uint32_t dim, Address address, Factor factor) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    bf16* to = address(half);
    if (to == nullptr) continue;
    const float by = factor(half);
    const bool pairs = dim % 2 == 0 && alignedFor<2>(to);
#pragma unroll
    for (int j = 0; j < M; ++j) {
      const uint32_t column = static_cast<uint32_t>(firstColumn + j * 8 + laneId() % 4 * 2);
      const float v0 = sums[j][2 * half] * by, v1 = sums[j][2 * half + 1] * by;
      if (pairs && column + 1 < dim) {
        *reinterpret_cast<uint32_t*>(to + column) = packBf16(v0, v1);
      } else {
        if (column < dim) to[column] = fromFloat<bf16>(v0);
        if (column + 1 < dim) to[column + 1] = fromFloat<bf16>(v1);
      }
    }
  }
}

}  // namespace tessera::cuda
