// What this machine can do at most, measured by the shortest loops that reach it: multiply-adds from registers,
// reading, copying and updating in place over arrays beyond the caches. Built on demand with `g++ -O3 -march=native`. Values
// are the best of many runs: a limit is what is possible, not what is usual, and the memory of a virtual machine has
// neighbours that come and go.
#include <algorithm>
#include <cstring>
#include <memory>
#include <thread>

#include <sys/mman.h>

#if defined(__AVX512BF16__)
#include <immintrin.h>
#endif
#if defined(__AMX_BF16__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "protocol.h"

namespace {

#if defined(__AVX512F__)
constexpr int lanes = 16;
#elif defined(__AVX__)
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif
typedef float Vector __attribute__((vector_size(lanes * 4)));

template <class Body>
double bestSeconds(int threads, int runs, Body body) {
  double best = 1e30;
  for (int run = 0; run < runs; run++) {
    const double start = peer::milliseconds();
    std::vector<std::thread> others;
    for (int t = 1; t < threads; t++) others.emplace_back(body, t);
    body(0);
    for (auto& other : others) other.join();
    best = std::min(best, (peer::milliseconds() - start) / 1000);
  }
  return best;
}

volatile float sink;

// Keeps the compiler from seeing that the accumulators are equal, and from computing only one of them.
template <class V>
inline void opaque(V& value) {
#if defined(__x86_64__)
  asm volatile("" : "+v"(value));
#else
  asm volatile("" : "+w"(value));
#endif
}

// Twelve independent accumulators hide the latency of the multiply-add on every core made so far. The loops stay out of
// line: inlined beside their timing, they lose registers to it.
double multiplyAddFlops(int threads) {
  constexpr long steps = 4'000'000, chains = 12;
  const double seconds = bestSeconds(threads, 7, [](int) __attribute__((noinline)) {
    Vector sums[chains], x, y;
    for (int l = 0; l < lanes; l++) x[l] = 1.0f - 1e-7f * l, y[l] = 1e-9f * l;
    for (auto& sum : sums) sum = y, opaque(sum);
    for (long i = 0; i < steps; i++) {
      for (auto& sum : sums) sum = sum * x + y;
      opaque(x), opaque(y);  // both stay in registers
    }
    for (int c = 1; c < chains; c++) sums[0] += sums[c];
    sink = sums[0][0];
  });
  return double(threads) * steps * chains * lanes * 2 / seconds;
}

#if defined(__AMX_BF16__)
bool mayUseTiles() {
  constexpr int requestPermission = 0x1023, tileData = 18;
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

// Four accumulators, and the loads of two tiles of each operand that they need.
double tileFlops(int threads) {
  constexpr long steps = 500'000;
  const double seconds = bestSeconds(threads, 7, [](int) __attribute__((noinline)) {
    struct alignas(64) {
      unsigned char palette = 1, row = 0, reserved[14] = {};
      unsigned short bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      unsigned char rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } static const config;
    static const unsigned short a[2][512] = {}, b[2][512] = {};
    _tile_loadconfig(&config);
    _tile_zero(0); _tile_zero(1); _tile_zero(2); _tile_zero(3);
    for (long i = 0; i < steps; i++) {
      _tile_loadd(4, a[0], 64); _tile_loadd(5, a[1], 64); _tile_loadd(6, b[0], 64); _tile_loadd(7, b[1], 64);
      _tile_dpbf16ps(0, 4, 6); _tile_dpbf16ps(1, 4, 7); _tile_dpbf16ps(2, 5, 6); _tile_dpbf16ps(3, 5, 7);
    }
    _tile_release();
  });
  return double(threads) * steps * 4 * 16 * 16 * 32 * 2 / seconds;
}
#endif

// Products of bf16 that are summed in f32, by the fastest instruction that this process may use.
double bf16Flops(int threads) {
#if defined(__AMX_BF16__)
  if (mayUseTiles()) return tileFlops(threads);
#endif
#if defined(__AVX512BF16__)
  constexpr long steps = 2'000'000, chains = 12;
  const double seconds = bestSeconds(threads, 7, [](int) __attribute__((noinline)) {
    __m512 sums[chains];
    const __m512i bits = _mm512_set1_epi16(0x3f80);
    __m512bh x, y;
    std::memcpy(&x, &bits, sizeof x);
    std::memcpy(&y, &bits, sizeof y);
    for (auto& sum : sums) sum = _mm512_setzero_ps(), opaque(sum);
    for (long i = 0; i < steps; i++) {
      for (auto& sum : sums) sum = _mm512_dpbf16_ps(sum, x, y);
      asm volatile("" : "+v"(x), "+v"(y));
    }
    for (int c = 1; c < chains; c++) sums[0] = _mm512_add_ps(sums[0], sums[c]);
    sink = sums[0][0];
  });
  return double(threads) * steps * chains * 64 / seconds;
#else
  (void)threads;
  return 0;
#endif
}

constexpr size_t hugePage = 2 << 20;

struct Bandwidth {
  double read, copy, update;
};

// `elements` floats per array; thread t owns one contiguous part, first touched by itself.
Bandwidth bandwidth(int threads, size_t elements, int runs) {
  const size_t part = elements / threads / lanes * lanes;
  const auto allocate = [&] {
    void* memory = std::aligned_alloc(hugePage, elements * 4);
    madvise(memory, elements * 4, MADV_HUGEPAGE);
    return static_cast<float*>(memory);
  };
  float *a = allocate(), *b = allocate();
  const auto over = [&](auto loop) {
    return bestSeconds(threads, runs, [=](int t) { loop(a + t * part, b + t * part, part); });
  };
  over([](float* x, float* y, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = 0, y[i] = 1;
  });
  const double bytes = double(part) * threads * 4;
  const double read = over([](float* x, float*, size_t n) {
    Vector sums[8] = {};
    for (size_t i = 0; i + 8 * lanes <= n; i += 8 * lanes)
      for (int s = 0; s < 8; s++) sums[s] += *reinterpret_cast<Vector*>(x + i + s * lanes);
    for (int s = 1; s < 8; s++) sums[0] += sums[s];
    sink = sums[0][0];
  });
  const double copy = over([](float* x, float* y, size_t n) { std::memcpy(x, y, n * 4); });
  // What is written was read before: no line is fetched only to be overwritten, and both directions of the bus are busy.
  const double update = over([](float* x, float*, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = x[i] * 0.5f + 1.0f;
  });
  std::free(a), std::free(b);
  return {bytes / read, 2 * bytes / copy, 2 * bytes / update};
}

std::string limits(int threads) {
  const Bandwidth memory = bandwidth(threads, size_t(64) << 20, 30);
  const std::vector<std::pair<const char*, double>> values = {
      {"flopsPerCore", multiplyAddFlops(1)},   {"flops", multiplyAddFlops(threads)},
      {"bf16FlopsPerCore", bf16Flops(1)},   {"bf16Flops", bf16Flops(threads)},
      {"readBytes", memory.read},              {"copyBytes", memory.copy},
      {"updateBytes", memory.update},
  };
  std::string json;
  for (const auto& [name, value] : values)
    json += (json.empty() ? "\"" : ",\"") + std::string(name) + "\":" + std::to_string(value);
  return "{" + json + "}";
}

}  // namespace

int main() {
  const auto make = [](const peer::Request&, int threads) { return peer::Work{{}, [=] { return limits(threads); }}; };
  return peer::serve("limits", std::to_string(lanes * 32) + "-bit vectors", {{"limits", make}}, [](int) {});
}
