// Maps over two or three operands, flat or broadcast. Both forms end in the same row loops: a flat operand is a row with
// step 1 or 0, a broadcast one a sequence of rows.
#include "gen/binary.h"

#include "cpu/kernel.h"
#include "cpu/past_caches.h"
#include "cpu/strided.h"
#include "scalar.h"

namespace tessera::TESSERA_ISA {

// One function per formula and type: the flat and the broadcast kernel share it.
template <class T, class R, class F>
[[gnu::noinline]] void row2(const T* a, int64_t sa, const T* b, int64_t sb, R* y, uint64_t n, F f) {
  if (sa == 1 && sb == 1) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(y + i, f(value(a + i), value(b + i)));
  } else if (sa == 1 && sb == 0) {
    const auto one = value(b);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(y + i, f(value(a + i), one));
  } else if (sa == 0 && sb == 1) {
    const auto one = value(a);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(y + i, f(one, value(b + i)));
  } else {
    for (uint64_t i = 0; i < n; ++i) {
      const int64_t at = static_cast<int64_t>(i);
      store(y + i, f(value(a + at * sa), value(b + at * sb)));
    }
  }
}

template <class Args, class F>
TESSERA_INLINE void flat2(const Args& args, Context& context, F f) {
  const bool past = goesPastCaches<std::remove_pointer_t<decltype(args.y)>>(args.n, args.n);
  forRange(context, args.n, kRowGrain, [&args, past, f](uint64_t begin, uint64_t end) {
    writeRange(args.y, begin, end, past, [&args, f](uint64_t first, uint64_t last, auto* y) {
      row2(args.a + first * args.aStep, args.aStep, args.b + first * args.bStep, args.bStep, y, last - first, f);
    });
  });
}

template <class Args, class F>
TESSERA_INLINE void broadcast2(const Args& args, Context& context, F f) {
  StridedView<2> view;
  view.build(args.rank, args.shape, {args.aStrides, args.bStrides});
  const bool past = goesPastCaches<std::remove_pointer_t<decltype(args.y)>>(view.total, view.inner());
  forRows(context, view, [&args, &view, past, f](uint64_t at, const int64_t* offsets, uint64_t n) {
    writeRange(args.y + at, 0, n, past, [&](uint64_t first, uint64_t last, auto* y) {
      const auto i = static_cast<int64_t>(first);
      row2(args.a + offsets[0] + i * view.step(0), view.step(0), args.b + offsets[1] + i * view.step(1), view.step(1), y,
           last - first, f);
    });
  });
}

// The formula as a function object of its own, so that its row loops are compiled once.
#define TESSERA_FORMULA(name)                                  \
  struct name##Formula {                                       \
    template <class V>                                         \
    TESSERA_INLINE auto operator()(V a, V b) const {           \
      return scalar::name(a, b);                               \
    }                                                          \
  };
#define TESSERA_BINARY(name, group)                            \
  TESSERA_FORMULA(name)                                        \
  template <class T>                                           \
  void name(const group##Args<T>& a, Context& context) {       \
    flat2(a, context, name##Formula{});                        \
  }                                                            \
  template <class T>                                           \
  void name##Broadcast(const group##BroadcastArgs<T>& a, Context& context) { \
    broadcast2(a, context, name##Formula{});                   \
  }
#define TESSERA_BINARY_ANY(name) TESSERA_BINARY(name, Binary)
#define TESSERA_BINARY_FLOAT(name) TESSERA_BINARY(name, BinaryFloat)
#define TESSERA_COMPARE(name) TESSERA_BINARY(name, Compare)
TESSERA_BINARY_KERNELS(TESSERA_BINARY_ANY)
TESSERA_BINARY_FLOAT_KERNELS(TESSERA_BINARY_FLOAT)
TESSERA_COMPARE_KERNELS(TESSERA_COMPARE)

#define TESSERA_LOGICAL(name)                                          \
  TESSERA_FORMULA(name)                                                \
  void name(const LogicalArgs& a, Context& context) {                  \
    flat2(a, context, name##Formula{});                                \
  }                                                                    \
  void name##Broadcast(const LogicalBroadcastArgs& a, Context& context) { \
    broadcast2(a, context, name##Formula{});                           \
  }
TESSERA_LOGICAL_KERNELS(TESSERA_LOGICAL)

// ---- gradients ------------------------------------------------------------------------------------------------------

template <class T, class F>
[[gnu::noinline]] void rowBackward(const T* a, int64_t sa, const T* b, int64_t sb, const T* g, T* d, uint64_t n, F f) {
  if (sa == 1 && sb == 1) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(d + i, f(load(a + i), load(b + i), load(g + i)));
  } else if (sa == 1 && sb == 0) {
    const float one = load(b);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(d + i, f(load(a + i), one, load(g + i)));
  } else if (sa == 0 && sb == 1) {
    const float one = load(a);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) store(d + i, f(one, load(b + i), load(g + i)));
  } else {
    for (uint64_t i = 0; i < n; ++i) {
      const int64_t at = static_cast<int64_t>(i);
      store(d + i, f(load(a + at * sa), load(b + at * sb), load(g + i)));
    }
  }
}

