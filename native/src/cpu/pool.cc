// Pooling and resizing, plane by plane: a plane is one thread's, so gradients add up in a fixed order.
#include "gen/pool.h"

#include "cpu/kernel.h"
#include "cpu/lanes.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// body(plane) for every plane, several per chunk when they are small.
template <class F>
TESSERA_INLINE void forPlanes(Context& ctx, uint64_t planes, uint64_t size, F body) {
  forRange(ctx, planes, 1 + 16384 / (size + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t p = begin; p < end; ++p) body(p);
  });
}

// Rows or columns [begin, end) of the source that output position `at` covers.
struct Span {
  int64_t begin, end;
};

template <class Args>
TESSERA_INLINE Span rowsOf(const Args& a, int64_t at) {
  const int64_t first = at * a.strideHeight - int64_t{a.padHeight}, past = first + a.kernelHeight;
  return {first < 0 ? 0 : first, past < a.height ? past : int64_t{a.height}};
}

template <class Args>
TESSERA_INLINE Span colsOf(const Args& a, int64_t at) {
  const int64_t first = at * a.strideWidth - int64_t{a.padWidth}, past = first + a.kernelWidth;
  return {first < 0 ? 0 : first, past < a.width ? past : int64_t{a.width}};
}

TESSERA_INLINE Span adaptive(int64_t at, int64_t size, int64_t out) {
  return {at * size / out, ((at + 1) * size + out - 1) / out};
}

// The positions of a window with gaps: every `dilation`-th from the first that is inside.
TESSERA_INLINE Span dilated(int64_t first, int64_t kernel, int64_t dilation, int64_t size) {
  const int64_t past = first + (kernel - 1) * dilation + 1;
  return {first < 0 ? first + (dilation - 1 - first) / dilation * dilation : first, past < size ? past : size};
}

template <class T>
void maxPool2d(const MaxPool2dArgs<T>& a, Context& ctx) {
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  forPlanes(ctx, a.planes, size, [&](uint64_t p) {
    const T* x = a.x + p * size;
    uint64_t out = p * outSize;
    for (int64_t oy = 0; oy < a.outHeight; ++oy) {
      const Span rows = dilated(oy * a.strideHeight - int64_t{a.padHeight}, a.kernelHeight, a.dilationHeight, a.height);
      for (int64_t ox = 0; ox < a.outWidth; ++ox, ++out) {
        const Span cols = dilated(ox * a.strideWidth - int64_t{a.padWidth}, a.kernelWidth, a.dilationWidth, a.width);
        // A window with gaps may lie around the whole input.
        const bool any = rows.begin < rows.end && cols.begin < cols.end;
        int64_t best = any ? rows.begin * a.width + cols.begin : -1;
        float most = any ? load(x + best) : -scalar::kInfinity;
        for (int64_t y = rows.begin; y < rows.end; y += a.dilationHeight) {
          for (int64_t c = cols.begin; c < cols.end; c += a.dilationWidth) {
            const float value = load(x + y * a.width + c);
            if (value > most || (value != value && most == most)) most = value, best = y * a.width + c;
          }
        }
        store(a.y + out, most);
        a.index[out] = static_cast<int32_t>(best);
      }
    }
  });
}

template <class T>
void maxPool2dBackward(const MaxPool2dBackwardArgs<T>& a, Context& ctx) {
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  float* sums = ctx.scratch<float>(size * static_cast<uint64_t>(ctx.threads()));
  const uint64_t grain = 1 + 16384 / (size + 1);
  if (a.planes == 0 || size == 0) return;
  ctx.parallelFor(static_cast<uint32_t>((a.planes - 1) / grain + 1), [&](uint32_t chunk, int thread) {
    float* sum = sums + static_cast<uint64_t>(thread) * size;
    const uint64_t end = a.planes - chunk * grain < grain ? a.planes : (chunk + 1) * grain;
    for (uint64_t p = chunk * grain; p < end; ++p) {
      for (uint64_t i = 0; i < size; ++i) sum[i] = 0.0f;
      for (uint64_t i = p * outSize; i < (p + 1) * outSize; ++i) {
        const auto at = static_cast<uint32_t>(a.index[i]);
        if (at < size) sum[at] += load(a.g + i);
      }
      for (uint64_t i = 0; i < size; ++i) store(a.dx + p * size + i, sum[i]);
    }
  });
}

