// Elements as values, as bits and from parameters: what the kernels of both devices do to every element type.
#pragma once
#include <type_traits>

#include "scalar.h"
#include "types.h"

namespace tessera {

// What arithmetic works on: float for the float types, integers as they are.
template <class T>
TESSERA_INLINE auto value(const T* p) {
  if constexpr (std::is_integral_v<T>) {
    return *p;
  } else {
    return static_cast<float>(*p);
  }
}

// What copying and selecting work on: the bits of the struct types, so that loops over them vectorise.
template <class T>
TESSERA_INLINE auto& raw(T* p) {
  if constexpr (std::is_arithmetic_v<T>) {
    return *p;
  } else {
    return p->bits;
  }
}

// A parameter given as f64 in the element type; integers saturate.
template <class T>
TESSERA_INLINE T fromDouble(double x) {
  if constexpr (std::is_same_v<T, float>) {
    return static_cast<float>(x);
  } else if constexpr (std::is_integral_v<T>) {
    constexpr double low = sizeof(T) == 1 ? 0.0 : -0x1p+31;
    constexpr double high = sizeof(T) == 1 ? 255.0 : 0x1p+31 - 1.0;
    return x == x ? static_cast<T>(x < low ? low : x > high ? high : x) : T{0};
  } else {
    return T(static_cast<float>(x));
  }
}

// From one element type to another, as the kernel `cast` says.
template <class T, class S>
TESSERA_INLINE T convert(S x) {
  if constexpr (std::is_same_v<S, T>) {
    return x;
  } else if constexpr (std::is_integral_v<S> && std::is_integral_v<T>) {
    return static_cast<T>(x);
  } else if constexpr (std::is_integral_v<T>) {
    return scalar::truncate<T>(static_cast<float>(x));
  } else {
    return static_cast<T>(static_cast<float>(x));
  }
}

}  // namespace tessera
