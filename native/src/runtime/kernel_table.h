// The generated kernel table, as the rest of the runtime sees it.
#pragma once

#include <span>
#include <string_view>

#include "runtime/kernel_info.h"

namespace tessera {

// Row i describes op kFirstKernelOp + i.
std::span<const KernelInfo> kernelTable();
// KernelInfo::family indexes this list.
std::span<const char* const> kernelFamilies();
std::string_view schemaDigest();

}  // namespace tessera
