// Limits that come as environment variables: a wrong one is an error, not silence.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "runtime/error.h"

namespace tessera {

// A whole number above 0; nothing where the variable is unset or empty. Throws Error INVALID_ARGUMENT for anything else.
inline std::optional<uint64_t> positiveVariable(const char* name, const char* unit) {
  const char* text = std::getenv(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  const size_t digits = std::strspn(text, "0123456789");
  const uint64_t value = std::strtoull(text, nullptr, 10);
  if (text[digits] == '\0' && digits <= 18 && value > 0) return value;
  throw Error("INVALID_ARGUMENT", "open", std::string("open: wrong ") + name + "; got '" + text +
                                              "'; expected a whole number of " + unit + " above 0.");
}

}  // namespace tessera
