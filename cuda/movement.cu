// Copies between layouts and fills by position: one thread per element, reads or writes of neighbouring threads together.
#include "fault.cuh"
#include "kernel.cuh"
#include "map.cuh"

#include "gen/movement.h"

namespace tessera::cuda {

#define EXPORT_NUMBERS(name)        \
  EXPORT_KERNEL((256), name, f32)   \
  EXPORT_KERNEL((256), name, bf16)  \
  EXPORT_KERNEL((256), name, i32)
#define EXPORT_ALL(name)            \
  EXPORT_NUMBERS(name)              \
  EXPORT_KERNEL((256), name, f16)   \
  EXPORT_KERNEL((256), name, u8)

template <class T>
struct ViewCopyArgs {
  const T* x;
  T* y;
  StridedView<1> view;
};

template <class T>
__device__ void readViewKernel(const ViewCopyArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.view.total; i += globalThreads()) a.y[i] = a.x[offsetsOf(a.view, i).at[0]];
}
EXPORT_ALL(readView)

template <class T>
__device__ void writeViewKernel(const ViewCopyArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.view.total; i += globalThreads()) a.y[offsetsOf(a.view, i).at[0]] = a.x[i];
}
EXPORT_ALL(writeView)

// A view whose last dimension has a gap while dimension `d` has step 1: tiles turn in shared memory, so that both sides are
// touched in whole rows. Blocks are 32 x 8 threads.
inline constexpr uint32_t kTile = 32;

template <class T>
struct TransposeArgs {
  const T* x;
  T* y;
  StridedView<1> view;
  uint32_t d;
  uint64_t stepD;  // of dimension d in the contiguous result
};

template <class T>
__device__ void readTransposedKernel(const TransposeArgs<T>& a) {
  SHARED(T, tile, [kTile][kTile + 1]);
  const uint32_t last = a.view.rank - 1;
  const uint64_t height = a.view.shape[a.d], width = a.view.shape[last];
  const uint64_t across = ceilDiv(width, kTile), tiles = across * ceilDiv(height, kTile);
  const uint64_t matrices = a.view.total / (height * width);
  const uint32_t tx = threadIdx.x % kTile, ty = threadIdx.x / kTile;
  for (uint64_t unit = blockIdx.x; unit < tiles * matrices; unit += gridDim.x) {
    uint64_t matrix = unit / tiles;
    const uint64_t top = unit % tiles / across * kTile, left = unit % tiles % across * kTile;
    int64_t from = 0, to = 0, step = 1;
    for (uint32_t k = a.view.rank; k-- > 0;) {
      if (k != a.d && k != last) {
        const int64_t index = static_cast<int64_t>(matrix % a.view.shape[k]);
        matrix /= a.view.shape[k];
        from += index * a.view.strides[0][k];
        to += index * step;
      }
      step *= static_cast<int64_t>(a.view.shape[k]);
    }
    for (uint32_t r = ty; r < kTile; r += kMapThreads / kTile) {  // rows of x run along dimension d
      if (left + r < width && top + tx < height) {
        tile[r][tx] = a.x[from + static_cast<int64_t>(left + r) * a.view.strides[0][last] + static_cast<int64_t>(top + tx)];
      }
    }
    __syncthreads();
    for (uint32_t r = ty; r < kTile; r += kMapThreads / kTile) {
      if (top + r < height && left + tx < width) {
        a.y[static_cast<uint64_t>(to) + (top + r) * a.stepD + left + tx] = tile[tx][r];
      }
    }
    __syncthreads();
  }
}
EXPORT_ALL(readTransposed)

template <class T>
__device__ void fillValueKernel(const FillArgs<T>& a) {
  const T v = fromDouble<T>(a.value);
  map(a.n, a.y, [v]() { return v; });
}
EXPORT_ALL(fillValue)

template <class T>
__device__ void arangeKernel(const ArangeArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    a.y[i] = fromDouble<T>(a.start + static_cast<double>(i) * a.step);
  }
}
EXPORT_NUMBERS(arange)

template <class T>
struct PadKernelArgs {
  const T* x;
  T* y;
  uint64_t total;
  int64_t before[kMaxRank];
  uint32_t shape[kMaxRank], xShape[kMaxRank];
  uint32_t rank;
  T value;
};

template <class T>
__device__ void padKernel(const PadKernelArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.total; i += globalThreads()) {
    uint64_t rest = i, from = 0, step = 1;
    bool inside = true;
    for (uint32_t d = a.rank; d-- > 0;) {
      const int64_t at = static_cast<int64_t>(rest % a.shape[d]) - a.before[d];
      rest /= a.shape[d];
      inside = inside && at >= 0 && at < static_cast<int64_t>(a.xShape[d]);
      from += static_cast<uint64_t>(at) * step;
      step *= a.xShape[d];
    }
    a.y[i] = inside ? a.x[from] : a.value;
  }
}
EXPORT_ALL(pad)

template <class T>
struct TriangleArgs {
  const T* x;
  T* y;
  uint64_t total, rows, cols;
  int64_t diagonal;
  uint32_t lower;
};

