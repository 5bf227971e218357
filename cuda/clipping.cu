// Gradient norms and clipping factors. Squares are summed in double, blocks take fixed parts of the buffer, and their sums
// are added in order: a norm has the same bits from run to run.
#include "gen/clipping.h"

#include <math.h>

#include "clip_units.h"
#include "distance_rate.h"
#include "kernel.cuh"
#include "optimizer_frame.h"
#include "reduce.cuh"

namespace tessera::cuda {

inline constexpr int kNormThreads = 256;
inline constexpr uint64_t kNormPart = 65536;  // elements per block
inline constexpr uint32_t kSegmentParts = 16;

template <class G>
__device__ __forceinline__ double squares(const G* x, const uint32_t* mask, uint64_t begin, uint64_t end) {
  double sum = 0;
  for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
    if (mask != nullptr && (mask[i / 32] >> (i % 32) & 1u) == 0) continue;
    const double value = float(x[i]);
    sum += value * value;
  }
  return blockSum(sum);
}

template <class G>
struct NormPartArgs {
  const G* x;
  const uint32_t* mask;
  double* partial;
  uint64_t n;
};

template <class G>
__device__ void normPartKernel(const NormPartArgs<G>& a) {
  const uint64_t begin = uint64_t{blockIdx.x} * kNormPart;
  const double sum = squares(a.x, a.mask, begin, begin + kNormPart < a.n ? begin + kNormPart : a.n);
  if (threadIdx.x == 0) a.partial[blockIdx.x] = sum;
}
EXPORT_KERNEL((kNormThreads), normPart, f32)
EXPORT_KERNEL((kNormThreads), normPart, bf16)

struct NormTotalArgs {
  const double* partial;
  const float* prior;
  float* norm;
  uint32_t parts;
};

__device__ void normTotalKernel(const NormTotalArgs& a) {
  double sum = 0;
  for (uint32_t part = threadIdx.x; part < a.parts; part += blockDim.x) sum += a.partial[part];
  sum = blockSum(sum);
  if (threadIdx.x != 0) return;
  const double prior = a.prior != nullptr ? *a.prior : 0.0;
  *a.norm = static_cast<float>(sqrt(prior * prior + sum));
}
EXPORT_KERNEL((kNormThreads), normTotal)

template <class Args>
__device__ __forceinline__ uint64_t boundary(const Args& a, uint32_t s) {
  const int64_t start = a.segmentStarts[s];
  return start < 0 ? 0 : static_cast<uint64_t>(start) < a.n ? static_cast<uint64_t>(start) : a.n;
}

template <class P, class G>
struct DistancePartArgs {
  DistanceNormsArgs<P, G> a;
  double* partial;  // distances of all segments, then gradients
};

// Block (part, segment) takes its share of the segment.
template <class P, class G>
__device__ void distancePartKernel(const DistancePartArgs<P, G>& args) {
  const auto& a = args.a;
  const Exact factor = Exact(a.gradFactor) * Exact(a.gradScale != nullptr && a.gradScales > 0 ? *a.gradScale : 1.0f);
  UnitCursor units(a);
  for (uint32_t s = blockIdx.y; s < a.segments; s += gridDim.y) {
    const uint64_t from = boundary(a, s), to = boundary(a, s + 1);
    const uint64_t share = to > from ? (to - from - 1) / kSegmentParts + 1 : 0;
    const uint64_t begin = from + blockIdx.x * share, end = begin + share < to ? begin + share : to;
    const float decay = a.segmentDecay != nullptr ? a.segmentDecay[s] : 0.0f;
    double distance = 0, gradient = 0;
    for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) {
      const float x = float(a.x[i]);
      const double away = a.origin != nullptr ? __fsub_rn(x, a.origin[i]) : x;
      distance += away * away;
      const float g = Exact(float(a.grad[i])) * Exact(units.at(i)) * factor + Exact(decay) * Exact(x);
      gradient += double(g) * double(g);
    }
    distance = blockSum(distance);
    gradient = blockSum(gradient);
    if (threadIdx.x != 0) continue;
    args.partial[uint64_t{s} * kSegmentParts + blockIdx.x] = distance;
    args.partial[(uint64_t{a.segments} + s) * kSegmentParts + blockIdx.x] = gradient;
  }
}
EXPORT_KERNEL((kNormThreads), distancePart, f32, f32)
EXPORT_KERNEL((kNormThreads), distancePart, f32, bf16)
EXPORT_KERNEL((kNormThreads), distancePart, bf16, f32)
EXPORT_KERNEL((kNormThreads), distancePart, bf16, bf16)

