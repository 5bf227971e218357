// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct AdamStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* maxExpAvgSq;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double gradWeight;
  double rootScale;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdamStepArgs<float, float>) == 248);

template <class P, class G>
struct SgdStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* momentumBuffer;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double momentum;
  double gradGain;
  double lr;
  double weightDecay;
  uint32_t nesterov;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(SgdStepArgs<float, float>) == 200);

template <class P, class G>
struct LionStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(LionStepArgs<float, float>) == 200);

template <class P, class G>
struct AdagradStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* sum;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double eps;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdagradStepArgs<float, float>) == 192);

template <class P, class G>
struct RmspropStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* squareAvg;
  float* gradAvg;
  float* momentumBuffer;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double alpha;
  double momentum;
  double eps;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(RmspropStepArgs<float, float>) == 224);

template <class P, class G>
struct AdadeltaStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* squareAvg;
  float* accDelta;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double rho;
  double eps;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdadeltaStepArgs<float, float>) == 208);

template <class P, class G>
struct AdamaxStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expInf;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdamaxStepArgs<float, float>) == 224);

template <class P, class G>
struct ScheduleFreeStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* z;
  float* expAvgSq;
  float* expAvg;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta2;
  double eps;
  double rootScale;
  double inner;
  double momentWeight;
  double average;
  double gradientShare;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(ScheduleFreeStepArgs<float, float>) == 256);

template <class P, class G>
struct AdemamixStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* expAvgSlow;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double beta3;
  double eps;
  double momentWeight;
  double slowWeight;
  double rootScale;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdemamixStepArgs<float, float>) == 256);

template <class P, class G>
struct AdoptStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double clip;
  double momentWeight;
  double gradWeight;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(AdoptStepArgs<float, float>) == 240);

template <class P, class G>
struct SophiaStepArgs {
  const G* grad;
  const float* gradScale;
  const float* unitScale;
  const int64_t* unitTable;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* hessian;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double gamma;
  double eps;
  double clip;
  double momentWeight;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t units;
  uint32_t unitTensors;
};
static_assert(sizeof(SophiaStepArgs<float, float>) == 232);

template <class G>
struct MomentumArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  float* moment;
  float* update;
  uint64_t n;
  double beta;
  double momentWeight;
  double gradWeight;
  float gradFactor;
};
static_assert(sizeof(MomentumArgs<float>) == 80);

template <class P>
struct MixPairArgs {
  P* param;
  float* master;
  float* other;
  uint64_t n;
  double paramOfParam;
  double paramOfOther;
  double otherOfParam;
  double otherOfOther;
};
static_assert(sizeof(MixPairArgs<float>) == 64);

template <class P>
struct AverageStepArgs {
  const P* param;
  const float* master;
  float* average;
  uint64_t n;
  double decay;
};
static_assert(sizeof(AverageStepArgs<float>) == 40);

}  // namespace tessera