template <class T>
__device__ void triangleKernel(const TriangleArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.total; i += globalThreads()) {
    const int64_t column = static_cast<int64_t>(i % a.cols), row = static_cast<int64_t>(i / a.cols % a.rows);
    const bool kept = a.lower != 0 ? column - row <= a.diagonal : column - row >= a.diagonal;
    T zero;
    raw(&zero) = 0;
    a.y[i] = kept ? a.x[i] : zero;
  }
}
EXPORT_ALL(triangle)

template <class T>
__device__ void oneHotKernel(const Checked<OneHotArgs<T>>& a) {
  const T one = fromDouble<T>(1.0), zero = fromDouble<T>(0.0);
  for (uint64_t i = globalThread(); i < a.n * a.classes; i += globalThreads()) {
    const int32_t at = a.index[i / a.classes];
    a.y[i] = indexIn(a.faults, at, a.classes) && static_cast<uint32_t>(at) == i % a.classes ? one : zero;
  }
}
EXPORT_NUMBERS(oneHot)
EXPORT_KERNEL((256), oneHot, u8)

#if TESSERA_HOST
template <class T>
void copyStrided(const CopyStridedArgs<T>& a, Stream& s) {
  StridedView<1> view;
  view.build(a.rank, a.shape, {a.xStrides});
  const T* x = a.x + a.xStart;
  if (view.total == 0) return;
  if (view.rank == 1 && view.step(0) == 1) {
    s.copy(a.y, x, view.total * sizeof(T));
    return;
  }
  for (uint32_t d = 0; d + 1 < view.rank; ++d) {
    if (view.step(0) > 1 && view.strides[0][d] == 1 && view.shape[d] >= 8 && view.inner() >= 8) {
      uint64_t step = 1;
      for (uint32_t k = view.rank - 1; k > d; --k) step *= view.shape[k];
      const uint64_t tiles = ceilDiv(view.inner(), kTile) * ceilDiv(view.shape[d], kTile);
      const uint64_t units = tiles * (view.total / (view.inner() * view.shape[d]));
      s.launch(KERNEL(readTransposed, T), gridFor(s, units, 1), kMapThreads, 0, {x, a.y, view, d, step});
      return;
    }
  }
  s.launch(KERNEL(readView, T), gridFor(s, view.total, kMapThreads), kMapThreads, 0, {x, a.y, view});
}

template <class T>
void copyIntoStrided(const CopyIntoStridedArgs<T>& a, Stream& s) {
  StridedView<1> view;
  view.build(a.rank, a.shape, {a.yStrides});
  T* y = a.y + a.yStart;
  if (view.total == 0) return;
  if (view.rank == 1 && view.step(0) == 1) {
    s.copy(y, a.x, view.total * sizeof(T));
  } else {
    s.launch(KERNEL(writeView, T), gridFor(s, view.total, kMapThreads), kMapThreads, 0, {a.x, y, view});
  }
}

template <class T>
void fill(const FillArgs<T>& a, Stream& s) {
  s.launch(KERNEL(fillValue, T), gridFor(s, a.n, kMapThreads * kPack<T>), kMapThreads, 0, a);
}

template <class T>
void arange(const ArangeArgs<T>& a, Stream& s) {
  s.launch(KERNEL(arange, T), gridFor(s, a.n, kMapThreads), kMapThreads, 0, a);
}

template <class T>
void pad(const PadArgs<T>& a, Stream& s) {
  PadKernelArgs<T> args{a.x, a.y, 1, {}, {}, {}, a.rank, fromDouble<T>(a.value)};
  for (uint32_t d = 0; d < a.rank; ++d) {
    // Beyond these bounds a shift only moves the input out of sight.
    const int64_t most = static_cast<int64_t>(a.shape[d]), least = -static_cast<int64_t>(a.xShape[d]);
    args.before[d] = a.before[d] > most ? most : a.before[d] < least ? least : a.before[d];
    args.shape[d] = a.shape[d];
    args.xShape[d] = a.xShape[d];
    args.total *= a.shape[d];
  }
  s.launch(KERNEL(pad, T), gridFor(s, args.total, kMapThreads), kMapThreads, 0, args);
}

template <class T, class Args>
void launchTriangle(const Args& a, uint32_t lower, Stream& s) {
  const uint64_t total = a.batch * a.rows * a.cols;
  const int64_t most = static_cast<int64_t>(a.cols), least = -static_cast<int64_t>(a.rows);
  const int64_t diagonal = a.diagonal > most ? most : a.diagonal < least ? least : a.diagonal;
  s.launch(KERNEL(triangle, T), gridFor(s, total, kMapThreads), kMapThreads, 0,
           {a.x, a.y, total, a.rows, a.cols, diagonal, lower});
}

template <class T>
void tril(const TrilArgs<T>& a, Stream& s) {
  launchTriangle<T>(a, 1, s);
}
template <class T>
void triu(const TriuArgs<T>& a, Stream& s) {
  launchTriangle<T>(a, 0, s);
}

template <class T>
void oneHot(const OneHotArgs<T>& a, Stream& s) {
  s.launch(KERNEL(oneHot, T), gridFor(s, a.n * a.classes, kMapThreads), kMapThreads, 0, {a, s.faults()});
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/movement.cuda.inc"
#endif
