// Maps over flat buffers: the formulas of scalar.h in loops that vectorise at every ISA level. Elements are independent,
// so results do not depend on how the range is split.
#include "gen/elementwise.h"

#include "cpu/kernel.h"
#include "cpu/past_caches.h"
#include "element.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

constexpr uint64_t kGrain = 32768;

// y[i] = f(i) for i in [0, n), in parallel.
template <class T, class F>
TESSERA_INLINE void mapAll(Context& context, T* y, uint64_t n, F f) {
  const bool past = goesPastCaches<T>(n, n);
  forRange(context, n, kGrain, [=](uint64_t begin, uint64_t end) { mapRange(y, begin, end, past, f); });
}

#define TESSERA_MAP1(name)                                                                        \
  template <class T>                                                                              \
  void name(const UnaryArgs<T>& a, Context& context) {                                            \
    mapAll(context, a.y, a.n, [x = a.x](uint64_t i) { return scalar::name(load(x + i)); });       \
  }
TESSERA_UNARY_KERNELS(TESSERA_MAP1)
#undef TESSERA_MAP1

// The saved tensor is `x` or `y` by group; the loops are the same.
#define TESSERA_MAP_SAVED(name, group, saved)                                                     \
  template <class T>                                                                              \
  void name(const group##Args<T>& a, Context& context) {                                          \
    mapAll(context, a.dx, a.n,                                                                    \
           [s = a.saved, g = a.g](uint64_t i) { return scalar::name(load(s + i), load(g + i)); }); \
  }
#define TESSERA_MAP_INPUT(name) TESSERA_MAP_SAVED(name, InputBackward, x)
#define TESSERA_MAP_OUTPUT(name) TESSERA_MAP_SAVED(name, OutputBackward, y)
TESSERA_INPUT_BACKWARD_KERNELS(TESSERA_MAP_INPUT)
TESSERA_OUTPUT_BACKWARD_KERNELS(TESSERA_MAP_OUTPUT)
#undef TESSERA_MAP_INPUT
#undef TESSERA_MAP_OUTPUT
#undef TESSERA_MAP_SAVED

// ---- angles ---------------------------------------------------------------------------------------------------------

constexpr uint64_t kAngleBlock = 1024;

// Runs near(i) over blocks whose angles are all small enough for it, else any(i). Both give the same bits where both hold.
template <class T, class Near, class Any>
TESSERA_INLINE void forAngles(Context& context, const T* x, uint64_t n, Near near, Any any) {
  forRange(context, n, kGrain, [=](uint64_t begin, uint64_t end) {
    const auto nearHere = near;  // a copy in registers: through the closure each store could change the pointers
    for (uint64_t first = begin; first < end; first += kAngleBlock) {
      const uint64_t last = end - first < kAngleBlock ? end : first + kAngleBlock;
      int32_t largest = 0;  // magnitudes compare as their bits do, and NaN comes last
#pragma omp simd reduction(max : largest)
      for (uint64_t i = first; i < last; ++i) {
        const int32_t magnitude = scalar::signedBits(load(x + i)) & 0x7fffffff;
        largest = magnitude > largest ? magnitude : largest;
      }
      if (largest <= scalar::signedBits(scalar::kNearAngle)) {
#pragma omp simd
        for (uint64_t i = first; i < last; ++i) nearHere(i);
      } else {
        for (uint64_t i = first; i < last; ++i) any(i);
      }
    }
  });
}

template <class T>
void sin(const AngleArgs<T>& a, Context& context) {
  const T* x = a.x;
  T* y = a.y;
  forAngles(
      context, x, a.n, [=](uint64_t i) { store(y + i, scalar::sinNear(load(x + i))); },
      [=](uint64_t i) { store(y + i, scalar::sin(load(x + i))); });
}

template <class T>
void cos(const AngleArgs<T>& a, Context& context) {
  const T* x = a.x;
  T* y = a.y;
  forAngles(
      context, x, a.n, [=](uint64_t i) { store(y + i, scalar::cosNear(load(x + i))); },
      [=](uint64_t i) { store(y + i, scalar::cos(load(x + i))); });
}

template <class T>
void sinBackward(const AngleBackwardArgs<T>& a, Context& context) {
  const T *x = a.x, *g = a.g;
  T* dx = a.dx;
  forAngles(
      context, x, a.n, [=](uint64_t i) { store(dx + i, scalar::sinNearBackward(load(x + i), load(g + i))); },
      [=](uint64_t i) { store(dx + i, scalar::sinBackward(load(x + i), load(g + i))); });
}

template <class T>
void cosBackward(const AngleBackwardArgs<T>& a, Context& context) {
  const T *x = a.x, *g = a.g;
  T* dx = a.dx;
  forAngles(
      context, x, a.n, [=](uint64_t i) { store(dx + i, scalar::cosNearBackward(load(x + i), load(g + i))); },
      [=](uint64_t i) { store(dx + i, scalar::cosBackward(load(x + i), load(g + i))); });
}

