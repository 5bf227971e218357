// A cuBLASLt without a GPU, for tests: the functions that Tessera calls, as NVIDIA documents them, on the memory of the fake
// driver. TESSERA_CUBLASLT=<this library>. It is strict: an attribute it does not know, one of another size, a leading
// dimension shorter than its columns, or types that the library has no kernels for are refused.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "fake_driver.h"
#include "types.h"

namespace {

constexpr int kWell = 0, kInvalid = 7, kUnsupported = 15;
constexpr int kFloat = 0;
constexpr uint32_t kBias = 4, kGelu = 32, kAuxiliary = 128;

struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t ld;
  int32_t batch = 1;
  int64_t step = 0;
};
struct Description {
  int compute, scale;
  int32_t transposeA = 0, transposeB = 0;
  uint32_t epilogue = 1;
  const void* bias = nullptr;
  void* auxiliary = nullptr;
  int64_t auxiliaryLd = 0;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t reduction = 7, alignment[4] = {256, 256, 256, 256};
};
struct Choice {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Choice) == 96);

template <class T>
int assign(T& member, const void* value, size_t bytes) {
  if (bytes != sizeof(T)) return kInvalid;
  std::memcpy(&member, value, bytes);
  return kWell;
}

float element(const void* matrix, int type, int64_t at) {
  return type == kFloat ? static_cast<const float*>(matrix)[at] : float(static_cast<const tessera::bf16*>(matrix)[at]);
}

void store(void* matrix, int type, int64_t at, float value) {
  if (type == kFloat) {
    static_cast<float*>(matrix)[at] = value;
  } else {
    static_cast<tessera::bf16*>(matrix)[at] = tessera::bf16(value);
  }
}

bool sound(const Layout& a) { return a.ld >= static_cast<int64_t>(a.rows) && a.rows > 0 && a.columns > 0; }

int judge(const Description& d, const Layout& a, const Layout& b, const Layout& c) {
  if (!sound(a) || !sound(b) || !sound(c)) return kInvalid;
  const uint64_t m = d.transposeA ? a.columns : a.rows, k = d.transposeA ? a.rows : a.columns;
  if (m != c.rows || (d.transposeB ? b.rows : b.columns) != c.columns || (d.transposeB ? b.columns : b.rows) != k) return kInvalid;
  if (a.batch != c.batch || b.batch != c.batch) return kInvalid;
  if (d.epilogue != 1 && (d.epilogue & ~(kBias | kGelu | kAuxiliary)) != 0) return kUnsupported;
  if ((d.epilogue & kAuxiliary) != 0) {
    if ((d.epilogue & kGelu) == 0 || c.batch != 1) return kUnsupported;
    if (d.auxiliaryLd % 8 != 0 || d.auxiliaryLd < static_cast<int64_t>(c.rows)) return kInvalid;
  }
  if (d.compute != 68 || d.scale != kFloat || a.type != b.type) return kUnsupported;
  return a.type == kFloat && c.type != kFloat ? kUnsupported : kWell;
}

}  // namespace

FAKE cublasLtCreate(void** handle) {
  *handle = std::malloc(1);
  return kWell;
}
FAKE cublasLtDestroy(void* handle) {
  std::free(handle);
  return kWell;
}
extern "C" __attribute__((visibility("default"))) size_t cublasLtGetVersion() { return 130100; }

FAKE cublasLtMatmulDescCreate(Description** d, int compute, int scale) {
  *d = new Description{compute, scale};
  return kWell;
}
FAKE cublasLtMatmulDescDestroy(Description* d) {
  delete d;
  return kWell;
}
FAKE cublasLtMatmulDescSetAttribute(Description* d, int attribute, const void* value, size_t bytes) {
  switch (attribute) {
    case 3: return assign(d->transposeA, value, bytes);
    case 4: return assign(d->transposeB, value, bytes);
    case 7: return assign(d->epilogue, value, bytes);
    case 8: return assign(d->bias, value, bytes);
    case 11: return assign(d->auxiliary, value, bytes);
    case 12: return assign(d->auxiliaryLd, value, bytes);
    default: return kInvalid;
  }
}

