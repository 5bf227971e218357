// Failures of the runtime. Inside the executor they are thrown and caught; what leaves it is a shared, immutable Failure
// that names a stable code and the op, because one failure can poison many buffers.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

// A kernel or built-in command by its name, which is never freed, and the call of the program that it belongs to: the upper
// half of the command's second word, 0 where that is not known.
struct Command {
  const char* name;
  uint32_t origin;

  bool operator==(const Command&) const = default;
};

struct Failure {
  std::string code;     // OUT_OF_MEMORY INVALID_HANDLE INVALID_COMMAND EXTENT UNSUPPORTED DEVICE CLOSED INVALID_ARGUMENT
  std::string op;       // kernel or command name, "" when none applies, "one of a, b" when it is not known which
  std::string message;  // "op: what is wrong; got ...; expected ... . Hint."
  std::vector<Command> commands = {};  // the one that failed, or those of which one did, where an origin is known
};

using FailurePointer = std::shared_ptr<const Failure>;

class Error : public std::exception {
 public:
  Error(std::string code, std::string op, std::string message)
      : failure_(std::make_shared<Failure>(Failure{std::move(code), std::move(op), std::move(message)})) {}

  explicit Error(Failure failure) : failure_(std::make_shared<Failure>(std::move(failure))) {}
  explicit Error(FailurePointer failure) : failure_(std::move(failure)) {}

  const char* what() const noexcept override { return failure_->message.c_str(); }
  const FailurePointer& failure() const noexcept { return failure_; }

 private:
  FailurePointer failure_;
};

}  // namespace tessera
