// Maps over flat buffers: the formulas of scalar.h, one thread per pack of 16 bytes.
#include "kernel.cuh"
#include "map.cuh"

#include "gen/elementwise.h"

namespace tessera::cuda {

#if TESSERA_HOST
#define LAUNCH_MAP(name, Args, n)                                                     \
  template <class T>                                                                  \
  void name(const Args& a, Stream& s) {                                               \
    s.launch(KERNEL(name, T), gridFor(s, n, kMapThreads * kPack<T>), kMapThreads, 0, a); \
  }
#else
#define LAUNCH_MAP(name, Args, n)
#endif
#define EXPORT_FLOATS(name)         \
  EXPORT_KERNEL((256), name, f32)   \
  EXPORT_KERNEL((256), name, bf16)

#define UNARY(name)                                                                                  \
  template <class T>                                                                                 \
  __device__ void name##Kernel(const UnaryArgs<T>& a) {                                              \
    map(a.n, a.y, [](T x) { return fromFloat<T>(scalar::name(float(x))); }, a.x);                    \
  }                                                                                                  \
  EXPORT_FLOATS(name)                                                                                \
  LAUNCH_MAP(name, UnaryArgs<T>, a.n)
TESSERA_UNARY_KERNELS(UNARY)

#define ANGLE(name)                                                                                  \
  template <class T>                                                                                 \
  __device__ void name##Kernel(const AngleArgs<T>& a) {                                              \
    map(a.n, a.y, [](T x) { return fromFloat<T>(scalar::name(float(x))); }, a.x);                    \
  }                                                                                                  \
  EXPORT_FLOATS(name)                                                                                \
  LAUNCH_MAP(name, AngleArgs<T>, a.n)
TESSERA_ANGLE_KERNELS(ANGLE)

#define BACKWARD(name, Group, saved)                                                                           \
  template <class T>                                                                                           \
  __device__ void name##Kernel(const Group##Args<T>& a) {                                                      \
    map(a.n, a.dx, [](T s, T g) { return fromFloat<T>(scalar::name(float(s), float(g))); }, a.saved, a.g);     \
  }                                                                                                            \
  EXPORT_FLOATS(name)                                                                                          \
  LAUNCH_MAP(name, Group##Args<T>, a.n)
#define INPUT_BACKWARD(name) BACKWARD(name, InputBackward, x)
#define OUTPUT_BACKWARD(name) BACKWARD(name, OutputBackward, y)
#define ANGLE_BACKWARD(name) BACKWARD(name, AngleBackward, x)
TESSERA_INPUT_BACKWARD_KERNELS(INPUT_BACKWARD)
TESSERA_OUTPUT_BACKWARD_KERNELS(OUTPUT_BACKWARD)
TESSERA_ANGLE_BACKWARD_KERNELS(ANGLE_BACKWARD)

#define UNARY_SCALAR(name)                                                                                    \
  template <class T>                                                                                          \
  __device__ void name##Kernel(const UnaryScalarArgs<T>& a) {                                                 \
    map(a.n, a.y, [&a](T x) { return fromFloat<T>(scalar::name(float(x), a.p0, a.p1)); }, a.x);               \
  }                                                                                                           \
  EXPORT_FLOATS(name)                                                                                         \
  LAUNCH_MAP(name, UnaryScalarArgs<T>, a.n)
TESSERA_UNARY_SCALAR_KERNELS(UNARY_SCALAR)

#define UNARY_SCALAR_BACKWARD(name)                                                                           \
  template <class T>                                                                                          \
  __device__ void name##Kernel(const UnaryScalarBackwardArgs<T>& a) {                                         \
    map(a.n, a.dx, [&a](T x, T g) { return fromFloat<T>(scalar::name(float(x), float(g), a.p0, a.p1)); }, a.x, \
        a.g);                                                                                                 \
  }                                                                                                           \
  EXPORT_FLOATS(name)                                                                                         \
  LAUNCH_MAP(name, UnaryScalarBackwardArgs<T>, a.n)
TESSERA_UNARY_SCALAR_BACKWARD_KERNELS(UNARY_SCALAR_BACKWARD)

