// CUDA's built-in vector types, with CUDA's alignment, for host compilers.
#pragma once

#include <cstdint>

struct uint3 {
  unsigned int x, y, z;
};

struct dim3 {
  unsigned int x, y, z;
  constexpr dim3(unsigned int x = 1, unsigned int y = 1, unsigned int z = 1) : x(x), y(y), z(z) {}
};

#define TESSERA_VECTOR_TYPES(name, T)                                                                     \
  struct alignas(2 * sizeof(T)) name##2 { T x, y; };                                                      \
  struct alignas(4 * sizeof(T) > 16 ? 16 : 4 * sizeof(T)) name##4 { T x, y, z, w; };                      \
  inline name##2 make_##name##2(T x, T y) { return {x, y}; }                                              \
  inline name##4 make_##name##4(T x, T y, T z, T w) { return {x, y, z, w}; }

TESSERA_VECTOR_TYPES(float, float)
TESSERA_VECTOR_TYPES(int, int)
TESSERA_VECTOR_TYPES(uint, unsigned int)
TESSERA_VECTOR_TYPES(short, short)
TESSERA_VECTOR_TYPES(ushort, unsigned short)
TESSERA_VECTOR_TYPES(char, signed char)
TESSERA_VECTOR_TYPES(uchar, unsigned char)
TESSERA_VECTOR_TYPES(double, double)

#undef TESSERA_VECTOR_TYPES
