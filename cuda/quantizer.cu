// Vector quantisation: nearest codes, and the entropies of soft assignments with their gradients.
// Every pass has the same form. 32 vectors stay with the lanes of each warp, one each, in registers; the vectors of the
// other side stream through shared memory, tile by tile, and the warps of a block share each tile between them. What a
// lane gathered is combined over the warps in their order at the end: no atomics on floats, no rows x codes matrix.
// Scores are those of native/src/cpu/quantizer_score.h: bias[code] + row . code, one chain of fused multiply-adds.
#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/quantizer.h"

namespace tessera::cuda {

namespace {

constexpr int kStreamThreads = 256;
constexpr int kStreamWarps = kStreamThreads / kWarp;
constexpr uint32_t kTileFloats = 4096;  // of streamed vectors in shared memory
constexpr uint32_t kTileItems = 128;    // and at most so many of them
constexpr float kLn2 = 0.693147181f;

}  // namespace

// Vectors in f32, `padded` floats each (zeros beyond dims), with a value per vector: for codes the bias of their scores.
template <class T>
struct PackVectorsArgs {
  const T* x;
  float* packed;
  float* bias;  // or null
  uint32_t count, dims, padded, normalize;
  float scale, biasScale;
};

template <class T>
__device__ void packVectorsKernel(const PackVectorsArgs<T>& a) {
  for (uint64_t i = globalThread(); i < a.count; i += globalThreads()) {
    const T* x = a.x + i * a.dims;
    double sum = 0;
    for (uint32_t d = 0; d < a.dims; ++d) sum += static_cast<double>(float(x[d])) * float(x[d]);
    const double norm = sqrt(sum);
    const double factor = a.normalize ? a.scale / (norm < 1e-12 ? 1e-12 : norm) : static_cast<double>(a.scale);
    for (uint32_t d = 0; d < a.padded; ++d) {
      a.packed[i * a.padded + d] = d < a.dims ? static_cast<float>(factor * float(x[d])) : 0.0f;
    }
    if (a.bias != nullptr) a.bias[i] = a.normalize ? 0.0f : static_cast<float>(a.biasScale * sum);
  }
}
EXPORT_KERNEL((256), packVectors, f32)
EXPORT_KERNEL((256), packVectors, bf16)

// `held` vectors, one per lane; `streamed` vectors through shared memory. kDims > 0: padded is kDims.
struct Streams {
  const float* held;
  const float* streamed;
  uint32_t heldCount, streamedCount, padded;
};

// Calls body(item, vector, dot) for the streamed vectors of this warp; `dot(start)` is the chain of products on `start`.
template <int kDims, class F>
__device__ __forceinline__ void forStreamed(const Streams& s, uint32_t held, F&& body) {
  float* tile = dynamicShared<float>();
  const uint32_t padded = kDims > 0 ? kDims : s.padded;
  const uint32_t items = kTileFloats / padded < 1 ? 1 : kTileFloats / padded < kTileItems ? kTileFloats / padded : kTileItems;
  const float* mine = s.held + uint64_t{held} * padded;
  float own[kDims > 0 ? kDims : 1];
  if constexpr (kDims > 0) {
#pragma unroll
    for (int d = 0; d < kDims; ++d) own[d] = mine[d];
  }
  for (uint32_t first = 0; first < s.streamedCount; first += items) {
    const uint32_t count = s.streamedCount - first < items ? s.streamedCount - first : items;
    __syncthreads();
    for (uint32_t i = threadIdx.x; i < count * padded; i += kStreamThreads) {
      tile[i] = s.streamed[uint64_t{first} * padded + i];
    }
    __syncthreads();
    for (uint32_t item = warpId(); item < count; item += kStreamWarps) {
      const float* vector = tile + item * padded;
      body(first + item, vector, [&](float start) {
        float sum = start;
        if constexpr (kDims > 0) {
#pragma unroll
          for (int d = 0; d < kDims; ++d) sum = fmaf(own[d], vector[d], sum);
        } else {
          for (uint32_t d = 0; d < padded; ++d) sum = fmaf(mine[d], vector[d], sum);
        }
        return sum;
      });
    }
  }
}

// The held vector of this lane; lanes beyond the last repeat it and write nothing.
__device__ __forceinline__ uint32_t heldVector(const Streams& s, bool& exists) {
  const uint32_t i = blockIdx.x * kWarp + laneId();
  exists = i < s.heldCount;
  return exists ? i : s.heldCount - 1;
}

// The sum over the warps, in their order, of each lane's value; valid in warp 0.
__device__ __forceinline__ float sumOverWarps(float value) {
  SHARED(float, parts, [8][32]);
  static_assert(kStreamWarps == 8);
  __syncthreads();
  parts[warpId()][laneId()] = value;
  __syncthreads();
  float sum = 0.0f;
  if (warpId() == 0) {
    for (int w = 0; w < kStreamWarps; ++w) sum += parts[w][laneId()];
  }
  return sum;
}

// --- nearest codes: rows held, codes streamed ---

struct LookupArgs {
  Streams s;
  const float* bias;
  int32_t* counts;
  int32_t* ids;
  float* distances;
};

template <int kDims>
__device__ void vqNearestKernel(const LookupArgs& a) {
  bool exists;
  const uint32_t row = heldVector(a.s, exists);
  float best = -INFINITY;
  uint32_t id = 0;
  forStreamed<kDims>(a.s, row, [&](uint32_t code, const float*, auto dot) {
    const float score = dot(a.bias[code]);
    if (score > best) {  // ascending codes: the first of equal scores stays
      best = score;
      id = code;
    }
  });
  SHARED(float, scores, [8][32]);
  SHARED(uint32_t, codes, [8][32]);
  scores[warpId()][laneId()] = best;
  codes[warpId()][laneId()] = id;
  __syncthreads();
  if (warpId() != 0 || !exists) return;
  for (int w = 1; w < kStreamWarps; ++w) {
    const float score = scores[w][laneId()];
    const uint32_t code = codes[w][laneId()];
    if (score > best || (score == best && code < id)) {
      best = score;
      id = code;
    }
  }
  a.ids[row] = static_cast<int32_t>(id);
  if (a.counts != nullptr) atomicAdd(a.counts + id, 1);
  if (a.distances != nullptr) {
    float sum = 0.0f;
    for (uint32_t d = 0; d < a.s.padded; ++d) {
      const float difference = a.s.held[uint64_t{row} * a.s.padded + d] - a.s.streamed[uint64_t{id} * a.s.padded + d];
      sum += difference * difference;
    }
    a.distances[row] = sum;
  }
}

// --- entropies ---

struct RowEntropyArgs {
  Streams s;
  const float* bias;
  float* logSums;
  float* entropies;
};

// The log2-sum-exp2 and the entropy of a row: rows held, codes streamed.
template <int kDims>
__device__ void rowEntropyKernel(const RowEntropyArgs& a) {
  bool exists;
  const uint32_t row = heldVector(a.s, exists);
  float top = -INFINITY, sum = 0.0f, weighted = 0.0f;  // of 2^(t - top), and of that times (t - top)
  forStreamed<kDims>(a.s, row, [&](uint32_t code, const float*, auto dot) {
    const float t = dot(a.bias[code]);
    if (t > top) {
      const float down = top - t, factor = fastExp2(down);
      weighted = factor > 0.0f ? factor * fmaf(down, sum, weighted) : 0.0f;
      sum = fmaf(factor, sum, 1.0f);
      top = t;
    } else {
      const float below = t - top, p = fastExp2(below);
      sum += p;
      if (p != 0.0f) weighted = fmaf(p, below, weighted);
    }
  });
  SHARED(float, tops, [8][32]);
  SHARED(float, sums, [8][32]);
  SHARED(float, weights, [8][32]);
  tops[warpId()][laneId()] = top;
  sums[warpId()][laneId()] = sum;
  weights[warpId()][laneId()] = weighted;
  __syncthreads();
  if (warpId() != 0 || !exists) return;
  for (int w = 1; w < kStreamWarps; ++w) top = fmaxf(top, tops[w][laneId()]);
  sum = weighted = 0.0f;
  for (int w = 0; w < kStreamWarps; ++w) {
    const float down = tops[w][laneId()] - top, part = sums[w][laneId()];
    if (part == 0.0f) continue;  // a warp without codes
    const float factor = fastExp2(down);
    sum = fmaf(factor, part, sum);
    if (factor > 0.0f) weighted = fmaf(factor, fmaf(down, part, weights[w][laneId()]), weighted);
    if (part != part) sum = part;
  }
  const float logSum = log2f(sum);
  a.logSums[row] = top + logSum;
  a.entropies[row] = kLn2 * (logSum - weighted / sum);
}

struct MeanArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  float* mean;
};