// The sum of a window of a plane. One as wide as the plane lies in one piece, and is summed in lanes where it fills them.
template <class T>
TESSERA_INLINE float windowSum(const T* x, int64_t width, Span rows, Span cols) {
  const int64_t size = (rows.end - rows.begin) * (cols.end - cols.begin);
  if (cols.end - cols.begin == width && size >= static_cast<int64_t>(kLanes)) {
    const T* from = x + rows.begin * width;
    return static_cast<float>(sumBlocks<float, double>(static_cast<uint64_t>(size), [=](uint64_t i) { return load(from + i); }));
  }
  float sum = 0.0f;
  for (int64_t y = rows.begin; y < rows.end; ++y)
    for (int64_t c = cols.begin; c < cols.end; ++c) sum += load(x + y * width + c);
  return sum;
}

// Means over windows: `span` gives rows and columns of an output position, `weight` what their sum is multiplied with.
template <class T, class Args, class Windows>
TESSERA_INLINE void average(const Args& a, Context& ctx, Windows windows) {
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  forPlanes(ctx, a.planes, size, [&](uint64_t p) {
    const T* x = a.x + p * size;
    T* to = a.y + p * outSize;
    for (int64_t oy = 0; oy < a.outHeight; ++oy) {
      for (int64_t ox = 0; ox < a.outWidth; ++ox, ++to) {
        const auto [rows, cols, weight] = windows(oy, ox);
        store(to, windowSum(x, a.width, rows, cols) * weight);
      }
    }
  });
}

template <class T, class Args, class Windows>
TESSERA_INLINE void averageBackward(const Args& a, Context& ctx, Windows windows) {
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  if (a.planes == 0 || size == 0) return;
  float* sums = ctx.scratch<float>(size * static_cast<uint64_t>(ctx.threads()));
  const uint64_t grain = 1 + 16384 / (size + 1);
  ctx.parallelFor(static_cast<uint32_t>((a.planes - 1) / grain + 1), [&](uint32_t chunk, int thread) {
    float* sum = sums + static_cast<uint64_t>(thread) * size;
    const uint64_t end = a.planes - chunk * grain < grain ? a.planes : (chunk + 1) * grain;
    for (uint64_t p = chunk * grain; p < end; ++p) {
      for (uint64_t i = 0; i < size; ++i) sum[i] = 0.0f;
      const T* g = a.g + p * outSize;
      for (int64_t oy = 0; oy < a.outHeight; ++oy) {
        for (int64_t ox = 0; ox < a.outWidth; ++ox, ++g) {
          const auto [rows, cols, weight] = windows(oy, ox);
          const float share = load(g) * weight;
          for (int64_t y = rows.begin; y < rows.end; ++y)
            for (int64_t c = cols.begin; c < cols.end; ++c) sum[y * a.width + c] += share;
        }
      }
      for (uint64_t i = 0; i < size; ++i) store(a.dx + p * size + i, sum[i]);
    }
  });
}

struct Window {
  Span rows, cols;
  float weight;
};

template <class Args>
TESSERA_INLINE auto fixedWindows(const Args& a) {
  const float weight = 1.0f / (static_cast<float>(a.kernelHeight) * static_cast<float>(a.kernelWidth));
  return [&a, weight](int64_t oy, int64_t ox) { return Window{rowsOf(a, oy), colsOf(a, ox), weight}; };
}

template <class Args>
TESSERA_INLINE auto adaptiveWindows(const Args& a) {
  return [&a](int64_t oy, int64_t ox) {
    const Span rows = adaptive(oy, a.height, a.outHeight), cols = adaptive(ox, a.width, a.outWidth);
    const auto count = static_cast<float>((rows.end - rows.begin) * (cols.end - cols.begin));
    return Window{rows, cols, 1.0f / count};
  };
}

