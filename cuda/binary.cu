// Maps over two or three operands, flat or broadcast. A flat operand with step 0 is one element for all: its kernels read
// that element once per thread.
#include "kernel.cuh"
#include "map.cuh"

#include "gen/binary.h"

namespace tessera::cuda {

// f(a[i], b[i]) for flat operands with steps 1 or 0.
template <class T, class R, class F>
__device__ __forceinline__ void flat2(uint64_t n, const T* a, uint32_t aStep, const T* b, uint32_t bStep, R* y, F f) {
  if (n == 0) return;
  if (aStep == 1 && bStep == 1) {
    map(n, y, f, a, b);
  } else if (aStep == 1) {
    const T one = *b;
    map(n, y, [f, one](T x) { return f(x, one); }, a);
  } else if (bStep == 1) {
    const T one = *a;
    map(n, y, [f, one](T x) { return f(one, x); }, b);
  } else {
    const R one = f(*a, *b);
    for (uint64_t i = globalThread(); i < n; i += globalThreads()) y[i] = one;
  }
}

template <class T, class R>
struct ViewArgs2 {
  const T* a;
  const T* b;
  R* y;
  StridedView<2> view;
};

template <class T, class R, class F>
__device__ __forceinline__ void broadcast2(const ViewArgs2<T, R>& args, F f) {
  for (uint64_t i = globalThread(); i < args.view.total; i += globalThreads()) {
    const Offsets<2> at = offsetsOf(args.view, i);
    args.y[i] = f(args.a[at.at[0]], args.b[at.at[1]]);
  }
}

// Arithmetic happens on values; the result goes back into the element type.
template <class R, class V>
__device__ __forceinline__ R result(V v) {
  if constexpr (std::is_integral_v<R>) {
    return static_cast<R>(v);
  } else {
    return fromFloat<R>(v);
  }
}

#if TESSERA_HOST
template <class R, class Args, class Kernel>
void launchView2(const Args& a, const Kernel& kernel, Stream& s) {
  ViewArgs2<std::remove_const_t<std::remove_pointer_t<decltype(a.a)>>, R> args{a.a, a.b, a.y, {}};
  args.view.build(a.rank, a.shape, {a.aStrides, a.bStrides});
  s.launch(kernel, gridFor(s, args.view.total, kMapThreads), kMapThreads, 0, args);
}
#define LAUNCH_BINARY(name, group, R)                                                                   \
  template <class T>                                                                                    \
  void name(const group##Args<T>& a, Stream& s) {                                                       \
    s.launch(KERNEL(name, T), gridFor(s, a.n, kMapThreads * kPack<T>), kMapThreads, 0, a);              \
  }                                                                                                     \
  template <class T>                                                                                    \
  void name##Broadcast(const group##BroadcastArgs<T>& a, Stream& s) {                                   \
    launchView2<R>(a, KERNEL(name##Broadcast, T), s);                                                   \
  }
#else
#define LAUNCH_BINARY(name, group, R)
#endif

#define BINARY(name, group, R)                                                                          \
  template <class T>                                                                                    \
  __device__ __forceinline__ R name##Of(T a, T b) {                                                     \
    return result<R>(scalar::name(value(&a), value(&b)));                                               \
  }                                                                                                     \
  template <class T>                                                                                    \
  __device__ void name##Kernel(const group##Args<T>& a) {                                               \
    flat2(a.n, a.a, a.aStep, a.b, a.bStep, a.y, [](T p, T q) { return name##Of<T>(p, q); });            \
  }                                                                                                     \
  template <class T>                                                                                    \
  __device__ void name##BroadcastKernel(const ViewArgs2<T, R>& a) {                                     \
    broadcast2(a, [](T p, T q) { return name##Of<T>(p, q); });                                          \
  }                                                                                                     \
  EXPORT_BINARY(name, f32)                                                                              \
  EXPORT_BINARY(name, bf16)                                                                             \
  EXPORT_##group(name)                                                                                  \
  LAUNCH_BINARY(name, group, R)

#define EXPORT_BINARY(name, T)     \
  EXPORT_KERNEL((256), name, T)    \
  EXPORT_KERNEL((256), name##Broadcast, T)
#define EXPORT_Binary(name) EXPORT_BINARY(name, i32)
#define EXPORT_BinaryFloat(name)
#define EXPORT_Compare(name) EXPORT_BINARY(name, i32) EXPORT_BINARY(name, u8)

#define BINARY_ANY(name) BINARY(name, Binary, T)
#define BINARY_FLOAT(name) BINARY(name, BinaryFloat, T)
#define COMPARE(name) BINARY(name, Compare, uint8_t)
TESSERA_BINARY_KERNELS(BINARY_ANY)
TESSERA_BINARY_FLOAT_KERNELS(BINARY_FLOAT)
TESSERA_COMPARE_KERNELS(COMPARE)

#if TESSERA_HOST
#define LAUNCH_LOGICAL(name)                                                                    \
  void name(const LogicalArgs& a, Stream& s) {                                                  \
    s.launch(KERNEL(name), gridFor(s, a.n, kMapThreads * 16), kMapThreads, 0, a);               \
  }                                                                                             \
  void name##Broadcast(const LogicalBroadcastArgs& a, Stream& s) {                              \
    launchView2<uint8_t>(a, KERNEL(name##Broadcast), s);                                        \
  }
#else
#define LAUNCH_LOGICAL(name)
#endif
#define LOGICAL(name)                                                                           \
  __device__ void name##Kernel(const LogicalArgs& a) {                                          \
    flat2(a.n, a.a, a.aStep, a.b, a.bStep, a.y, [](uint8_t p, uint8_t q) { return scalar::name(p, q); }); \
  }                                                                                             \
  __device__ void name##BroadcastKernel(const ViewArgs2<uint8_t, uint8_t>& a) {                 \
    broadcast2(a, [](uint8_t p, uint8_t q) { return scalar::name(p, q); });                     \
  }                                                                                             \
  EXPORT_KERNEL((256), name)                                                                    \
  EXPORT_KERNEL((256), name##Broadcast)                                                         \
  LAUNCH_LOGICAL(name)
TESSERA_LOGICAL_KERNELS(LOGICAL)

// ---- gradients: flat operands are views of one dimension ----

template <class T>
struct GradientArgs {
  const T* a;
  const T* b;
  const T* g;
  T* d;
  StridedView<2> view;
};

#if TESSERA_HOST
template <class T>
GradientArgs<T> gradientArgs(const BinaryBackwardArgs<T>& a) {
  GradientArgs<T> args{a.a, a.b, a.g, a.d, {}};
  args.view.rank = 1;
  args.view.shape[0] = args.view.total = a.n;
  args.view.strides[0][0] = a.aStep;
  args.view.strides[1][0] = a.bStep;
  return args;
}
template <class T>
GradientArgs<T> gradientArgs(const BinaryBackwardBroadcastArgs<T>& a) {
  GradientArgs<T> args{a.a, a.b, a.g, a.d, {}};
  args.view.build(a.rank, a.shape, {a.aStrides, a.bStrides});
  return args;
}
#define LAUNCH_GRADIENTS(name)                                                                          \
  template <class T>                                                                                    \
  void name##Launch(const GradientArgs<T>& args, Stream& s) {                                           \
    s.launch(KERNEL(name, T), gridFor(s, args.view.total, kMapThreads), kMapThreads, 0, args);          \
  }                                                                                                     \
  template <class T>                                                                                    \
  void name(const BinaryBackwardArgs<T>& a, Stream& s) {                                                \
    name##Launch(gradientArgs(a), s);                                                                   \
  }                                                                                                     \
  template <class T>                                                                                    \
  void name##Broadcast(const BinaryBackwardBroadcastArgs<T>& a, Stream& s) {                            \
    name##Launch(gradientArgs(a), s);                                                                   \
  }
#else
#define LAUNCH_GRADIENTS(name)
#endif
#define BINARY_BACKWARD(name)                                                                           \
  template <class T>                                                                                    \
  __device__ void name##Kernel(const GradientArgs<T>& a) {                                              \
    for (uint64_t i = globalThread(); i < a.view.total; i += globalThreads()) {                         \
      const Offsets<2> at = offsetsOf(a.view, i);                                                       \
      a.d[i] = fromFloat<T>(scalar::name(float(a.a[at.at[0]]), float(a.b[at.at[1]]), float(a.g[i])));   \
    }                                                                                                   \
  }                                                                                                     \
  EXPORT_KERNEL((256), name, f32)                                                                       \
  EXPORT_KERNEL((256), name, bf16)                                                                      \
  LAUNCH_GRADIENTS(name)
TESSERA_BINARY_BACKWARD_KERNELS(BINARY_BACKWARD)

// ---- selections: where, and maskedFill with a fixed second choice ----

template <class T>
struct SelectArgs {
  const uint8_t* condition;
  const T* a;
  const T* b;  // null: `fill`
  T* y;
  StridedView<3> view;
  T fill;
};

template <class T>
__device__ void selectKernel(const SelectArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.view.total; i += globalThreads()) {
    const Offsets<3> at = offsetsOf(a.view, i);
    const bool chosen = a.condition[at.at[0]] != 0;
    // With a fill, `a` may be absent on the side that is filled: see maskedFill below.
    const T* side = chosen ? a.a : a.b;
    a.y[i] = side != nullptr ? side[chosen ? at.at[1] : at.at[2]] : a.fill;
  }
}
EXPORT_KERNEL((256), select, f32)
EXPORT_KERNEL((256), select, bf16)
EXPORT_KERNEL((256), select, i32)
EXPORT_KERNEL((256), select, u8)

