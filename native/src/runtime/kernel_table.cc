#include "runtime/kernel_table.h"

#include "gen/kernels.h"

namespace tessera {

namespace {

#define TESSERA_NAME(family) #family,
const char* const families[] = {TESSERA_FAMILIES(TESSERA_NAME)};
#undef TESSERA_NAME

}  // namespace

std::span<const KernelInfo> kernelTable() { return {gen::kKernels, gen::kKernelCount}; }
std::span<const char* const> kernelFamilies() { return families; }
std::string_view schemaDigest() { return gen::kSchemaDigest; }

}  // namespace tessera
