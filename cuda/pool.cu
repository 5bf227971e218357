// Pooling and resizing of planes, one thread per element of the result. Gradients are gathered: an element looks at the
// windows that may cover it, in their order, so sums are the same from run to run and no addition is atomic.
#include "kernel.cuh"

#include "gen/pool.h"

namespace tessera::cuda {

// body(plane, row, column, i) for every element i of [planes, height, width].
template <class F>
__device__ __forceinline__ void forElements(uint64_t planes, uint32_t height, uint32_t width, F body) {
  const uint64_t size = uint64_t{height} * width;
  for (uint64_t i = globalThread(); i < planes * size; i += globalThreads()) {
    const auto at = static_cast<uint32_t>(i % size);
    body(i / size, static_cast<int64_t>(at / width), static_cast<int64_t>(at % width), i);
  }
}

// Positions [begin, end) along one dimension.
struct Span {
  int64_t begin, end;
};

// Along one dimension: the source a window covers, and the windows that cover a source position.
struct FixedWindows {
  int64_t size, out, kernel, stride, pad;

  __device__ __forceinline__ Span source(int64_t at) const {
    const int64_t first = at * stride - pad;
    return {max(first, int64_t{0}), min(first + kernel, size)};
  }
  __device__ __forceinline__ Span windows(int64_t at) const {
    const int64_t past = at + pad - kernel;  // the last source position that a window before these ends with
    return {past < 0 ? int64_t{0} : past / stride + 1, min((at + pad) / stride + 1, out)};
  }
};
struct AdaptiveWindows {
  int64_t size, out;

