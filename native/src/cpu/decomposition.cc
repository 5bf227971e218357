// Eigenvectors and orthogonal factors of small matrices, in double. Matrices lie in rows, and the loops are arranged so that
// the inner ones run along rows.
#include "gen/decomposition.h"

#include <math.h>

#include "cpu/kernel.h"

namespace tessera::TESSERA_ISA {
namespace {

double dot(const double* a, const double* b, uint32_t n) {
  double lane[8] = {};
  uint32_t i = 0;
  for (; n - i >= 8; i += 8) {
    for (int j = 0; j < 8; ++j) lane[j] += a[i + j] * b[i + j];
  }
  double sum = 0;
  for (; i < n; ++i) sum += a[i] * b[i];
  for (int j = 0; j < 8; ++j) sum += lane[j];
  return sum;
}

void addScaled(double* y, double factor, const double* x, uint32_t n) {
#pragma omp simd
  for (uint32_t i = 0; i < n; ++i) y[i] += factor * x[i];
}

// The reflection I - tau v v' that takes x[0..n) to (beta, 0, ...); v replaces x. tau 0 where x is that already.
double reflection(double* x, uint32_t n, double& beta) {
  const double rest = n > 1 ? dot(x + 1, x + 1, n - 1) : 0;
  if (rest == 0) {
    beta = x[0];
    return 0;
  }
  const double norm = sqrt(x[0] * x[0] + rest);
  beta = x[0] > 0 ? -norm : norm;
  const double head = x[0] - beta;
  for (uint32_t i = 1; i < n; ++i) x[i] /= head;
  x[0] = 1;
  return -head / beta;
}

// a [n][n] symmetric becomes Q', its rows the columns of Q, where a = Q T Q', T tridiagonal with diagonal d and off-diagonal e[1..n).
// `work` holds n*n + n numbers: the reflections, and one vector.
void tridiagonal(double* a, uint32_t n, double* d, double* e, double* work) {
  double *reflections = work, *w = work + uint64_t{n} * n;
  for (uint32_t k = 0; k + 1 < n; ++k) {
    const uint32_t m = n - k - 1;
    double* v = reflections + uint64_t{k} * n;
    for (uint32_t i = 0; i < m; ++i) v[i] = a[uint64_t{k} * n + k + 1 + i];
    double beta;
    const double tau = reflection(v, m, beta);
    v[m] = tau;  // m < n: there is room
    d[k] = a[uint64_t{k} * n + k];
    e[k + 1] = beta;
    if (tau == 0) continue;
    // The trailing block B becomes H B H: w = tau B v, w -= tau/2 (w'v) v, B -= v w' + w v'.
    double* block = a + uint64_t{k + 1} * n + k + 1;
    for (uint32_t i = 0; i < m; ++i) w[i] = tau * dot(block + uint64_t{i} * n, v, m);
    addScaled(w, -0.5 * tau * dot(w, v, m), v, m);
    for (uint32_t i = 0; i < m; ++i) {
      double* row = block + uint64_t{i} * n;
      const double vi = v[i], wi = w[i];
#pragma omp simd
      for (uint32_t j = 0; j < m; ++j) row[j] -= vi * w[j] + wi * v[j];
    }
  }
  d[n - 1] = a[uint64_t{n} * n - 1];
  e[0] = 0;
  // Q': the reflections applied to the identity from the right, last one first.
  for (uint64_t i = 0; i < uint64_t{n} * n; ++i) a[i] = 0;
  for (uint32_t i = 0; i < n; ++i) a[uint64_t{i} * n + i] = 1;
  for (uint32_t k = n - 1; k-- > 0;) {
    const uint32_t m = n - k - 1;
    const double* v = reflections + uint64_t{k} * n;
    const double tau = v[m];
    if (tau == 0) continue;
    for (uint32_t i = k + 1; i < n; ++i) {
      double* row = a + uint64_t{i} * n + k + 1;
      addScaled(row, -tau * dot(row, v, m), v, m);
    }
  }
}

// Implicit QL on the tridiagonal (d, e), rotating the rows of z along: rows end as eigenvectors (tql2).
void implicitQl(double* d, double* e, double* z, uint32_t n) {
  for (uint32_t i = 1; i < n; ++i) e[i - 1] = e[i];
  e[n - 1] = 0;
  for (uint32_t l = 0; l < n; ++l) {
    for (int iteration = 0; iteration < 60; ++iteration) {
      uint32_t m = l;
      for (; m + 1 < n; ++m) {
        const double size = fabs(d[m]) + fabs(d[m + 1]);
        if (fabs(e[m]) <= 2.3e-16 * size) break;
      }
      if (m == l) break;
      double g = (d[l + 1] - d[l]) / (2 * e[l]);
      double r = hypot(g, 1.0);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? fabs(r) : -fabs(r)));
      double s = 1, c = 1, p = 0;
      bool split = false;
      for (uint32_t i = m; i-- > l;) {
        double f = s * e[i];
        const double b = c * e[i];
        r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= p;
          e[m] = 0;
          split = true;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        double *upper = z + uint64_t{i} * n, *lower = upper + n;
#pragma omp simd
        for (uint32_t k = 0; k < n; ++k) {
          const double x = lower[k], y = upper[k];
          lower[k] = s * y + c * x;
          upper[k] = c * y - s * x;
        }
      }
      if (split) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

// --- QR in panels of columns: reflections one by one within a panel, and its product applied to all other columns at once ---

constexpr uint32_t kPanel = 32;
constexpr uint32_t kColumns = 16;  // columns that a thread takes at a time

// A register of the level, for wider vectors are taken apart in memory; and how many reflections share the loads of four rows.
#if defined(__AVX512F__)
constexpr int kWidth = 8, kTogether = 4;
#elif defined(__AVX2__)
constexpr int kWidth = 4, kTogether = 2;
#else
constexpr int kWidth = 2, kTogether = 2;
#endif
typedef double Vector __attribute__((vector_size(kWidth * sizeof(double))));

// Rows begin at any double. By reference: levels without registers of this size have no agreed way to pass one.
TESSERA_INLINE void load(Vector& v, const double* x) { __builtin_memcpy(&v, x, sizeof v); }
TESSERA_INLINE void store(double* x, const Vector& v) { __builtin_memcpy(x, &v, sizeof v); }

// products[r][k] = <x + r stride, v + k stride> over m numbers.
template <int rows, int vectors>
TESSERA_INLINE void dots(const double* x, const double* v, uint64_t stride, uint32_t m, double (*products)[kPanel]) {
  Vector sums[rows][vectors] = {};
  uint32_t i = 0;
  for (; m - i >= kWidth; i += kWidth) {
    for (int k = 0; k < vectors; ++k) {
      Vector vk, xr;
      load(vk, v + k * stride + i);
      for (int r = 0; r < rows; ++r) load(xr, x + r * stride + i), sums[r][k] += xr * vk;
    }
  }
  for (int r = 0; r < rows; ++r) {
    for (int k = 0; k < vectors; ++k) {
      double sum = 0;
      for (uint32_t rest = i; rest < m; ++rest) sum += x[r * stride + rest] * v[k * stride + rest];
      for (int lane = 0; lane < kWidth; ++lane) sum += sums[r][k][lane];
      products[r][k] = sum;
    }
  }
}

// x[r] -= sum of factors[r][k] v[k] over `count` vectors of m numbers.
template <int rows>
TESSERA_INLINE void subtract(double* x, const double* v, uint64_t stride, uint32_t m, uint32_t count,
                             const double (*factors)[kPanel]) {
  uint32_t i = 0;
  for (; m - i >= 2 * kWidth; i += 2 * kWidth) {
    Vector low[rows], high[rows];
    for (int r = 0; r < rows; ++r) load(low[r], x + r * stride + i), load(high[r], x + r * stride + i + kWidth);
    for (uint32_t k = 0; k < count; ++k) {
      Vector vl, vh;
      load(vl, v + k * stride + i), load(vh, v + k * stride + i + kWidth);
      for (int r = 0; r < rows; ++r) low[r] -= factors[r][k] * vl, high[r] -= factors[r][k] * vh;
    }
    for (int r = 0; r < rows; ++r) store(x + r * stride + i, low[r]), store(x + r * stride + i + kWidth, high[r]);
  }
  for (; i < m; ++i) {
    for (int r = 0; r < rows; ++r) {
      double sum = x[r * stride + i];
      for (uint32_t k = 0; k < count; ++k) sum -= factors[r][k] * v[k * stride + i];
      x[r * stride + i] = sum;
    }
  }
}

// x (I - V' T V), or with `transposed` x (I - V' T' V), for `rows` rows x of m numbers; V has `count` rows and T is upper
// triangular.
template <int rows>
TESSERA_INLINE void reflect(double* x, const double* v, const double* t, uint64_t stride, uint32_t m, uint32_t count,
                            bool transposed) {
  double products[rows][kPanel], factors[rows][kPanel];
  uint32_t k = 0;
  for (; count - k >= kTogether; k += kTogether) {
    double part[rows][kPanel];
    dots<rows, kTogether>(x, v + k * stride, stride, m, part);
    for (int r = 0; r < rows; ++r) {
      for (int j = 0; j < kTogether; ++j) products[r][k + j] = part[r][j];
    }
  }
  for (; k < count; ++k) {
    double part[rows][kPanel];
    dots<rows, 1>(x, v + k * stride, stride, m, part);
    for (int r = 0; r < rows; ++r) products[r][k] = part[r][0];
  }
  for (int r = 0; r < rows; ++r) {
    for (uint32_t i = 0; i < count; ++i) {
      double sum = 0;
      if (transposed) {
        for (uint32_t j = 0; j <= i; ++j) sum += t[j * kPanel + i] * products[r][j];
      } else {
        for (uint32_t j = i; j < count; ++j) sum += t[i * kPanel + j] * products[r][j];
      }
      factors[r][i] = sum;
    }
  }
  subtract<rows>(x, v, stride, m, count, factors);
}

TESSERA_INLINE void reflectAll(double* x, uint32_t rows, const double* v, const double* t, uint64_t stride, uint32_t m,
                               uint32_t count, bool transposed) {
  uint32_t r = 0;
  for (; rows - r >= 4; r += 4) reflect<4>(x + r * stride, v, t, stride, m, count, transposed);
  for (; r < rows; ++r) reflect<1>(x + r * stride, v, t, stride, m, count, transposed);
}

// Q of the QR decomposition of `source`. c and q [n][n] hold columns in rows, so that reflections run along memory; column k of c
// becomes reflection k. `triangles` holds kPanel numbers for each column: the T of each panel. `share(count, body)` runs
// body(begin, end) over [0, count).
template <class Share>
void factorOrthogonal(const float* source, float* target, uint32_t n, double* c, double* q, double* triangles, Share&& share) {
  const uint64_t stride = n;
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t j = 0; j < n; ++j) c[j * stride + i] = source[i * stride + j];
  }
  for (uint64_t i = 0; i < stride * n; ++i) q[i] = 0;
  for (uint32_t from = 0; from < n; from += kPanel) {
    const uint32_t count = n - from < kPanel ? n - from : kPanel, m = n - from;
    double *v = c + from * stride + from, *t = triangles + uint64_t{from} * kPanel;
    for (uint32_t k = 0; k < count; ++k) {
      double *x = v + k * stride + k, beta;
      const double tau = reflection(x, m - k, beta);
      // The sign that makes the diagonal of R positive.
      q[(from + k) * stride + from + k] = beta < 0 ? -1 : 1;
      if (tau == 0) x[0] = 1;
      for (uint32_t j = k + 1; j < count && tau != 0; ++j) {
        double* column = v + j * stride + k;
        addScaled(column, -tau * dot(column, x, m - k), x, m - k);
      }
      // R above the diagonal is not needed: zeros let all reflections of the panel start at its first row.
      for (uint32_t i = 0; i < k; ++i) v[k * stride + i] = 0;
      // T grows by a column: -tau T <V, v>.
      double products[kPanel];
      for (uint32_t j = 0; j < k; ++j) products[j] = dot(v + j * stride + k, x, m - k);
      for (uint32_t i = 0; i < k; ++i) {
        double sum = 0;
        for (uint32_t j = i; j < k; ++j) sum += t[i * kPanel + j] * products[j];
        t[i * kPanel + k] = -tau * sum;
      }
      t[k * kPanel + k] = tau;
    }
    double* rest = v + count * stride;
    share(m - count, [&](uint32_t begin, uint32_t end) {
      reflectAll(rest + begin * stride, end - begin, v, t, stride, m, count, true);
    });
  }
  for (uint32_t panel = (n - 1) / kPanel + 1; panel-- > 0;) {
    const uint32_t from = panel * kPanel, count = n - from < kPanel ? n - from : kPanel, m = n - from;
    const double *v = c + from * stride + from, *t = triangles + uint64_t{from} * kPanel;
    double* x = q + from * stride + from;
    share(m, [&](uint32_t begin, uint32_t end) {
      reflectAll(x + begin * stride, end - begin, v, t, stride, m, count, false);
    });
  }
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t j = 0; j < n; ++j) target[i * stride + j] = static_cast<float>(q[j * stride + i]);
  }
}

}  // namespace

