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

TESSERA_INLINE uint64_t bytesToLine(const void* p) { return (kLine - reinterpret_cast<uintptr_t>(p) % kLine) % kLine; }

// Copies a line past the caches; `to` begins one. Other threads may read it after fenceStreams().
TESSERA_INLINE void streamLine(char* to, const char* from) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_loadu_si512(from));
#elif defined(__SSE2__)
  for (uint64_t k = 0; k < kLine; k += 16) {
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + k), _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + k)));
  }
#else
  memcpy(to, from, kLine);
#endif
}

// Copies past the caches: whole lines of `to`, the rest plainly.
TESSERA_INLINE void streamBytes(char* to, const char* from, uint64_t bytes) {
  const uint64_t before = bytesToLine(to);
  uint64_t at = before < bytes ? before : bytes;
  memcpy(to, from, at);
  for (; bytes - at >= kLine; at += kLine) streamLine(to + at, from + at);
  memcpy(to + at, from + at, bytes - at);
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

// y[i] = f(i) for i in [begin, end), a part of a range: fenceStreams() follows the last one. With `past` lines go from
// registers to memory: stores in between would queue behind those that wait for it. However long f is, it is inlined: the
// loops would not be vectorised around a call. Both come by value, for what a closure holds could change with every store.
template <class T, class F>
TESSERA_INLINE void mapPart(T* y, uint64_t begin, uint64_t end, bool past, F f) {
  const auto loops = [=](T* to, const F from) __attribute__((flatten)) {
    constexpr uint64_t kPerLine = kLine / sizeof(T);
    const uint64_t before = bytesToLine(to + begin) / sizeof(T);
    uint64_t last = past && before < end - begin ? begin + before : end;
    for (uint64_t i = begin;;) {  // at most twice: up to the first line, and what is left behind the last
#pragma omp simd
      for (uint64_t k = i; k < last; ++k) store(to + k, from(k));
      if (last == end) return;
      for (i = last; end - i >= kPerLine; i += kPerLine) {
        alignas(kLine) T line[kPerLine];
#pragma omp simd
        for (uint64_t l = 0; l < kPerLine; ++l) store(line + l, from(i + l));
        streamLine(reinterpret_cast<char*>(to + i), reinterpret_cast<const char*>(line));
      }
      last = end;
    }
  };
  loops(y, f);
}

template <class T, class F>
TESSERA_INLINE void mapRange(T* y, uint64_t begin, uint64_t end, bool past, F f) {
  mapPart(y, begin, end, past, f);
  if (past) fenceStreams();
}

}  // namespace tessera::TESSERA_ISA
