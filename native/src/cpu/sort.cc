// Sorting and choosing along rows. A value becomes an unsigned key whose order is the wanted one (NaN largest), so rows
// sort by a stable radix sort over bytes; topk collects what is smaller than the k-th key so far and sorts the last k; sampling
// sorts only the keys around the one it draws.
#include "gen/sort.h"

#include "cpu/kernel.h"
#include "sampling.h"
#include "sort_rows.h"

namespace tessera::TESSERA_ISA {

// row(r, thread, entries, spare) for each row, with room for `size` entries each.
template <class F>
TESSERA_INLINE void forRows(Context& ctx, uint64_t rows, uint64_t cols, uint64_t size, F row) {
  if (rows == 0) return;
  Entry* entries = ctx.scratch<Entry>(2 * size * static_cast<uint64_t>(ctx.threads()));
  const uint64_t grain = 1 + 8192 / (cols + 1);
  ctx.parallelFor(static_cast<uint32_t>((rows - 1) / grain + 1), [&](uint32_t chunk, int thread) {
    Entry* own = entries + 2 * size * static_cast<uint64_t>(thread);
    const uint64_t end = rows - chunk * grain < grain ? rows : (chunk + 1) * grain;
    for (uint64_t r = chunk * grain; r < end; ++r) row(r, thread, own, own + size);
  });
}

template <class T>
void sort(const SortArgs<T>& a, Context& ctx) {
  const auto n = static_cast<int64_t>(a.cols);
  const uint32_t flip = a.descending ? UINT32_MAX : 0;
  forRows(ctx, a.rows, a.cols, a.cols, [&](uint64_t r, int, Entry* entries, Entry* spare) {
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
  const auto n = static_cast<int64_t>(a.cols), k = static_cast<int64_t>(a.k);
  forRows(ctx, a.rows, a.cols, static_cast<uint64_t>(candidates(n, k)), [&](uint64_t r, int, Entry* entries, Entry* spare) {
    const T* x = a.x + r * a.cols;
    smallest([=](int64_t i) { return keyOf(x[i]) ^ flip; }, n, k, entries, spare);
    for (uint64_t i = 0; i < a.k; ++i) {
      a.values[r * a.k + i] = x[entries[i].index];
      a.index[r * a.k + i] = entries[i].index;
    }
  });
}

template <class T>
void sampleTokens(const SampleTokensArgs<T>& a, Context& ctx) {
  if (a.rows == 0) return;
  if (a.cols == 0) ctx.fail("INVALID_ARGUMENT", "no logits to sample from in row", 0, a.rows);
  uint8_t* bad = ctx.scratch<uint8_t>(a.rows);
  float* probabilities = ctx.scratch<float>(a.cols * static_cast<uint64_t>(ctx.threads()));
  forRows(ctx, a.rows, a.cols, a.cols, [&](uint64_t r, int thread, Entry* entries, Entry* spare) {
    bad[r] = sampleRow(a, r, {probabilities + a.cols * static_cast<uint64_t>(thread), entries, spare}) ? 0 : 1;
  });
  for (uint64_t r = 0; r < a.rows; ++r)
    if (bad[r]) ctx.fail("NOT_A_DISTRIBUTION", "a row of logits has NaN, +Infinity or no finite element", static_cast<int64_t>(r), a.rows);
}

}  // namespace tessera::TESSERA_ISA

#include "gen/sort.cpu.inc"
