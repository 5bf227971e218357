// Sorting and choosing along rows. A value becomes an unsigned key whose order is the wanted one (NaN largest), so rows
// sort by a stable radix sort over bytes; topk finds the k-th key byte by byte and sorts only what passes.
#include "gen/sort.h"

#include "cpu/kernel.h"
#include "cpu/linear_head.h"
#include "philox.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// Ascending order of keys is ascending order of values; equal values (0 and -0 too) have equal keys, NaN the largest.
TESSERA_INLINE uint32_t keyOf(float x) {
  if (x != x) return UINT32_MAX;
  const uint32_t bits = bitsOf(x == 0.0f ? 0.0f : x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
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

// The k smallest keys of n, in order and stably: `entries` holds them afterwards. key(i) gives the keys.
template <class Key>
inline void smallest(Key key, int64_t n, int64_t k, Entry* entries, Entry* spare) {
  // The k-th smallest key, by counting one byte at a time from the top.
  uint32_t prefix = 0, mask = 0;
  int64_t before = 0;
  for (int shift = 24; shift >= 0; shift -= 8) {
    int64_t count[256] = {};
    for (int64_t i = 0; i < n; ++i) {
      const uint32_t value = key(i);
      if ((value & mask) == prefix) ++count[value >> shift & 255];
    }
    uint32_t byte = 0;
    while (before + count[byte] < k) before += count[byte++];
    prefix |= byte << shift;
    mask |= 255u << shift;
  }
  int64_t kept = 0, equal = k - before;  // of those equal to the k-th key, the first ones
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t value = key(i);
    if (value < prefix || (value == prefix && equal-- > 0)) entries[kept++] = {value, static_cast<int32_t>(i)};
  }
  sortEntries(entries, spare, k);
}

// row(r, entries, spare) for each row, with room for `size` entries each.
template <class F>
TESSERA_INLINE void forRows(Context& ctx, uint64_t rows, uint64_t cols, uint64_t size, F row) {
  if (rows == 0) return;
  Entry* entries = ctx.scratch<Entry>(2 * size * static_cast<uint64_t>(ctx.threads()));
  const uint64_t grain = 1 + 8192 / (cols + 1);
  ctx.parallelFor(static_cast<uint32_t>((rows - 1) / grain + 1), [&](uint32_t chunk, int thread) {
    Entry* own = entries + 2 * size * static_cast<uint64_t>(thread);
    const uint64_t end = rows - chunk * grain < grain ? rows : (chunk + 1) * grain;
    for (uint64_t r = chunk * grain; r < end; ++r) row(r, own, own + size);
  });
}

template <class T>
void sort(const SortArgs<T>& a, Context& ctx) {
  const auto n = static_cast<int64_t>(a.cols);
  const uint32_t flip = a.descending ? UINT32_MAX : 0;
  forRows(ctx, a.rows, a.cols, a.cols, [&](uint64_t r, Entry* entries, Entry* spare) {
    const T* x = a.x + r * a.cols;
    for (int64_t i = 0; i < n; ++i) entries[i] = {keyOf(x[i]) ^ flip, static_cast<int32_t>(i)};
    sortEntries(entries, spare, n);
    for (int64_t i = 0; i < n; ++i) {
      a.values[r * a.cols + i] = x[entries[i].index];
      a.index[r * a.cols + i] = entries[i].index;
    }
  });
}

template <class T>
void topk(const TopkArgs<T>& a, Context& ctx) {
  if (a.k == 0) return;
  if (a.k > a.cols) ctx.fail("INVALID_ARGUMENT", "k is larger than the row", static_cast<int64_t>(a.k), a.cols);
  const uint32_t flip = a.largest ? UINT32_MAX : 0;
  forRows(ctx, a.rows, a.cols, a.k, [&](uint64_t r, Entry* entries, Entry* spare) {
    const T* x = a.x + r * a.cols;
    smallest([=](int64_t i) { return keyOf(x[i]) ^ flip; }, static_cast<int64_t>(a.cols), static_cast<int64_t>(a.k),
             entries, spare);
    for (uint64_t i = 0; i < a.k; ++i) {
      a.values[r * a.k + i] = x[entries[i].index];
      a.index[r * a.k + i] = entries[i].index;
    }
  });
}

// ---- sampling -------------------------------------------------------------------------------------------------------

// The largest logit, and log2 of the sum of 2^(scale2 x) as the language-model head losses compute it, so that the
// log-probability of a draw has the bits of linearLogProb; false for a row with NaN or nothing finite.
template <class T>
inline bool summarise(const T* x, int64_t n, float scale2, float* top, float* logSum, int32_t* first) {
  float most = -scalar::kInfinity;
  int32_t at = 0;
  bool nan = false;
  for (int64_t i = 0; i < n; ++i) {
    const float value = load(x + i);
    nan |= value != value;
    if (value > most) most = value, at = static_cast<int32_t>(i);
  }
  if (nan || most == -scalar::kInfinity || most == scalar::kInfinity) return false;
  const linear_head::Part part = linear_head::reduceProducts(x, n, scale2);
  *top = most;
  *logSum = part.top + __builtin_log2f(part.sum);
  *first = at;
  return true;
}

template <class T>
inline int32_t drawToken(const SampleTokensArgs<T>& a, const T* x, uint32_t word, Entry* entries, Entry* spare,
                         float top, float logSum) {
  const auto n = static_cast<int64_t>(a.cols);
  const float inverse = 1.0f / a.temperature;
  const auto probability = [=](int64_t i) { return scalar::exp((load(x + i) - top) * inverse - logSum); };
  const double u = (static_cast<double>(word) + 0.5) * 0x1p-32;
  const int64_t limit = a.topK > 0 && a.topK < n ? a.topK : n;
  const bool cut = limit < n || a.topP < 1.0f || a.minP > 0.0f;
  if (!cut) {
    double sum = 0.0;
    int64_t last = 0;
    for (int64_t i = 0; i < n; ++i) {
      const auto p = static_cast<double>(probability(i));
      if (p == 0.0) continue;
      sum += p;
      last = i;
      if (sum > u) break;
    }
    return static_cast<int32_t>(last);
  }
  // The cuts keep a prefix of the order of falling probability, which is sorted as far as they reach.
  int64_t sorted = limit < n || n < 256 ? limit : 256;
  const auto sortFirst = [&] { smallest([=](int64_t i) { return ~keyOf(x[i]); }, n, sorted, entries, spare); };
  sortFirst();
  const float least = a.minP * probability(entries[0].index);
  double all = 0.0;
  for (int64_t i = 0; i < limit; ++i) all += static_cast<double>(probability(limit < n ? entries[i].index : i));
  double kept = 0.0;
  int64_t count = 0;
  while (count < limit) {
    if (count == sorted) {
      sorted = sorted < n / 8 ? 8 * sorted : n;
      sortFirst();
    }
    const float p = probability(entries[count].index);
    if (count > 0 && (p < least || kept >= static_cast<double>(a.topP) * all || p == 0.0f)) break;
    kept += static_cast<double>(p);
    ++count;
  }
  double sum = 0.0;
  int64_t chosen = count - 1;
  for (int64_t i = 0; i < count; ++i) {
    sum += static_cast<double>(probability(entries[i].index));
    if (sum > u * kept) {
      chosen = i;
      break;
    }
  }
  return entries[chosen].index;
}

template <class T>
void sampleTokens(const SampleTokensArgs<T>& a, Context& ctx) {
  const auto n = static_cast<int64_t>(a.cols);
  if (a.rows == 0) return;
  if (n == 0) ctx.fail("INVALID_ARGUMENT", "no logits to sample from in row", 0, a.rows);
  uint8_t* bad = ctx.scratch<uint8_t>(a.rows);
  const bool greedy = !(a.temperature > 0.0f);
  const float scale2 = (greedy ? 1.0f : 1.0f / a.temperature) * linear_head::kLog2e;
  forRows(ctx, a.rows, a.cols, a.cols, [&](uint64_t r, Entry* entries, Entry* spare) {
    const T* x = a.logits + r * a.cols;
    float top = 0.0f;
    float logSum = 0.0f;
    int32_t first = 0;
    bad[r] = summarise(x, n, scale2, &top, &logSum, &first) ? 0 : 1;
    a.id[r] = 0;
    a.logProb[r] = 0.0f;
    if (bad[r]) return;
    const uint32_t word = philox(static_cast<uint32_t>(a.seeds[r]), static_cast<uint32_t>(a.positions[r])).word[0];
    a.id[r] = greedy ? first : drawToken(a, x, word, entries, spare, top, linear_head::kLn2 * (logSum - top * scale2));
    a.logProb[r] = linear_head::kLn2 * (load(x + a.id[r]) * scale2 - logSum);
  });
  for (uint64_t r = 0; r < a.rows; ++r)
    if (bad[r]) ctx.fail("NOT_A_DISTRIBUTION", "a row of logits has NaN, +Infinity or no finite element", static_cast<int64_t>(r), a.rows);
}

}  // namespace tessera::TESSERA_ISA

#include "gen/sort.cpu.inc"