void eigh(const EighArgs& a, Context& context) {
  const uint32_t n = a.n;
  if (n == 0) return;
  const uint64_t size = uint64_t{n} * n, room = 2 * size + 3 * uint64_t{n};
  double* scratch = context.scratch<double>(room * a.batch + 1);
  uint32_t* orders = context.scratch<uint32_t>(uint64_t{n} * a.batch + 1);
  forRange(context, a.batch, 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t b = begin; b < end; ++b) {
      double *z = scratch + b * room, *work = z + size, *d = work + size + n, *e = d + n;
      const float* source = a.a + b * size;
      // The mean with the transpose: rounding in the products that made it must not matter.
      for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) {
          z[uint64_t{i} * n + j] = 0.5 * (double{source[uint64_t{i} * n + j]} + double{source[uint64_t{j} * n + i]});
        }
      }
      tridiagonal(z, n, d, e, work);
      implicitQl(d, e, z, n);
      uint32_t* order = orders + b * n;
      for (uint32_t i = 0; i < n; ++i) {
        uint32_t at = i;
        for (; at > 0 && d[order[at - 1]] < d[i]; --at) order[at] = order[at - 1];
        order[at] = i;
      }
      for (uint32_t j = 0; j < n; ++j) {
        a.values[b * n + j] = static_cast<float>(d[order[j]]);
        for (uint32_t i = 0; i < n; ++i) {
          a.vectors[b * size + uint64_t{i} * n + j] = static_cast<float>(z[uint64_t{order[j]} * n + i]);
        }
      }
    }
  });
}

void orthogonalize(const OrthogonalizeArgs& a, Context& context) {
  const uint32_t n = a.n;
  if (n == 0) return;
  const uint64_t size = uint64_t{n} * n, room = 2 * size + uint64_t{n} * kPanel;
  double* scratch = context.scratch<double>(room * a.batch + 1);
  // One matrix is shared out by columns, several by matrices.
  const auto byColumns = [&context](uint32_t count, auto&& body) {
    forRange(context, count, kColumns, [&](uint64_t begin, uint64_t end) {
      body(static_cast<uint32_t>(begin), static_cast<uint32_t>(end));
    });
  };
  const auto atOnce = [](uint32_t count, auto&& body) { body(0u, count); };
  const auto one = [&](uint64_t b, auto&& share) {
    double* columns = scratch + b * room;
    factorOrthogonal(a.a + b * size, a.q + b * size, n, columns, columns + size, columns + 2 * size, share);
  };
  if (a.batch == 1) return one(0, byColumns);
  forRange(context, a.batch, 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t b = begin; b < end; ++b) one(b, atOnce);
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/decomposition.cpu.inc"