FAKE cublasLtMatrixLayoutCreate(Layout** layout, int type, uint64_t rows, uint64_t columns, int64_t ld) {
  *layout = new Layout{type, rows, columns, ld};
  return kWell;
}
FAKE cublasLtMatrixLayoutDestroy(Layout* layout) {
  delete layout;
  return kWell;
}
FAKE cublasLtMatrixLayoutSetAttribute(Layout* layout, int attribute, const void* value, size_t bytes) {
  switch (attribute) {
    case 5: return assign(layout->batch, value, bytes);
    case 6: return assign(layout->step, value, bytes);
    default: return kInvalid;
  }
}

FAKE cublasLtMatmulPreferenceCreate(Preference** preference) {
  *preference = new Preference;
  return kWell;
}
FAKE cublasLtMatmulPreferenceDestroy(Preference* preference) {
  delete preference;
  return kWell;
}
FAKE cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value, size_t bytes) {
  switch (attribute) {
    case 1: return assign(preference->workspace, value, bytes);
    case 3: return assign(preference->reduction, value, bytes);
    case 5: case 6: case 7: case 8: return assign(preference->alignment[attribute - 5], value, bytes);
    default: return kInvalid;
  }
}

FAKE cublasLtMatmulAlgoGetHeuristic(void*, const Description* d, const Layout* a, const Layout* b, const Layout* c, const Layout*,
                                    const Preference* preference, int requested, Choice* choices, int* found) {
  *found = 0;
  if (requested < 1) return kInvalid;
  if (const int verdict = judge(*d, *a, *b, *c)) return verdict;
  *choices = Choice{};
  // What the choice relies on, for cublasLtMatmul to hold it to.
  for (int i = 0; i < 4; ++i) choices->algorithm[i] = preference->alignment[i];
  choices->workspace = preference->workspace;
  *found = 1;
  return kWell;
}

FAKE cublasLtMatmul(void*, const Description* description, const float* alphaAt, const void* a, const Layout* layoutA, const void* b,
                    const Layout* layoutB, const float* betaAt, const void* c, const Layout* layoutC, void* to, const Layout*,
                    const uint64_t* algorithm, void* workspace, size_t workspaceBytes, tessera::cuda::CUstream stream) {
  const Description d = *description;
  const Layout la = *layoutA, lb = *layoutB, lc = *layoutC;
  if (const int verdict = judge(d, la, lb, lc)) return verdict;
  const auto aligned = [](const void* pointer, uint64_t to) { return reinterpret_cast<uintptr_t>(pointer) % to == 0; };
  if (!aligned(a, algorithm[0]) || !aligned(b, algorithm[1]) || !aligned(c, algorithm[2]) || !aligned(to, algorithm[3])) return kInvalid;
  const bool biased = (d.epilogue & kBias) != 0, saved = (d.epilogue & kAuxiliary) != 0;
  if (saved && (d.auxiliary == nullptr || !aligned(d.auxiliary, 16))) return kInvalid;
  if ((biased && (d.bias == nullptr || !aligned(d.bias, algorithm[3]))) || (workspaceBytes > 0 && !aligned(workspace, 16))) return kInvalid;
  const float alpha = *alphaAt, beta = *betaAt;
  const uint64_t depth = d.transposeA ? la.rows : la.columns;
  return fake::submit(stream, "cublasLtMatmul", [=] {
    for (int64_t i = 0; i < lc.batch; ++i) {
      for (int64_t column = 0; column < static_cast<int64_t>(lc.columns); ++column) {
        for (int64_t row = 0; row < static_cast<int64_t>(lc.rows); ++row) {
          double sum = 0;
          for (int64_t k = 0; k < static_cast<int64_t>(depth); ++k) {
            sum += double(element(a, la.type, i * la.step + (d.transposeA ? k + row * la.ld : row + k * la.ld))) *
                   element(b, lb.type, i * lb.step + (d.transposeB ? column + k * lb.ld : k + column * lb.ld));
          }
          const int64_t at = i * lc.step + row + column * lc.ld;
          double value = alpha * sum + (biased ? element(d.bias, lc.type, row) : 0.0f);
          if (beta != 0.0f) value += beta * element(c, lc.type, at);
          if (saved) store(d.auxiliary, lc.type, row + column * d.auxiliaryLd, static_cast<float>(value));
          if ((d.epilogue & kGelu) != 0) {
            value *= 0.5 * (1 + std::tanh(0.7978845608028654 * (value + 0.044715 * value * value * value)));
          }
          store(to, lc.type, at, static_cast<float>(value));
        }
      }
    }
  });
}
