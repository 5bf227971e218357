// What reductions accumulate: identity, add an element (its column c, the output `out`), combine, write.
#pragma once

#include "kernel.cuh"

#include "scalar.h"

namespace tessera::cuda {

struct ReduceLayout {
  uint64_t outer, cols, inner;
  uint64_t partCols, parts, tiles;
};

template <class T>
struct ReduceKernelArgs {
  const T* x;
  void* y;
  int32_t* index;
  float* mean;
  void* partial;  // accumulators of [outer, parts, inner]
  ReduceLayout layout;
  float scale;
};

struct FloatSum {
  using A = float;
  __device__ static A identity() { return 0.0f; }
  __device__ static A combine(A a, A b) { return a + b; }
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) {
    static_cast<T*>(a.y)[out] = fromFloat<T>(acc * a.scale);
  }
};
struct Total : FloatSum {
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc + x; }
};
struct Squares : FloatSum {
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc + x * x; }
};
struct Norm2 : Squares {
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) {
    static_cast<T*>(a.y)[out] = fromFloat<T>(sqrtf(acc));
  }
};
struct Magnitudes : FloatSum {
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc + fabsf(x); }
};
struct Mean : Total {
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) { a.mean[out] = acc * a.scale; }
};
struct Spread : FloatSum {
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>& a, uint64_t out) {
    const float d = x - a.mean[out];
    return acc + d * d;
  }
};
struct Product : FloatSum {
  __device__ static A identity() { return 1.0f; }
  __device__ static A combine(A a, A b) { return a * b; }
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc * x; }
};
struct IntSum {
  using A = uint32_t;
  __device__ static A identity() { return 0; }
  __device__ static A combine(A a, A b) { return a + b; }
  template <class T>
  __device__ static A add(A acc, T x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc + static_cast<uint32_t>(x); }
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) {
    static_cast<int32_t*>(a.y)[out] = static_cast<int32_t>(acc);
  }
};
struct IntProduct : IntSum {
  __device__ static A identity() { return 1; }
  __device__ static A combine(A a, A b) { return a * b; }
  template <class T>
  __device__ static A add(A acc, T x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc * static_cast<uint32_t>(x); }
};
struct NonZeros : IntSum {
  template <class V, class T>
  __device__ static A add(A acc, V x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return acc + (x != V(0) ? 1u : 0u); }
};
struct NonFinites : IntSum {
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) {
    return acc | (fabsf(x) < INFINITY ? 0u : 1u);
  }
  __device__ static A combine(A a, A b) { return a | b; }
};

struct LogSum {
  struct A {
    float top, sum;
  };
  __device__ static A identity() { return {-INFINITY, 0.0f}; }
  __device__ static A combine(A a, A b) {
    const float top = scalar::maximum(a.top, b.top);
    if (!(fabsf(top) < INFINITY)) return {top, a.sum + b.sum};
    return {top, a.sum * expf(a.top - top) + b.sum * expf(b.top - top)};
  }
  template <class T>
  __device__ static A add(A acc, float x, uint64_t, const ReduceKernelArgs<T>&, uint64_t) { return combine(acc, {x, 1.0f}); }
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) {
    static_cast<T*>(a.y)[out] = fromFloat<T>(fabsf(acc.top) < INFINITY ? acc.top + logf(acc.sum) : acc.top);
  }
};

// The extreme and the first column that has it; NaN comes before every number. Column -1: nothing yet.
template <class V, bool largest>
struct Extreme {
  struct A {
    V best;
    int32_t at;
  };
  __device__ static A identity() { return {V(0), -1}; }
  __device__ static A combine(A a, A b) {
    if (a.at < 0) return b;
    if (b.at < 0) return a;
    const bool nanA = a.best != a.best, nanB = b.best != b.best;
    const bool equal = a.best == b.best || (nanA && nanB);
    const bool bWins = equal ? b.at < a.at : nanB || (!nanA && (largest ? b.best > a.best : b.best < a.best));
    return bWins ? b : a;
  }
  template <class T>
  __device__ static A add(A acc, V x, uint64_t c, const ReduceKernelArgs<T>&, uint64_t) {
    return combine(acc, {x, static_cast<int32_t>(c)});
  }
  template <class T>
  __device__ static void write(const ReduceKernelArgs<T>& a, uint64_t out, A acc) {
    if (a.y != nullptr) {
      if constexpr (std::is_integral_v<T>) {
        static_cast<T*>(a.y)[out] = acc.best;
      } else {
        static_cast<T*>(a.y)[out] = fromFloat<T>(acc.best);
      }
    }
    if (a.index != nullptr) a.index[out] = acc.at;
  }
};
using Largest = Extreme<float, true>;
using Smallest = Extreme<float, false>;
using LargestInt = Extreme<int32_t, true>;
using SmallestInt = Extreme<int32_t, false>;

}  // namespace tessera::cuda
