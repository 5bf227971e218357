// Tests of the emulator and of the building blocks of kernels, as a program of its own: `emulator_test` prints a line per
// test and ends with `N passed, N failed`. Kernels that are wrong on purpose must be caught.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gemm_tile.cuh"
#include "reduce.cuh"

namespace tessera::cuda {

struct Buffers {
  const float* x;
  float* y;
  uint32_t* words;
  uint32_t n;
};

// --- correct kernels ---

__device__ void reverseKernel(const Buffers& a) {
  SHARED(float, tile, [256]);
  tile[threadIdx.x] = a.x[threadIdx.x];
  __syncthreads();
  a.y[threadIdx.x] = tile[255 - threadIdx.x];
}
EXPORT_KERNEL((256), reverse)

__device__ void blockSumsKernel(const Buffers& a) {
  const float value = globalThread() < a.n ? a.x[globalThread()] : 0.0f;
  const float sum = blockSum(value), largest = blockMax(value);
  uint32_t total = 0;
  const uint32_t before = blockExclusiveSum(uint32_t{threadIdx.x % 3}, total);
  if (threadIdx.x == 0) {
    a.y[2 * blockIdx.x] = sum;
    a.y[2 * blockIdx.x + 1] = largest;
  }
  a.words[globalThread()] = before << 16 | total;
}
EXPORT_KERNEL((1024), blockSums)

// Odd and even lanes go different ways and meet among themselves.
__device__ void divergentKernel(const Buffers& a) {
  const uint32_t lane = threadIdx.x;
  uint32_t result;
  if (lane % 2 == 0) {
    result = __ballot_sync(0x55555555u, lane < 8) | static_cast<uint32_t>(__any_sync(0x55555555u, lane == 4)) << 31;
  } else {
    result = __shfl_down_sync(0xaaaaaaaau, lane, 2);
    result = result * 100 + static_cast<uint32_t>(__all_sync(0xaaaaaaaau, lane > 0));
  }
  __syncwarp();
  const uint32_t same = __match_any_sync(kFullMask, lane / 4);
  a.words[lane] = result;
  a.words[32 + lane] = same;
  a.words[64 + lane] = __shfl_up_sync(kFullMask, lane, 3, 8);
  a.words[96 + lane] = __reduce_max_sync(kFullMask, lane ^ 5u);
  a.words[128 + lane] = static_cast<uint32_t>(__syncthreads_count(lane % 3 == 0));
}
EXPORT_KERNEL((32), divergent)

// Half of the block leaves early: barriers and full-mask shuffles go on without it.
__device__ void earlyExitKernel(const Buffers& a) {
  if (threadIdx.x >= 48) return;
  SHARED(uint32_t, count);
  if (threadIdx.x == 0) count = 0;
  __syncthreads();
  atomicAdd(&count, 1u);
  __syncthreads();
  const uint32_t neighbour = __shfl_xor_sync(kFullMask, threadIdx.x, 1);
  a.words[threadIdx.x] = count * 1000 + neighbour;
}
EXPORT_KERNEL((128), earlyExit)

__device__ void atomicsKernel(const Buffers& a) {
  atomicAdd(a.y, 1.0f);
  atomicMax(a.words, uint32_t{threadIdx.x});
  atomicMin(a.words + 1, uint32_t{threadIdx.x});
  atomicOr(a.words + 2, 1u << (threadIdx.x % 32));
  atomicAdd(reinterpret_cast<int32_t*>(a.words + 3), -1);
  atomicInc(a.words + 4, 9u);
  if (atomicCAS(a.words + 5, 7u, 8u) == 7u) atomicExch(a.words + 6, 1u);
}
EXPORT_KERNEL((256), atomics)

// A pipeline of asynchronous copies with two stages.
__device__ void pipelineKernel(const Buffers& a) {
  SHARED(float, stage, [2][128]);
  const uint32_t steps = a.n / 128;
  const auto load = [&](uint32_t step) {
    if (threadIdx.x < 32) copyAsync16(&stage[step % 2][threadIdx.x * 4], a.x + step * 128 + threadIdx.x * 4);
    copyAsyncCommit();
  };
  load(0);
  float sum = 0.0f;
  for (uint32_t step = 0; step < steps; ++step) {
    if (step + 1 < steps) {
      load(step + 1);
      copyAsyncWait<1>();
    } else {
      copyAsyncWait<0>();
    }
    __syncthreads();
    sum += stage[step % 2][127 - threadIdx.x];
    __syncthreads();
  }
  a.y[threadIdx.x] = sum;
}
EXPORT_KERNEL((128), pipeline)

__device__ void indicesKernel(const Buffers& a) {
  const uint32_t block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const uint32_t thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  a.words[block * blockDim.x * blockDim.y * blockDim.z + thread] += block * 100 + thread + 1;
}
EXPORT_KERNEL((64), indices)

__device__ void packsKernel(const Buffers& a) {
  const auto pack = loadPackStreaming<4>(a.x + threadIdx.x * 4);
  Pack<float, 4> out;
  for (int i = 0; i < 4; ++i) out[i] = pack[3 - i];
  storePackStreaming(a.y + threadIdx.x * 4, out);
  a.words[threadIdx.x] = packBf16(pack[0], pack[1]);
  const float2 back = unpackBf16(a.words[threadIdx.x]);
  if (back.x != float(fromFloat<bf16>(pack[0])) || back.y != float(fromFloat<bf16>(pack[1]))) __trap();
}
EXPORT_KERNEL((64), packs)

struct GemmArgs {
  const bf16* a;
  const bf16* b;
  float* c;
  uint32_t m, n, k;
  int64_t lda, ldb;
};

template <int transposeA, int transposeB, int aligned>
__device__ void gemmTestKernel(const GemmArgs& g) {
  GemmTile<bf16, transposeA, transposeB, aligned> tile;
  const TilePosition at = tileOf(blockIdx.x, ceilDiv(g.m, 128u), ceilDiv(g.n, 128u));
  tile.compute(g.a, g.lda, g.b, g.ldb, g.m, g.n, g.k, at.row * 128, at.column * 128);
  tile.forEach([&](int row, int column, float v0, float v1) {
    const uint32_t r = at.row * 128 + row, c = at.column * 128 + column;
    if (r < g.m && c < g.n) g.c[r * g.n + c] = v0;
    if (r < g.m && c + 1 < g.n) g.c[r * g.n + c + 1] = v1;
  });
}
EXPORT_KERNEL((128), gemmTest, 0, 0, 0)
EXPORT_KERNEL((128), gemmTest, 0, 0, 1)
EXPORT_KERNEL((128), gemmTest, 0, 1, 1)
EXPORT_KERNEL((128), gemmTest, 1, 0, 1)
EXPORT_KERNEL((128), gemmTest, 1, 1, 1)

__device__ void tf32Kernel(const Buffers& a) {  // 16 x 8 by 8 x 8, both row-major
  const int g = laneId() / 4, t = laneId() % 4;
  const float* b = a.x + 128;
  const uint32_t fragmentA[4] = {toTf32(a.x[g * 8 + t]), toTf32(a.x[(g + 8) * 8 + t]), toTf32(a.x[g * 8 + t + 4]),
                                 toTf32(a.x[(g + 8) * 8 + t + 4])};
  const uint32_t fragmentB[2] = {toTf32(b[t * 8 + g]), toTf32(b[(t + 4) * 8 + g])};
  float d[4] = {};
  mmaM16N8K8Tf32(d, fragmentA, fragmentB);
  a.y[g * 8 + 2 * t] = d[0];
  a.y[g * 8 + 2 * t + 1] = d[1];
  a.y[(g + 8) * 8 + 2 * t] = d[2];
  a.y[(g + 8) * 8 + 2 * t + 1] = d[3];
}
EXPORT_KERNEL((32), tf32)

// --- kernels that are wrong on purpose ---

__device__ void missingBarrierKernel(const Buffers& a) {
  SHARED(float, tile, [256]);
  tile[threadIdx.x] = a.x[threadIdx.x];
  a.y[threadIdx.x] = tile[255 - threadIdx.x];
}
EXPORT_KERNEL((256), missingBarrier)

__device__ void missingWarpBarrierKernel(const Buffers& a) {
  SHARED(float, tile, [32]);
  tile[laneId()] = a.x[laneId()];
  a.y[laneId()] = tile[laneId() ^ 1];
}
EXPORT_KERNEL((32), missingWarpBarrier)

// Reads a stage that the next copy may already overwrite.
__device__ void missingSecondBarrierKernel(const Buffers& a) {
  SHARED(float, stage, [128]);
  float sum = 0.0f;
  for (uint32_t step = 0; step < a.n / 128; ++step) {
    if (threadIdx.x < 32) copyAsync16(&stage[threadIdx.x * 4], a.x + step * 128 + threadIdx.x * 4);
    copyAsyncCommit();
    copyAsyncWait<0>();
    __syncthreads();
    sum += stage[127 - threadIdx.x];
  }
  a.y[threadIdx.x] = sum;
}
EXPORT_KERNEL((128), missingSecondBarrier)

__device__ void missingWaitKernel(const Buffers& a) {
  SHARED(float, stage, [128]);
  if (threadIdx.x < 32) copyAsync16(&stage[threadIdx.x * 4], a.x + threadIdx.x * 4);
  copyAsyncCommit();
  __syncthreads();
  a.y[threadIdx.x] = stage[127 - threadIdx.x];
}
EXPORT_KERNEL((128), missingWait)

__device__ void unwrittenKernel(const Buffers& a) {
  SHARED(float, sums, [32]);
  __syncthreads();
  sums[threadIdx.x] += a.x[threadIdx.x];
  a.y[threadIdx.x] = sums[threadIdx.x];
}
EXPORT_KERNEL((32), unwritten)

__device__ void deadlockKernel(const Buffers&) {
  if (threadIdx.x < 64) {
    __syncthreads();
  } else {
    __syncwarp();
    // The upper half waits for a lane that is on its way to nowhere.
    if (threadIdx.x % 32 != 7) (void)__shfl_sync(kFullMask, threadIdx.x, 0);
    else __syncthreads();
  }
}
EXPORT_KERNEL((128), deadlock)

__device__ void wrongMaskKernel(const Buffers&) { __syncwarp(0x0000ffffu); }
EXPORT_KERNEL((32), wrongMask)

__device__ void differentOperationsKernel(const Buffers& a) {
  if (threadIdx.x < 16) {
    a.words[0] = __ballot_sync(kFullMask, 1);
  } else {
    a.words[1] = __shfl_sync(kFullMask, threadIdx.x, 0);
  }
}
EXPORT_KERNEL((32), differentOperations)

__device__ void overflowKernel(const Buffers& a) {
  float* shared = dynamicShared<float>();
  shared[a.n] = 1.0f;
}
EXPORT_KERNEL((32), overflow)

}  // namespace tessera::cuda