// The mean over the rows of p, for each code: codes held, rows streamed.
template <int kDims>
__device__ void meanAssignmentKernel(const MeanArgs& a) {
  bool exists;
  const uint32_t code = heldVector(a.s, exists);
  const float bias = a.bias[code];
  float sum = 0.0f;
  forStreamed<kDims>(a.s, code, [&](uint32_t row, const float*, auto dot) {
    sum += fastExp2(dot(bias) - a.logSums[row]);
  });
  sum = sumOverWarps(sum);
  if (warpId() == 0 && exists) a.mean[code] = sum / static_cast<float>(a.s.streamedCount);
}

struct EntropyScalarsArgs {
  const float* entropies;
  const float* mean;
  float* sampleEntropy;
  float* codebookEntropy;
  uint32_t rows, codes;
  float epsilon;
};

__device__ void entropyScalarsKernel(const EntropyScalarsArgs& a) {
  double sample = 0, batch = 0;
  for (uint32_t i = threadIdx.x; i < a.rows; i += blockDim.x) sample += a.entropies[i];
  for (uint32_t k = threadIdx.x; k < a.codes; k += blockDim.x) {
    const float mean = a.mean[k];
    if (mean != 0.0f) batch -= static_cast<double>(mean) * logf(mean + a.epsilon);
  }
  sample = blockSum(sample);
  batch = blockSum(batch);
  if (threadIdx.x != 0) return;
  *a.sampleEntropy = static_cast<float>(sample / a.rows);
  *a.codebookEntropy = static_cast<float>(batch);
}
EXPORT_KERNEL((1024), entropyScalars)