  __device__ __forceinline__ Span source(int64_t at) const { return {at * size / out, ((at + 1) * size + out - 1) / out}; }
  __device__ __forceinline__ Span windows(int64_t at) const {
    return {at * out / size, min(((at + 1) * out + size - 1) / size, out)};
  }
};

template <class Args>
__device__ __forceinline__ FixedWindows rowsOf(const Args& a) {
  return {a.height, a.outHeight, a.kernelHeight, a.strideHeight, a.padHeight};
}
template <class Args>
__device__ __forceinline__ FixedWindows columnsOf(const Args& a) {
  return {a.width, a.outWidth, a.kernelWidth, a.strideWidth, a.padWidth};
}

// --- largest element ---

// The positions of a window with gaps: every `dilation`-th from the first that is inside.
__device__ __forceinline__ Span dilated(int64_t first, int64_t kernel, int64_t dilation, int64_t size) {
  return {first < 0 ? first + (dilation - 1 - first) / dilation * dilation : first, min(first + (kernel - 1) * dilation + 1, size)};
}

template <class T>
__device__ void maxPool2dKernel(const MaxPool2dArgs<T>& a) {
  forElements(a.planes, a.outHeight, a.outWidth, [&a](uint64_t plane, int64_t oy, int64_t ox, uint64_t i) {
    const T* x = a.x + plane * a.height * a.width;
    const Span rows = dilated(oy * a.strideHeight - a.padHeight, a.kernelHeight, a.dilationHeight, a.height);
    const Span columns = dilated(ox * a.strideWidth - a.padWidth, a.kernelWidth, a.dilationWidth, a.width);
    // A window with gaps may lie around the whole input.
    const bool any = rows.begin < rows.end && columns.begin < columns.end;
    int64_t best = any ? rows.begin * a.width + columns.begin : -1;
    float most = any ? float(x[best]) : -INFINITY;
    for (int64_t y = rows.begin; y < rows.end; y += a.dilationHeight) {
      for (int64_t c = columns.begin; c < columns.end; c += a.dilationWidth) {
        const float value = float(x[y * a.width + c]);
        if (value > most || (value != value && most == most)) {
          most = value;
          best = y * a.width + c;
        }
      }
    }
    a.y[i] = fromFloat<T>(most);
    a.index[i] = static_cast<int32_t>(best);
  });
}
EXPORT_KERNEL((256), maxPool2d, f32)
EXPORT_KERNEL((256), maxPool2d, bf16)

template <class T>
__device__ void maxPool2dGradientKernel(const MaxPool2dBackwardArgs<T>& a) {
  forElements(a.planes, a.height, a.width, [&a](uint64_t plane, int64_t y, int64_t x, uint64_t i) {
    const uint64_t first = plane * a.outHeight * a.outWidth;
    const Span rows = rowsOf(a).windows(y), columns = columnsOf(a).windows(x);
    const int64_t self = y * a.width + x;
    float sum = 0.0f;
    for (int64_t oy = rows.begin; oy < rows.end; ++oy) {
      for (int64_t ox = columns.begin; ox < columns.end; ++ox) {
        const uint64_t out = first + static_cast<uint64_t>(oy) * a.outWidth + static_cast<uint64_t>(ox);
        if (a.index[out] == self) sum += float(a.g[out]);
      }
    }
    a.dx[i] = fromFloat<T>(sum);
  });
}
EXPORT_KERNEL((256), maxPool2dGradient, f32)
EXPORT_KERNEL((256), maxPool2dGradient, bf16)

// --- means; weight(rows, columns) is what the sum over a window is multiplied with ---

template <class T, class Args, class Windows, class Weight>
__device__ __forceinline__ void average(const Args& a, const Windows& rowWindows, const Windows& columnWindows, Weight weight) {
  forElements(a.planes, a.outHeight, a.outWidth, [&](uint64_t plane, int64_t oy, int64_t ox, uint64_t i) {
    const T* x = a.x + plane * a.height * a.width;
    const Span rows = rowWindows.source(oy), columns = columnWindows.source(ox);
    float sum = 0.0f;
    for (int64_t y = rows.begin; y < rows.end; ++y) {
      for (int64_t c = columns.begin; c < columns.end; ++c) sum += float(x[y * a.width + c]);
    }
    a.y[i] = fromFloat<T>(sum * weight(rows, columns));
  });
}

template <class T, class Args, class Windows, class Weight>
__device__ __forceinline__ void averageGradient(const Args& a, const Windows& rowWindows, const Windows& columnWindows,
                                                Weight weight) {
  forElements(a.planes, a.height, a.width, [&](uint64_t plane, int64_t y, int64_t x, uint64_t i) {
    const T* g = a.g + plane * a.outHeight * a.outWidth;
    const Span rows = rowWindows.windows(y), columns = columnWindows.windows(x);
    float sum = 0.0f;
    for (int64_t oy = rows.begin; oy < rows.end; ++oy) {
      for (int64_t ox = columns.begin; ox < columns.end; ++ox) {
        sum += float(g[oy * a.outWidth + ox]) * weight(rowWindows.source(oy), columnWindows.source(ox));
      }
    }
    a.dx[i] = fromFloat<T>(sum);
  });
}

// Padding counts as zeros: every window has as many elements.
template <class Args>
struct FixedWeight {
  float weight;
  __device__ __forceinline__ explicit FixedWeight(const Args& a)
      : weight(1.0f / (static_cast<float>(a.kernelHeight) * static_cast<float>(a.kernelWidth))) {}
  __device__ __forceinline__ float operator()(Span, Span) const { return weight; }
};
struct OwnWeight {
  __device__ __forceinline__ float operator()(Span rows, Span columns) const {
    return 1.0f / static_cast<float>((rows.end - rows.begin) * (columns.end - columns.begin));
  }
};

template <class T>
__device__ void avgPool2dKernel(const AvgPool2dArgs<T>& a) {
  average<T>(a, rowsOf(a), columnsOf(a), FixedWeight(a));
}
EXPORT_KERNEL((256), avgPool2d, f32)
EXPORT_KERNEL((256), avgPool2d, bf16)

template <class T>
__device__ void avgPool2dGradientKernel(const AvgPool2dBackwardArgs<T>& a) {
  averageGradient<T>(a, rowsOf(a), columnsOf(a), FixedWeight(a));
}
EXPORT_KERNEL((256), avgPool2dGradient, f32)
EXPORT_KERNEL((256), avgPool2dGradient, bf16)

template <class T>
__device__ void adaptiveAvgPool2dKernel(const AdaptiveAvgPool2dArgs<T>& a) {
  average<T>(a, AdaptiveWindows{a.height, a.outHeight}, AdaptiveWindows{a.width, a.outWidth}, OwnWeight{});
}
EXPORT_KERNEL((256), adaptiveAvgPool2d, f32)
EXPORT_KERNEL((256), adaptiveAvgPool2d, bf16)

template <class T>
__device__ void adaptiveAvgPool2dGradientKernel(const AdaptiveAvgPool2dBackwardArgs<T>& a) {
  averageGradient<T>(a, AdaptiveWindows{a.height, a.outHeight}, AdaptiveWindows{a.width, a.outWidth}, OwnWeight{});
}
EXPORT_KERNEL((256), adaptiveAvgPool2dGradient, f32)
EXPORT_KERNEL((256), adaptiveAvgPool2dGradient, bf16)

// --- resizing ---

// The source positions that one output position reads along a dimension, and their weights. Made once per command, in
// double: rounding the position in float would move it by whole elements in long planes.
struct Taps {
  int32_t at[4];
  float weight[4];
};

struct TapsArgs {
  Taps* taps;
  int64_t size;
  double scale, shift;
  uint32_t out, mode;
};

__device__ __forceinline__ float cubic(float t) {
  constexpr float a = -0.75f;
  if (t <= 1.0f) return ((a + 2.0f) * t - (a + 3.0f)) * t * t + 1.0f;
  return ((a * t - 5.0f * a) * t + 8.0f * a) * t - 4.0f * a;
}

__device__ void resizeTapsKernel(const TapsArgs& a) {
  for (uint64_t i = globalThread(); i < a.out; i += globalThreads()) {
    double position = static_cast<double>(i) * a.scale + a.shift;
    if (a.mode == 1 && position < 0.0) position = 0.0;
    if (!(position > -1e9)) position = -1e9;
    if (position > 1e9) position = 1e9;
    auto base = static_cast<int64_t>(position);
    if (static_cast<double>(base) > position) --base;
    const auto rest = static_cast<float>(position - static_cast<double>(base));
    Taps taps{};
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      const int64_t at = a.mode == 2 ? base - 1 + k : base + (k == 1);
      taps.at[k] = static_cast<int32_t>(at < 0 ? 0 : at >= a.size ? a.size - 1 : at);
    }
    if (a.mode == 0) {
      taps.weight[0] = 1.0f;
    } else if (a.mode == 1) {
      taps.weight[0] = 1.0f - rest;
      taps.weight[1] = rest;
    } else {
      taps.weight[0] = cubic(rest + 1.0f);
      taps.weight[1] = cubic(rest);
      taps.weight[2] = cubic(1.0f - rest);
      taps.weight[3] = cubic(2.0f - rest);
    }
    a.taps[i] = taps;
  }
}
EXPORT_KERNEL((256), resizeTaps)