using namespace tessera;
using namespace tessera::cuda;

namespace {

int passed = 0, failed = 0;

struct Failure {
  std::string text;
};

void expect(bool condition, const std::string& text) {
  if (!condition) throw Failure{text};
}

void test(const char* name, const std::function<void()>& body) {
  try {
    body();
    ++passed;
    std::printf("ok   %s\n", name);
  } catch (const Failure& failure) {
    ++failed;
    std::printf("FAIL %s: %s\n", name, failure.text.c_str());
  } catch (const std::exception& error) {
    ++failed;
    std::printf("FAIL %s: %s\n", name, error.what());
  }
}

constexpr uint64_t kSeeds = 12;

class TestStream final : public Stream {
 public:
  explicit TestStream(uint64_t seed) : seed_(seed) {}
  void* workspace(size_t) override { return nullptr; }
  void fillZero(void*, size_t) override {}
  void copy(void*, const void*, size_t) override {}
  const DeviceProperties& properties() const override {
    static constexpr DeviceProperties properties{4, 80, 163 << 10, 4 << 20, true};
    return properties;
  }
  FaultSink faults() override { return {}; }

 protected:
  void launchKernel(const DeviceKernel& kernel, dim3 grid, dim3 block, size_t sharedBytes, const void* args) override {
    emulator::run({kernel.symbol, kernel.emulated, args, grid, block, sharedBytes, kernel.maxThreads}, seed_);
  }