// ---- with scalar parameters -----------------------------------------------------------------------------------------

#define TESSERA_MAP_SCALAR(name)                                                                  \
  template <class T>                                                                              \
  void name(const UnaryScalarArgs<T>& a, Context& context) {                                      \
    mapAll(context, a.y, a.n,                                                                     \
           [x = a.x, p0 = a.p0, p1 = a.p1](uint64_t i) { return scalar::name(load(x + i), p0, p1); }); \
  }
TESSERA_UNARY_SCALAR_KERNELS(TESSERA_MAP_SCALAR)
#undef TESSERA_MAP_SCALAR

#define TESSERA_MAP_SCALAR_BACKWARD(name)                                                         \
  template <class T>                                                                              \
  void name(const UnaryScalarBackwardArgs<T>& a, Context& context) {                              \
    mapAll(context, a.dx, a.n, [x = a.x, g = a.g, p0 = a.p0, p1 = a.p1](uint64_t i) {             \
      return scalar::name(load(x + i), load(g + i), p0, p1);                                      \
    });                                                                                           \
  }
TESSERA_UNARY_SCALAR_BACKWARD_KERNELS(TESSERA_MAP_SCALAR_BACKWARD)
#undef TESSERA_MAP_SCALAR_BACKWARD

// f32 and bf16 compare in f32 with the parameter rounded to it; integers as doubles, which hold them all.
template <class T, class F>
TESSERA_INLINE void compareScalar(const CompareScalarArgs<T>& a, Context& context, F compare) {
  forRange(context, a.n, kGrain, [&a, compare](uint64_t begin, uint64_t end) {
    const T* x = a.x;
    uint8_t* y = a.y;
    if constexpr (std::is_integral_v<T>) {
      const double p = a.p0;
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) y[i] = compare(static_cast<double>(x[i]), p);
    } else {
      const float p = static_cast<float>(a.p0);
#pragma omp simd
      for (uint64_t i = begin; i < end; ++i) y[i] = compare(load(x + i), p);
    }
  });
}

#define TESSERA_COMPARE_SCALAR(name, formula)                                       \
  template <class T>                                                                \
  void name(const CompareScalarArgs<T>& a, Context& context) {                      \
    compareScalar(a, context, [](auto x, auto p) { return scalar::formula(x, p); }); \
  }
TESSERA_COMPARE_SCALAR(eqScalar, eq)
TESSERA_COMPARE_SCALAR(neScalar, ne)
TESSERA_COMPARE_SCALAR(ltScalar, lt)
TESSERA_COMPARE_SCALAR(leScalar, le)
TESSERA_COMPARE_SCALAR(gtScalar, gt)
TESSERA_COMPARE_SCALAR(geScalar, ge)
#undef TESSERA_COMPARE_SCALAR

void logicalNot(const LogicalNotArgs& a, Context& context) {
  forRange(context, a.n, kGrain, [&a](uint64_t begin, uint64_t end) {
    const uint8_t* x = a.x;
    uint8_t* y = a.y;
#pragma omp simd
    for (uint64_t i = begin; i < end; ++i) y[i] = x[i] == 0;
  });
}

// ---- between element types ------------------------------------------------------------------------------------------

template <class S, class T>
void cast(const CastArgs<S, T>& a, Context& context) {
  mapAll(context, a.y, a.n, [x = a.x](uint64_t i) { return convert<T>(x[i]); });
}

template <class T>
void castToBool(const CastToBoolArgs<T>& a, Context& context) {
  forRange(context, a.n, kGrain, [&a](uint64_t begin, uint64_t end) {
    const T* x = a.x;
    uint8_t* y = a.y;
#pragma omp simd
    for (uint64_t i = begin; i < end; ++i) {
      if constexpr (std::is_integral_v<T>) {
        y[i] = x[i] != 0;
      } else {
        y[i] = load(x + i) != 0.0f;
      }
    }
  });
}

template <class S, class T>
void addScaled(const AddScaledArgs<S, T>& a, Context& context) {
  forRange(context, a.n, kGrain, [&a](uint64_t begin, uint64_t end) {
    const S* x = a.x;
    T* y = a.y;
    const float alpha = a.alpha;
#pragma omp simd
    for (uint64_t i = begin; i < end; ++i) store(y + i, scalar::fma(alpha, load(x + i), load(y + i)));
  });
}

template <class T>
void lerp(const LerpArgs<T>& args, Context& context) {
  mapAll(context, args.y, args.n, [a = args.a, b = args.b, weight = args.weight](uint64_t i) {
    return scalar::lerp(load(a + i), load(b + i), weight);
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/elementwise.cpu.inc"