// --- gradients: dL/ds = p (codeTerm[k] - sampleScale ln p - center[i]), see native/src/cpu/quantizer_entropy.h ---

struct CodeTermsArgs {
  const float* dsampleEntropy;
  const float* dcodebookEntropy;
  const float* mean;
  float* codeTerms;
  float* sampleScale;
  uint32_t rows, codes;
  float epsilon;
};

__device__ void codeTermsKernel(const CodeTermsArgs& a) {
  const float batchScale = a.dcodebookEntropy != nullptr ? -*a.dcodebookEntropy / static_cast<float>(a.rows) : 0.0f;
  if (globalThread() == 0) {
    *a.sampleScale = a.dsampleEntropy != nullptr ? *a.dsampleEntropy / static_cast<float>(a.rows) : 0.0f;
  }
  for (uint64_t k = globalThread(); k < a.codes; k += globalThreads()) {
    const float mean = a.mean[k], inside = mean + a.epsilon;
    a.codeTerms[k] = inside > 0.0f || inside != inside ? batchScale * (logf(inside) + mean / inside) : 0.0f;
  }
}
EXPORT_KERNEL((256), codeTerms)

template <class T>
struct RowGradientArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  const float* codeTerms;
  const float* sampleScale;
  float* centers;
  T* dz;
  uint32_t dims;
  float factor;
};

// kGroup dimensions per block of the grid's second axis, each recomputing p.
template <class T, int kDims, int kGroup>
__device__ void vqRowGradientKernel(const RowGradientArgs<T>& a) {
  bool exists;
  const uint32_t row = heldVector(a.s, exists), from = blockIdx.y * kGroup;
  const float logSum = a.logSums[row], logFactor = *a.sampleScale * kLn2;
  float center = 0.0f, weighted[kGroup] = {}, plain[kGroup] = {};
  forStreamed<kDims>(a.s, row, [&](uint32_t code, const float* vector, auto dot) {
    const float t = dot(a.bias[code]) - logSum, p = fastExp2(t);
    const float w = p > 0.0f || p != p ? p * (a.codeTerms[code] - logFactor * t) : 0.0f;
    center += w;
#pragma unroll
    for (int j = 0; j < kGroup; ++j) {
      weighted[j] = fmaf(w, vector[from + j], weighted[j]);
      plain[j] = fmaf(p, vector[from + j], plain[j]);
    }
  });
  center = sumOverWarps(center);
  const bool writes = warpId() == 0 && exists;
  if (writes && from == 0) a.centers[row] = center;
#pragma unroll
  for (int j = 0; j < kGroup; ++j) {
    const float sumW = sumOverWarps(weighted[j]), sumP = sumOverWarps(plain[j]);
    if (writes && a.dz != nullptr && from + j < a.dims) {
      a.dz[uint64_t{row} * a.dims + from + j] = fromFloat<T>(a.factor * (sumW - center * sumP));
    }
  }
}