// Windows of 2x2 side by side over the whole plane, the most common ones: loops of vectors, with the same order of additions.
template <class Args>
TESSERA_INLINE bool halves(const Args& a) {
  return a.kernelHeight == 2 && a.kernelWidth == 2 && a.strideHeight == 2 && a.strideWidth == 2 && a.padHeight == 0 &&
         a.padWidth == 0 && a.height == 2 * a.outHeight && a.width == 2 * a.outWidth;
}

// body(row of outputs): their rows of inputs are twice as many, and twice as wide.
template <class Args, class F>
TESSERA_INLINE void forRowsOfPairs(const Args& a, Context& ctx, F body) {
  forRange(ctx, uint64_t{a.planes} * a.outHeight, 1 + 4096 / (a.outWidth + 1), [&](uint64_t begin, uint64_t end) {
    for (uint64_t row = begin; row < end; ++row) body(row);
  });
}

template <class T>
void avgPool2d(const AvgPool2dArgs<T>& a, Context& ctx) {
  if (!halves(a)) return average<T>(a, ctx, fixedWindows(a));
  const uint64_t width = a.outWidth;
  forRowsOfPairs(a, ctx, [=, &a](uint64_t row) {
    const T *above = a.x + row * 4 * width, *below = above + 2 * width;
    T* y = a.y + row * width;
#pragma omp simd
    for (uint64_t i = 0; i < width; ++i)
      store(y + i, (load(above + 2 * i) + load(above + 2 * i + 1) + load(below + 2 * i) + load(below + 2 * i + 1)) * 0.25f);
  });
}

template <class T>
void avgPool2dBackward(const AvgPool2dBackwardArgs<T>& a, Context& ctx) {
  if (!halves(a)) return averageBackward<T>(a, ctx, fixedWindows(a));
  const uint64_t width = a.outWidth;
  forRowsOfPairs(a, ctx, [=, &a](uint64_t row) {
    const T* g = a.g + row * width;
    T *above = a.dx + row * 4 * width, *below = above + 2 * width;
#pragma omp simd
    for (uint64_t i = 0; i < width; ++i) {
      const float share = load(g + i) * 0.25f;
      store(above + 2 * i, share), store(above + 2 * i + 1, share);
      store(below + 2 * i, share), store(below + 2 * i + 1, share);
    }
  });
}

template <class T>
void adaptiveAvgPool2d(const AdaptiveAvgPool2dArgs<T>& a, Context& ctx) {
  average<T>(a, ctx, adaptiveWindows(a));
}

template <class T>
void adaptiveAvgPool2dBackward(const AdaptiveAvgPool2dBackwardArgs<T>& a, Context& ctx) {
  averageBackward<T>(a, ctx, adaptiveWindows(a));
}

// ---- resizing -------------------------------------------------------------------------------------------------------

// The source positions one output position reads along a dimension, and their weights.
struct Taps {
  int32_t at[4];
  float weight[4];
};

TESSERA_INLINE float cubic(float t) {
  constexpr float a = -0.75f;
  if (t <= 1.0f) return ((a + 2.0f) * t - (a + 3.0f)) * t * t + 1.0f;
  return ((a * t - 5.0f * a) * t + 8.0f * a) * t - 4.0f * a;
}

inline void fillTaps(int64_t size, int64_t out, double scale, double shift, uint32_t mode, Taps* taps) {
  const auto clampTo = [size](int64_t i) { return static_cast<int32_t>(i < 0 ? 0 : i >= size ? size - 1 : i); };
  for (int64_t i = 0; i < out; ++i) {
    Taps& t = taps[i];
    double position = static_cast<double>(i) * scale + shift;
    if (mode == 1 && position < 0.0) position = 0.0;
    // Positions come from a command: keep them convertible whatever they are.
    if (!(position > -1e9)) position = -1e9;
    if (position > 1e9) position = 1e9;
    auto base = static_cast<int64_t>(position);
    if (static_cast<double>(base) > position) --base;
    const auto rest = static_cast<float>(position - static_cast<double>(base));
    for (int k = 0; k < 4; ++k) t.at[k] = clampTo(mode == 2 ? base - 1 + k : base + (k == 1)), t.weight[k] = 0.0f;
    if (mode == 0) {
      t.weight[0] = 1.0f;
    } else if (mode == 1) {
      t.weight[0] = 1.0f - rest;
      t.weight[1] = rest;
    } else {
      t.weight[0] = cubic(rest + 1.0f);
      t.weight[1] = cubic(rest);
      t.weight[2] = cubic(1.0f - rest);
      t.weight[3] = cubic(2.0f - rest);
    }
  }
}

