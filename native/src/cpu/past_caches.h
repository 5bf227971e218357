// Results larger than the caches, written past them. A plain store reads its cache line from memory first, and what it
// leaves in the caches is gone before anybody reads it; a streaming store does neither, which saves a third of the traffic
// of y = f(x). Results that a cache can hold are written into it: the next kernel reads them from there.
#pragma once
#include "cpu/kernel.h"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace tessera::TESSERA_ISA {

// As much as the last-level cache of a group of cores usually holds. With 32 MB in such a cache, streaming 32 MB gained
// 15 % and lost as much in the kernel that read them; of 64 MB it gained a third, and 15 % with the reading included.
inline constexpr uint64_t kCachedBytes = uint64_t{32} << 20;

inline constexpr uint64_t kLine = 64;
inline constexpr uint64_t kStagedBytes = 512;  // streamed at a time: few enough that the next ones are computed meanwhile
inline constexpr uint64_t kLongRun = 4096;

// Whether n results of type T, written in runs of `run` of them, go past the caches. Short runs would wait too often for
// what they streamed.
template <class T>
TESSERA_INLINE bool goesPastCaches(uint64_t n, uint64_t run) {
#if defined(__SSE2__)
  return n > kCachedBytes / sizeof(T) && run >= kLongRun / sizeof(T);
#else
  (void)n, (void)run;
  return false;
#endif
}

// Copies past the caches: whole lines of `to`, the rest plainly. Other threads may read it after fenceStreams().
TESSERA_INLINE void streamBytes(char* to, const char* from, uint64_t bytes) {
#if defined(__SSE2__)
  const uint64_t before = (kLine - reinterpret_cast<uintptr_t>(to) % kLine) % kLine;
  const uint64_t head = before < bytes ? before : bytes;
  memcpy(to, from, head);
  uint64_t at = head;
  for (; bytes - at >= kLine; at += kLine) {
#if defined(__AVX512F__)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to + at), _mm512_loadu_si512(from + at));
#else
    for (uint64_t k = at; k < at + kLine; k += 16) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to + k), _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + k)));
    }
#endif
  }
  memcpy(to + at, from + at, bytes - at);
#else
  memcpy(to, from, bytes);
#endif
}

TESSERA_INLINE void fenceStreams() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

// Writes y[begin, end): write(first, last, to) puts elements [first, last) to to[0], to[1], ..., which is y + first, or
// with `past` a block on the stack that is streamed there. Elements may be read from y before they are written.
template <class T, class F>
TESSERA_INLINE void writeRange(T* y, uint64_t begin, uint64_t end, bool past, F&& write) {
  alignas(kLine) unsigned char staged[kStagedBytes];
  for (uint64_t first = begin, last; first < end; first = last) {
    last = end;
    if (past) {  // blocks end with a line of y
      const uint64_t fits = (kStagedBytes - reinterpret_cast<uintptr_t>(y + first) % kLine) / sizeof(T);
      if (fits < end - first) last = first + fits;
    }
    write(first, last, past ? reinterpret_cast<T*>(staged) : y + first);
    if (past) streamBytes(reinterpret_cast<char*>(y + first), reinterpret_cast<const char*>(staged), (last - first) * sizeof(T));
  }
  if (past) fenceStreams();
}

// y[i] = f(i) for i in [begin, end). However long f is, it is inlined: the loop would not be vectorised around a call.
template <class T, class F>
TESSERA_INLINE void mapRange(T* y, uint64_t begin, uint64_t end, bool past, F f) {
  writeRange(y, begin, end, past, [=](uint64_t first, uint64_t last, T* to) __attribute__((flatten)) {
    const F here = f;  // a copy in registers: through the closure each store could change its pointers
#pragma omp simd
    for (uint64_t i = 0; i < last - first; ++i) store(to + i, here(first + i));
  });
}

}  // namespace tessera::TESSERA_ISA
