// oneDNN as a peer of the matrix products: sgemm through its BLAS-like entry, bf16 through the matmul primitive
// (bf16 in and out, f32 accumulation). Built on demand with g++ against libdnnl; threads come from OpenMP.
#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <memory>

#include "protocol.h"

namespace {

peer::Work sgemm(const peer::Request& request, int) {
  const dnnl_dim_t m = request.number("m"), n = request.number("n"), k = request.number("k");
  auto a = std::make_shared<std::vector<float>>(m * k), b = std::make_shared<std::vector<float>>(k * n),
       c = std::make_shared<std::vector<float>>(m * n);
  for (size_t i = 0; i < a->size(); i++) (*a)[i] = float(i % 17) / 17 - 0.5f;
  for (size_t i = 0; i < b->size(); i++) (*b)[i] = float(i % 13) / 13 - 0.5f;
  return {[=] { dnnl_sgemm('N', 'N', m, n, k, 1, a->data(), k, b->data(), n, 0, c->data(), n); }, {}};
}

peer::Work bf16Gemm(const peer::Request& request, int) {
  using dnnl::memory;
  const memory::dim m = request.number("m"), n = request.number("n"), k = request.number("k");
  auto engine = std::make_shared<dnnl::engine>(dnnl::engine::kind::cpu, 0);
  auto stream = std::make_shared<dnnl::stream>(*engine);
  const auto describe = [](memory::dim rows, memory::dim columns) {
    return memory::desc({rows, columns}, memory::data_type::bf16, memory::format_tag::ab);
  };
  const auto make = [&](memory::dim rows, memory::dim columns) {
    memory made(describe(rows, columns), *engine);
    auto* bits = static_cast<uint16_t*>(made.get_data_handle());
    for (memory::dim i = 0; i < rows * columns; i++) bits[i] = 0x3f00 + i % 100;  // 0.5 to about 0.9
    return made;
  };
  const memory a = make(m, k), b = make(k, n), c = make(m, n);
  const dnnl::matmul::desc operation(describe(m, k), describe(k, n), describe(m, n));
  auto product = std::make_shared<dnnl::matmul>(dnnl::matmul::primitive_desc(operation, *engine));
  return {[=] {
            product->execute(*stream, {{DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}});
            stream->wait();
          },
          {}};
}

}  // namespace

int main() {
  const dnnl_version_t* v = dnnl_version();
  const std::string version = std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
  return peer::serve("oneDNN", version, {{"gemm", sgemm}, {"bf16-gemm", bf16Gemm}}, [](int n) { omp_set_num_threads(n); });
}
