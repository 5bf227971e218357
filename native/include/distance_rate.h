// The scalar part of DoG (Ivgi et al. 2023) and DoWG (Khaled et al. 2023), shared by CPU and CUDA: a learning rate from the
// distance moved and the gradients seen.
#pragma once

#include <math.h>

#include "types.h"

namespace tessera {

struct DistanceRate {
  float furthest, total, rate;
};

TESSERA_INLINE DistanceRate distanceRate(double distance, double gradient, double furthest, double total, double inside,
                                         double outside, double firstRate, bool weighted) {
  if (distance > furthest) furthest = distance;
  const double square = furthest * furthest;
  total += gradient * gradient * (weighted ? square : 1.0);
  const double below = sqrt(total + inside) + outside;
  double rate = below > 0 ? (weighted ? square : furthest) / below : 0.0;
  if (firstRate >= 0) rate = firstRate;
  return {static_cast<float>(furthest), static_cast<float>(total), static_cast<float>(rate)};
}

}  // namespace tessera