struct CodeGradientArgs {
  Streams s;
  const float* bias;
  const float* logSums;
  const float* codeTerms;
  const float* sampleScale;
  const float* centers;
  float* dcodebook;
  uint32_t dims;
  float factor;
};

template <int kDims, int kGroup>
__device__ void vqCodeGradientKernel(const CodeGradientArgs& a) {
  bool exists;
  const uint32_t code = heldVector(a.s, exists), from = blockIdx.y * kGroup;
  const float bias = a.bias[code], codeTerm = a.codeTerms[code], logFactor = *a.sampleScale * kLn2;
  float total = 0.0f, sums[kGroup] = {};
  forStreamed<kDims>(a.s, code, [&](uint32_t row, const float* vector, auto dot) {
    const float t = dot(bias) - a.logSums[row], p = fastExp2(t);
    const float g = p > 0.0f || p != p ? p * (codeTerm - logFactor * t) - a.centers[row] * p : 0.0f;
    total += g;
#pragma unroll
    for (int j = 0; j < kGroup; ++j) sums[j] = fmaf(g, vector[from + j], sums[j]);
  });
  total = sumOverWarps(total);
#pragma unroll
  for (int j = 0; j < kGroup; ++j) {
    const float sum = sumOverWarps(sums[j]);
    if (warpId() == 0 && exists && from + j < a.dims) {
      const float e = a.s.held[uint64_t{code} * a.s.padded + from + j];
      a.dcodebook[uint64_t{code} * a.dims + from + j] = kLn2 * sum - a.factor * total * e;
    }
  }
}

#define TESSERA_QUANTIZER_DIMS(X) X(4, 4) X(8, 8) X(16, 16) X(0, 16)
#define TESSERA_EXPORT(dims, group)                              \
  EXPORT_KERNEL((256), vqNearest, dims)                          \
  EXPORT_KERNEL((256), rowEntropy, dims)                         \
  EXPORT_KERNEL((256), meanAssignment, dims)                     \
  EXPORT_KERNEL((256), vqRowGradient, f32, dims, group)          \
  EXPORT_KERNEL((256), vqRowGradient, bf16, dims, group)         \
  EXPORT_KERNEL((256), vqCodeGradient, dims, group)
TESSERA_QUANTIZER_DIMS(TESSERA_EXPORT)
#undef TESSERA_EXPORT

#if TESSERA_HOST

namespace {

struct PackedVectors {
  float* rows;
  float* codes;
  float* bias;
  uint32_t padded;
};

inline uint32_t paddedDims(uint32_t dims) { return dims <= 4 ? 4 : dims <= 8 ? 8 : ceilDiv(dims, 16u) * 16; }

inline size_t sharedFor(uint32_t padded) { return size_t{4} * (padded > kTileFloats ? padded : kTileFloats); }

template <class T>
PackedVectors packVectorsOf(Stream& s, const T* z, const float* codebook, uint32_t rows, uint32_t codes, uint32_t dims,
                            bool normalize, float rowScale, float biasScale) {
  const uint32_t padded = paddedDims(dims);
  PackedVectors p{s.workspace<float>(size_t{rows} * padded), s.workspace<float>(size_t{codes} * padded),
                  s.workspace<float>(codes), padded};
  s.launch(KERNEL(packVectors, T), gridFor(s, rows, 256), 256, 0,
           {z, p.rows, nullptr, rows, dims, padded, normalize, rowScale, 0.0f});
  s.launch(KERNEL(packVectors, f32), gridFor(s, codes, 256), 256, 0,
           {codebook, p.codes, p.bias, codes, dims, padded, normalize, 1.0f, biasScale});
  return p;
}

// Runs body with the kernel of this many dimensions.
#define TESSERA_WITH_DIMS(padded, LAUNCH) \
  switch (padded) {                       \
    case 4: LAUNCH(4, 4); break;          \
    case 8: LAUNCH(8, 8); break;          \
    case 16: LAUNCH(16, 16); break;       \
    default: LAUNCH(0, 16); break;        \
  }

}  // namespace

template <class T>
void vqLookup(const VqLookupArgs<T>& a, Stream& s) {
  if (a.rows == 0 || a.codes == 0) return;
  const PackedVectors p = packVectorsOf(s, a.z, a.codebook, a.rows, a.codes, a.dims, a.cosine != 0, 1.0f, -0.5f);
  const LookupArgs args{{p.rows, p.codes, a.rows, a.codes, p.padded}, p.bias, a.counts, a.ids, a.distances};
#define TESSERA_LAUNCH(dims, group) \
  s.launch(KERNEL(vqNearest, dims), ceilDiv(a.rows, 32u), kStreamThreads, sharedFor(p.padded), args)
  TESSERA_WITH_DIMS(p.padded, TESSERA_LAUNCH)
#undef TESSERA_LAUNCH
}

