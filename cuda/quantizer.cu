// Vector quantisation: nearest codes, and the entropies of soft assignments with their gradients. What a lane gathered is
// combined over the warps of its block in their order at the end: no atomics on floats, no rows x codes matrix.
// Scores are those of native/src/cpu/quantizer_score.h: bias[code] + row . code, one chain of fused multiply-adds.
#include "kernel.cuh"
#include "quantizer_entropy.cuh"
#include "quantizer_stream.cuh"

#include "gen/quantizer.h"

namespace tessera::cuda {

// --- nearest codes: rows held, codes streamed ---

struct LookupArgs {
  Streams s;
  const float* bias;
  int32_t* counts;
  int32_t* ids;
  float* distances;
};

template <int kDims, int kHeld>
__device__ void vqNearestKernel(const LookupArgs& a) {
  const Held<kHeld> rows(a.s);
  float best[kHeld];
  uint32_t id[kHeld];
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    best[h] = -INFINITY;
    id[h] = 0;
  }
  forStreamed<kDims>(a.s, rows, [&](uint32_t code, const float*, auto dot) {
    const float bias = a.bias[code];
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const float score = dot(h, bias);
      if (score > best[h]) {  // ascending codes: the first of equal scores stays
        best[h] = score;
        id[h] = code;
      }
    }
  });
  SHARED(float, scores, [8][32]);
  SHARED(uint32_t, codes, [8][32]);
#pragma unroll
  for (int h = 0; h < kHeld; ++h) {
    __syncthreads();
    scores[warpId()][laneId()] = best[h];
    codes[warpId()][laneId()] = id[h];
    __syncthreads();
    if (warpId() != 0 || !rows.exists[h]) continue;
    for (int w = 1; w < kStreamWarps; ++w) {
      const float score = scores[w][laneId()];
      const uint32_t code = codes[w][laneId()];
      if (score > best[h] || (score == best[h] && code < id[h])) {
        best[h] = score;
        id[h] = code;
      }
    }
    const uint32_t row = rows.index[h];
    a.ids[row] = static_cast<int32_t>(id[h]);
    if (a.counts != nullptr) atomicAdd(a.counts + id[h], 1);
    if (a.distances == nullptr) continue;
    float sum = 0.0f;
    for (uint32_t d = 0; d < a.s.padded; ++d) {
      const float difference = a.s.held[uint64_t{row} * a.s.padded + d] - a.s.streamed[uint64_t{id[h]} * a.s.padded + d];
      sum += difference * difference;
    }
    a.distances[row] = sum;
  }
}

// Dimensions, those of them that a block of a gradient adds up, vectors per lane.
#define TESSERA_QUANTIZER_SHAPES(X) X(4, 4, 4) X(4, 4, 1) X(8, 8, 4) X(8, 8, 1) X(16, 16, 2) X(16, 16, 1) X(0, 16, 1)
#define TESSERA_EXPORT(dims, group, held)                        \
  EXPORT_KERNEL((256), vqNearest, dims, held)                    \
  EXPORT_KERNEL((256), rowEntropy, dims, held)                   \
  EXPORT_KERNEL((256), meanAssignment, dims, held)               \
  EXPORT_KERNEL((256), vqRowGradient, f32, dims, group, held)    \
  EXPORT_KERNEL((256), vqRowGradient, bf16, dims, group, held)   \
  EXPORT_KERNEL((256), vqCodeGradient, dims, group, held)
TESSERA_QUANTIZER_SHAPES(TESSERA_EXPORT)
#undef TESSERA_EXPORT

#if TESSERA_HOST

template <class T>
void vqLookup(const VqLookupArgs<T>& a, Stream& s) {
  if (a.rows == 0 || a.codes == 0) return;
  const PackedVectors p = packVectorsOf(s, a.z, a.codebook, a.rows, a.codes, a.dims, a.cosine != 0, 1.0f, -0.5f);
  const LookupArgs args{{p.rows, p.codes, a.rows, a.codes, p.padded}, p.bias, a.counts, a.ids, a.distances};
  withShape(s, args.s, [&]<int dims, int group, int held>(uint32_t blocks) {
    s.launch(KERNEL(vqNearest, dims, held), blocks, kStreamThreads, sharedFor(p.padded), args);
  });
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
  withShape(s, rows.s, [&]<int dims, int group, int held>(uint32_t blocks) {
    s.launch(KERNEL(rowEntropy, dims, held), blocks, kStreamThreads, sharedFor(p.padded), rows);
  });
  withShape(s, mean.s, [&]<int dims, int group, int held>(uint32_t blocks) {
    s.launch(KERNEL(meanAssignment, dims, held), blocks, kStreamThreads, sharedFor(p.padded), mean);
  });
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
  withShape(s, rows.s, [&]<int dims, int group, int held>(uint32_t blocks) {
    s.launch(KERNEL(vqRowGradient, T, dims, group, held), dim3(blocks, a.dz != nullptr ? p.padded / group : 1), kStreamThreads,
             sharedFor(p.padded), rows);
  });
  if (a.dcodebook == nullptr) return;
  withShape(s, codes.s, [&]<int dims, int group, int held>(uint32_t blocks) {
    s.launch(KERNEL(vqCodeGradient, dims, group, held), dim3(blocks, p.padded / group), kStreamThreads, sharedFor(p.padded), codes);
  });
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/quantizer.cuda.inc"
#endif
