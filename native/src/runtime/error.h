// Failures of the runtime. Inside the executor they are thrown and caught; what leaves it is a shared, immutable Failure
// that names a stable code and the op, because one failure can poison many buffers.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace tessera {

struct Failure {
  std::string code;     // OUT_OF_MEMORY INVALID_HANDLE INVALID_COMMAND EXTENT UNSUPPORTED DEVICE CLOSED INVALID_ARGUMENT
  std::string op;       // kernel or command name, "" when none applies
  std::string message;  // "op: what is wrong; got ...; expected ... . Hint."
};

using FailurePointer = std::shared_ptr<const Failure>;

class Error : public std::exception {
 public:
  Error(std::string code, std::string op, std::string message)
      : failure_(std::make_shared<Failure>(Failure{std::move(code), std::move(op), std::move(message)})) {}

  explicit Error(FailurePointer failure) : failure_(std::move(failure)) {}

  const char* what() const noexcept override { return failure_->message.c_str(); }
  const FailurePointer& failure() const noexcept { return failure_; }

 private:
  FailurePointer failure_;
};

}  // namespace tessera