 private:
  uint64_t seed_;
};

struct Data {
  std::vector<float> x, y;
  std::vector<uint32_t> words;
  explicit Data(size_t n) : x(n), y(n, 0.0f), words(n, 0) {
    for (size_t i = 0; i < n; ++i) x[i] = static_cast<float>(i % 97) - 40.0f;
  }
  Buffers buffers() { return {x.data(), y.data(), words.data(), static_cast<uint32_t>(x.size())}; }
};

// How many of the seeds 1..kSeeds make a wrong kernel show.
int seedsThatShow(const std::function<bool(uint64_t seed)>& correct) {
  int wrong = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) wrong += !correct(seed);
  return wrong;
}

std::string faultOf(const std::function<void(TestStream&)>& body, uint64_t seed = 1) {
  TestStream stream(seed);
  try {
    body(stream);
  } catch (const emulator::Fault& fault) {
    return fault.what();
  }
  return "no fault";
}

void expectFault(const std::function<void(TestStream&)>& body, const std::string& part) {
  for (uint64_t seed = 0; seed <= 3; ++seed) {
    const std::string text = faultOf(body, seed);
    expect(text.find(part) != std::string::npos, "got '" + text + "'; expected '" + part + "'");
  }
}

template <int transposeA, int transposeB, int aligned>
void testGemm(uint32_t m, uint32_t n, uint32_t k) {
  const int64_t unit = aligned ? 8 : 1;
  const int64_t lda = ((transposeA ? m : k) + unit - 1) / unit * unit, ldb = ((transposeB ? k : n) + unit - 1) / unit * unit;
  const size_t sizeA = (transposeA ? k : m) * static_cast<size_t>(lda), sizeB = (transposeB ? n : k) * static_cast<size_t>(ldb);
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  const auto fill = [&](size_t count) {
    std::unique_ptr<bf16[]> data(new (std::align_val_t{16}) bf16[count]);
    for (size_t i = 0; i < count; ++i) data[i] = bf16(uniform(random));
    return data.release();
  };
  bf16* a = fill(sizeA);
  bf16* b = fill(sizeB);
  std::vector<float> c(size_t{m} * n, -1.0f);
  using Tile = GemmTile<bf16, transposeA, transposeB, aligned>;
  TestStream stream(3);
  stream.launch(KERNEL(gemmTest, transposeA, transposeB, aligned), ceilDiv(m, 128u) * ceilDiv(n, 128u), Tile::kThreads,
                Tile::kSharedBytes, {a, b, c.data(), m, n, k, lda, ldb});
  double worst = 0.0;
  for (uint32_t i = 0; i < m; ++i) {
    for (uint32_t j = 0; j < n; ++j) {
      double sum = 0.0;
      for (uint32_t p = 0; p < k; ++p) {
        sum += double(float(a[transposeA ? p * lda + i : i * lda + p])) * double(float(b[transposeB ? j * ldb + p : p * ldb + j]));
      }
      worst = std::max(worst, std::fabs(sum - double(c[size_t{i} * n + j])));
    }
  }
  ::operator delete[](a, std::align_val_t{16});
  ::operator delete[](b, std::align_val_t{16});
  expect(worst < 1e-5 * k, "largest error " + std::to_string(worst));
}

}  // namespace

