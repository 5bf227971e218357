// Chooses the ISA level of the CPU kernels. Compiled for the baseline of the architecture, as everything outside the
// kernel files is: this code runs on machines that most of the kernels cannot run on.
#include "cpu/dispatch/isa.h"

#include <cstdlib>
#include <cstring>
#include <vector>

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "runtime/error.h"
#include "runtime/kernel_table.h"

// cpu_tables.inc is written by CMake: TESSERA_LEVEL(level) for each level of this build, best first, and
// TESSERA_TABLE(level, family, compiled) for each family of a level, with the level that its file is compiled at.
#define TESSERA_LEVEL(level)
#define TESSERA_TABLE(level, family, compiled) \
  namespace tessera::compiled {                \
  extern const CpuKernel family##Kernels[];    \
  }
#include "cpu_tables.inc"
#undef TESSERA_LEVEL
#undef TESSERA_TABLE

namespace tessera {

namespace {

#if defined(__x86_64__) && defined(__GNUC__)
// Tiles of bf16 on AMX, and a system that keeps their state. Linux wants to be asked first, once for all threads of the
// process; elsewhere nobody has tried.
bool supportsAmx() {
#if defined(__linux__)
  constexpr unsigned bf16 = 1u << 22, tile = 1u << 24;
  unsigned a, b, c, features;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &features) || (~features & (bf16 | tile)) != 0) return false;
  constexpr int requestPermission = 0x1023, tileData = 18;  // ARCH_REQ_XCOMP_PERM, of Linux 5.16
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
#else
  return false;
#endif
}

// By features: Clang and GCC 11 do not know the names of levels here. A core with these of a level has the others too.
bool supports(const char* level) {
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 = v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                  __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  if (std::strcmp(level, "v2") == 0) return v2;
  if (std::strcmp(level, "v3") == 0) return v3;
  if (std::strcmp(level, "v4") == 0) return v4;
  const bool v4bf16 = v4 && __builtin_cpu_supports("avx512bf16");
  if (std::strcmp(level, "v4bf16") == 0) return v4bf16;
  if (std::strcmp(level, "v4amx") == 0) return v4bf16 && supportsAmx();
  return false;
}
#else
// Other builds have the architecture's baseline only (see CMakeLists.txt).
bool supports(const char*) { return true; }
#endif

struct Table {
  const char* level;
  const char* family;
  const CpuKernel* kernels;
};

const Table tables[] = {
#define TESSERA_LEVEL(level)
#define TESSERA_TABLE(level, family, compiled) {#level, #family, compiled::family##Kernels},
#include "cpu_tables.inc"
#undef TESSERA_LEVEL
#undef TESSERA_TABLE
    {nullptr, nullptr, nullptr},
};

const char* const levelNames[] = {
#define TESSERA_LEVEL(level) #level,
#define TESSERA_TABLE(level, family, compiled)
#include "cpu_tables.inc"
#undef TESSERA_LEVEL
#undef TESSERA_TABLE
};

const CpuKernel* findTable(const char* level, const char* family) {
  for (const Table* table = tables; table->level != nullptr; ++table) {
    if (std::strcmp(table->level, level) == 0 && std::strcmp(table->family, family) == 0) return table->kernels;
  }
  return nullptr;
}

std::vector<IsaLevel> makeLevels() {
  std::vector<IsaLevel> levels;
  for (const char* name : levelNames) {
    IsaLevel level{name, supports(name), {}};
    for (const char* family : kernelFamilies()) level.tables.push_back(findTable(name, family));
    levels.push_back(std::move(level));
  }
  return levels;
}

std::string names(bool supportedOnly) {
  std::string list;
  for (const IsaLevel& level : isaLevels()) {
    if (supportedOnly && !level.supported) continue;
    list += list.empty() ? "" : ", ";
    list += level.name;
  }
  return list.empty() ? "none" : list;
}

}  // namespace

std::span<const IsaLevel> isaLevels() {
  static const std::vector<IsaLevel> levels = makeLevels();
  return levels;
}

const IsaLevel& chosenIsa() {
  if (const char* forced = std::getenv("TESSERA_CPU_ISA"); forced != nullptr && *forced != '\0') {
    for (const IsaLevel& level : isaLevels()) {
      if (std::strcmp(level.name, forced) != 0) continue;
      if (level.supported) return level;
      throw Error("UNSUPPORTED", "open",
                  std::string("open: this machine cannot run the CPU level that TESSERA_CPU_ISA asks for; got '") +
                      forced + "'; expected one of " + names(true) + ".");
    }
    throw Error("UNSUPPORTED", "open",
                std::string("open: unknown CPU level in TESSERA_CPU_ISA; got '") + forced + "'; this machine has " +
                    names(true) + ", this build " + names(false) + ".");
  }
  for (const IsaLevel& level : isaLevels()) {
    if (level.supported) return level;
  }
  throw Error("UNSUPPORTED", "open",
              "open: this machine is older than every CPU level of this build; expected support for one of " +
                  names(false) + " (x86-64-v2 means SSE4.2 and POPCNT).");
}

}  // namespace tessera