#define TESSERA_BINARY_BACKWARD(name)                                                                          \
  struct name##Formula {                                                                                       \
    TESSERA_INLINE float operator()(float a, float b, float g) const { return scalar::name(a, b, g); }         \
  };                                                                                                           \
  template <class T>                                                                                           \
  void name(const BinaryBackwardArgs<T>& a, Context& context) {                                                \
    const bool past = goesPastCaches<T>(a.n, a.n);                                                               \
    forRange(context, a.n, kRowGrain, [&a, past](uint64_t begin, uint64_t end) {                               \
      writeRange(a.d, begin, end, past, [&a](uint64_t first, uint64_t last, T* d) {                            \
        rowBackward(a.a + first * a.aStep, a.aStep, a.b + first * a.bStep, a.bStep, a.g + first, d,            \
                    last - first, name##Formula{});                                                            \
      });                                                                                                      \
    });                                                                                                        \
  }                                                                                                            \
  template <class T>                                                                                           \
  void name##Broadcast(const BinaryBackwardBroadcastArgs<T>& a, Context& context) {                            \
    StridedView<2> view;                                                                                       \
    view.build(a.rank, a.shape, {a.aStrides, a.bStrides});                                                     \
    forRows(context, view, [&a, &view](uint64_t at, const int64_t* offsets, uint64_t n) {                      \
      rowBackward(a.a + offsets[0], view.step(0), a.b + offsets[1], view.step(1), a.g + at, a.d + at, n,       \
                  name##Formula{});                                                                            \
    });                                                                                                        \
  }
TESSERA_BINARY_BACKWARD_KERNELS(TESSERA_BINARY_BACKWARD)

// ---- selections -----------------------------------------------------------------------------------------------------

template <class T>
[[gnu::noinline]] void rowWhere(const uint8_t* c, int64_t sc, const T* a, int64_t sa, const T* b, int64_t sb, T* y,
                                uint64_t n) {
  if (sc == 1 && sa == 1 && sb == 1) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) raw(y + i) = c[i] != 0 ? raw(a + i) : raw(b + i);
  } else if (sc == 1 && sa == 1 && sb == 0) {
    const auto one = raw(b);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) raw(y + i) = c[i] != 0 ? raw(a + i) : one;
  } else if (sc == 1 && sa == 0 && sb == 1) {
    const auto one = raw(a);
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) raw(y + i) = c[i] != 0 ? one : raw(b + i);
  } else {
    for (uint64_t i = 0; i < n; ++i) {
      const int64_t at = static_cast<int64_t>(i);
      raw(y + i) = c[at * sc] != 0 ? raw(a + at * sa) : raw(b + at * sb);
    }
  }
}

template <class T>
void where(const WhereArgs<T>& a, Context& context) {
  const bool past = goesPastCaches<T>(a.n, a.n);
  forRange(context, a.n, kRowGrain, [&a, past](uint64_t begin, uint64_t end) {
    writeRange(a.y, begin, end, past, [&a](uint64_t first, uint64_t last, T* y) {
      rowWhere(a.condition + first * a.conditionStep, a.conditionStep, a.a + first * a.aStep, a.aStep,
               a.b + first * a.bStep, a.bStep, y, last - first);
    });
  });
}

template <class T>
void whereBroadcast(const WhereBroadcastArgs<T>& a, Context& context) {
  StridedView<3> view;
  view.build(a.rank, a.shape, {a.conditionStrides, a.aStrides, a.bStrides});
  forRows(context, view, [&a, &view](uint64_t at, const int64_t* offsets, uint64_t n) {
    rowWhere(a.condition + offsets[0], view.step(0), a.a + offsets[1], view.step(1), a.b + offsets[2], view.step(2),
             a.y + at, n);
  });
}

template <class T>
[[gnu::noinline]] void rowMaskedFill(const T* x, int64_t sx, const uint8_t* mask, int64_t sm, T fill, bool invert, T* y,
                                     uint64_t n) {
  const auto one = raw(&fill);
  const uint8_t flip = invert ? 1 : 0;
  if (sx == 1 && sm == 1) {
#pragma omp simd
    for (uint64_t i = 0; i < n; ++i) raw(y + i) = (mask[i] != 0) != flip ? one : raw(x + i);
  } else {
    for (uint64_t i = 0; i < n; ++i) {
      const int64_t at = static_cast<int64_t>(i);
      raw(y + i) = (mask[at * sm] != 0) != flip ? one : raw(x + at * sx);
    }
  }
}

template <class T>
void maskedFill(const MaskedFillArgs<T>& a, Context& context) {
  const T fill = fromDouble<T>(a.value);
  const bool past = goesPastCaches<T>(a.n, a.n);
  forRange(context, a.n, kRowGrain, [&a, past, fill](uint64_t begin, uint64_t end) {
    writeRange(a.y, begin, end, past, [&a, fill](uint64_t first, uint64_t last, T* y) {
      rowMaskedFill(a.x + first, 1, a.mask + first * a.maskStep, a.maskStep, fill, a.invert != 0, y, last - first);
    });
  });
}

template <class T>
void maskedFillBroadcast(const MaskedFillBroadcastArgs<T>& a, Context& context) {
  const T fill = fromDouble<T>(a.value);
  StridedView<2> view;
  view.build(a.rank, a.shape, {a.xStrides, a.maskStrides});
  forRows(context, view, [&a, &view, fill](uint64_t at, const int64_t* offsets, uint64_t n) {
    rowMaskedFill(a.x + offsets[0], view.step(0), a.mask + offsets[1], view.step(1), fill, a.invert != 0, a.y + at, n);
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/binary.cpu.inc"