TESSERA_INLINE int tapCount(uint32_t mode) { return mode == 0 ? 1 : mode == 1 ? 2 : 4; }

template <class T>
void resize(const ResizeArgs<T>& a, Context& ctx) {
  if (a.height == 0 || a.width == 0) return;
  Taps* rows = ctx.scratch<Taps>(a.outHeight);
  Taps* cols = ctx.scratch<Taps>(a.outWidth);
  fillTaps(a.height, a.outHeight, a.scaleHeight, a.shiftHeight, a.mode, rows);
  fillTaps(a.width, a.outWidth, a.scaleWidth, a.shiftWidth, a.mode, cols);
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  const int count = tapCount(a.mode);
  forPlanes(ctx, a.planes, outSize, [&](uint64_t p) {
    const T* x = a.x + p * size;
    T* to = a.y + p * outSize;
    for (uint32_t oy = 0; oy < a.outHeight; ++oy) {
      for (uint32_t ox = 0; ox < a.outWidth; ++ox, ++to) {
        float sum = 0.0f;
        for (int i = 0; i < count; ++i) {
          const T* row = x + int64_t{rows[oy].at[i]} * a.width;
          float line = 0.0f;
          for (int j = 0; j < count; ++j) line += cols[ox].weight[j] * load(row + cols[ox].at[j]);
          sum += rows[oy].weight[i] * line;
        }
        store(to, sum);
      }
    }
  });
}

template <class T>
void resizeBackward(const ResizeBackwardArgs<T>& a, Context& ctx) {
  if (a.planes == 0 || a.height == 0 || a.width == 0) return;
  Taps* rows = ctx.scratch<Taps>(a.outHeight);
  Taps* cols = ctx.scratch<Taps>(a.outWidth);
  fillTaps(a.height, a.outHeight, a.scaleHeight, a.shiftHeight, a.mode, rows);
  fillTaps(a.width, a.outWidth, a.scaleWidth, a.shiftWidth, a.mode, cols);
  const uint64_t size = uint64_t{a.height} * a.width, outSize = uint64_t{a.outHeight} * a.outWidth;
  const int count = tapCount(a.mode);
  float* sums = ctx.scratch<float>(size * static_cast<uint64_t>(ctx.threads()));
  const uint64_t grain = 1 + 16384 / (size + outSize + 1);
  ctx.parallelFor(static_cast<uint32_t>((a.planes - 1) / grain + 1), [&](uint32_t chunk, int thread) {
    float* sum = sums + static_cast<uint64_t>(thread) * size;
    const uint64_t end = a.planes - chunk * grain < grain ? a.planes : (chunk + 1) * grain;
    for (uint64_t p = chunk * grain; p < end; ++p) {
      for (uint64_t i = 0; i < size; ++i) sum[i] = 0.0f;
      const T* g = a.g + p * outSize;
      for (uint32_t oy = 0; oy < a.outHeight; ++oy) {
        for (uint32_t ox = 0; ox < a.outWidth; ++ox, ++g) {
          const float upstream = load(g);
          for (int i = 0; i < count; ++i) {
            float* row = sum + int64_t{rows[oy].at[i]} * a.width;
            for (int j = 0; j < count; ++j) row[cols[ox].at[j]] += upstream * rows[oy].weight[i] * cols[ox].weight[j];
          }
        }
      }
      for (uint64_t i = 0; i < size; ++i) store(a.dx + p * size + i, sum[i]);
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/pool.cpu.inc"
