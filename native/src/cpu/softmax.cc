// Softmax and its relatives over the middle dimension of [outer, cols, inner]. A row (inner 1) is read from memory once
// and stays in cache for the passes over it: maximum, exponentials with their sum, scaling. Columns run in tiles.
#include "gen/softmax.h"

#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "cpu/past_caches.h"
#include "cpu/strided.h"
#include "element.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kTileCols = 128;
constexpr uint64_t kShortRow = 16;  // rows up to this long go side by side through tiles: alone they would be mostly folds of lanes
constexpr uint64_t kStreamedCols = 32768;  // longer rows of exponentials would not wait in the caches: they wait in y
constexpr uint64_t kFoldRows = 64;  // rows that a column adds up before it moves on to its total, for accuracy

// rows(begin, end, thread) for runs of rows when inner is 1, else tile(offset of its first element, columns, out) for each
// tile.
template <class Args, class Rows, class Tile>
TESSERA_INLINE void forSlices(const Args& a, Context& context, Rows rows, Tile tile) {
  const uint64_t cols = a.cols, inner = a.inner;
  if (a.outer == 0 || cols == 0 || inner == 0) return;
  const uint64_t width = inner < kTileCols ? inner : kTileCols;
  const uint64_t tiles = (inner - 1) / width + 1;
  const uint64_t unit = cols * width;
  const uint64_t units = a.outer * tiles;
  // Of large problems larger chunks: what a row does beside the next one it does alone at the end of a chunk.
  const uint64_t share = units * unit / 64;
  const uint64_t elements = share < kRowGrain ? kRowGrain : share < 4 * kRowGrain ? share : 4 * kRowGrain;
  uint64_t grain = unit >= elements ? 1 : elements / unit;
  while ((units - 1) / grain >= UINT32_MAX) grain *= 2;
  const auto chunks = static_cast<uint32_t>((units - 1) / grain + 1);
  context.parallelFor(chunks, [&](uint32_t chunk, int thread) {
    const uint64_t begin = chunk * grain;
    const uint64_t end = units - begin < grain ? units : begin + grain;
    if (inner == 1) return rows(begin, end, thread);
    for (uint64_t u = begin; u < end; ++u) {
      const uint64_t o = u / tiles, column = u % tiles * width;
      tile(o * cols * inner + column, inner - column < width ? inner - column : width, o * inner + column);
    }
  });
}

// The `rows` of forSlices from row(o).
template <class Row>
TESSERA_INLINE auto eachRow(Row row) {
  return [=](uint64_t begin, uint64_t end, int) {
    for (uint64_t o = begin; o < end; ++o) row(o);
  };
}

// body(first, rows) for pieces of the rows [begin, end) that make a tile.
template <class F>
TESSERA_INLINE void forShortRows(uint64_t begin, uint64_t end, F body) {
  for (uint64_t first = begin; first < end; first += kTileCols) body(first, end - first < kTileCols ? end - first : kTileCols);
}

// Short rows as the columns of a tile, and back.
template <class T>
struct ShortRows {
  T tile[kShortRow * kTileCols];

  TESSERA_INLINE void read(const T* from, uint64_t rows, uint64_t cols) {
    for (uint64_t i = 0; i < rows; ++i)
      for (uint64_t c = 0; c < cols; ++c) raw(tile + c * kTileCols + i) = raw(from + i * cols + c);
  }
  TESSERA_INLINE void write(T* to, uint64_t rows, uint64_t cols) {
    for (uint64_t i = 0; i < rows; ++i)
      for (uint64_t c = 0; c < cols; ++c) raw(to + i * cols + c) = raw(tile + c * kTileCols + i);
  }
};

// Without regard to NaN, which the sum of exponentials brings to the whole row.
template <class T>
TESSERA_INLINE float rowMax(const T* x, uint64_t cols) {
  return maxLanes<true>(cols, -scalar::kInfinity, [=](uint64_t i) { return load(x + i); });
}

// e[i] = e^(x[i] - top); their sum. beside(first, last) runs before each part of the row.
template <class T, class F>
TESSERA_INLINE double rowExp(const T* x, float* e, float top, uint64_t cols, F beside) {
  constexpr uint64_t kPart = 256;
  double total = 0.0;
  for (uint64_t block = 0; block < cols; block += kSumBlock) {
    const uint64_t past = cols - block < kSumBlock ? cols : block + kSumBlock;
    float lane[kLanes] = {};
    for (uint64_t first = block; first < past; first += kPart) {
      const uint64_t last = past - first < kPart ? past : first + kPart;
      beside(first, last);
      alignas(kLine) float r[kPart];
      alignas(kLine) uint32_t biased[kPart];
#pragma omp simd
      for (uint64_t i = 0; i < last - first; ++i) {
        const scalar::ExpParts parts = scalar::expParts(load(x + first + i) - top);
        r[i] = parts.r;
        biased[i] = parts.biased;
      }
      addLanes(lane, last - first, [=, r = &r[0], biased = &biased[0]](uint64_t i) {
        return e[first + i] = scalar::expOf({r[i], biased[i]});
      });
    }
    total += static_cast<double>(foldLanes(lane));
  }
  return total;
}

