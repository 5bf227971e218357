// What the tensor-core and matrix-load instructions of mma.cuh do, computed once per warp by the last lane to arrive.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "scheduler.h"
#include "types.h"

namespace tessera::emulator {

struct MmaLane {
  float* d;
  const uint32_t* a;
  const uint32_t* b;
};

// The hardware's order of summation is not documented. Here products are summed in index order, in float.
template <int K>
inline void multiplyTiles(void* const lanes[32], const float (&a)[16][K], const float (&b)[K][8]) {
  for (int row = 0; row < 16; ++row) {
    float sum[8] = {};
    for (int k = 0; k < K; ++k) {
      for (int column = 0; column < 8; ++column) sum[column] += a[row][k] * b[k][column];
    }
    for (int t = 0; t < 4; ++t) {
      float* d = static_cast<MmaLane*>(lanes[row % 8 * 4 + t])->d + row / 8 * 2;
      d[0] += sum[2 * t];
      d[1] += sum[2 * t + 1];
    }
  }
}

template <class T>
inline float elementOf(uint32_t word, int half) {
  T element;
  element.bits = static_cast<uint16_t>(word >> (16 * half));
  return static_cast<float>(element);
}

template <class T>
inline void completeMma16(void* const lanes[32], uint32_t present) {
  if (present != 0xffffffffu) trap("mma.sync without all 32 lanes");
  float a[16][16], b[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    const auto* fragment = static_cast<const MmaLane*>(lanes[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int half = 0; half < 2; ++half) {
      for (int i = 0; i < 4; ++i) a[g + i % 2 * 8][2 * t + i / 2 * 8 + half] = elementOf<T>(fragment->a[i], half);
      for (int i = 0; i < 2; ++i) b[2 * t + i * 8 + half][g] = elementOf<T>(fragment->b[i], half);
    }
  }
  multiplyTiles<16>(lanes, a, b);
}

template <class T>
inline void mmaM16N8K16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  MmaLane lane{d, a, b};
  warpCollective("mma.m16n8k16", 0xffffffffu, &lane, completeMma16<T>);
}

inline float readTf32(uint32_t bits) { return std::bit_cast<float>(bits & 0xffffe000u); }

inline uint32_t toTf32(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  if ((bits & 0x7f800000u) == 0x7f800000u) return bits;
  return (bits + 0x1000u) & 0xffffe000u;  // ties away from zero
}

inline void completeMma8(void* const lanes[32], uint32_t present) {
  if (present != 0xffffffffu) trap("mma.sync without all 32 lanes");
  float a[16][8], b[8][8];
  for (int lane = 0; lane < 32; ++lane) {
    const auto* fragment = static_cast<const MmaLane*>(lanes[lane]);
    const int g = lane / 4, t = lane % 4;
    for (int i = 0; i < 4; ++i) a[g + i % 2 * 8][t + i / 2 * 4] = readTf32(fragment->a[i]);
    for (int i = 0; i < 2; ++i) b[t + i * 4][g] = readTf32(fragment->b[i]);
  }
  multiplyTiles<8>(lanes, a, b);
}

inline void mmaM16N8K8Tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  MmaLane lane{d, a, b};
  warpCollective("mma.m16n8k8.tf32", 0xffffffffu, &lane, completeMma8);
}

struct LoadMatrixLane {
  uint32_t* words;
  const void* row;
};

template <int count, bool transposed>
inline void completeLoadMatrix(void* const lanes[32], uint32_t present) {
  if (present != 0xffffffffu) trap("ldmatrix without all 32 lanes");
  for (int m = 0; m < count; ++m) {
    uint16_t matrix[8][8];
    for (int row = 0; row < 8; ++row) {
      const void* address = static_cast<const LoadMatrixLane*>(lanes[m * 8 + row])->row;
      if (reinterpret_cast<uintptr_t>(address) % 16 != 0) trap("ldmatrix from an address that is not 16-byte aligned");
      std::memcpy(matrix[row], address, 16);
    }
    for (int lane = 0; lane < 32; ++lane) {
      const int g = lane / 4, t = lane % 4;
      const uint32_t low = transposed ? matrix[2 * t][g] : matrix[g][2 * t];
      const uint32_t high = transposed ? matrix[2 * t + 1][g] : matrix[g][2 * t + 1];
      static_cast<LoadMatrixLane*>(lanes[lane])->words[m] = low | high << 16;
    }
  }
}

template <int count, bool transposed>
inline void loadMatrix(uint32_t* words, const void* row) {
  LoadMatrixLane lane{words, row};
  warpCollective("ldmatrix", 0xffffffffu, &lane, completeLoadMatrix<count, transposed>);
}

}  // namespace tessera::emulator
