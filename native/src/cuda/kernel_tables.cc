#include "cuda/kernel_tables.h"

#include <array>
#include <string_view>

namespace tessera::cuda {

// One line TESSERA_TABLE(family) per .cu file, from CMake.
#define TESSERA_TABLE(family) extern const CudaKernel family##Kernels[];
#include "cuda_tables.inc"
#undef TESSERA_TABLE

const CudaKernel* familyKernels(uint32_t family) {
  struct Table {
    std::string_view name;
    const CudaKernel* kernels;
  };
#define TESSERA_TABLE(family) {#family, family##Kernels},
  static constexpr Table tables[] = {
#include "cuda_tables.inc"
      {"", nullptr}};
#undef TESSERA_TABLE
  static const auto byIndex = [] {
    std::array<const CudaKernel*, 256> found{};
    const auto families = kernelFamilies();
    for (size_t i = 0; i < families.size() && i < found.size(); ++i) {
      for (const Table& table : tables) {
        if (table.name == families[i]) found[i] = table.kernels;
      }
    }
    return found;
  }();
  return family < byIndex.size() ? byIndex[family] : nullptr;
}

void throwFault(const FaultRecord& record) {
  const auto fault = static_cast<Fault>(record.fault);
  if (fault == Fault::none) return;
  const Command command{kernelTable()[(record.command & 0xffff) - kFirstKernelOp].name, record.command >> 16};
  const std::string op = command.name;
  try {
    if (fault == Fault::index) Stream::fail("INDEX", "index out of range", record.got, record.limit);
    Stream::fail("NOT_A_DISTRIBUTION", "a row of logits has NaN, +Infinity or no finite element", record.got, record.limit);
  } catch (const Error& error) {
    throw Error({error.failure()->code, op, op + ": " + error.failure()->message, {command}});
  }
}

}  // namespace tessera::cuda