template <class Args>
struct WithTaps {
  Args a;
  const Taps* rows;
  const Taps* columns;
};

__device__ __forceinline__ int tapCount(uint32_t mode) { return mode == 0 ? 1 : mode == 1 ? 2 : 4; }

template <class T>
__device__ void resizeKernel(const WithTaps<ResizeArgs<T>>& args) {
  const ResizeArgs<T>& a = args.a;
  const int count = tapCount(a.mode);
  forElements(a.planes, a.outHeight, a.outWidth, [&](uint64_t plane, int64_t oy, int64_t ox, uint64_t i) {
    const T* x = a.x + plane * a.height * a.width;
    const Taps rows = args.rows[oy], columns = args.columns[ox];
    float sum = 0.0f;
#pragma unroll
    for (int r = 0; r < 4; ++r) {
      if (r >= count) break;
      const T* row = x + int64_t{rows.at[r]} * a.width;
      float line = 0.0f;
#pragma unroll
      for (int c = 0; c < 4; ++c) {
        if (c < count) line += columns.weight[c] * float(row[columns.at[c]]);
      }
      sum += rows.weight[r] * line;
    }
    a.y[i] = fromFloat<T>(sum);
  });
}
EXPORT_KERNEL((256), resize, f32)
EXPORT_KERNEL((256), resize, bf16)

// Output positions whose taps may hit source position `at`. The first and last one also get what is clamped to them.
__device__ __forceinline__ Span readersOf(int64_t at, int64_t size, int64_t out, double scale, double shift) {
  Span span{0, out};
  if (!(scale > 0.0)) return span;
  const double low = (static_cast<double>(at - 3) - shift) / scale, high = (static_cast<double>(at + 3) - shift) / scale;
  if (at > 0 && low > 0.0) span.begin = low < static_cast<double>(out) ? static_cast<int64_t>(low) : out;
  if (at < size - 1 && high < static_cast<double>(out - 1)) span.end = high < 0.0 ? 0 : static_cast<int64_t>(high) + 1;
  return span;
}

// How much of source position `at` an output position's taps take.
__device__ __forceinline__ float weightAt(const Taps& taps, int64_t at) {
  float weight = 0.0f;
#pragma unroll
  for (int k = 0; k < 4; ++k) weight += taps.at[k] == at ? taps.weight[k] : 0.0f;
  return weight;
}