template <class T>
void codebookEntropyForward(const CodebookEntropyForwardArgs<T>& a, Stream& s) {
  const EntropyScalarsArgs none{nullptr, nullptr, a.sampleEntropy, a.codebookEntropy, 0, 0, a.epsilon};
  if (a.rows == 0 || a.codes == 0) {
    s.fillZero(a.meanAssignment, size_t{a.codes} * 4);
    s.launch(KERNEL(entropyScalars), 1, 1024, 0, none);  // 0 / 0 and an empty sum
    return;
  }
  const float inverse = 1.44269504f / a.temperature;
  const PackedVectors p = packVectorsOf(s, a.z, a.codebook, a.rows, a.codes, a.dims, false, 2 * inverse, -inverse);
  float* entropies = a.rowEntropies != nullptr ? a.rowEntropies : s.workspace<float>(a.rows);
  const RowEntropyArgs rows{{p.rows, p.codes, a.rows, a.codes, p.padded}, p.bias, a.logSums, entropies};
  const MeanArgs mean{{p.codes, p.rows, a.codes, a.rows, p.padded}, p.bias, a.logSums, a.meanAssignment};
#define TESSERA_LAUNCH(dims, group)                                                                             \
  s.launch(KERNEL(rowEntropy, dims), ceilDiv(a.rows, 32u), kStreamThreads, sharedFor(p.padded), rows);          \
  s.launch(KERNEL(meanAssignment, dims), ceilDiv(a.codes, 32u), kStreamThreads, sharedFor(p.padded), mean)
  TESSERA_WITH_DIMS(p.padded, TESSERA_LAUNCH)
#undef TESSERA_LAUNCH
  s.launch(KERNEL(entropyScalars), 1, 1024, 0,
           {entropies, a.meanAssignment, a.sampleEntropy, a.codebookEntropy, a.rows, a.codes, a.epsilon});
}

template <class T>
void codebookEntropyBackward(const CodebookEntropyBackwardArgs<T>& a, Stream& s) {
  if (a.rows == 0 || a.codes == 0) {
    if (a.dcodebook != nullptr) s.fillZero(a.dcodebook, size_t{a.codes} * a.dims * 4);
    return;
  }
  const float inverse = 1.44269504f / a.temperature, factor = 2.0f / a.temperature;
  const PackedVectors p = packVectorsOf(s, a.z, a.codebook, a.rows, a.codes, a.dims, false, 2 * inverse, -inverse);
  float* codeTerms = s.workspace<float>(a.codes);
  float* sampleScale = s.workspace<float>(1);
  float* centers = s.workspace<float>(a.rows);
  s.launch(KERNEL(codeTerms), gridFor(s, a.codes, 256), 256, 0,
           {a.dsampleEntropy, a.dcodebookEntropy, a.meanAssignment, codeTerms, sampleScale, a.rows, a.codes, a.epsilon});
  const RowGradientArgs<T> rows{{p.rows, p.codes, a.rows, a.codes, p.padded}, p.bias, a.logSums, codeTerms,
                                sampleScale, centers, a.dz, a.dims, factor};
  const CodeGradientArgs codes{{p.codes, p.rows, a.codes, a.rows, p.padded}, p.bias, a.logSums, codeTerms,
                               sampleScale, centers, a.dcodebook, a.dims, factor};
#define TESSERA_LAUNCH(dims, group)                                                                                 \
  s.launch(KERNEL(vqRowGradient, T, dims, group), dim3(ceilDiv(a.rows, 32u), a.dz != nullptr ? p.padded / group : 1), \
           kStreamThreads, sharedFor(p.padded), rows);                                                              \
  if (a.dcodebook != nullptr)                                                                                       \
  s.launch(KERNEL(vqCodeGradient, dims, group), dim3(ceilDiv(a.codes, 32u), p.padded / group), kStreamThreads,      \
           sharedFor(p.padded), codes)
  TESSERA_WITH_DIMS(p.padded, TESSERA_LAUNCH)
#undef TESSERA_LAUNCH
#undef TESSERA_WITH_DIMS
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/quantizer.cuda.inc"
#endif
