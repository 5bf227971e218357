#include "cuda/cublaslt.h"

#include <cstring>
#include <map>
#include <tuple>

#include "cuda/library.h"
#include "runtime/error.h"

namespace tessera::cuda {

namespace {

using Status = int;
using Handle = struct cublasLtContext*;
using Descriptor = struct cublasLtMatmulDescOpaque*;
using Layout = struct cublasLtMatrixLayoutOpaque*;
using Preference = struct cublasLtMatmulPreferenceOpaque*;

struct Algorithm {
  uint64_t data[8];
};

struct HeuristicResult {
  Algorithm algorithm;
  size_t workspaceBytes;
  Status state;
  float waves;
  int reserved[4];
};

// Values of library_types.h, cublas_api.h and cublasLt.h.
enum : int { kReal32F = 0, kReal16BF = 14 };
enum : int { kCompute32F = 68 };
enum : int { kOpN = 0, kOpT = 1 };
enum : int { kDescTransA = 3, kDescTransB = 4, kDescEpilogue = 7, kDescBiasPointer = 8, kDescAuxPointer = 11, kDescAuxLd = 12 };
enum : int { kLayoutBatchCount = 5, kLayoutBatchStride = 6 };
enum : int { kPreferenceWorkspace = 1, kPreferenceReduction = 3, kPreferenceAlignmentA = 5, kPreferenceAlignmentD = 8 };
enum : int { kEpilogueDefault = 1, kEpilogueBias = 4, kEpilogueGelu = 32, kEpilogueAux = 128 };
enum : uint32_t { kReductionInComputeType = 2 };

#define TESSERA_CUBLASLT_FUNCTIONS(X)                                                                                  \
  X(create, cublasLtCreate, (Handle * handle))                                                                         \
  X(destroy, cublasLtDestroy, (Handle handle))                                                                         \
  X(descCreate, cublasLtMatmulDescCreate, (Descriptor * desc, int computeType, int scaleType))                         \
  X(descDestroy, cublasLtMatmulDescDestroy, (Descriptor desc))                                                         \
  X(descSet, cublasLtMatmulDescSetAttribute, (Descriptor desc, int attribute, const void* value, size_t bytes))        \
  X(layoutCreate, cublasLtMatrixLayoutCreate, (Layout * layout, int type, uint64_t rows, uint64_t columns, int64_t ld))\
  X(layoutDestroy, cublasLtMatrixLayoutDestroy, (Layout layout))                                                       \
  X(layoutSet, cublasLtMatrixLayoutSetAttribute, (Layout layout, int attribute, const void* value, size_t bytes))      \
  X(preferenceCreate, cublasLtMatmulPreferenceCreate, (Preference * preference))                                       \
  X(preferenceDestroy, cublasLtMatmulPreferenceDestroy, (Preference preference))                                       \
  X(preferenceSet, cublasLtMatmulPreferenceSetAttribute,                                                               \
    (Preference preference, int attribute, const void* value, size_t bytes))                                           \
  X(heuristic, cublasLtMatmulAlgoGetHeuristic,                                                                         \
    (Handle handle, Descriptor desc, Layout a, Layout b, Layout c, Layout d, Preference preference, int requested,     \
     HeuristicResult* results, int* returned))                                                                         \
  X(matmul, cublasLtMatmul,                                                                                            \
    (Handle handle, Descriptor desc, const void* alpha, const void* a, Layout layoutA, const void* b, Layout layoutB,  \
     const void* beta, const void* c, Layout layoutC, void* d, Layout layoutD, const Algorithm* algorithm,             \
     void* workspace, size_t workspaceBytes, CUstream stream))

struct Functions {
#define TESSERA_FIELD(name, symbol, parameters) Status(*name) parameters;
  TESSERA_CUBLASLT_FUNCTIONS(TESSERA_FIELD)
#undef TESSERA_FIELD
  size_t version = 0;  // 0: not available
};

Functions load() {
  Functions functions{};
  std::string why;
  const char* chosen = std::getenv("TESSERA_CUBLASLT");
#if defined(_WIN32)
  const Library library = chosen ? Library::open({chosen}, why)
                                 : Library::open({"cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"}, why);
#else
  const Library library = chosen ? Library::open({chosen}, why)
                                 : Library::open({"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11",
                                                  "/usr/local/cuda/lib64/libcublasLt.so", "libcublasLt.so"}, why);
#endif
  if (!library) return functions;
#define TESSERA_RESOLVE(name, function, parameters)                                       \
  functions.name = reinterpret_cast<decltype(functions.name)>(library.symbol(#function)); \
  if (!functions.name) return Functions{};
  TESSERA_CUBLASLT_FUNCTIONS(TESSERA_RESOLVE)
#undef TESSERA_RESOLVE
  using GetVersion = size_t (*)();
  const auto getVersion = reinterpret_cast<GetVersion>(library.symbol("cublasLtGetVersion"));
  functions.version = getVersion ? getVersion() : 1;
  return functions;
}

const Functions& functions() {
  static const Functions instance = load();
  return instance;
}

int dataType(Gemm::Type type) {
  switch (type) {
    case Gemm::Type::f32: return kReal32F;
    case Gemm::Type::bf16: return kReal16BF;
  }
  return kReal32F;
}

void require(Status status, const char* what) {
  if (status != 0) throw Error("DEVICE", "", std::string(what) + " failed (cuBLASLt status " + std::to_string(status) + ")");
}

// What decides the algorithm: everything but the addresses and the scalars.
using Key = std::tuple<int, int, bool, bool, int, uint32_t, uint32_t, uint32_t, uint32_t, int64_t, int64_t, int64_t, int64_t,
                       int64_t, int64_t, uint32_t>;

// Programs whose shapes keep changing start over here.
constexpr size_t kMostPlans = 4096;

// The largest power of two up to 16 that divides the addresses of all matrices, of the addend and of the bias.
uint32_t alignmentOf(const Gemm& g) {
  const auto size = [](Gemm::Type type) { return type == Gemm::Type::f32 ? 4 : 2; };
  uintptr_t bits = reinterpret_cast<uintptr_t>(g.a) | reinterpret_cast<uintptr_t>(g.b) | reinterpret_cast<uintptr_t>(g.c) |
                   reinterpret_cast<uintptr_t>(g.addend) | reinterpret_cast<uintptr_t>(g.bias) | 16;
  if (g.batch > 1) {
    bits |= static_cast<uintptr_t>((g.strideA | g.strideB) * size(g.type)) | static_cast<uintptr_t>(g.strideC * size(g.outputType));
  }
  return static_cast<uint32_t>(bits & (~bits + 1));
}

int epilogueOf(const Gemm& g) {
  const int parts = (g.bias ? kEpilogueBias : 0) | (g.geluTanh ? kEpilogueGelu : 0) | (g.preactivation ? kEpilogueAux : 0);
  return parts == 0 ? kEpilogueDefault : parts;
}

// The descriptors of one kind of GEMM and the algorithm chosen for it.
struct Plan {
  Descriptor desc = nullptr;
  Layout a = nullptr, b = nullptr, c = nullptr;
  Algorithm algorithm{};
  bool usable = false;

  Plan() = default;
  Plan(const Plan&) = delete;
  ~Plan() {
    const Functions& f = functions();
    if (desc) f.descDestroy(desc);
    if (a) f.layoutDestroy(a);
    if (b) f.layoutDestroy(b);
    if (c) f.layoutDestroy(c);
  }
};

}  // namespace

struct CublasLt::State {
  Handle handle = nullptr;
  void* workspace = nullptr;
  size_t workspaceBytes = 0;
  std::map<Key, std::unique_ptr<Plan>> plans;

  ~State() {
    plans.clear();
    if (handle) functions().destroy(handle);
  }

  Plan& planFor(const Gemm& g);
};

std::string cublasLtVersion() {
  const size_t version = functions().version;
  if (version == 0) return "";
  // 11 and 12 count major * 10000 + minor * 100, as do later ones.
  return version == 1 ? "?" : std::to_string(version / 10000) + "." + std::to_string(version % 10000 / 100);
}

std::unique_ptr<CublasLt> CublasLt::create(void* workspace, size_t workspaceBytes) {
  if (functions().version == 0) return nullptr;
  auto state = std::make_unique<State>();
  state->workspace = workspace;
  state->workspaceBytes = workspace ? workspaceBytes : 0;
  if (functions().create(&state->handle) != 0) return nullptr;
  return std::unique_ptr<CublasLt>(new CublasLt(std::move(state)));
}

CublasLt::CublasLt(std::unique_ptr<State> state) : state_(std::move(state)) {}
CublasLt::~CublasLt() = default;

// The library is column-major: it computes C^T = op(B)^T op(A)^T, with our B as its first operand.
Plan& CublasLt::State::planFor(const Gemm& g) {
  const Key key{static_cast<int>(g.type), static_cast<int>(g.outputType), g.transposeA, g.transposeB, epilogueOf(g),
                g.m, g.n, g.k, g.batch, g.lda, g.ldb, g.ldc, g.strideA, g.strideB, g.strideC, alignmentOf(g)};
  if (plans.size() >= kMostPlans && !plans.contains(key)) plans.clear();
  std::unique_ptr<Plan>& slot = plans[key];
  if (slot) return *slot;
  slot = std::make_unique<Plan>();
  Plan& plan = *slot;
  const Functions& f = functions();

  // A call that fails leaves a plan that is not usable: what an older library does not know is done without it.
  bool well = f.descCreate(&plan.desc, kCompute32F, kReal32F) == 0;
  const auto set = [&](int attribute, const auto& value) { well = well && f.descSet(plan.desc, attribute, &value, sizeof value) == 0; };
  set(kDescTransA, int{g.transposeB ? kOpT : kOpN});
  set(kDescTransB, int{g.transposeA ? kOpT : kOpN});
  set(kDescEpilogue, epilogueOf(g));
  if (g.bias) set(kDescBiasPointer, g.bias);
  if (g.preactivation) {
    set(kDescAuxPointer, g.preactivation);
    set(kDescAuxLd, g.ldc);
  }

  const auto layout = [&](Layout& out, Gemm::Type type, uint64_t rows, uint64_t columns, int64_t ld, int64_t stride) {
    well = well && f.layoutCreate(&out, dataType(type), rows, columns, ld) == 0;
    if (g.batch == 1) return;
    const int32_t batch = static_cast<int32_t>(g.batch);
    well = well && f.layoutSet(out, kLayoutBatchCount, &batch, sizeof batch) == 0;
    well = well && f.layoutSet(out, kLayoutBatchStride, &stride, sizeof stride) == 0;
  };
  layout(plan.a, g.type, g.transposeB ? g.k : g.n, g.transposeB ? g.n : g.k, g.ldb, g.strideB);
  layout(plan.b, g.type, g.transposeA ? g.m : g.k, g.transposeA ? g.k : g.m, g.lda, g.strideA);
  layout(plan.c, g.outputType, g.n, g.m, g.ldc, g.strideC);

  Preference preference = nullptr;
  well = well && f.preferenceCreate(&preference) == 0;
  const auto prefer = [&](int attribute, const auto& value) {
    well = well && f.preferenceSet(preference, attribute, &value, sizeof value) == 0;
  };
  prefer(kPreferenceWorkspace, workspaceBytes);
  // Where k is split, parts are added in f32, not rounded to the result's type first.
  prefer(kPreferenceReduction, uint32_t{kReductionInComputeType});
  for (int attribute = kPreferenceAlignmentA; attribute <= kPreferenceAlignmentD; ++attribute) prefer(attribute, alignmentOf(g));
  HeuristicResult result{};
  int found = 0;
  plan.usable = well && f.heuristic(handle, plan.desc, plan.a, plan.b, plan.c, plan.c, preference, 1, &result, &found) == 0 &&
                found > 0 && result.state == 0;
  if (preference) f.preferenceDestroy(preference);
  plan.algorithm = result.algorithm;
  return plan;
}

bool CublasLt::accepts(const Gemm& g) { return state_->planFor(g).usable; }

void CublasLt::run(const Gemm& g, CUstream stream) {
  Plan& plan = state_->planFor(g);
  const Functions& f = functions();
  const auto point = [&](int attribute, const void* to) {
    if (to) require(f.descSet(plan.desc, attribute, &to, sizeof to), "cublasLtMatmulDescSetAttribute");
  };
  point(kDescBiasPointer, g.bias);
  point(kDescAuxPointer, g.preactivation);
  const void* added = g.addend ? g.addend : g.c;
  require(f.matmul(state_->handle, plan.desc, &g.alpha, g.b, plan.a, g.a, plan.b, &g.beta, added, plan.c, g.c, plan.c,
                   &plan.algorithm, state_->workspace, state_->workspaceBytes, stream),
          "cublasLtMatmul");
}

}  // namespace tessera::cuda
