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

#include "emulator_kernels.h"

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

  test("packs and copies that are not aligned are reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(misalignedPack), 1, 1, 0, d.buffers()); }, "a pack that is not aligned");
    expectFault([&](TestStream& s) { s.launch(KERNEL(misalignedCopy), 1, 1, 0, d.buffers()); },
                "an asynchronous copy that is not aligned to its size");
  });
  test("blocks come in the order of their turns", [] {
    for (uint64_t seed = 0; seed <= kSeeds; ++seed) {
      Data d(32);
      TestStream(seed).launch(KERNEL(turns), 9, 32, 0, d.buffers());
      for (uint32_t t = 0; t < 9; ++t) expect(d.words[2 + t] == t, "turn " + std::to_string(t));
    }
  });
  test("a block that waits for a later ticket is reported", [] {
    Data d(32);
    expectFault([&](TestStream& s) { s.launch(KERNEL(turnsBackwards), 9, 32, 0, d.buffers()); },
                "a block waits for one with a later ticket");
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
