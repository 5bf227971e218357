// Reductions over the middle dimension of [outer, cols, inner]. Rows (inner 1) run in fixed lanes, columns in tiles of
// neighbouring columns. Long ones are cut into parts of a size that depends on the problem alone, whose results are
// combined in order.
#include "gen/reduce.h"

#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "cpu/strided.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kPart = 65536;     // elements of one part
constexpr uint64_t kTileCols = 512;   // columns of one tile
constexpr uint64_t kFoldRows = 128;   // rows that a column adds up in f32 before it moves on to double

// How a reduction is cut: unit (o, part, tile) covers rows [part * partRows, ...) and columns [tile * width, ...).
struct Cut {
  uint64_t outer, cols, inner, width, tiles, partRows, parts;

  TESSERA_INLINE Cut(uint64_t outer_, uint64_t cols_, uint64_t inner_) : outer(outer_), cols(cols_), inner(inner_) {
    width = inner < kTileCols ? inner : kTileCols;
    tiles = (inner - 1) / width + 1;
    partRows = kPart / width;
    parts = cols == 0 ? 1 : (cols - 1) / partRows + 1;
  }
  TESSERA_INLINE uint64_t units() const { return outer * parts * tiles; }
  TESSERA_INLINE uint64_t grain() const {
    const uint64_t elements = (parts > 1 ? partRows : cols) * width;
    return elements >= kRowGrain ? 1 : kRowGrain / (elements == 0 ? 1 : elements);
  }
};

// body(o, part, firstRow, rows, firstColumn, columns) for every unit.
template <class F>
TESSERA_INLINE void forUnits(Context& context, const Cut& cut, F&& body) {
  forRange(context, cut.units(), cut.grain(), [&](uint64_t begin, uint64_t end) {
    for (uint64_t unit = begin; unit < end; ++unit) {
      const uint64_t tile = unit % cut.tiles, part = unit / cut.tiles % cut.parts, o = unit / cut.tiles / cut.parts;
      const uint64_t row = part * cut.partRows, column = tile * cut.width;
      body(o, part, row, cut.cols - row < cut.partRows ? cut.cols - row : cut.partRows, column,
           cut.inner - column < cut.width ? cut.inner - column : cut.width);
    }
  });
}

// ---- sums -----------------------------------------------------------------------------------------------------------

// finish(out, sum of map(x, out)) for each output; lanes add up in L, blocks and parts in D.
template <class L, class D, class T, class Map, class Finish>
TESSERA_INLINE void sumOver(Context& context, const T* x, uint64_t outer, uint64_t cols, uint64_t inner, Map map,
                            Finish finish) {
  if (outer == 0 || inner == 0) return;
  const Cut cut(outer, cols, inner);
  D* partial = cut.parts > 1 ? context.scratch<D>(outer * cut.parts * inner) : nullptr;
  forUnits(context, cut, [&](uint64_t o, uint64_t part, uint64_t row, uint64_t rows, uint64_t column, uint64_t columns) {
    D total[kTileCols];
    const T* from = x + (o * cols + row) * inner + column;
    const uint64_t out = o * inner + column;
    if (inner == 1) {
      total[0] = sumBlocks<L, D>(rows, [=](uint64_t i) { return map(value(from + i), out); });
    } else {
      for (uint64_t i = 0; i < columns; ++i) total[i] = 0;
      for (uint64_t first = 0; first < rows; first += kFoldRows) {
        const uint64_t last = rows - first < kFoldRows ? rows : first + kFoldRows;
        L sum[kTileCols];
        for (uint64_t i = 0; i < columns; ++i) sum[i] = 0;
        for (uint64_t r = first; r < last; ++r) {
          const T* p = from + r * inner;
#pragma omp simd
          for (uint64_t i = 0; i < columns; ++i) sum[i] += map(value(p + i), out + i);
        }
#pragma omp simd
        for (uint64_t i = 0; i < columns; ++i) total[i] += static_cast<D>(sum[i]);
      }
    }
    for (uint64_t i = 0; i < columns; ++i) {
      if (partial != nullptr) {
        partial[(o * cut.parts + part) * inner + column + i] = total[i];
      } else {
        finish(out + i, total[i]);
      }
    }
  });
  if (partial == nullptr) return;
  for (uint64_t out = 0; out < outer * inner; ++out) {
    const D* p = partial + out / inner * cut.parts * inner + out % inner;
    D total = 0;
    for (uint64_t part = 0; part < cut.parts; ++part) total += p[part * inner];
    finish(out, total);
  }
}

