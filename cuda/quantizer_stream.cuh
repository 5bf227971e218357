// How the passes over pairs of vectors run, for quantizer.cu: vectors stay with the lanes of each warp, one or a few each, in
// registers; the vectors of the other side stream through shared memory, tile by tile, and the warps of a block share each
// tile between them. A lane with several vectors reads a streamed one once for all of them; where there are too few vectors
// to fill the device that way, lanes have one each. Either gives the same bits.
#pragma once

#include "kernel.cuh"

namespace tessera::cuda {

inline constexpr int kStreamThreads = 256;
inline constexpr int kStreamWarps = kStreamThreads / kWarp;
inline constexpr uint32_t kTileFloats = 4096;  // of streamed vectors in shared memory
inline constexpr uint32_t kTileItems = 128;    // and at most so many of them

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

// `held` vectors in registers, kHeld per lane; `streamed` vectors through shared memory. kDims > 0: padded is kDims.
struct Streams {
  const float* held;
  const float* streamed;
  uint32_t heldCount, streamedCount, padded;
};

// Which vectors a lane holds, a warp apart from each other; lanes beyond the last repeat it and write nothing.
template <int kHeld>
struct Held {
  uint32_t index[kHeld];
  bool exists[kHeld];

  __device__ __forceinline__ explicit Held(const Streams& s) {
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
      const uint32_t i = (blockIdx.x * kHeld + h) * kWarp + laneId();
      exists[h] = i < s.heldCount;
      index[h] = exists[h] ? i : s.heldCount - 1;
    }
  }
};

// Calls body(item, vector, dot) for the streamed vectors of this warp; `dot(h, start)` is the chain of products with held
// vector h on `start`.
template <int kDims, int kHeld, class F>
__device__ __forceinline__ void forStreamed(const Streams& s, const Held<kHeld>& held, F&& body) {
  static_assert(kDims > 0 ? kDims % 4 == 0 : kHeld == 1);
  float* tile = dynamicShared<float>();
  const uint32_t padded = kDims > 0 ? kDims : s.padded;
  const uint32_t items = kTileFloats / padded < 1 ? 1 : kTileFloats / padded < kTileItems ? kTileFloats / padded : kTileItems;
  const float* mine = s.held + uint64_t{held.index[0]} * padded;
  float own[kHeld][kDims > 0 ? kDims : 1];
  if constexpr (kDims > 0) {
#pragma unroll
    for (int h = 0; h < kHeld; ++h) {
#pragma unroll
      for (int d = 0; d < kDims; ++d) own[h][d] = s.held[uint64_t{held.index[h]} * kDims + d];
    }
  }
  for (uint32_t first = 0; first < s.streamedCount; first += items) {
    const uint32_t count = s.streamedCount - first < items ? s.streamedCount - first : items;
    __syncthreads();
    for (uint32_t i = threadIdx.x * 4; i < count * padded; i += kStreamThreads * 4) {
      storePack(tile + i, loadPack<4>(s.streamed + uint64_t{first} * padded + i));
    }
    __syncthreads();
#pragma unroll 2
    for (uint32_t item = warpId(); item < count; item += kStreamWarps) {
      const float* vector = tile + item * padded;
      if constexpr (kDims > 0) {
        float streamed[kDims];
#pragma unroll
        for (int d = 0; d < kDims; d += 4) {
          const auto pack = loadPack<4>(vector + d);
#pragma unroll
          for (int e = 0; e < 4; ++e) streamed[d + e] = pack[e];
        }
        body(first + item, streamed, [&](int h, float start) {
          float sum = start;
#pragma unroll
          for (int d = 0; d < kDims; ++d) sum = fmaf(own[h][d], streamed[d], sum);
          return sum;
        });
      } else {
        body(first + item, vector, [&](int, float start) {
          float sum = start;
          for (uint32_t d = 0; d < padded; ++d) sum = fmaf(mine[d], vector[d], sum);
          return sum;
        });
      }
    }
  }
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

#if TESSERA_HOST

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

// Calls launch.operator()<dims, group, held>(blocks) for this many held vectors.
template <class F>
void withShape(Stream& s, const Streams& streams, F&& launch) {
  const auto run = [&]<int dims, int group, int most>() {
    const uint32_t blocks = ceilDiv(streams.heldCount, static_cast<uint32_t>(kWarp * most));
    if (blocks < s.properties().multiprocessors) {
      launch.template operator()<dims, group, 1>(ceilDiv(streams.heldCount, static_cast<uint32_t>(kWarp)));
    } else {
      launch.template operator()<dims, group, most>(blocks);
    }
  };
  switch (streams.padded) {
    case 4: return run.template operator()<4, 4, 4>();
    case 8: return run.template operator()<8, 8, 4>();
    case 16: return run.template operator()<16, 16, 2>();
    default: return run.template operator()<0, 16, 1>();
  }
}

#endif

}  // namespace tessera::cuda