template <class G>
struct AbsolutePartArgs {
  AbsoluteNormArgs<G> a;
  double* partial;
};

__device__ __forceinline__ double joinSizes(double sum, double x, bool largest) {
  return largest ? (x > sum || x != x ? x : sum) : sum + x;
}

template <class G>
__device__ void absolutePartKernel(const AbsolutePartArgs<G>& args) {
  const auto& a = args.a;
  const bool largest = a.largest != 0;
  const uint64_t begin = uint64_t{blockIdx.x} * kNormPart, end = begin + kNormPart < a.n ? begin + kNormPart : a.n;
  double sum = 0;
  for (uint64_t i = begin + threadIdx.x; i < end; i += blockDim.x) sum = joinSizes(sum, fabsf(float(a.x[i])), largest);
  sum = blockReduce(sum, [largest](double x, double y) { return joinSizes(x, y, largest); }, 0.0);
  if (threadIdx.x == 0) args.partial[blockIdx.x] = sum;
}
EXPORT_KERNEL((kNormThreads), absolutePart, f32)
EXPORT_KERNEL((kNormThreads), absolutePart, bf16)

struct AbsoluteTotalArgs {
  const double* partial;
  const float* prior;
  float* norm;
  uint32_t parts, largest;
};

__device__ void absoluteTotalKernel(const AbsoluteTotalArgs& a) {
  const bool largest = a.largest != 0;
  double sum = 0;
  for (uint32_t part = threadIdx.x; part < a.parts; part += blockDim.x) sum = joinSizes(sum, a.partial[part], largest);
  sum = blockReduce(sum, [largest](double x, double y) { return joinSizes(x, y, largest); }, 0.0);
  if (threadIdx.x == 0) *a.norm = static_cast<float>(joinSizes(a.prior != nullptr ? *a.prior : 0.0, sum, largest));
}
EXPORT_KERNEL((kNormThreads), absoluteTotal)

inline constexpr uint64_t kUnitColumns = 32;  // that a block takes side by side

