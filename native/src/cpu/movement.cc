// Copies between layouts and fills by position. Elements move as bits, so bf16 and f16 share the code of 16-bit integers.
#include "gen/movement.h"

#include "cpu/index_check.h"
#include "cpu/kernel.h"
#include "cpu/past_caches.h"
#include "cpu/strided.h"

namespace tessera::TESSERA_ISA {

// ---- strided copies -------------------------------------------------------------------------------------------------

constexpr uint64_t kTile = 16;
constexpr uint64_t kStrip = 4 * kTile;  // tiles side by side, so that whole runs of cache lines are touched together

// The strided side of a copy is read (from = view, to = contiguous) or written (from = contiguous, to = view).
template <bool intoView, class E>
TESSERA_INLINE void copyRow(const E* from, E* to, int64_t step, uint64_t n) {
  if (step == 1) {
    __builtin_memcpy(to, from, n * sizeof(E));
  } else if constexpr (intoView) {
    for (uint64_t i = 0; i < n; ++i) to[static_cast<int64_t>(i) * step] = from[i];
  } else if (step == 0) {
    const E one = *from;
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) to[i] = one;
  } else if (step == -1) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) to[i] = from[-static_cast<int64_t>(i)];
  } else {
    for (uint64_t i = 0; i < n; ++i) to[i] = from[static_cast<int64_t>(i) * step];
  }
}

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 12
#define SHUFFLE(x, y, ...) __builtin_shuffle(x, y, decltype((x) == (y)){__VA_ARGS__})
#else
#define SHUFFLE __builtin_shufflevector
#endif

