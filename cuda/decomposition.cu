// Decompositions of small dense matrices, in double, by the CPU's algorithms (native/src/cpu/decomposition.cc), so that signs
// and order are the CPU's. What is a sequence of steps on the whole matrix has one block per matrix; reflections of a factor
// reach each row of the result by itself, and there the whole device takes part, a warp per row.
#include "kernel.cuh"
#include "reduce.cuh"

#include "gen/decomposition.h"

namespace tessera::cuda {

// What the kernels of one command share. Matrices of the workspace are [batch][n][n], vectors [batch][n].
struct MatrixWork {
  double* z;            // the matrix that is worked on
  double* reflections;  // row k: v of reflection k from its first element, which is 1, then its tau if there is room
  double* diagonal;
  double* offDiagonal;
  double2* rotations;   // cosine, sine
  uint32_t n, batch;

  __device__ __forceinline__ uint64_t matrix(uint64_t b) const { return b * n * n; }
};

__device__ __forceinline__ double warpDot(const double* x, const double* y, uint32_t n) {
  double sum = 0;
  for (uint32_t i = laneId(); i < n; i += kWarp) sum += x[i] * y[i];
  return warpSum(sum);
}

// y += factor x, by one warp.
__device__ __forceinline__ void warpAddScaled(double* y, double factor, const double* x, uint32_t n) {
  for (uint32_t i = laneId(); i < n; i += kWarp) y[i] += factor * x[i];
}

struct Reflection {
  double tau, beta;
};

// The reflection I - tau v v' that takes x[0..n) to (beta, 0, ...); v replaces x. tau 0 where x is that already. The whole
// block calls it, after a barrier, and has another before it reads v.
__device__ __forceinline__ Reflection reflectionOf(double* x, uint32_t n) {
  double rest = 0;
  for (uint32_t i = threadIdx.x; i < n; i += blockDim.x) rest += i > 0 ? x[i] * x[i] : 0.0;
  const double first = x[0];
  __syncthreads();
  rest = blockSum(rest);
  if (rest == 0) {
    if (threadIdx.x == 0) x[0] = 1;
    return {0, first};
  }
  const double norm = sqrt(first * first + rest), beta = first > 0 ? -norm : norm, head = first - beta;
  for (uint32_t i = threadIdx.x; i < n; i += blockDim.x) x[i] = i > 0 ? x[i] / head : 1.0;
  return {-head / beta, beta};
}

// --- eigenvectors ---

struct TridiagonalArgs {
  const float* a;
  MatrixWork work;
  double* vector;  // of each matrix
};

// a becomes Q T Q', T tridiagonal; Q stays in the form of its reflections.
__device__ void tridiagonalKernel(const TridiagonalArgs& args) {
  const MatrixWork& work = args.work;
  const uint32_t n = work.n;
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  const uint64_t at = work.matrix(blockIdx.x), line = uint64_t{blockIdx.x} * n;
  const float* source = args.a + at;
  double *z = work.z + at, *w = args.vector + line;
  // The mean with the transpose: rounding in the products that made it must not matter.
  for (uint32_t i = warpId(); i < n; i += warps) {
    for (uint32_t j = laneId(); j < n; j += kWarp) {
      z[uint64_t{i} * n + j] = 0.5 * (double{source[uint64_t{i} * n + j]} + double{source[uint64_t{j} * n + i]});
    }
  }
  __syncthreads();
  for (uint32_t k = 0; k + 1 < n; ++k) {
    const uint32_t m = n - k - 1;
    double* v = work.reflections + at + uint64_t{k} * n;
    for (uint32_t i = threadIdx.x; i < m; i += blockDim.x) v[i] = z[uint64_t{k} * n + k + 1 + i];
    __syncthreads();
    const Reflection r = reflectionOf(v, m);
    if (threadIdx.x == 0) {
      v[m] = r.tau;  // m < n: there is room
      work.diagonal[line + k] = z[uint64_t{k} * n + k];
      work.offDiagonal[line + k] = r.beta;
    }
    __syncthreads();
    if (r.tau == 0) continue;
    // The trailing block B becomes H B H: w = tau B v, w -= tau/2 (w'v) v, B -= v w' + w v'.
    double* block = z + uint64_t{k + 1} * n + k + 1;
    for (uint32_t i = warpId(); i < m; i += warps) {
      const double product = warpDot(block + uint64_t{i} * n, v, m);
      if (laneId() == 0) w[i] = r.tau * product;
    }
    __syncthreads();
    double along = 0;
    for (uint32_t i = threadIdx.x; i < m; i += blockDim.x) along += w[i] * v[i];
    const double factor = -0.5 * r.tau * blockSum(along);
    for (uint32_t i = threadIdx.x; i < m; i += blockDim.x) w[i] += factor * v[i];
    __syncthreads();
    for (uint32_t i = warpId(); i < m; i += warps) {
      double* row = block + uint64_t{i} * n;
      const double vi = v[i], wi = w[i];
      for (uint32_t j = laneId(); j < m; j += kWarp) row[j] -= vi * w[j] + wi * v[j];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    work.diagonal[line + n - 1] = z[uint64_t{n} * n - 1];
    work.offDiagonal[line + n - 1] = 0;
  }
}
EXPORT_KERNEL((512), tridiagonal)

// z becomes Q': the reflections applied to rows of the identity from the right, last one first.
__device__ void reflectRowsKernel(const MatrixWork& work) {
  const uint32_t n = work.n;
  const uint64_t rows = uint64_t{work.batch} * n;
  for (uint64_t index = globalThread() / kWarp; index < rows; index += globalThreads() / kWarp) {
    const uint64_t at = work.matrix(index / n);
    const auto i = static_cast<uint32_t>(index % n);
    double* row = work.z + at + uint64_t{i} * n;
    for (uint32_t j = laneId(); j < n; j += kWarp) row[j] = i == j ? 1.0 : 0.0;
    __syncwarp();
    for (uint32_t k = i; k-- > 0;) {
      const uint32_t m = n - k - 1;
      const double* v = work.reflections + at + uint64_t{k} * n;
      const double tau = v[m];
      if (tau == 0) continue;
      warpAddScaled(row + k + 1, -tau * warpDot(row + k + 1, v, m), v, m);
      __syncwarp();
    }
  }
}
EXPORT_KERNEL((256), reflectRows)

// One sweep of implicit QL from l: leaves its rotations of rows i and i + 1, i from `past` - 1 down to `from`, and returns
// whether there was anything to do.
struct Sweep {
  uint32_t from, past;
  bool more;
};

__device__ Sweep sweepOf(double* d, double* e, double2* rotations, uint32_t n, uint32_t l) {
  uint32_t m = l;
  while (m + 1 < n && !(fabs(e[m]) <= 2.3e-16 * (fabs(d[m]) + fabs(d[m + 1])))) ++m;
  if (m == l) return {l, l, false};
  double g = (d[l + 1] - d[l]) / (2 * e[l]);
  double r = hypot(g, 1.0);
  g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
  if (g != g) return {l, l, false};  // numbers that are not finite have no eigenvalues
  double s = 1, c = 1, p = 0;
  for (uint32_t i = m; i-- > l;) {
    const double f = s * e[i], b = c * e[i];
    r = hypot(f, g);
    e[i + 1] = r;
    if (r == 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return {i + 1, m, true};
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    rotations[i] = make_double2(c, s);
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
  return {l, m, true};
}

// Implicit QL on the tridiagonal matrices: rows of z end as eigenvectors. A thread works a sweep's rotations out, and all
// apply them, each to columns of its own.
__device__ void implicitQlKernel(const MatrixWork& work) {
  SHARED(Sweep, sweep);
  constexpr int kMostSweeps = 60;  // per eigenvalue
  const uint32_t n = work.n;
  const uint64_t line = uint64_t{blockIdx.x} * n;
  double* z = work.z + work.matrix(blockIdx.x);
  double2* rotations = work.rotations + line;
  for (uint32_t l = 0; l < n; ++l) {
    for (int iteration = 0; iteration < kMostSweeps; ++iteration) {
      if (threadIdx.x == 0) sweep = sweepOf(work.diagonal + line, work.offDiagonal + line, rotations, n, l);
      __syncthreads();
      const Sweep found = sweep;
      for (uint32_t k = threadIdx.x; k < n && found.from < found.past; k += blockDim.x) {
        double lower = z[uint64_t{found.past} * n + k];
        for (uint32_t i = found.past; i-- > found.from;) {
          const double2 by = rotations[i];
          const double upper = z[uint64_t{i} * n + k];
          z[uint64_t{i + 1} * n + k] = by.y * upper + by.x * lower;
          lower = by.x * upper - by.y * lower;
        }
        z[uint64_t{found.from} * n + k] = lower;
      }
      __syncthreads();
      if (!found.more) break;
    }
  }
}
EXPORT_KERNEL((512), implicitQl)

struct EigenOutputArgs {
  MatrixWork work;
  float* values;
  float* vectors;
};

// Whether eigenvalue x comes before y: larger ones first, NaN last.
__device__ __forceinline__ bool before(double x, double y) { return x > y || (x == x && y != y); }

// A warp per eigenvalue: its place among the others, equal ones in their order, and its row of z as a column there.
__device__ void eigenOutputKernel(const EigenOutputArgs& args) {
  const uint32_t n = args.work.n;
  const uint64_t total = uint64_t{args.work.batch} * n;
  for (uint64_t index = globalThread() / kWarp; index < total; index += globalThreads() / kWarp) {
    const uint64_t b = index / n;
    const auto i = static_cast<uint32_t>(index % n);
    const double* d = args.work.diagonal + b * n;
    uint32_t place = 0;
    for (uint32_t j = laneId(); j < n; j += kWarp) place += before(d[j], d[i]) || (j < i && !before(d[i], d[j]));
    place = warpSum(place);
    if (laneId() == 0) args.values[b * n + place] = static_cast<float>(d[i]);
    const double* row = args.work.z + args.work.matrix(b) + uint64_t{i} * n;
    for (uint32_t k = laneId(); k < n; k += kWarp) {
      args.vectors[args.work.matrix(b) + uint64_t{k} * n + place] = static_cast<float>(row[k]);
    }
  }
}
EXPORT_KERNEL((256), eigenOutput)

// --- orthogonal factors ---

struct FactorArgs {
  const float* a;
  MatrixWork work;  // reflections: columns of a in rows, reflection k from element k of row k; diagonal: taus; offDiagonal: signs of R's
};

__device__ void qrFactorKernel(const FactorArgs& args) {
  const MatrixWork& work = args.work;
  const uint32_t n = work.n;
  const int warps = static_cast<int>(blockDim.x) / kWarp;
  const uint64_t at = work.matrix(blockIdx.x), line = uint64_t{blockIdx.x} * n;
  double* columns = work.reflections + at;
  for (uint32_t j = warpId(); j < n; j += warps) {
    for (uint32_t i = laneId(); i < n; i += kWarp) columns[uint64_t{j} * n + i] = args.a[at + uint64_t{i} * n + j];
  }
  __syncthreads();
  for (uint32_t k = 0; k < n; ++k) {
    const uint32_t m = n - k;
    double* v = columns + uint64_t{k} * n + k;
    const Reflection r = reflectionOf(v, m);
    if (threadIdx.x == 0) {
      work.diagonal[line + k] = r.tau;
      work.offDiagonal[line + k] = r.beta < 0 ? -1 : 1;
    }
    __syncthreads();
    for (uint32_t j = k + 1 + warpId(); j < n && r.tau != 0; j += warps) {
      double* column = columns + uint64_t{j} * n + k;
      warpAddScaled(column, -r.tau * warpDot(column, v, m), v, m);
    }
    __syncthreads();
  }
}
EXPORT_KERNEL((512), qrFactor)

struct FactorOutputArgs {
  MatrixWork work;
  float* q;
};

// Column j of Q = H_0 ... H_{n-1} e_j, with the sign that makes the diagonal of R positive: a warp per column.
__device__ void qrOutputKernel(const FactorOutputArgs& args) {
  const MatrixWork& work = args.work;
  const uint32_t n = work.n;
  const uint64_t total = uint64_t{work.batch} * n;
  for (uint64_t index = globalThread() / kWarp; index < total; index += globalThreads() / kWarp) {
    const uint64_t b = index / n, at = work.matrix(b);
    const auto j = static_cast<uint32_t>(index % n);
    double* column = work.z + at + uint64_t{j} * n;
    for (uint32_t i = laneId(); i < n; i += kWarp) column[i] = i == j ? work.offDiagonal[b * n + j] : 0.0;
    __syncwarp();
    for (uint32_t k = j + 1; k-- > 0;) {
      const double tau = work.diagonal[b * n + k];
      if (tau == 0) continue;
      const double* v = work.reflections + at + uint64_t{k} * n + k;
      warpAddScaled(column + k, -tau * warpDot(column + k, v, n - k), v, n - k);
      __syncwarp();
    }
    for (uint32_t i = laneId(); i < n; i += kWarp) args.q[at + uint64_t{i} * n + j] = static_cast<float>(column[i]);
  }
}
EXPORT_KERNEL((256), qrOutput)

#if TESSERA_HOST

inline MatrixWork matrixWork(Stream& s, uint32_t n, uint32_t batch) {
  const size_t lines = size_t{n} * batch;
  return {s.workspace<double>(lines * n), s.workspace<double>(lines * n), s.workspace<double>(lines), s.workspace<double>(lines),
          nullptr, n, batch};
}

// A block per matrix has a thread per column, up to 512.
inline uint32_t threadsFor(uint32_t n) { return n < 512 ? ceilDiv(n, 32u) * 32 : 512; }

inline void eigh(const EighArgs& a, Stream& s) {
  if (a.n == 0 || a.batch == 0) return;
  MatrixWork work = matrixWork(s, a.n, a.batch);
  const size_t lines = size_t{a.n} * a.batch;
  work.rotations = s.workspace<double2>(lines);
  const uint32_t rows = gridFor(s, lines, 8);
  s.launch(KERNEL(tridiagonal), a.batch, threadsFor(a.n), 0, {a.a, work, s.workspace<double>(lines)});
  s.launch(KERNEL(reflectRows), rows, 256, 0, work);
  s.launch(KERNEL(implicitQl), a.batch, threadsFor(a.n), 0, work);
  s.launch(KERNEL(eigenOutput), rows, 256, 0, {work, a.values, a.vectors});
}

inline void orthogonalize(const OrthogonalizeArgs& a, Stream& s) {
  if (a.n == 0 || a.batch == 0) return;
  const MatrixWork work = matrixWork(s, a.n, a.batch);
  s.launch(KERNEL(qrFactor), a.batch, threadsFor(a.n), 0, {a.a, work});
  s.launch(KERNEL(qrOutput), gridFor(s, size_t{a.n} * a.batch, 8), 256, 0, {work, a.q});
}

#endif

}  // namespace tessera::cuda

#if TESSERA_HOST
#include "gen/decomposition.cuda.inc"
#endif