// Block (tensor, y) takes every gridDim.y-th row of the tensor, or stripe of columns: a lane for each column of a stripe.
template <class G, class P>
__device__ void unitScaleKernel(const UnitScalesArgs<G, P>& a) {
  SHARED(double, parts, [2][kNormThreads / kWarp][kUnitColumns]);
  const auto add = [&a](uint64_t i, double& squares, double& sizes) {
    const double x = a.mask == nullptr || (a.mask[i / 32] >> (i % 32) & 1u) != 0 ? float(a.x[i]) : 0.0f;
    squares += x * x;
    if (a.rule != 2) return;
    const double p = float(a.param[i]);
    sizes += p * p;
  };
  for (uint64_t at = blockIdx.x; at < a.unitTensors; at += gridDim.x) {
    const UnitTensor t = unitTensor(a, at);
    for (uint64_t r = blockIdx.y; !t.byColumn && r < t.rows; r += gridDim.y) {
      double squares = 0, sizes = 0;
      for (uint64_t c = threadIdx.x; c < t.columns; c += blockDim.x) add(t.first + r * t.columns + c, squares, sizes);
      squares = blockSum(squares);
      sizes = blockSum(sizes);
      if (threadIdx.x == 0) a.unitScale[t.scale + r] = unitFactor(squares, sizes, t.columns, a.rule, a.limit, a.eps);
    }
    for (uint64_t stripe = blockIdx.y; t.byColumn && stripe * kUnitColumns < t.columns; stripe += gridDim.y) {
      const uint64_t c = stripe * kUnitColumns + static_cast<uint64_t>(laneId());
      double squares = 0, sizes = 0;
      for (uint64_t r = warpId(); c < t.columns && r < t.rows; r += kNormThreads / kWarp) add(t.first + r * t.columns + c, squares, sizes);
      parts[0][warpId()][laneId()] = squares;
      parts[1][warpId()][laneId()] = sizes;
      __syncthreads();
      if (warpId() == 0 && c < t.columns) {
        squares = sizes = 0;
        for (uint32_t w = 0; w < kNormThreads / kWarp; ++w) {
          squares += parts[0][w][laneId()];
          sizes += parts[1][w][laneId()];
        }
        a.unitScale[t.scale + c] = unitFactor(squares, sizes, t.rows, a.rule, a.limit, a.eps);
      }
      __syncthreads();
    }
  }
}
EXPORT_KERNEL((kNormThreads), unitScale, f32, f32)
EXPORT_KERNEL((kNormThreads), unitScale, f32, bf16)
EXPORT_KERNEL((kNormThreads), unitScale, bf16, f32)
EXPORT_KERNEL((kNormThreads), unitScale, bf16, bf16)

template <class G>
__device__ void unitsKernel(const ScaleUnitsArgs<G>& a) {
  UnitCursor units(a);
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) a.x[i] = fromFloat<G>(float(a.x[i]) * units.at(i));
}
EXPORT_KERNEL((kNormThreads), units, f32)
EXPORT_KERNEL((kNormThreads), units, bf16)

__device__ void distanceKernel(const DistanceStepArgs& a) {
  if (a.skip != nullptr && *a.skip != 0) return;
  for (uint64_t i = globalThread(); i < a.count; i += globalThreads()) {
    const DistanceRate step = distanceRate(a, static_cast<uint32_t>(i));
    a.furthest[i] = step.furthest;
    a.total[i] = step.total;
    a.rate[i] = step.rate;
  }
}
EXPORT_KERNEL((kNormThreads), distance)

struct SegmentTotalArgs {
  const double* partial;
  float* norms;
  uint32_t segments;
};

__device__ void segmentTotalKernel(const SegmentTotalArgs& a) {
  for (uint64_t s = globalThread(); s < a.segments; s += globalThreads()) {
    double sum = 0;
    for (uint32_t part = 0; part < kSegmentParts; ++part) sum += a.partial[s * kSegmentParts + part];
    a.norms[s] = static_cast<float>(sqrt(sum));
  }
}
EXPORT_KERNEL((kNormThreads), segmentTotal)

__device__ void clipKernel(const ClipScaleArgs& a) {
  const float most = static_cast<float>(a.maxNorm), eps = static_cast<float>(a.eps);
  for (uint64_t i = globalThread(); i < a.count; i += globalThreads()) {
    const float scale = most / (a.norm[i] + eps);
    a.scale[i] = scale > 1 ? 1.0f : scale;  // a NaN stays one
  }
}
EXPORT_KERNEL((kNormThreads), clip)

template <class G>
__device__ void scaleKernel(const ScaleByArgs<G>& a) {
  const float scale = *a.scale;
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) a.x[i] = fromFloat<G>(float(a.x[i]) * scale);
}
EXPORT_KERNEL((kNormThreads), scale, f32)
EXPORT_KERNEL((kNormThreads), scale, bf16)

__device__ void startFlagKernel(const NonFiniteFlagArgs<float>& a) {
  if (threadIdx.x == 0) *a.found = a.prior != nullptr && *a.prior != 0;
}
EXPORT_KERNEL((kWarp), startFlag)