template <class T>
void sum(const SumArgs<T>& a, Context& context) {
  T* y = a.y;
  if constexpr (std::is_integral_v<T>) {
    sumOver<uint32_t, uint32_t>(
        context, a.x, a.outer, a.cols, a.inner, [](T v, uint64_t) { return static_cast<uint32_t>(v); },
        [y](uint64_t out, uint32_t total) { y[out] = static_cast<T>(total); });
  } else {
    const double scale = static_cast<double>(a.scale);
    sumOver<float, double>(
        context, a.x, a.outer, a.cols, a.inner, [](float v, uint64_t) { return v; },
        [y, scale](uint64_t out, double total) { store(y + out, static_cast<float>(total * scale)); });
  }
}

template <class T, class Map, class Finish>
TESSERA_INLINE void floatSum(const ReduceArgs<T>& a, Context& context, Map map, Finish finish) {
  T* y = a.y;
  sumOver<float, double>(
      context, a.x, a.outer, a.cols, a.inner, [map](float v, uint64_t) { return map(v); },
      [y, finish](uint64_t out, double total) { store(y + out, static_cast<float>(finish(total))); });
}

template <class T>
void sumSquares(const ReduceArgs<T>& a, Context& context) {
  floatSum(a, context, [](float v) { return v * v; }, [](double total) { return total; });
}

template <class T>
void norm2(const ReduceArgs<T>& a, Context& context) {
  floatSum(a, context, [](float v) { return v * v; }, [](double total) { return __builtin_sqrt(total); });
}

template <class T>
void sumAbs(const ReduceArgs<T>& a, Context& context) {
  floatSum(a, context, [](float v) { return scalar::fabs(v); }, [](double total) { return total; });
}

template <class T>
void countNonZero(const CountNonZeroArgs<T>& a, Context& context) {
  int32_t* y = a.y;
  sumOver<uint32_t, uint32_t>(
      context, a.x, a.outer, a.cols, a.inner, [](auto v, uint64_t) { return v != decltype(v){0} ? 1u : 0u; },
      [y](uint64_t out, uint32_t total) { y[out] = static_cast<int32_t>(total); });
}

template <class T>
void nonFinite(const NonFiniteArgs<T>& a, Context& context) {
  int32_t* y = a.y;
  sumOver<uint32_t, uint32_t>(
      context, a.x, 1, a.n, 1, [](float v, uint64_t) { return scalar::fabs(v) < scalar::kInfinity ? 0u : 1u; },
      [y](uint64_t, uint32_t total) { *y = total != 0 ? 1 : 0; });
}

// ---- products -------------------------------------------------------------------------------------------------------

template <class T, class D>
TESSERA_INLINE void put(T* y, D v) {
  if constexpr (std::is_integral_v<T>) {
    *y = static_cast<T>(v);
  } else {
    store(y, static_cast<float>(v));
  }
}

template <class T>
void prod(const ProdArgs<T>& a, Context& context) {
  using D = std::conditional_t<std::is_integral_v<T>, uint32_t, double>;
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || inner == 0) return;
  forRange(context, a.outer * inner, cols >= kRowGrain ? 1 : kRowGrain / (cols + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t out = begin; out < end; ++out) {
      const T* x = a.x + out / inner * cols * inner + out % inner;
      D product = 1;
      for (uint64_t c = 0; c < cols; ++c) product *= static_cast<D>(value(x + c * inner));
      put(a.y + out, product);
    }
  });
}

// ---- variance -------------------------------------------------------------------------------------------------------

template <class T>
void variance(const VarianceArgs<T>& a, Context& context) {
  if (a.outer == 0 || a.inner == 0) return;
  float* mean = a.mean != nullptr ? a.mean : context.scratch<float>(a.outer * a.inner);
  const double cols = static_cast<double>(a.cols), divisor = cols - static_cast<double>(a.correction);
  sumOver<float, double>(
      context, a.x, a.outer, a.cols, a.inner, [](float v, uint64_t) { return v; },
      [mean, cols](uint64_t out, double total) { mean[out] = static_cast<float>(total / cols); });
  T* y = a.variance;
  sumOver<float, double>(
      context, a.x, a.outer, a.cols, a.inner,
      [mean](float v, uint64_t out) {
        const float d = v - mean[out];
        return d * d;
      },
      [y, divisor](uint64_t out, double total) {
        store(y + out, static_cast<float>(total / (divisor > 0.0 ? divisor : 0.0)));
      });
}

