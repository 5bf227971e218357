// Vector quantisation: nearest codes, and the entropy loss over soft assignments with its gradients. The passes are in
// quantizer_lookup.h and quantizer_entropy.h; here they are put in order and split into chunks.
#include "cpu/quantizer_entropy.h"
#include "cpu/quantizer_lookup.h"

namespace tessera::TESSERA_ISA {

template <class T>
void codebookEntropyForward(const CodebookEntropyForwardArgs<T>& a, Context& ctx) {
  using namespace quantizer;
  if (a.rows == 0 || a.codes == 0) {
    *a.sampleEntropy = *a.codebookEntropy = __builtin_nanf("");
    for (uint32_t k = 0; k < a.codes; ++k) a.meanAssignment[k] = 0.0f;
    return;
  }
  const Assignment s = prepare(a, ctx);
  float* entropies = a.rowEntropies != nullptr ? a.rowEntropies : ctx.scratch<float>(a.rows);
  withDims(a.dims, [&](auto constant) {
    forRange(ctx, s.groups, s.rowGrain, [&](uint64_t begin, uint64_t end) {
      for (uint64_t g = begin; g < end; ++g) rowEntropies<decltype(constant)::value>(s, g, a.logSums, entropies);
    });
    const float* logSums = padLogSums(s, ctx, a.logSums);
    forRange(ctx, s.codes.tiles, s.tileGrain, [&](uint64_t begin, uint64_t end) {
      for (uint64_t t = begin; t < end; ++t) {
        meanOfTile<decltype(constant)::value>(s, static_cast<uint32_t>(t), logSums, a.meanAssignment);
      }
    });
  });
  double sample = 0, batch = 0;
  for (uint32_t i = 0; i < a.rows; ++i) sample += entropies[i];
  for (uint32_t k = 0; k < a.codes; ++k) {
    const float mean = a.meanAssignment[k];
    if (mean != 0.0f) batch -= static_cast<double>(mean) * __builtin_logf(mean + a.epsilon);
  }
  *a.sampleEntropy = static_cast<float>(sample / a.rows);
  *a.codebookEntropy = static_cast<float>(batch);
}

template <class T>
void codebookEntropyBackward(const CodebookEntropyBackwardArgs<T>& a, Context& ctx) {
  using namespace quantizer;
  if (a.rows == 0 || a.codes == 0) {
    if (a.dcodebook != nullptr)
      for (uint64_t i = 0; i < uint64_t{a.codes} * a.dims; ++i) a.dcodebook[i] = 0.0f;
    return;
  }
  const Assignment s = prepare(a, ctx);
  const float sampleScale = a.dsampleEntropy != nullptr ? *a.dsampleEntropy / static_cast<float>(a.rows) : 0.0f;
  const float batchScale = a.dcodebookEntropy != nullptr ? -*a.dcodebookEntropy / static_cast<float>(a.rows) : 0.0f;
  const float factor = 2.0f / a.temperature;
  float* codeTerms = ctx.scratch<float>(size_t{s.codes.tiles} * kTile);
  forRange(ctx, size_t{s.codes.tiles} * kTile, 4096, [&](uint64_t begin, uint64_t end) {
    for (uint64_t k = begin; k < end; ++k) {
      const float mean = k < a.codes ? a.meanAssignment[k] : 0.0f, inside = mean + a.epsilon;
      codeTerms[k] = inside > 0.0f || inside != inside ? batchScale * (__builtin_logf(inside) + mean / inside) : 0.0f;
    }
  });
  const Upstream up{codeTerms, splat(sampleScale * kLn2)};
  const float* logSums = padLogSums(s, ctx, a.logSums);
  float* centers = ctx.scratch<float>(s.groups * kRows);
  const size_t rowSums = size_t{kRows} * a.dims * 2 * kLanes, tileSums = size_t{a.dims} * kTile;
  const size_t perThread = rowSums > tileSums ? rowSums : tileSums;
  float* sums = ctx.scratch<float>(perThread * ctx.threads());
  withDims(a.dims, [&](auto constant) {
    constexpr int kDims = decltype(constant)::value;
    const auto rowChunks = static_cast<uint32_t>((s.groups - 1) / s.rowGrain + 1);
    ctx.parallelFor(rowChunks, [&](uint32_t chunk, int thread) {
      const uint64_t begin = chunk * s.rowGrain;
      for (uint64_t g = begin; g < s.groups && g < begin + s.rowGrain; ++g) {
        rowGradients<kDims>(s, g, logSums, up, factor, sums + thread * perThread, centers, a.dz);
      }
    });
    if (a.dcodebook == nullptr) return;
    const auto tileChunks = static_cast<uint32_t>((s.codes.tiles - 1) / s.tileGrain + 1);
    ctx.parallelFor(tileChunks, [&](uint32_t chunk, int thread) {
      const uint64_t begin = chunk * s.tileGrain;
      for (uint64_t t = begin; t < s.codes.tiles && t < begin + s.tileGrain; ++t) {
        codeGradients<kDims>(s, static_cast<uint32_t>(t), logSums, centers, up, factor, sums + thread * perThread,
                             a.dcodebook);
      }
    });
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/quantizer.cpu.inc"