// total[i] = sum over the rows of term(row offset + i), for each column i of a tile.
template <class F>
TESSERA_INLINE void tileSum(uint64_t cols, uint64_t inner, uint64_t columns, float* total, F term) {
  for (uint64_t i = 0; i < columns; ++i) total[i] = 0.0f;
  for (uint64_t first = 0; first < cols; first += kFoldRows) {
    const uint64_t last = cols - first < kFoldRows ? cols : first + kFoldRows;
    float sum[kTileCols];
    for (uint64_t i = 0; i < columns; ++i) sum[i] = 0.0f;
    for (uint64_t c = first; c < last; ++c) {
#pragma omp simd
      for (uint64_t i = 0; i < columns; ++i) sum[i] += term(c * inner + i, i);
    }
#pragma omp simd
    for (uint64_t i = 0; i < columns; ++i) total[i] += sum[i];
  }
}

// Maxima and sums of exponentials of the columns of a tile.
template <class T>
TESSERA_INLINE void tileExp(const T* x, uint64_t cols, uint64_t inner, uint64_t columns, float* top, float* sum) {
  for (uint64_t i = 0; i < columns; ++i) top[i] = -scalar::kInfinity;
  for (uint64_t c = 0; c < cols; ++c) {
    const T* p = x + c * inner;
#pragma omp simd
    for (uint64_t i = 0; i < columns; ++i) top[i] = scalar::maximum(top[i], load(p + i));
  }
  tileSum(cols, inner, columns, sum, [=](uint64_t at, uint64_t i) { return scalar::exp(load(x + at) - top[i]); });
}

template <class T>
TESSERA_INLINE void softmaxTile(const T* x, T* y, uint64_t cols, uint64_t inner, uint64_t columns) {
  float top[kTileCols], sum[kTileCols];
  tileExp(x, cols, inner, columns, top, sum);
  for (uint64_t i = 0; i < columns; ++i) sum[i] = 1.0f / sum[i];
  for (uint64_t c = 0; c < cols; ++c) {
    const T* from = x + c * inner;
    T* to = y + c * inner;
#pragma omp simd
    for (uint64_t i = 0; i < columns; ++i) store(to + i, scalar::exp(load(from + i) - top[i]) * sum[i]);
  }
}

template <class T>
TESSERA_INLINE void logSoftmaxTile(const T* x, T* y, uint64_t cols, uint64_t inner, uint64_t columns) {
  float top[kTileCols], sum[kTileCols];
  tileExp(x, cols, inner, columns, top, sum);
  for (uint64_t i = 0; i < columns; ++i) sum[i] = scalar::log(sum[i]);
  for (uint64_t c = 0; c < cols; ++c) {
    const T* from = x + c * inner;
    T* to = y + c * inner;
#pragma omp simd
    for (uint64_t i = 0; i < columns; ++i) store(to + i, (load(from + i) - top[i]) - sum[i]);
  }
}

// The rows of forSlices by a tile's function.
template <class T, class Tile>
TESSERA_INLINE void shortRows(const T* x, T* y, uint64_t begin, uint64_t end, uint64_t cols, Tile tile) {
  forShortRows(begin, end, [=](uint64_t first, uint64_t rows) {
    ShortRows<T> block;
    block.read(x + first * cols, rows, cols);
    tile(block.tile, block.tile, cols, kTileCols, rows);
    block.write(y + first * cols, rows, cols);
  });
}

template <class T>
void softmaxForward(const SoftmaxForwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols, inner = a.inner;
  const bool past = goesPastCaches<T>(a.outer * cols, cols) && cols <= kStreamedCols;
  const bool inPlace = std::is_same_v<T, float> && !past;  // exponentials can wait in y itself
  float* buffer = inPlace || inner != 1 ? nullptr : context.scratch<float>(static_cast<size_t>(context.threads()) * 2 * cols);
  forSlices(
      a, context,
      // Exponentials leave memory idle: beside those of a row, the row before it is scaled into y and the one behind it
      // fetched.
      [&](uint64_t begin, uint64_t end, int thread) {
        if (cols <= kShortRow) return shortRows(a.x, a.y, begin, end, cols, softmaxTile<T>);
        const auto exponentials = [&](uint64_t o) {
          if constexpr (std::is_same_v<T, float>) {
            if (inPlace) return a.y + o * cols;
          }
          return buffer + (static_cast<uint64_t>(thread) * 2 + o % 2) * cols;
        };
        float scale = 0.0f;
        const auto write = [&](uint64_t o, uint64_t first, uint64_t last) {
          mapPart(a.y + o * cols, first, last, past, [e = exponentials(o), scale](uint64_t i) { return e[i] * scale; });
        };
        for (uint64_t o = begin; o < end; ++o) {
          const T* x = a.x + o * cols;
          const double total = rowExp(x, exponentials(o), rowMax(x, cols), cols, [&](uint64_t first, uint64_t last) {
            for (uint64_t i = first; i < last; i += kLine / sizeof(T)) __builtin_prefetch(x + cols + i, 0, 2);
            if (o > begin) write(o - 1, first, last);
          });
          scale = static_cast<float>(1.0 / total);
        }
        write(end - 1, 0, cols);
        if (past) fenceStreams();
      },
      [&](uint64_t at, uint64_t columns, uint64_t) { softmaxTile(a.x + at, a.y + at, cols, inner, columns); });
}