template <class T>
void varianceBackward(const VarianceBackwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || cols == 0 || inner == 0) return;
  const float divisor = static_cast<float>(cols) - a.correction;
  const float scale = 2.0f / (divisor > 0.0f ? divisor : 0.0f);
  forRange(context, a.outer * cols, inner >= kRowGrain ? 1 : kRowGrain / inner, [&, scale](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) {
      const uint64_t out = row / cols * inner;
      const T* x = a.x + row * inner;
      T* dx = a.dx + row * inner;
      const float* mean = a.mean + out;
      const T* g = a.g + out;
#pragma omp simd
      for (uint64_t i = 0; i < inner; ++i) store(dx + i, load(g + i) * scale * (load(x + i) - mean[i]));
    }
  });
}

// ---- logarithms of sums of exponentials -----------------------------------------------------------------------------

template <class T>
void logSumExp(const ReduceArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || inner == 0) return;
  const Cut cut(a.outer, cols, inner);
  const uint64_t unit = cols * cut.width;
  // ln(sum of e^(x - top)) + top; with top infinite it is top, and an empty sum is -infinity
  const auto finish = [](float top, double total) {
    return total > 0.0 && scalar::fabs(top) < scalar::kInfinity ? top + scalar::log(static_cast<float>(total)) : top;
  };
  forRange(context, a.outer * cut.tiles, unit >= kRowGrain ? 1 : kRowGrain / (unit + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t u = begin; u < end; ++u) {
      const uint64_t o = u / cut.tiles, column = u % cut.tiles * cut.width;
      const uint64_t columns = inner - column < cut.width ? inner - column : cut.width;
      const T* x = a.x + o * cols * inner + column;
      T* y = a.y + o * inner + column;
      if (inner == 1) {
        const float top = maxLanes(cols, -scalar::kInfinity, [=](uint64_t i) { return load(x + i); });
        const double total = sumBlocks<float, double>(cols, [=](uint64_t i) { return scalar::exp(load(x + i) - top); });
        store(y, finish(top, total));
        continue;
      }
      float top[kTileCols], sum[kTileCols];
      for (uint64_t i = 0; i < columns; ++i) {
        top[i] = -scalar::kInfinity;
        sum[i] = 0.0f;
      }
      for (uint64_t c = 0; c < cols; ++c) {
        const T* p = x + c * inner;
#pragma omp simd
        for (uint64_t i = 0; i < columns; ++i) top[i] = scalar::maximum(top[i], load(p + i));
      }
      for (uint64_t c = 0; c < cols; ++c) {
        const T* p = x + c * inner;
#pragma omp simd
        for (uint64_t i = 0; i < columns; ++i) sum[i] += scalar::exp(load(p + i) - top[i]);
      }
      for (uint64_t i = 0; i < columns; ++i) store(y + i, finish(top[i], static_cast<double>(sum[i])));
    }
  });
}

// ---- extremes -------------------------------------------------------------------------------------------------------

// Whether v comes before the best so far: strictly beyond it, or the first NaN.
template <bool largest, class V>
TESSERA_INLINE bool beats(V v, V best) {
  const bool beyond = largest ? v > best : v < best;
  return beyond || (v != v && best == best);
}