#if TESSERA_HOST
template <class T>
void launchSelect(const SelectArgs<T>& args, Stream& s) {
  s.launch(KERNEL(select, T), gridFor(s, args.view.total, kMapThreads), kMapThreads, 0, args);
}

template <class T>
void flatSelect(SelectArgs<T>& args, uint64_t n, uint32_t conditionStep, uint32_t aStep, uint32_t bStep, Stream& s) {
  args.view.rank = 1;
  args.view.shape[0] = args.view.total = n;
  args.view.strides[0][0] = conditionStep;
  args.view.strides[1][0] = aStep;
  args.view.strides[2][0] = bStep;
  launchSelect(args, s);
}

template <class T>
void where(const WhereArgs<T>& a, Stream& s) {
  SelectArgs<T> args{a.condition, a.a, a.b, a.y, {}, {}};
  flatSelect(args, a.n, a.conditionStep, a.aStep, a.bStep, s);
}

template <class T>
void whereBroadcast(const WhereBroadcastArgs<T>& a, Stream& s) {
  SelectArgs<T> args{a.condition, a.a, a.b, a.y, {}, {}};
  args.view.build(a.rank, a.shape, {a.conditionStrides, a.aStrides, a.bStrides});
  launchSelect(args, s);
}

// mask ? fill : x, or with `invert` mask ? x : fill.
template <class T, class Args>
SelectArgs<T> fillArgs(const Args& a) {
  return {a.mask, a.invert != 0 ? a.x : nullptr, a.invert != 0 ? nullptr : a.x, a.y, {}, fromDouble<T>(a.value)};
}

template <class T>
void maskedFill(const MaskedFillArgs<T>& a, Stream& s) {
  SelectArgs<T> args = fillArgs<T>(a);
  flatSelect(args, a.n, a.maskStep, 1, 1, s);
}

template <class T>
void maskedFillBroadcast(const MaskedFillBroadcastArgs<T>& a, Stream& s) {
  SelectArgs<T> args = fillArgs<T>(a);
  args.view.build(a.rank, a.shape, {a.maskStrides, a.xStrides, a.xStrides});
  launchSelect(args, s);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/binary.cuda.inc"
#endif
