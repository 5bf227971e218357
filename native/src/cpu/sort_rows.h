// The tools of sort.cc: keys in the order of values, a stable sort of entries, the choice of the smallest.
#pragma once

#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {

// Ascending order of keys is ascending order of values; equal values (0 and -0 too) have equal keys, NaN the largest.
TESSERA_INLINE uint32_t keyOf(float x) {
  const uint32_t bits = bitsOf(x + 0.0f);  // -0 becomes 0
  const uint32_t flipped = (bits >> 31) * 0x7fffffffu;  // no branch on a sign that nobody can foresee
  return x != x ? UINT32_MAX : bits ^ (flipped | 0x80000000u);
}
TESSERA_INLINE uint32_t keyOf(bf16 x) { return keyOf(static_cast<float>(x)); }
TESSERA_INLINE uint32_t keyOf(int32_t x) { return static_cast<uint32_t>(x) ^ 0x80000000u; }

struct Entry {
  uint32_t key;
  int32_t index;
};

// Sorts entries by key, stably; `spare` has room for as many. Short rows by insertion.
inline void sortEntries(Entry* entries, Entry* spare, int64_t n) {
  if (n <= 32) {
    for (int64_t i = 1; i < n; ++i) {
      const Entry e = entries[i];
      int64_t j = i;
      for (; j > 0 && entries[j - 1].key > e.key; --j) entries[j] = entries[j - 1];
      entries[j] = e;
    }
    return;
  }
  Entry* from = entries;
  Entry* to = spare;
  for (int shift = 0; shift < 32; shift += 8) {
    int64_t start[257] = {};
    for (int64_t i = 0; i < n; ++i) ++start[(from[i].key >> shift & 255) + 1];
    if (start[(from[0].key >> shift & 255) + 1] == n) continue;  // this byte orders nothing
    for (int b = 0; b < 256; ++b) start[b + 1] += start[b];
    for (int64_t i = 0; i < n; ++i) to[start[from[i].key >> shift & 255]++] = from[i];
    Entry* const swap = from;
    from = to;
    to = swap;
  }
  if (from != entries) __builtin_memcpy(entries, from, static_cast<size_t>(n) * sizeof(Entry));
}

// Moves the k smallest of n entries to the front, in the order they have; of equal keys the first. Returns the k-th smallest key.
inline uint32_t keepSmallest(Entry* entries, int64_t n, int64_t k) {
  // The k-th smallest key, by counting one byte at a time from the top.
  uint32_t prefix = 0, mask = 0;
  int64_t before = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    int64_t count[256] = {};
    for (int64_t i = 0; i < n; ++i) {
      if ((entries[i].key & mask) == prefix) ++count[entries[i].key >> shift & 255];
    }
    uint32_t byte = 0;
    while (before + count[byte] < k) before += count[byte++];
    prefix |= byte << shift;
    mask |= 255u << shift;
  }
  int64_t kept = 0, equal = k - before;
  for (int64_t i = 0; i < n; ++i) {
    const Entry e = entries[i];
    if (e.key < prefix || (e.key == prefix && equal-- > 0)) entries[kept++] = e;
  }
  return prefix;
}

// Entries that `smallest` collects before it drops all but k: more, so that it seldom has to.
TESSERA_INLINE int64_t candidates(int64_t n, int64_t k) { return n < 2 * k + 256 ? n : 2 * k + 256; }

// The k smallest keys of n, in order and stably: `entries` holds them afterwards; it and `spare` have room for the candidates.
// key(i) gives the keys.
template <class Key>
inline void smallest(Key key, int64_t n, int64_t k, Entry* entries, Entry* spare) {
  constexpr int64_t kRun = 32;
  const int64_t room = candidates(n, k);
  for (int64_t i = 0; i < room; ++i) entries[i] = {key(i), static_cast<int32_t>(i)};
  // Who comes later must be smaller than the k-th: a row in no special order has few of those.
  uint32_t limit = keepSmallest(entries, room, k);
  int64_t count = k;
  for (int64_t first = room; first < n; first += kRun) {
    const int64_t last = n - first < kRun ? n : first + kRun;
    uint32_t least = UINT32_MAX;
#pragma omp simd reduction(min : least)
    for (int64_t i = first; i < last; ++i) least = key(i) < least ? key(i) : least;
    if (least >= limit) continue;
    for (int64_t i = first; i < last; ++i) {
      if (key(i) >= limit) continue;
      entries[count++] = {key(i), static_cast<int32_t>(i)};
      if (count == room) limit = keepSmallest(entries, count, k), count = k;
    }
  }
  if (count > k) keepSmallest(entries, count, k);
  sortEntries(entries, spare, k);
}

}  // namespace tessera::TESSERA_ISA
