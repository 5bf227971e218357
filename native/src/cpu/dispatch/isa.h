// The ISA levels compiled into this build and the one chosen for this machine.
#pragma once

#include <span>
#include <vector>

#include "cpu/kernel_type.h"

namespace tessera {

struct IsaLevel {
  const char* name;                      // "v3"
  bool supported;                        // by this machine
  std::vector<const CpuKernel*> tables;  // one per kernelFamilies(); null where the build has no such kernel file
};

// Best first.
std::span<const IsaLevel> isaLevels();
// The level named by TESSERA_CPU_ISA, else the best one that this machine supports. Throws Error UNSUPPORTED.
const IsaLevel& chosenIsa();

}  // namespace tessera