template <bool largest, class T>
TESSERA_INLINE void extreme(const ReduceIndexArgs<T>& a, Context& context) {
  using V = decltype(value(a.x));
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || inner == 0) return;
  if (cols == 0 || cols > 0x7fffffffu) {
    context.fail("INVALID_ARGUMENT", "cannot index this many elements", static_cast<int64_t>(cols), 0x80000000u);
  }
  const Cut cut(a.outer, cols, inner);
  V* bestPart = context.scratch<V>(a.outer * cut.parts * inner);
  int32_t* indexPart = context.scratch<int32_t>(a.outer * cut.parts * inner);
  forUnits(context, cut, [&](uint64_t o, uint64_t part, uint64_t row, uint64_t rows, uint64_t column, uint64_t columns) {
    const T* from = a.x + (o * cols + row) * inner + column;
    V* best = bestPart + (o * cut.parts + part) * inner + column;
    int32_t* index = indexPart + (o * cut.parts + part) * inner + column;
    const auto start = static_cast<int32_t>(row);
    if (inner == 1) {
      // Each lane keeps its first best; the earliest of equal lanes wins.
      V lane[kLanes];
      int32_t at[kLanes];
      for (uint64_t l = 0; l < kLanes; ++l) {
        lane[l] = value(from + (l < rows ? l : 0));
        at[l] = static_cast<int32_t>(l < rows ? l : 0);
      }
      uint64_t i = kLanes;
      for (; i + kLanes <= rows; i += kLanes) {
#pragma omp simd
        for (uint64_t l = 0; l < kLanes; ++l) {
          const V v = value(from + i + l);
          const bool better = beats<largest>(v, lane[l]);
          lane[l] = better ? v : lane[l];
          at[l] = better ? static_cast<int32_t>(i + l) : at[l];
        }
      }
      for (uint64_t l = 0; i + l < rows; ++l) {
        const V v = value(from + i + l);
        if (beats<largest>(v, lane[l])) {
          lane[l] = v;
          at[l] = static_cast<int32_t>(i + l);
        }
      }
      uint64_t winner = 0;
      for (uint64_t l = 1; l < kLanes; ++l) {
        const bool equal = lane[l] == lane[winner] || (lane[l] != lane[l] && lane[winner] != lane[winner]);
        if (beats<largest>(lane[l], lane[winner]) || (equal && at[l] < at[winner])) winner = l;
      }
      *best = lane[winner];
      *index = start + at[winner];
      return;
    }
    for (uint64_t i = 0; i < columns; ++i) {
      best[i] = value(from + i);
      index[i] = start;
    }
    for (uint64_t r = 1; r < rows; ++r) {
      const T* p = from + r * inner;
      const int32_t here = start + static_cast<int32_t>(r);
#pragma omp simd
      for (uint64_t i = 0; i < columns; ++i) {
        const V v = value(p + i);
        const bool better = beats<largest>(v, best[i]);
        best[i] = better ? v : best[i];
        index[i] = better ? here : index[i];
      }
    }
  });
  for (uint64_t out = 0; out < a.outer * inner; ++out) {
    const uint64_t first = out / inner * cut.parts * inner + out % inner;
    uint64_t winner = first;
    for (uint64_t part = 1; part < cut.parts; ++part) {
      if (beats<largest>(bestPart[first + part * inner], bestPart[winner])) winner = first + part * inner;
    }
    if (a.y != nullptr) a.y[out] = static_cast<T>(bestPart[winner]);
    if (a.index != nullptr) a.index[out] = indexPart[winner];
  }
}

template <class T>
void max(const ReduceIndexArgs<T>& a, Context& context) {
  extreme<true>(a, context);
}

template <class T>
void min(const ReduceIndexArgs<T>& a, Context& context) {
  extreme<false>(a, context);
}

// ---- running sums ---------------------------------------------------------------------------------------------------

template <class T>
void cumsum(const CumsumArgs<T>& a, Context& context) {
  using D = std::conditional_t<std::is_integral_v<T>, uint32_t, double>;
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || cols == 0 || inner == 0) return;
  const Cut cut(a.outer, cols, inner);
  const uint64_t unit = cols * cut.width;
  forRange(context, a.outer * cut.tiles, unit >= kRowGrain ? 1 : kRowGrain / unit, [&](uint64_t begin, uint64_t end) {
    for (uint64_t u = begin; u < end; ++u) {
      const uint64_t o = u / cut.tiles, column = u % cut.tiles * cut.width;
      const uint64_t columns = inner - column < cut.width ? inner - column : cut.width;
      const int64_t step = static_cast<int64_t>(inner) * (a.reverse != 0 ? -1 : 1);
      const uint64_t start = (o * cols + (a.reverse != 0 ? cols - 1 : 0)) * inner + column;
      const T* x = a.x + start;
      T* y = a.y + start;
      if (columns == 1) {
        D running = 0;
        for (uint64_t k = 0; k < cols; ++k, x += step, y += step) put(y, running += static_cast<D>(value(x)));
        continue;
      }
      D running[kTileCols];
      for (uint64_t i = 0; i < columns; ++i) running[i] = 0;
      for (uint64_t k = 0; k < cols; ++k, x += step, y += step) {
#pragma omp simd
        for (uint64_t i = 0; i < columns; ++i) put(y + i, running[i] += static_cast<D>(value(x + i)));
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/reduce.cpu.inc"
