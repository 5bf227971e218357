// Generated from native/kernels by `npm run generate`; do not edit.

#pragma once
#include "types.h"

namespace tessera {

template <class P, class G>
struct DadaptAdamStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* s;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double lr;
  double weightDecay;
  uint32_t corrected;
  uint32_t form;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(DadaptAdamStepArgs<float, float>) == 224);

template <class P, class G>
struct DadaptLionStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* s;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(DadaptLionStepArgs<float, float>) == 200);

template <class P, class G>
struct DadaptSgdStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* s;
  float* x0;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double momentum;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(DadaptSgdStepArgs<float, float>) == 192);

template <class P, class G>
struct DadaptAdagradStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* alpha;
  float* s;
  float* x0;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double momentum;
  double eps;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(DadaptAdagradStepArgs<float, float>) == 208);

template <class P, class G>
struct DadaptAdanStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgDiff;
  float* expAvgSq;
  float* s;
  float* lastGrad;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double beta3;
  double eps;
  double proximal;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(DadaptAdanStepArgs<float, float>) == 248);

template <class P, class G>
struct ProdigyStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* s;
  float* p0;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double beta3;
  double eps;
  double d0;
  double lr;
  double weightDecay;
  uint32_t corrected;
  uint32_t safeguard;
  uint32_t form;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(ProdigyStepArgs<float, float>) == 256);

template <class P, class G>
struct ProdigySliceArgs {
  const G* grad;
  const P* param;
  const float* master;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const int64_t* sliceStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* p0;
  const float* estimate;
  float* s;
  float* sums;
  uint64_t n;
  uint64_t count;
  double beta1;
  double beta2;
  double beta3;
  double d0;
  double lr;
  double weightDecay;
  uint32_t slice;
  uint32_t corrected;
  uint32_t safeguard;
  uint32_t form;
  float gradFactor;
  uint32_t decoupled;
  uint32_t segments;
  uint32_t gradScales;
  uint32_t more;
};
static_assert(sizeof(ProdigySliceArgs<float, float>) == 208);

template <class P, class G>
struct ProdigyCorrectionArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double lr;
  double weightDecay;
  uint32_t corrected;
  uint32_t form;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(ProdigyCorrectionArgs<float, float>) == 216);

struct DistanceEstimateArgs {
  const float* sums;
  const uint32_t* skip;
  float* estimate;
  double decay;
  double d0;
  double coefficient;
  double growth;
  double lr;
  uint32_t rule;
  uint32_t form;
};
static_assert(sizeof(DistanceEstimateArgs) == 72);

template <class P, class G>
struct StartTermsArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(StartTermsArgs<float, float>) == 168);

struct StartNormArgs {
  const float* sums;
  const uint32_t* skip;
  float* estimate;
};
static_assert(sizeof(StartNormArgs) == 24);

template <class P, class G>
struct MomoMomentsArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double rootScale;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(MomoMomentsArgs<float, float>) == 216);

struct MomoEstimateArgs {
  const float* sums;
  const float* loss;
  const uint32_t* skip;
  float* estimate;
  double beta;
  double correction;
  double lr;
  double decay;
  double bound;
  uint32_t adapt;
};
static_assert(sizeof(MomoEstimateArgs) == 80);

template <class P, class G>
struct MomoStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double eps;
  double rootScale;
  double lr;
  double weightDecay;
  uint32_t form;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(MomoStepArgs<float, float>) == 208);

template <class P, class G>
struct MechanicMeasureArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* delta;
  float* x0;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double eps;
  double lr;
  double weightDecay;
  uint32_t recompute;
  uint32_t form;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(MechanicMeasureArgs<float, float>) == 200);

struct MechanicEstimateArgs {
  const float* sums;
  const uint32_t* skip;
  float* estimate;
  double decay;
  double eps;
  double start;
  uint32_t form;
  uint32_t count;
};
static_assert(sizeof(MechanicEstimateArgs) == 56);

template <class P, class G>
struct MechanicStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* delta;
  float* x0;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(MechanicStepArgs<float, float>) == 184);

template <class P, class G>
struct ScheduleFreePlusTermsArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* z;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(ScheduleFreePlusTermsArgs<float, float>) == 176);

struct ScheduleFreePlusEstimateArgs {
  const float* sums;
  const float* loss;
  const uint32_t* skip;
  float* estimate;
  double beta;
  double correction;
  double lr;
  double ahead;
  double before;
  double stepWeight;
  double power;
  double warm;
};
static_assert(sizeof(ScheduleFreePlusEstimateArgs) == 96);

template <class P, class G>
struct ScheduleFreePlusStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* z;
  float* expAvg;
  float* expAvgSq;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double rootScale;
  double ahead;
  double before;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(ScheduleFreePlusStepArgs<float, float>) == 248);

template <class P, class G>
struct ProdigyPlusStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  const float* updateScale;
  const float* moveScale;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvgSq;
  float* z;
  float* expAvg;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double rate;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(ProdigyPlusStepArgs<float, float>) == 240);

template <class P, class G>
struct AvagradStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  const float* estimate;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* expAvg;
  float* expAvgSq;
  float* sums;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double beta1;
  double beta2;
  double eps;
  double momentWeight;
  double rootScale;
  double nextScale;
  double lr;
  double weightDecay;
  uint32_t more;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(AvagradStepArgs<float, float>) == 232);

struct AvagradEstimateArgs {
  const float* sums;
  const uint32_t* skip;
  float* estimate;
};
static_assert(sizeof(AvagradEstimateArgs) == 24);

template <class P, class G>
struct CocobStepArgs {
  const G* grad;
  const float* gradScale;
  const uint32_t* skip;
  const int64_t* segmentStarts;
  const float* segmentLr;
  const float* segmentDecay;
  P* param;
  float* master;
  bf16* compensation;
  uint32_t* touched;
  float* x0;
  float* theta;
  float* largest;
  float* gradSum;
  float* reward;
  uint64_t n;
  uint64_t firstIndex;
  uint64_t seed;
  uint64_t offset;
  double alpha;
  double lr;
  double weightDecay;
  float gradFactor;
  uint32_t decoupled;
  uint32_t rounding;
  uint32_t segments;
  uint32_t gradScales;
};
static_assert(sizeof(CocobStepArgs<float, float>) == 200);

}  // namespace tessera