int main() {
  for (uint64_t seed = 0; seed <= kSeeds; ++seed) {
    const std::string with = ", seed " + std::to_string(seed);
    test(("barrier" + with).c_str(), [&] {
      Data d(256);
      TestStream(seed).launch(KERNEL(reverse), 1, 256, 0, d.buffers());
      for (int i = 0; i < 256; ++i) expect(d.y[i] == d.x[255 - i], "element " + std::to_string(i));
    });
    test(("divergence" + with).c_str(), [&] {
      Data d(160);
      TestStream(seed).launch(KERNEL(divergent), 1, 32, 0, d.buffers());
      for (uint32_t lane = 0; lane < 32; ++lane) {
        const uint32_t next = lane + 2 < 32 ? lane + 2 : lane;
        expect(d.words[lane] == (lane % 2 == 0 ? 0x80000055u : next * 100 + 1), "lane " + std::to_string(lane));
        expect(d.words[32 + lane] == 0xfu << (lane / 4 * 4), "match, lane " + std::to_string(lane));
        expect(d.words[64 + lane] == (lane % 8 >= 3 ? lane - 3 : lane), "shuffle in segments, lane " + std::to_string(lane));
        expect(d.words[96 + lane] == 31, "reduce, lane " + std::to_string(lane));
        expect(d.words[128 + lane] == 11, "__syncthreads_count");
      }
    });
    test(("early exit" + with).c_str(), [&] {
      Data d(128);
      TestStream(seed).launch(KERNEL(earlyExit), 1, 128, 0, d.buffers());
      for (uint32_t i = 0; i < 48; ++i) expect(d.words[i] == 48000 + (i ^ 1), "thread " + std::to_string(i));
      expect(d.words[48] == 0, "threads that left wrote nothing");
    });
    test(("pipeline" + with).c_str(), [&] {
      Data d(128 * 9);
      TestStream(seed).launch(KERNEL(pipeline), 1, 128, 0, d.buffers());
      for (int i = 0; i < 128; ++i) {
        float sum = 0.0f;
        for (int step = 0; step < 9; ++step) sum += d.x[step * 128 + 127 - i];
        expect(d.y[i] == sum, "element " + std::to_string(i));
      }
    });
  }

  for (const uint32_t threads : {32u, 96u, 1024u}) {
    test(("reductions and prefix sums, " + std::to_string(threads) + " threads").c_str(), [&] {
      Data d(4096);
      const uint32_t blocks = 4096 / threads;
      TestStream(5).launch(KERNEL(blockSums), blocks, threads, 0, d.buffers());
      for (uint32_t block = 0; block < blocks; ++block) {
        float sum = 0.0f, largest = -INFINITY;
        uint32_t before = 0, total = 0;
        for (uint32_t i = 0; i < threads; ++i) total += i % 3;
        for (uint32_t i = 0; i < threads; ++i) {
          sum += d.x[block * threads + i];
          largest = std::max(largest, d.x[block * threads + i]);
          expect(d.words[block * threads + i] == (before << 16 | total), "prefix " + std::to_string(i));
          before += i % 3;
        }
        expect(d.y[2 * block] == sum && d.y[2 * block + 1] == largest, "block " + std::to_string(block));
      }
    });
  }

  test("atomics over many blocks", [] {
    Data d(8);
    d.words[1] = 1000;
    d.words[5] = 7;
    TestStream(2).launch(KERNEL(atomics), 20, 256, 0, d.buffers());
    expect(d.y[0] == 5120.0f, "add");
    expect(d.words[0] == 255 && d.words[1] == 0 && d.words[2] == ~0u, "max, min, or");
    expect(static_cast<int32_t>(d.words[3]) == -5120, "add of a negative integer");
    expect(d.words[4] == 0 && d.words[5] == 8 && d.words[6] == 1, "inc, cas, exch");
  });

  test("three-dimensional grids and blocks, every thread once", [] {
    for (uint64_t seed = 0; seed < 4; ++seed) {
      Data d(3 * 2 * 4 * 24);
      TestStream(seed).launch(KERNEL(indices), dim3(3, 2, 4), dim3(4, 3, 2), 0, d.buffers());
      for (uint32_t i = 0; i < d.words.size(); ++i) expect(d.words[i] == i / 24 * 100 + i % 24 + 1, "thread " + std::to_string(i));
    }
  });

  test("packs and bf16 pairs", [] {
    Data d(256);
    TestStream(1).launch(KERNEL(packs), 1, 64, 0, d.buffers());
    for (int i = 0; i < 256; ++i) expect(d.y[i] == d.x[i / 4 * 4 + 3 - i % 4], "element " + std::to_string(i));
  });

  test("same seed, same order", [] {
    const auto trace = [](uint64_t seed) {
      Data d(256);
      faultOf([&](TestStream& s) { s.launch(KERNEL(missingBarrier), 1, 256, 0, d.buffers()); }, seed);
      for (float& v : d.y) v = std::isnan(v) ? 1e9f : v;
      return d.y;
    };
    expect(trace(4) == trace(4), "two runs differ");
    expect(trace(4) != trace(5), "two seeds agree");
  });

  test("tf32 mma", [] {
    Data d(192);
    for (size_t i = 0; i < d.x.size(); ++i) d.x[i] = static_cast<float>(static_cast<int>(i * 7 % 23) - 11) / 8.0f;
    TestStream(1).launch(KERNEL(tf32), 1, 32, 0, d.buffers());
    for (int i = 0; i < 16; ++i) {
      for (int j = 0; j < 8; ++j) {
        float sum = 0.0f;
        for (int k = 0; k < 8; ++k) sum += d.x[i * 8 + k] * d.x[128 + k * 8 + j];
        expect(d.y[i * 8 + j] == sum, "element " + std::to_string(i) + ", " + std::to_string(j));
      }
    }
  });
  test("GEMM tile, A B", [] { testGemm<0, 0, 1>(256, 136, 160); });
  test("GEMM tile, A B^T", [] { testGemm<0, 1, 1>(130, 200, 96); });
  test("GEMM tile, A^T B", [] { testGemm<1, 0, 1>(200, 136, 100); });
  test("GEMM tile, A^T B^T", [] { testGemm<1, 1, 1>(65, 129, 77); });
  test("GEMM tile, unaligned", [] { testGemm<0, 0, 0>(33, 57, 45); });

  // Wrong kernels: most seeds must show them.
  const auto mostly = [](int wrong) { expect(wrong >= 8, std::to_string(wrong) + " of 12 seeds show it"); };
  const auto reversed = [](auto kernel, size_t n) {
    return [=](uint64_t seed) {
      Data d(n);
      TestStream(seed).launch(kernel, 1, static_cast<uint32_t>(n), 0, d.buffers());
      for (size_t i = 0; i < n; ++i) {
        if (d.y[i] != d.x[n - 1 - i]) return false;
      }
      return true;
    };
  };
  test("a missing barrier shows", [&] { mostly(seedsThatShow(reversed(KERNEL(missingBarrier), 256))); });
  test("a missing wait for a copy shows", [&] { mostly(seedsThatShow(reversed(KERNEL(missingWait), 128))); });
  test("a missing barrier within a warp shows", [&] {
    mostly(seedsThatShow([](uint64_t seed) {
      Data d(32);
      TestStream(seed).launch(KERNEL(missingWarpBarrier), 1, 32, 0, d.buffers());
      for (int i = 0; i < 32; ++i) {
        if (d.y[i] != d.x[i ^ 1]) return false;
      }
      return true;
    }));
  });
  test("a missing barrier after reading shows", [&] {
    mostly(seedsThatShow([](uint64_t seed) {
      Data d(128 * 4);
      TestStream(seed).launch(KERNEL(missingSecondBarrier), 1, 128, 0, d.buffers());
      for (int i = 0; i < 128; ++i) {
        float sum = 0.0f;
        for (int step = 0; step < 4; ++step) sum += d.x[step * 128 + 127 - i];
        if (d.y[i] != sum) return false;
      }
      return true;
    }));
  });
  test("reading unwritten shared memory shows", [] {
    Data d(32);
    TestStream(1).launch(KERNEL(unwritten), 3, 32, 0, d.buffers());
    for (const float v : d.y) expect(std::isnan(v), "a number came out");
  });

  test("a deadlock is reported, and the next launch works", [] {
    Data d(256);
    expectFault([&](TestStream& s) { s.launch(KERNEL(deadlock), 3, 128, 0, d.buffers()); }, "deadlock: deadlock in block (");
    expectFault([&](TestStream& s) { s.launch(KERNEL(deadlock), 1, 128, 0, d.buffers()); }, "62 of 128 threads wait at __shfl_sync with mask 0xffffffff");
    expectFault([&](TestStream& s) { s.launch(KERNEL(deadlock), 1, 128, 0, d.buffers()); }, "66 of 128 threads wait at __syncthreads");
    TestStream(1).launch(KERNEL(reverse), 1, 256, 0, d.buffers());
    expect(d.y[0] == d.x[255], "the launch after it");
  });
  test("a mask without the calling lane is reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(wrongMask), 1, 32, 0, d.buffers()); },
                "__syncwarp with mask 0x0000ffff that lacks the calling lane");
  });
  test("different operations that meet are reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(differentOperations), 1, 32, 0, d.buffers()); },
                "lanes of one warp meet in different operations");
  });
#if !defined(TESSERA_ASAN)
  test("writing past shared memory is reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(overflow), 1, 32, 32 * sizeof(float), d.buffers()); },
                "wrote past the end of dynamic shared memory (128 bytes) at byte 128");
  });
#endif
  test("launches outside the limits are reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(wrongMask), 1, 33, 0, d.buffers()); }, "expected at most the 32 of its launch bounds");
    expectFault([&](TestStream& s) { s.launch(KERNEL(blockSums), dim3(1, 65536), 32, 0, d.buffers()); }, "y and z up to 65535");
    expectFault([&](TestStream& s) { s.launch(KERNEL(overflow), 1, 32, 1 << 20, d.buffers()); }, "dynamic shared memory; expected at most");
    TestStream(1).launch(KERNEL(blockSums), 0, 32, 0, d.buffers());  // no blocks: no launch
  });

  std::printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}
