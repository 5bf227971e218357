// What the operating system says of the machine, and memory from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace tessera {

// Bytes that this process may use at most: the machine's memory, or what its container has of it.
uint64_t physicalMemory();

// "AMD EPYC 9355 32-Core Processor"; "CPU" where nothing says.
std::string cpuName();

// Aligned to 64 bytes at least, and in huge pages where the system has them. Null when there is no more.
void* allocateMemory(size_t bytes) noexcept;
void releaseMemory(void* data, size_t bytes) noexcept;

}  // namespace tessera