template <class T>
void logSoftmaxForward(const LogSoftmaxForwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols, inner = a.inner;
  const bool past = goesPastCaches<T>(a.outer * cols, cols);
  forSlices(
      a, context,
      [&](uint64_t begin, uint64_t end, int) {
        if (cols <= kShortRow) return shortRows(a.x, a.y, begin, end, cols, logSoftmaxTile<T>);
        for (uint64_t o = begin; o < end; ++o) {
          const T* x = a.x + o * cols;
          T* y = a.y + o * cols;
          const float top = rowMax(x, cols);
          const double total = sumBlocks<float, double>(cols, [=](uint64_t i) { return scalar::exp(load(x + i) - top); });
          const float log = scalar::log(static_cast<float>(total));
          mapRange(y, 0, cols, past, [=](uint64_t i) { return (load(x + i) - top) - log; });
        }
      },
      [&](uint64_t at, uint64_t columns, uint64_t) { logSoftmaxTile(a.x + at, a.y + at, cols, inner, columns); });
}

template <class T, class Term, class Combine>
TESSERA_INLINE void backwardTile(const T* y, const T* g, T* dx, uint64_t cols, uint64_t inner, uint64_t columns, Term term,
                                 Combine combine) {
  float total[kTileCols];
  tileSum(cols, inner, columns, total, [=](uint64_t k, uint64_t) { return term(load(y + k), load(g + k)); });
  for (uint64_t at = 0; at < cols * inner; at += inner) {
#pragma omp simd
    for (uint64_t i = at; i < at + columns; ++i) store(dx + i, combine(load(y + i), load(g + i), total[i - at]));
  }
}

// dx = combine(y, g, sum of term(y, g))
template <class Args, class Term, class Combine>
TESSERA_INLINE void backward(const Args& a, Context& context, Term term, Combine combine) {
  using T = std::remove_pointer_t<decltype(a.dx)>;
  const uint64_t cols = a.cols, inner = a.inner;
  const bool past = goesPastCaches<T>(a.outer * cols, cols);
  forSlices(
      a, context,
      [&](uint64_t begin, uint64_t end, int) {
        if (cols <= kShortRow) {
          return forShortRows(begin, end, [&](uint64_t first, uint64_t rows) {
            ShortRows<T> y, g;
            y.read(a.y + first * cols, rows, cols);
            g.read(a.g + first * cols, rows, cols);
            backwardTile(y.tile, g.tile, g.tile, cols, kTileCols, rows, term, combine);
            g.write(a.dx + first * cols, rows, cols);
          });
        }
        for (uint64_t o = begin; o < end; ++o) {
          const T *y = a.y + o * cols, *g = a.g + o * cols;
          const auto total = static_cast<float>(
              sumBlocks<float, double>(cols, [=](uint64_t i) { return term(load(y + i), load(g + i)); }));
          mapRange(a.dx + o * cols, 0, cols, past, [=](uint64_t i) { return combine(load(y + i), load(g + i), total); });
        }
      },
      [&](uint64_t at, uint64_t columns, uint64_t) {
        backwardTile(a.y + at, a.g + at, a.dx + at, cols, inner, columns, term, combine);
      });
}

template <class T>
void softmaxBackward(const SoftmaxBackwardArgs<T>& a, Context& context) {
  backward(
      a, context, [](float y, float g) { return y * g; }, [](float y, float g, float total) { return y * (g - total); });
}

template <class T>
void logSoftmaxBackward(const LogSoftmaxBackwardArgs<T>& a, Context& context) {
  backward(
      a, context, [](float, float g) { return g; },
      [](float y, float g, float total) { return g - scalar::exp(y) * total; });
}

template <class T>
void logSumExpBackward(const LogSumExpBackwardArgs<T>& a, Context& context) {
  const uint64_t cols = a.cols, inner = a.inner;
  const bool past = goesPastCaches<T>(a.outer * cols, cols);
  forSlices(
      a, context,
      eachRow([&](uint64_t o) {
        const T* x = a.x + o * cols;
        T* dx = a.dx + o * cols;
        const float y = load(a.y + o), g = load(a.g + o);
        mapRange(dx, 0, cols, past, [=](uint64_t i) { return g * scalar::exp(load(x + i) - y); });
      }),
      [&](uint64_t at, uint64_t columns, uint64_t out) {
        const T *y = a.y + out, *g = a.g + out;
        for (uint64_t c = 0; c < cols; ++c) {
          const T* x = a.x + at + c * inner;
          T* dx = a.dx + at + c * inner;
#pragma omp simd
          for (uint64_t i = 0; i < columns; ++i) store(dx + i, load(g + i) * scalar::exp(load(x + i) - load(y + i)));
        }
      });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/softmax.cpu.inc"