template <class G>
__device__ void nonFiniteKernel(const NonFiniteFlagArgs<G>& a) {
  uint32_t found = 0;
  for (uint64_t i = globalThread(); i < a.n; i += globalThreads()) {
    found |= (bitsOf(float(a.x[i])) & 0x7f800000u) == 0x7f800000u;
  }
  if (found != 0) atomicOr(a.found, 1u);
}
EXPORT_KERNEL((kNormThreads), nonFinite, f32)
EXPORT_KERNEL((kNormThreads), nonFinite, bf16)

#if TESSERA_HOST
template <class G>
void gradNorm(const GradNormArgs<G>& a, Stream& s) {
  const auto parts = static_cast<uint32_t>((a.n + kNormPart - 1) / kNormPart);
  double* partial = s.workspace<double>(parts + 1);
  s.launch(KERNEL(normPart, G), parts, kNormThreads, 0, {a.x, a.mask, partial, a.n});
  s.launch(KERNEL(normTotal), 1, kNormThreads, 0, {partial, a.prior, a.norm, parts});
}

template <class P, class G>
void distanceNorms(const DistanceNormsArgs<P, G>& a, Stream& s) {
  double* partial = s.workspace<double>(uint64_t{a.segments} * kSegmentParts * 2 + 1);
  const dim3 grid(kSegmentParts, a.segments < 4096 ? a.segments : 4096);
  s.launch(KERNEL(distancePart, P, G), grid, kNormThreads, 0, {a, partial});
  for (uint32_t k = 0; k < 2; ++k) {
    s.launch(KERNEL(segmentTotal), gridFor(s, a.segments, kNormThreads), kNormThreads, 0,
             {partial + uint64_t{k} * a.segments * kSegmentParts, k == 0 ? a.distance : a.gradient, a.segments});
  }
}

template <class G>
void absoluteNorm(const AbsoluteNormArgs<G>& a, Stream& s) {
  const auto parts = static_cast<uint32_t>((a.n + kNormPart - 1) / kNormPart);
  double* partial = s.workspace<double>(parts + 1);
  s.launch(KERNEL(absolutePart, G), parts, kNormThreads, 0, {a, partial});
  s.launch(KERNEL(absoluteTotal), 1, kNormThreads, 0, {partial, a.prior, a.norm, parts, a.largest});
}

template <class G, class P>
void unitScales(const UnitScalesArgs<G, P>& a, Stream& s) {
  const uint32_t most = s.properties().emulated ? 2 : 256;  // blocks for the units of one tensor
  s.launch(KERNEL(unitScale, G, P), dim3(gridFor(s, a.unitTensors, 1), most), kNormThreads, 0, a);
}

template <class G>
void scaleUnits(const ScaleUnitsArgs<G>& a, Stream& s) {
  s.launch(KERNEL(units, G), gridFor(s, a.n, kNormThreads), kNormThreads, 0, a);
}

void distanceStep(const DistanceStepArgs& a, Stream& s) {
  s.launch(KERNEL(distance), gridFor(s, a.count, kNormThreads), kNormThreads, 0, a);
}

void clipScale(const ClipScaleArgs& a, Stream& s) {
  s.launch(KERNEL(clip), gridFor(s, a.count, kNormThreads), kNormThreads, 0, a);
}

template <class G>
void scaleBy(const ScaleByArgs<G>& a, Stream& s) {
  s.launch(KERNEL(scale, G), gridFor(s, a.n, kNormThreads), kNormThreads, 0, a);
}

template <class G>
void nonFiniteFlag(const NonFiniteFlagArgs<G>& a, Stream& s) {
  s.launch(KERNEL(startFlag), 1, kWarp, 0, {nullptr, a.prior, a.found, a.n});
  s.launch(KERNEL(nonFinite, G), gridFor(s, a.n, kNormThreads), kNormThreads, 0, a);
}
#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/clipping.cuda.inc"
#endif