#define COMPARE_SCALAR(name, formula)                                                                         \
  template <class T>                                                                                          \
  __device__ void name##Kernel(const CompareScalarArgs<T>& a) {                                               \
    if constexpr (std::is_integral_v<T>) {                                                                    \
      map(a.n, a.y, [&a](T x) { return scalar::formula(static_cast<double>(x), a.p0); }, a.x);                \
    } else {                                                                                                  \
      const float p = static_cast<float>(a.p0);                                                               \
      map(a.n, a.y, [p](T x) { return scalar::formula(float(x), p); }, a.x);                                  \
    }                                                                                                         \
  }                                                                                                           \
  EXPORT_FLOATS(name)                                                                                         \
  EXPORT_KERNEL((256), name, i32)                                                                             \
  EXPORT_KERNEL((256), name, u8)                                                                              \
  LAUNCH_MAP(name, CompareScalarArgs<T>, a.n)
COMPARE_SCALAR(eqScalar, eq)
COMPARE_SCALAR(neScalar, ne)
COMPARE_SCALAR(ltScalar, lt)
COMPARE_SCALAR(leScalar, le)
COMPARE_SCALAR(gtScalar, gt)
COMPARE_SCALAR(geScalar, ge)

__device__ void logicalNotKernel(const LogicalNotArgs& a) {
  map(a.n, a.y, [](uint8_t x) { return static_cast<uint8_t>(x == 0); }, a.x);
}
EXPORT_KERNEL((256), logicalNot)

// ---- between element types ----

template <class S, class T>
__device__ void castKernel(const CastArgs<S, T>& a) {
  map(a.n, a.y, [](S x) { return convert<T>(x); }, a.x);
}
#define CAST_FROM(S)                  \
  EXPORT_KERNEL((256), cast, S, f32)  \
  EXPORT_KERNEL((256), cast, S, bf16) \
  EXPORT_KERNEL((256), cast, S, f16)  \
  EXPORT_KERNEL((256), cast, S, i32)  \
  EXPORT_KERNEL((256), cast, S, u8)
CAST_FROM(f32)
CAST_FROM(bf16)
CAST_FROM(f16)
CAST_FROM(i32)
CAST_FROM(u8)

template <class T>
__device__ void castToBoolKernel(const CastToBoolArgs<T>& a) {
  map(a.n, a.y, [](T x) { return static_cast<uint8_t>(value(&x) != 0); }, a.x);
}
EXPORT_FLOATS(castToBool)
EXPORT_KERNEL((256), castToBool, f16)
EXPORT_KERNEL((256), castToBool, i32)
EXPORT_KERNEL((256), castToBool, u8)
LAUNCH_MAP(castToBool, CastToBoolArgs<T>, a.n)

template <class S, class T>
__device__ void addScaledKernel(const AddScaledArgs<S, T>& a) {
  map(a.n, a.y, [&a](S x, T y) { return fromFloat<T>(scalar::fma(a.alpha, float(x), float(y))); }, a.x,
      static_cast<const T*>(a.y));
}
EXPORT_KERNEL((256), addScaled, f32, f32)
EXPORT_KERNEL((256), addScaled, f32, bf16)
EXPORT_KERNEL((256), addScaled, bf16, f32)
EXPORT_KERNEL((256), addScaled, bf16, bf16)

template <class T>
__device__ void lerpKernel(const LerpArgs<T>& a) {
  map(a.n, a.y, [&a](T p, T q) { return fromFloat<T>(scalar::lerp(float(p), float(q), a.weight)); }, a.a, a.b);
}
EXPORT_FLOATS(lerp)
LAUNCH_MAP(lerp, LerpArgs<T>, a.n)

#if TESSERA_HOST
void logicalNot(const LogicalNotArgs& a, Stream& s) {
  s.launch(KERNEL(logicalNot), gridFor(s, a.n, kMapThreads * 16), kMapThreads, 0, a);
}
template <class S, class T>
void cast(const CastArgs<S, T>& a, Stream& s) {
  s.launch(KERNEL(cast, S, T), gridFor(s, a.n, kMapThreads * kPack<T>), kMapThreads, 0, a);
}
template <class S, class T>
void addScaled(const AddScaledArgs<S, T>& a, Stream& s) {
  s.launch(KERNEL(addScaled, S, T), gridFor(s, a.n, kMapThreads * kPack<T>), kMapThreads, 0, a);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/elementwise.cuda.inc"
#endif
