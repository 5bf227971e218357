// The scalar part of DoG (Ivgi et al. 2023) and DoWG (Khaled et al. 2023), shared by CPU and CUDA: a learning rate from the
// distance moved and the gradients seen.
#pragma once

#include <math.h>

#include "types.h"

namespace tessera {

struct DistanceRate {
  float furthest, total, rate;
};

// Group i of distanceStep.
template <class Args>
TESSERA_INLINE DistanceRate distanceRate(const Args& a, uint32_t i) {
  const double distance = a.distance[i], gradient = a.gradient[i], share = a.segmentLr != nullptr ? a.segmentLr[i] : 1.0f;
  double furthest = a.furthest[i], total = a.total[i];
  if (distance > furthest) furthest = distance;
  const double square = furthest * furthest;
  total += gradient * gradient * (a.weighted != 0 ? square : 1.0);
  const double below = sqrt(total + a.inside) + a.outside;
  double rate = below > 0 ? a.lr * share * (a.weighted != 0 ? square : furthest) / below : 0.0;
  if (furthest == 0 && a.firstRate >= 0 && share != 0) rate = a.firstRate;
  return {static_cast<float>(furthest), static_cast<float>(total), static_cast<float>(rate)};
}

}  // namespace tessera
