// What every .cu file includes first. Under nvcc it adds a few names to CUDA's own; under a host compiler it brings the
// emulator's version of the language, and the launch side (TESSERA_HOST), which the real and the emulated device share.
//
//   template <class T> __device__ void scaleKernel(const ScaleArgs<T>& a) { ... }
//   EXPORT_KERNEL((256), scale, f32)      // symbol scale_f32, at most 256 threads per block
//   EXPORT_KERNEL((256), scale, bf16)
//
//   #if TESSERA_HOST
//   template <class T> void scale(const ScaleArgs<T>& a, Stream& s) {
//     s.launch(KERNEL(scale, T), ceilDiv(a.n, 1024), 256, 0, a);
//   }
//   #endif
// and, after the namespace, `#include "gen/scale.cuda.inc"` for the host too.
#pragma once

#include <cstdint>

#if defined(__CUDACC__)
#define TESSERA_HOST 0
#else
#define TESSERA_HOST 1
#include "emulator/shim.h"
#endif

#include "types.h"

#if TESSERA_HOST
#include "launch.h"
#endif

namespace tessera::cuda {

// The names that end kernel symbols.
using f32 = float;
using f64 = double;
using i32 = int32_t;
using i64 = int64_t;
using u8 = uint8_t;
using u32 = uint32_t;

inline constexpr int kWarp = 32;
inline constexpr uint32_t kFullMask = 0xffffffffu;

template <class A, class B>
TESSERA_INLINE constexpr A ceilDiv(A a, B b) {
  return static_cast<A>((a + static_cast<A>(b) - 1) / static_cast<A>(b));
}

template <class T> inline constexpr bool isBf16 = false;
template <> inline constexpr bool isBf16<bf16> = true;

// The argument struct of a kernel function.
template <class F> struct ArgsOf;
template <class A> struct ArgsOf<void (*)(const A&)> { using type = A; };

// --- symbols: name, then the template arguments, joined by underscores ---

#define TESSERA_JOIN0(name) name
#define TESSERA_JOIN1(name, a) name##_##a
#define TESSERA_JOIN2(name, a, b) name##_##a##_##b
#define TESSERA_JOIN3(name, a, b, c) name##_##a##_##b##_##c
#define TESSERA_JOIN4(name, a, b, c, d) name##_##a##_##b##_##c##_##d
#define TESSERA_JOIN5(name, a, b, c, d, e) name##_##a##_##b##_##c##_##d##_##e
#define TESSERA_PICK(_0, _1, _2, _3, _4, _5, pick, ...) pick
#define TESSERA_SYMBOL(...)                                                                                          \
  TESSERA_PICK(__VA_ARGS__, TESSERA_JOIN5, TESSERA_JOIN4, TESSERA_JOIN3, TESSERA_JOIN2, TESSERA_JOIN1, TESSERA_JOIN0) \
  (__VA_ARGS__)
#define TESSERA_STRING(...) TESSERA_STRING_(__VA_ARGS__)
#define TESSERA_STRING_(...) #__VA_ARGS__

// A list of all kernels of the program, made by the linker, for who has only a symbol (the fake driver in tests/).
#if TESSERA_HOST && defined(__ELF__)
#define TESSERA_LIST_KERNEL(symbol, ...) TESSERA_LIST_KERNEL_(symbol, __VA_ARGS__)
#define TESSERA_LIST_KERNEL_(symbol, ...) \
  __attribute__((section("tessera_kernels"), used)) static const DeviceKernel* const listed_##symbol = &__VA_ARGS__;
#else
#define TESSERA_LIST_KERNEL(symbol, ...)
#endif

// Makes `nameKernel<template arguments>` launchable. `bounds` are those of __launch_bounds__, in parentheses: (threads)
// or (threads, blocks per multiprocessor). Template arguments are single tokens: f32, bf16, 128.
#if TESSERA_HOST
#define EXPORT_KERNEL(bounds, name, ...)                                                                \
  template <>                                                                                           \
  struct Exported<&name##Kernel __VA_OPT__(<__VA_ARGS__>)> {                                            \
    using Args = ArgsOf<decltype(&name##Kernel __VA_OPT__(<__VA_ARGS__>))>::type;                       \
    static void run(const void* args) {                                                                 \
      name##Kernel __VA_OPT__(<__VA_ARGS__>)(*static_cast<const Args*>(args));                          \
    }                                                                                                   \
    static constexpr Kernel<Args> kernel{                                                               \
        {TESSERA_STRING(TESSERA_SYMBOL(name __VA_OPT__(, ) __VA_ARGS__)), run, firstOf bounds, sizeof(Args)}}; \
  };                                                                                                    \
  TESSERA_LIST_KERNEL(TESSERA_SYMBOL(name __VA_OPT__(, ) __VA_ARGS__), Exported<&name##Kernel __VA_OPT__(<__VA_ARGS__>)>::kernel)
// The launchable kernel, for Stream::launch.
#define KERNEL(name, ...) (::tessera::cuda::Exported<&name##Kernel __VA_OPT__(<__VA_ARGS__>)>::kernel)
#else
#define EXPORT_KERNEL(bounds, name, ...)                                                                  \
  extern "C" __global__ void __launch_bounds__ bounds TESSERA_SYMBOL(name __VA_OPT__(, ) __VA_ARGS__)(    \
      const __grid_constant__ ArgsOf<decltype(&name##Kernel __VA_OPT__(<__VA_ARGS__>))>::type args) {     \
    name##Kernel __VA_OPT__(<__VA_ARGS__>)(args);                                                         \
  }
#endif

// --- shared memory ---

// SHARED(float, tile, [32][33]) declares `float tile[32][33]` shared by the block, 16-byte aligned; SHARED(int, count)
// a single int. Use it in place of __shared__: the emulator fences each variable in and fills it with NaN per block.
#if TESSERA_HOST
#define SHARED(type, name, ...)                                                                           \
  static char name##Site;                                                                                 \
  auto& name = *static_cast<std::type_identity_t<type __VA_ARGS__>*>(                                     \
      ::tessera::emulator::sharedVariable(&name##Site, sizeof(type __VA_ARGS__)))
#else
#define SHARED(type, name, ...) __shared__ __align__(16) type name __VA_ARGS__
#endif

// The dynamic shared memory of the launch (128-byte aligned), one buffer that the kernel divides as it likes.
template <class T>
__device__ __forceinline__ T* dynamicShared() {
#if TESSERA_HOST
  return static_cast<T*>(emulator::dynamicSharedMemory());
#else
  extern __shared__ __align__(128) unsigned char tesseraDynamicShared[];
  return reinterpret_cast<T*>(tesseraDynamicShared);
#endif
}

// --- packs: several elements in one memory access ---

// `alignas` makes a copy of the struct one load or store of up to 16 bytes.
template <class T, int N>
struct alignas(sizeof(T) * N) Pack {
  T v[N];
  __device__ __forceinline__ T& operator[](int i) { return v[i]; }
  __device__ __forceinline__ const T& operator[](int i) const { return v[i]; }
};

// The widest pack: 16 bytes.
template <class T> inline constexpr int kPack = 16 / static_cast<int>(sizeof(T));

// The hardware faults where a pack is not aligned; so does the emulator.
template <class P>
__device__ __forceinline__ void expectAligned([[maybe_unused]] const void* address) {
#if TESSERA_HOST
  if (reinterpret_cast<uintptr_t>(address) % alignof(P) != 0) emulator::trap("a pack that is not aligned");
#endif
}

template <int N, class T>
__device__ __forceinline__ Pack<T, N> loadPack(const T* address) {
  expectAligned<Pack<T, N>>(address);
  return *reinterpret_cast<const Pack<T, N>*>(address);
}
template <int N, class T>
__device__ __forceinline__ void storePack(T* address, const Pack<T, N>& pack) {
  expectAligned<Pack<T, N>>(address);
  *reinterpret_cast<Pack<T, N>*>(address) = pack;
}
// For data that is touched once: does not displace what the caches hold.
template <int N, class T>
__device__ __forceinline__ Pack<T, N> loadPackStreaming(const T* address) {
  static_assert(sizeof(Pack<T, N>) == 16);
  expectAligned<Pack<T, N>>(address);
  Pack<T, N> pack;
  *reinterpret_cast<uint4*>(&pack) = __ldcs(reinterpret_cast<const uint4*>(address));
  return pack;
}
template <int N, class T>
__device__ __forceinline__ void storePackStreaming(T* address, const Pack<T, N>& pack) {
  static_assert(sizeof(Pack<T, N>) == 16);
  expectAligned<Pack<T, N>>(address);
  __stcs(reinterpret_cast<uint4*>(address), *reinterpret_cast<const uint4*>(&pack));
}
// Whether `address` may be read by packs of N elements.
template <int N, class T>
TESSERA_INLINE bool alignedFor(const T* address) {
  return reinterpret_cast<uintptr_t>(address) % (sizeof(T) * N) == 0;
}

// --- element types: arithmetic happens in float ---

// Two floats as bf16 in one word, the first in the low half; one instruction on the device.
__device__ __forceinline__ uint32_t packBf16(float low, float high) {
#if TESSERA_HOST
  return static_cast<uint32_t>(bf16(low).bits) | static_cast<uint32_t>(bf16(high).bits) << 16;
#else
  uint32_t word;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
  return word;
#endif
}
__device__ __forceinline__ float2 unpackBf16(uint32_t word) {
  return make_float2(__uint_as_float(word << 16), __uint_as_float(word & 0xffff0000u));
}

// Rounds a float to the element type.
template <class T>
__device__ __forceinline__ T fromFloat(float value) {
#if !TESSERA_HOST
  if constexpr (isBf16<T>) {
    T result;
    result.bits = static_cast<uint16_t>(packBf16(value, 0.0f));
    return result;
  }
#endif
  return static_cast<T>(value);
}

// --- mathematics: the fast forms cost one or two instructions, relative error around 2^-21 ---

__device__ __forceinline__ float fastExp(float x) { return __expf(x); }
__device__ __forceinline__ float fastLog(float x) { return __logf(x); }
__device__ __forceinline__ float fastDivide(float x, float y) { return __fdividef(x, y); }
__device__ __forceinline__ float fastExp2(float x) {
#if TESSERA_HOST
  return ::exp2f(x);
#else
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}
__device__ __forceinline__ float fastTanh(float x) {
#if TESSERA_HOST
  return ::tanhf(x);
#else
  float y;
  asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
#endif
}

// --- indices ---

__device__ __forceinline__ uint64_t globalThread() { return uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; }
__device__ __forceinline__ uint64_t globalThreads() { return uint64_t{gridDim.x} * blockDim.x; }
__device__ __forceinline__ int laneId() { return static_cast<int>(threadIdx.x) & 31; }
__device__ __forceinline__ int warpId() { return static_cast<int>(threadIdx.x) >> 5; }

}  // namespace tessera::cuda
