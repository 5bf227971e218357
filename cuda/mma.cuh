// Tensor-core instructions of compute capability 8.0, one warp each: D = A B + D with float accumulators, and ldmatrix.
// Fragments lie in registers as the PTX ISA says. With g = lane / 4 and t = lane % 4, for m16n8k16 (k16 pairs in one word):
//   a[0] row g, k 2t..2t+1    a[1] row g+8, same k    a[2] row g, k 2t+8..    a[3] row g+8, k 2t+8..
//   b[0] k 2t..2t+1, column g    b[1] k 2t+8.., column g
//   d[0..1] row g, columns 2t..2t+1    d[2..3] row g+8, same columns
// All 32 lanes must call them together.
#pragma once

#include "kernel.cuh"

#if TESSERA_HOST
#include "emulator/mma.h"
#endif

namespace tessera::cuda {

template <class T>
__device__ __forceinline__ void mmaM16N8K16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  static_assert(sizeof(T) == 2, "bf16 or f16");
#if TESSERA_HOST
  emulator::mmaM16N8K16<T>(d, a, b);
#else
  if constexpr (isBf16<T>) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  } else {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  }
#endif
}

// A is 16 x 8, B 8 x 8, both float of which the hardware reads 10 mantissa bits:
//   a[0] row g, k t    a[1] row g+8, k t    a[2] row g, k t+4    a[3] row g+8, k t+4    b[0] k t, column g    b[1] k t+4, column g
__device__ __forceinline__ void mmaM16N8K8Tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
#if TESSERA_HOST
  emulator::mmaM16N8K8Tf32(d, a, b);
#else
  asm volatile("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
               : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
               : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#endif
}

__device__ __forceinline__ uint32_t toTf32(float value) {
#if TESSERA_HOST
  return emulator::toTf32(value);
#else
  uint32_t bits;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(value));
  return bits;
#endif
}

#if !TESSERA_HOST
__device__ __forceinline__ uint32_t sharedAddress(const void* pointer) {
  return static_cast<uint32_t>(__cvta_generic_to_shared(pointer));
}
#endif

// Four 8x8 matrices of 2-byte elements from shared memory: lane i gives the address of row i % 8 of matrix i / 8 (16 bytes,
// 16-byte aligned). Lane l receives of each matrix row l / 4, columns 2 (l % 4) and the next.
__device__ __forceinline__ void loadMatrix4(uint32_t (&r)[4], const void* row) {
#if TESSERA_HOST
  emulator::loadMatrix<4, false>(r, row);
#else
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(sharedAddress(row))
               : "memory");
#endif
}
// Transposed: lane l receives rows 2 (l % 4) and the next, column l / 4.
__device__ __forceinline__ void loadMatrix4Transposed(uint32_t (&r)[4], const void* row) {
#if TESSERA_HOST
  emulator::loadMatrix<4, true>(r, row);
#else
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(sharedAddress(row))
               : "memory");
#endif
}
// Two matrices; the addresses of lanes 16 to 31 are not used.
__device__ __forceinline__ void loadMatrix2(uint32_t (&r)[2], const void* row) {
#if TESSERA_HOST
  emulator::loadMatrix<2, false>(r, row);
#else
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0,%1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(sharedAddress(row))
               : "memory");
#endif
}
__device__ __forceinline__ void loadMatrix2Transposed(uint32_t (&r)[2], const void* row) {
#if TESSERA_HOST
  emulator::loadMatrix<2, true>(r, row);
#else
  asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0,%1}, [%2];"
               : "=r"(r[0]), "=r"(r[1])
               : "r"(sharedAddress(row))
               : "memory");
#endif
}

// --- asynchronous copies from global to shared memory ---

// 16 bytes, both addresses 16-byte aligned; bytes from `validBytes` on are written as zero and not read.
__device__ __forceinline__ void copyAsync16(void* shared, const void* global, uint32_t validBytes = 16) {
#if TESSERA_HOST
  emulator::copyAsync(shared, global, 16, validBytes);
#else
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"(sharedAddress(shared)), "l"(global), "r"(validBytes)
               : "memory");
#endif
}
// 4 or 8 bytes, for rows that are not 16-byte aligned.
template <int bytes>
__device__ __forceinline__ void copyAsync(void* shared, const void* global, uint32_t validBytes = bytes) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16);
#if TESSERA_HOST
  emulator::copyAsync(shared, global, bytes, validBytes);
#else
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;"
               :
               : "r"(sharedAddress(shared)), "l"(global), "n"(bytes), "r"(validBytes)
               : "memory");
#endif
}
// Closes the group of this thread's copies since the last commit.
__device__ __forceinline__ void copyAsyncCommit() {
#if TESSERA_HOST
  emulator::copyAsyncCommit();
#else
  asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}
// Waits until at most `groupsLeft` of this thread's groups are under way. Other threads see the bytes after a barrier.
template <int groupsLeft>
__device__ __forceinline__ void copyAsyncWait() {
#if TESSERA_HOST
  emulator::copyAsyncWait(groupsLeft);
#else
  asm volatile("cp.async.wait_group %0;" ::"n"(groupsLeft) : "memory");
#endif
}

}  // namespace tessera::cuda