template <class T>
__device__ void resizeGradientKernel(const WithTaps<ResizeBackwardArgs<T>>& args) {
  const ResizeBackwardArgs<T>& a = args.a;
  forElements(a.planes, a.height, a.width, [&](uint64_t plane, int64_t y, int64_t x, uint64_t i) {
    const T* g = a.g + plane * a.outHeight * a.outWidth;
    const Span rows = readersOf(y, a.height, a.outHeight, a.scaleHeight, a.shiftHeight);
    const Span columns = readersOf(x, a.width, a.outWidth, a.scaleWidth, a.shiftWidth);
    float sum = 0.0f;
    for (int64_t oy = rows.begin; oy < rows.end; ++oy) {
      const float rowWeight = weightAt(args.rows[oy], y);
      if (rowWeight == 0.0f) continue;
      float line = 0.0f;
      for (int64_t ox = columns.begin; ox < columns.end; ++ox) {
        const float weight = weightAt(args.columns[ox], x);
        if (weight != 0.0f) line += weight * float(g[oy * a.outWidth + ox]);
      }
      sum += rowWeight * line;
    }
    a.dx[i] = fromFloat<T>(sum);
  });
}
EXPORT_KERNEL((256), resizeGradient, f32)
EXPORT_KERNEL((256), resizeGradient, bf16)

#if TESSERA_HOST
template <class Args>
void launchPool(const Kernel<Args>& kernel, const Args& a, uint64_t planes, uint32_t height, uint32_t width, Stream& s) {
  s.launch(kernel, gridFor(s, planes * height * width, 256), 256, 0, a);
}

template <class T>
void maxPool2d(const MaxPool2dArgs<T>& a, Stream& s) {
  launchPool(KERNEL(maxPool2d, T), a, a.planes, a.outHeight, a.outWidth, s);
}
template <class T>
void maxPool2dBackward(const MaxPool2dBackwardArgs<T>& a, Stream& s) {
  launchPool(KERNEL(maxPool2dGradient, T), a, a.planes, a.height, a.width, s);
}
template <class T>
void avgPool2d(const AvgPool2dArgs<T>& a, Stream& s) {
  launchPool(KERNEL(avgPool2d, T), a, a.planes, a.outHeight, a.outWidth, s);
}
template <class T>
void avgPool2dBackward(const AvgPool2dBackwardArgs<T>& a, Stream& s) {
  launchPool(KERNEL(avgPool2dGradient, T), a, a.planes, a.height, a.width, s);
}
template <class T>
void adaptiveAvgPool2d(const AdaptiveAvgPool2dArgs<T>& a, Stream& s) {
  launchPool(KERNEL(adaptiveAvgPool2d, T), a, a.planes, a.outHeight, a.outWidth, s);
}
template <class T>
void adaptiveAvgPool2dBackward(const AdaptiveAvgPool2dBackwardArgs<T>& a, Stream& s) {
  launchPool(KERNEL(adaptiveAvgPool2dGradient, T), a, a.planes, a.height, a.width, s);
}

template <class Args>
WithTaps<Args> withTaps(const Args& a, Stream& s) {
  Taps* rows = s.workspace<Taps>(a.outHeight);
  Taps* columns = s.workspace<Taps>(a.outWidth);
  s.launch(KERNEL(resizeTaps), gridFor(s, a.outHeight, 256), 256, 0,
           {rows, a.height, a.scaleHeight, a.shiftHeight, a.outHeight, a.mode});
  s.launch(KERNEL(resizeTaps), gridFor(s, a.outWidth, 256), 256, 0,
           {columns, a.width, a.scaleWidth, a.shiftWidth, a.outWidth, a.mode});
  return {a, rows, columns};
}

template <class T>
void resize(const ResizeArgs<T>& a, Stream& s) {
  if (a.planes == 0 || a.height == 0 || a.width == 0) return;
  launchPool(KERNEL(resize, T), withTaps(a, s), a.planes, a.outHeight, a.outWidth, s);
}
template <class T>
void resizeBackward(const ResizeBackwardArgs<T>& a, Stream& s) {
  if (a.planes == 0 || a.height == 0 || a.width == 0) return;
  launchPool(KERNEL(resizeGradient, T), withTaps(a, s), a.planes, a.height, a.width, s);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/pool.cuda.inc"
#endif