// Eight rows of eight elements, transposed by three rounds of interleaving.
template <class E>
TESSERA_INLINE void transpose8(const E* from, int64_t fromStep, E* to, int64_t toStep) {
  if constexpr (sizeof(E) == 1) {
    for (int64_t c = 0; c < 8; ++c) {
      for (int64_t r = 0; r < 8; ++r) to[c * toStep + r] = from[r * fromStep + c];
    }
  } else {
    typedef E Row __attribute__((vector_size(8 * sizeof(E))));
    Row a[8], b[8];
    for (int64_t r = 0; r < 8; ++r) __builtin_memcpy(&a[r], from + r * fromStep, sizeof(Row));
    const auto interleave = [](const Row* x, Row* y) {
      for (int i = 0; i < 4; ++i) {
        y[2 * i] = SHUFFLE(x[i], x[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
        y[2 * i + 1] = SHUFFLE(x[i], x[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
      }
    };
    interleave(a, b);
    interleave(b, a);
    interleave(a, b);
    for (int64_t c = 0; c < 8; ++c) __builtin_memcpy(to + c * toStep, &b[c], sizeof(Row));
  }
}

// A matrix with rows `fromStep` apart and unit steps along a row, to one with columns `toStep` apart: to[c * toStep + r].
template <class E>
TESSERA_INLINE void transposeTile(const E* from, int64_t fromStep, E* to, int64_t toStep, uint64_t rows, uint64_t cols) {
  if (rows == kTile && cols == kTile) {
    for (int64_t c = 0; c < static_cast<int64_t>(kTile); c += 8) {
      for (int64_t r = 0; r < static_cast<int64_t>(kTile); r += 8) {
        transpose8(from + r * fromStep + c, fromStep, to + c * toStep + r, toStep);
      }
    }
    return;
  }
  for (int64_t c = 0; c < static_cast<int64_t>(cols); ++c) {
    for (int64_t r = 0; r < static_cast<int64_t>(rows); ++r) to[c * toStep + r] = from[r * fromStep + c];
  }
}

// Where the view's last dimension has a gap but another one, `d`, has step 1, the two form a transposed matrix.
template <bool intoView, class E>
TESSERA_INLINE void copyTransposed(const E* from, E* to, const StridedView<1>& view, uint32_t d, Context& context) {
  const uint32_t last = view.rank - 1;
  const uint64_t height = view.shape[d], width = view.shape[last];
  int64_t contiguous[kMaxRank];
  int64_t step = 1;
  for (uint32_t k = view.rank; k-- > 0;) {
    contiguous[k] = step;
    step *= static_cast<int64_t>(view.shape[k]);
  }
  const uint64_t matrices = view.total / (height * width);
  const uint64_t strips = (height - 1) / kStrip + 1;
  const uint64_t strip = width * kStrip;
  forRange(context, matrices * strips, strip >= kRowGrain ? 1 : kRowGrain / strip, [&](uint64_t begin, uint64_t end) {
    for (uint64_t unit = begin; unit < end; ++unit) {
      uint64_t matrix = unit / strips;
      const uint64_t top = unit % strips * kStrip;
      int64_t viewAt = static_cast<int64_t>(top) * view.strides[0][d];
      int64_t flatAt = static_cast<int64_t>(top) * contiguous[d];
      for (uint32_t k = view.rank; k-- > 0;) {
        if (k == d || k == last) continue;
        const int64_t index = static_cast<int64_t>(matrix % view.shape[k]);
        matrix /= view.shape[k];
        viewAt += index * view.strides[0][k];
        flatAt += index * contiguous[k];
      }
      const uint64_t stripRows = height - top < kStrip ? height - top : kStrip;
      for (uint64_t left = 0; left < width; left += kTile) {
        const uint64_t cols = width - left < kTile ? width - left : kTile;
        const int64_t v = viewAt + static_cast<int64_t>(left) * view.strides[0][last];
        const int64_t f = flatAt + static_cast<int64_t>(left);
        for (uint64_t row = 0; row < stripRows; row += kTile) {
          const uint64_t rows = stripRows - row < kTile ? stripRows - row : kTile;
          const int64_t vr = v + static_cast<int64_t>(row), fr = f + static_cast<int64_t>(row) * contiguous[d];
          if constexpr (intoView) {
            transposeTile(from + fr, contiguous[d], to + vr, view.strides[0][last], rows, cols);
          } else {
            transposeTile(from + vr, view.strides[0][last], to + fr, contiguous[d], cols, rows);
          }
        }
      }
    }
  });
}

template <bool intoView, class E>
[[gnu::noinline]] void copyView(const E* from, E* to, uint32_t rank, const uint32_t* shape, const int64_t* strides,
                                Context& context) {
  StridedView<1> view;
  view.build(rank, shape, {strides});
  if (view.total == 0) return;
  if (view.step(0) != 1) {
    for (uint32_t d = 0; d + 1 < view.rank; ++d) {
      if (view.strides[0][d] == 1 && view.shape[d] >= 4 && view.inner() >= 4 && view.step(0) > 1) {
        copyTransposed<intoView>(from, to, view, d, context);
        return;
      }
    }
  }
  const bool past = view.step(0) == 1 && goesPastCaches<E>(view.total, view.inner());
  forRows(context, view, [&](uint64_t at, const int64_t* offsets, uint64_t n) {
    const E* source = from + (intoView ? static_cast<int64_t>(at) : offsets[0]);
    E* target = to + (intoView ? offsets[0] : static_cast<int64_t>(at));
    if (past) {
      streamBytes(reinterpret_cast<char*>(target), reinterpret_cast<const char*>(source), n * sizeof(E));
      fenceStreams();
    } else {
      copyRow<intoView>(source, target, view.step(0), n);
    }
  });
}

template <class T>
void copyStrided(const CopyStridedArgs<T>& a, Context& context) {
  copyView<false>(&raw(a.x + a.xStart), &raw(a.y), a.rank, a.shape, a.xStrides, context);
}

template <class T>
void copyIntoStrided(const CopyIntoStridedArgs<T>& a, Context& context) {
  copyView<true>(&raw(a.x), &raw(a.y + a.yStart), a.rank, a.shape, a.yStrides, context);
}

// ---- fills ----------------------------------------------------------------------------------------------------------

template <class E>
TESSERA_INLINE void fillRow(E* y, uint64_t n, E value) {
#pragma omp simd
  for (uint64_t i = 0; i < n; ++i) y[i] = value;
}

template <class T>
void fill(const FillArgs<T>& a, Context& context) {
  T value = fromDouble<T>(a.value);
  const auto bits = raw(&value);
  const bool past = goesPastCaches<T>(a.n, a.n);
  forRange(context, a.n, 2 * kRowGrain, [&a, past, bits](uint64_t begin, uint64_t end) {
    writeRange(a.y, begin, end, past, [bits](uint64_t first, uint64_t last, T* y) { fillRow(&raw(y), last - first, bits); });
  });
}

template <class T>
void arange(const ArangeArgs<T>& a, Context& context) {
  forRange(context, a.n, kRowGrain, [&a](uint64_t begin, uint64_t end) {
    T* y = a.y;
    const double start = a.start, step = a.step;
    for (uint64_t i = begin; i < end; ++i) y[i] = fromDouble<T>(start + static_cast<double>(i) * step);
  });
}

// Where [0, size) of the input lands in [0, outputSize) when shifted by `before`.
struct Landing {
  uint64_t begin, end;  // positions in the output
  uint64_t from;        // input position of `begin`
};

TESSERA_INLINE Landing landing(int64_t before, uint64_t size, uint64_t outputSize) {
  const uint64_t skipped = before < 0 ? uint64_t{0} - static_cast<uint64_t>(before) : 0;
  const uint64_t begin = before > 0 ? static_cast<uint64_t>(before) : 0;
  if (skipped >= size || begin >= outputSize) return {0, 0, 0};
  const uint64_t length = size - skipped < outputSize - begin ? size - skipped : outputSize - begin;
  return {begin, begin + length, skipped};
}

template <class T>
void pad(const PadArgs<T>& a, Context& context) {
  T value = fromDouble<T>(a.value);
  const auto bits = raw(&value);
  if (a.rank == 0) {
    a.y[0] = a.x[0];
    return;
  }
  const uint32_t last = a.rank - 1;
  const uint64_t width = a.shape[last];
  uint64_t rows = 1;
  for (uint32_t d = 0; d < last; ++d) rows *= a.shape[d];
  if (rows == 0 || width == 0) return;
  const Landing inner = landing(a.before[last], a.xShape[last], width);
  forRange(context, rows, width >= kRowGrain ? 1 : kRowGrain / width, [&a, bits, inner, last, width](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) {
      auto* y = &raw(a.y + row * width);
      uint64_t rest = row, from = 0, step = a.xShape[last];
      bool inside = inner.end > inner.begin;
      for (uint32_t d = last; d-- > 0;) {
        const uint64_t index = rest % a.shape[d];
        rest /= a.shape[d];
        const Landing l = landing(a.before[d], a.xShape[d], a.shape[d]);
        inside = inside && index >= l.begin && index < l.end;
        from += (index - l.begin + l.from) * step;
        step *= a.xShape[d];
      }
      if (!inside) {
        fillRow(y, width, bits);
        continue;
      }
      fillRow(y, inner.begin, bits);
      __builtin_memcpy(y + inner.begin, &raw(a.x + from + inner.from), (inner.end - inner.begin) * sizeof(T));
      fillRow(y + inner.end, width - inner.end, bits);
    }
  });
}

// Keeps the columns of each row on one side of the diagonal. `cut` is the first column right of it.
template <bool lower, class Args>
TESSERA_INLINE void triangle(const Args& a, Context& context) {
  const uint64_t rows = a.rows, cols = a.cols;
  if (a.batch == 0 || rows == 0 || cols == 0) return;
  const int64_t highest = static_cast<int64_t>(cols), lowest = -static_cast<int64_t>(rows);
  const int64_t shift = lower ? 1 : 0;
  const int64_t diagonal = a.diagonal > highest ? highest : a.diagonal < lowest ? lowest : a.diagonal;
  forRange(context, a.batch * rows, cols >= kRowGrain ? 1 : kRowGrain / cols, [&](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) {
      const int64_t edge = static_cast<int64_t>(row % rows) + diagonal + shift;
      const uint64_t cut = edge < 0 ? 0 : edge > highest ? cols : static_cast<uint64_t>(edge);
      const auto* x = &raw(a.x + row * cols);
      auto* y = &raw(a.y + row * cols);
      constexpr size_t size = sizeof(*y);
      if constexpr (lower) {
        __builtin_memmove(y, x, cut * size);
        __builtin_memset(y + cut, 0, (cols - cut) * size);
      } else {
        __builtin_memmove(y + cut, x + cut, (cols - cut) * size);
        __builtin_memset(y, 0, cut * size);
      }
    }
  });
}

template <class T>
void tril(const TrilArgs<T>& a, Context& context) {
  triangle<true>(a, context);
}

template <class T>
void triu(const TriuArgs<T>& a, Context& context) {
  triangle<false>(a, context);
}

template <class T>
void oneHot(const OneHotArgs<T>& a, Context& context) {
  if (a.n == 0) return;
  checkIndices(context, a.index, a.n, a.classes, kNoIndex);
  if (a.classes == 0) return;
  const T one = fromDouble<T>(1.0);
  const uint64_t classes = a.classes;
  forRange(context, a.n, classes >= kRowGrain ? 1 : kRowGrain / classes, [&a, one, classes](uint64_t begin, uint64_t end) {
    __builtin_memset(static_cast<void*>(a.y + begin * classes), 0, (end - begin) * classes * sizeof(T));
    for (uint64_t i = begin; i < end; ++i) {
      const auto at = static_cast<uint32_t>(a.index[i]);
      if (at < classes) a.y[i * classes + at] = one;
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/movement.cpu.inc"
