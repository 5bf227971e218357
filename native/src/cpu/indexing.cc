// Reads and writes at indices along the middle dimension. Every index is checked before the work and guarded during it
// (index_check.h). Additions to one element happen in the order of the indices, so they do not depend on threads.
#include "gen/indexing.h"

#include "cpu/index_check.h"
#include "cpu/kernel.h"
#include "cpu/strided.h"

namespace tessera::TESSERA_ISA {

TESSERA_INLINE uint64_t grainOf(uint64_t elementsPerUnit) {
  return elementsPerUnit >= kRowGrain ? 1 : kRowGrain / (elementsPerUnit == 0 ? 1 : elementsPerUnit);
}

// to[k] = from[index[k]], 0 where an index is out of range by now. Several loads before their stores, which would hold up
// loads whose addresses agree in the low bits.
template <class T>
TESSERA_INLINE void pickElements(T* to, const T* from, const int32_t* index, uint64_t n, uint64_t cols) {
  using Bits = std::remove_reference_t<decltype(raw(to))>;
  const auto pick = [=](uint64_t k) {
    const auto at = static_cast<uint32_t>(index[k]);
    return at < cols ? raw(from + at) : Bits{0};
  };
  constexpr uint64_t kAtOnce = 4;
  uint64_t k = 0;
  for (; k + kAtOnce <= n; k += kAtOnce) {
    Bits bits[kAtOnce];
    for (uint64_t j = 0; j < kAtOnce; ++j) bits[j] = pick(k + j);
    for (uint64_t j = 0; j < kAtOnce; ++j) raw(to + k + j) = bits[j];
  }
  for (; k < n; ++k) raw(to + k) = pick(k);
}

// Calls body(o, k, n) for the parts of [begin, end) of [outer, count] that lie in one o: n elements from (o, k). There is no
// division per element: with rows of one element that would be most of the work.
template <class F>
TESSERA_INLINE void forSlabs(uint64_t begin, uint64_t end, uint64_t count, F body) {
  for (uint64_t o = begin / count, k = begin % count; begin < end; ++o, k = 0) {
    const uint64_t n = end - begin < count - k ? end - begin : count - k;
    body(o, k, n);
    begin += n;
  }
}

template <class T>
void indexSelect(const IndexSelectArgs<T>& a, Context& context) {
  const uint64_t inner = a.inner, count = a.count, cols = a.cols;
  if (a.outer == 0 || count == 0 || inner == 0) return;
  checkIndices(context, a.index, count, cols, kNoIndex);
  forRange(context, a.outer * count, grainOf(inner), [=, x = a.x, all = a.index, y = a.y](uint64_t begin, uint64_t end) {
    forSlabs(begin, end, count, [=](uint64_t o, uint64_t first, uint64_t n) {
      const T* from = x + o * cols * inner;
      const int32_t* index = all + first;
      T* to = y + (o * count + first) * inner;
      if (inner == 1) return pickElements(to, from, index, n, cols);
      for (uint64_t k = 0; k < n; ++k) {
        const auto at = static_cast<uint32_t>(index[k]);
        auto* row = &raw(to + k * inner);
        if (at < cols) {
          __builtin_memcpy(row, &raw(from + at * inner), inner * sizeof(T));
        } else {
          __builtin_memset(row, 0, inner * sizeof(T));
        }
      }
    });
  });
}

// The positions of each index value in index order: positions[starts[c]..starts[c + 1]) name value c.
struct Buckets {
  uint32_t* starts;
  uint32_t* positions;
};

TESSERA_INLINE Buckets bucketIndices(Context& context, const int32_t* index, uint32_t count, uint32_t cols, int32_t ignored) {
  Buckets b{context.scratch<uint32_t>(size_t{cols} + 2), context.scratch<uint32_t>(count)};
  __builtin_memset(b.starts, 0, (size_t{cols} + 2) * sizeof(uint32_t));
  // starts[c + 2] counts value c, then becomes where value c + 1 begins while starts[c + 1] serves as its cursor.
  for (uint32_t k = 0; k < count; ++k) {
    const auto c = static_cast<uint32_t>(index[k]);
    if (c < cols && index[k] != ignored) ++b.starts[size_t{c} + 2];
  }
  for (uint32_t c = 0; c < cols; ++c) b.starts[size_t{c} + 2] += b.starts[size_t{c} + 1];
  for (uint32_t k = 0; k < count; ++k) {
    const auto c = static_cast<uint32_t>(index[k]);
    if (c >= cols || index[k] == ignored) continue;
    const uint32_t at = b.starts[size_t{c} + 1]++;
    if (at < count) b.positions[at] = k;
  }
  return b;
}

// y[0..n) += the rows of x at the given positions, in f32 from the first to the last, rounded once.
template <class S, class T>
TESSERA_INLINE void addRows(const S* x, uint64_t stride, const uint32_t* positions, uint32_t many, T* y, uint64_t n) {
  if (n == 1) {
    float sum = load(y);
    for (uint32_t p = 0; p < many; ++p) sum += load(x + positions[p] * stride);
    return store(y, sum);
  }
  constexpr uint64_t kBlock = 256;
  float sum[kBlock];
  for (uint64_t first = 0; first < n; first += kBlock) {
    const uint64_t size = n - first < kBlock ? n - first : kBlock;
    T* to = y + first;
#pragma omp simd
    for (uint64_t i = 0; i < size; ++i) sum[i] = load(to + i);
    for (uint32_t p = 0; p < many; ++p) {
      const S* from = x + positions[p] * stride + first;
#pragma omp simd
      for (uint64_t i = 0; i < size; ++i) sum[i] += load(from + i);
    }
#pragma omp simd
    for (uint64_t i = 0; i < size; ++i) store(to + i, sum[i]);
  }
}

template <class S, class T>
void indexAdd(const IndexAddArgs<S, T>& a, Context& context) {
  const uint64_t inner = a.inner, count = a.count, cols = a.cols;
  if (a.outer == 0 || count == 0 || inner == 0) return;
  checkIndices(context, a.index, count, cols, a.ignoreIndex);
  if (cols == 0) return;
  if (cols > 0x7fffffffu || count > 0x7fffffffu) {
    context.fail("UNSUPPORTED", "too many rows", static_cast<int64_t>(cols > count ? cols : count), 0x80000000u);
  }
  const Buckets buckets = bucketIndices(context, a.index, static_cast<uint32_t>(count), static_cast<uint32_t>(cols),
                                        a.ignoreIndex);
  // Chunks are ranges of rows; about as many additions fall on each as indices are spread evenly.
  const uint64_t perRow = inner * (count / cols + 1);
  forRange(context, a.outer * cols, grainOf(perRow), [=, &a](uint64_t begin, uint64_t end) {
    // No division per row: with rows of one element that would be most of the work.
    uint64_t o = begin / cols, c = begin % cols;
    for (uint64_t unit = begin; unit < end; ++unit, ++c) {
      if (c == cols) c = 0, ++o;
      const uint32_t first = buckets.starts[c], many = buckets.starts[c + 1] - first;
      if (many == 0) continue;
      addRows(a.x + o * count * inner, inner, buckets.positions + first, many, a.y + unit * inner, inner);
    }
  });
}

// Chunks are ranges of columns, each of which goes through the indices in order.
template <class T>
void indexCopy(const IndexCopyArgs<T>& a, Context& context) {
  const uint64_t inner = a.inner, count = a.count, cols = a.cols;
  if (a.outer == 0 || count == 0 || inner == 0) return;
  checkIndices(context, a.index, count, cols, kNoIndex);
  const uint64_t width = inner < 1024 ? inner : 1024;
  const uint64_t pieces = (inner - 1) / width + 1;
  forRange(context, a.outer * pieces, grainOf(count * width), [=, &a](uint64_t begin, uint64_t end) {
    for (uint64_t unit = begin; unit < end; ++unit) {
      const uint64_t o = unit / pieces, first = unit % pieces * width;
      const uint64_t size = inner - first < width ? inner - first : width;
      for (uint64_t k = 0; k < count; ++k) {
        const auto at = static_cast<uint32_t>(a.index[k]);
        if (at < cols) {
          __builtin_memcpy(&raw(a.y + (o * cols + at) * inner + first), &raw(a.x + (o * count + k) * inner + first),
                           size * sizeof(T));
        }
      }
    }
  });
}

template <class T>
void gather(const GatherArgs<T>& a, Context& context) {
  const uint64_t inner = a.inner, count = a.count, cols = a.cols;
  if (a.outer == 0 || count == 0 || inner == 0) return;
  checkIndices(context, a.index, a.outer * count * inner, cols, kNoIndex);
  forRange(context, a.outer * count, grainOf(inner), [=, x = a.x, all = a.index, y = a.y](uint64_t begin, uint64_t end) {
    forSlabs(begin, end, count, [=](uint64_t o, uint64_t first, uint64_t n) {
      const T* from = x + o * cols * inner;
      const int32_t* index = all + (o * count + first) * inner;
      T* to = y + (o * count + first) * inner;
      if (inner == 1) return pickElements(to, from, index, n, cols);
      for (uint64_t k = 0; k < n; ++k, to += inner, index += inner) {
        for (uint64_t i = 0; i < inner; ++i) {
          const auto at = static_cast<uint32_t>(index[i]);
          if (at < cols) {
            to[i] = from[at * inner + i];
          } else {
            __builtin_memset(static_cast<void*>(to + i), 0, sizeof(T));
          }
        }
      }
    });
  });
}

// Calls body(to, from, columns, step) per piece that no two chunks share: whole slabs of the outer dimension, and ranges of
// columns where the slabs are few.
template <class Args, class F>
TESSERA_INLINE void forScatter(const Args& a, Context& context, F body) {
  const uint64_t inner = a.inner, count = a.count, cols = a.cols;
  if (a.outer == 0 || count == 0 || inner == 0) return;
  checkIndices(context, a.index, a.outer * count * inner, cols, kNoIndex);
  const uint64_t width = inner < 64 ? inner : 64;
  const uint64_t pieces = (inner - 1) / width + 1;
  forRange(context, a.outer * pieces, grainOf(count * width), [=, &a](uint64_t begin, uint64_t end) {
    for (uint64_t unit = begin; unit < end; ++unit) {
      const uint64_t o = unit / pieces, first = unit % pieces * width;
      const uint64_t size = inner - first < width ? inner - first : width;
      for (uint64_t k = 0; k < count; ++k) {
        const uint64_t row = (o * count + k) * inner + first;
        for (uint64_t i = 0; i < size; ++i) {
          const auto at = static_cast<uint32_t>(a.index[row + i]);
          if (at < cols) body(a.y + (o * cols + at) * inner + first + i, a.x + row + i);
        }
      }
    }
  });
}

template <class T>
void scatter(const ScatterArgs<T>& a, Context& context) {
  forScatter(a, context, [](T* to, const T* from) { *to = *from; });
}

template <class T>
void scatterAdd(const ScatterAddArgs<T>& a, Context& context) {
  forScatter(a, context, [](T* to, const T* from) {
    if constexpr (std::is_integral_v<T>) {
      *to = static_cast<T>(static_cast<uint32_t>(*to) + static_cast<uint32_t>(*from));
    } else {
      store(to, load(to) + load(from));
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/indexing.cpu.inc"
