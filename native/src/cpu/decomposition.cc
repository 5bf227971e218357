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
  const uint64_t size = uint64_t{n} * n, room = 2 * size + n;
  double* scratch = context.scratch<double>(room * a.batch + 1);
  forRange(context, a.batch, 1, [&](uint64_t begin, uint64_t end) {
    for (uint64_t b = begin; b < end; ++b) {
      // Columns in rows: c[k] is column k, which becomes reflection k.
      double *c = scratch + b * room, *q = c + size, *taus = q + size;
      for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) c[uint64_t{j} * n + i] = a.a[b * size + uint64_t{i} * n + j];
      }
      for (uint32_t k = 0; k < n; ++k) {
        const uint32_t m = n - k;
        double* v = c + uint64_t{k} * n + k;
        double beta;
        taus[k] = reflection(v, m, beta);
        const bool flipped = beta < 0;
        if (taus[k] == 0) v[0] = 1;
        for (uint32_t j = k + 1; j < n && taus[k] != 0; ++j) {
          double* column = c + uint64_t{j} * n + k;
          addScaled(column, -taus[k] * dot(column, v, m), v, m);
        }
        q[uint64_t{k} * n] = flipped ? -1 : 1;  // the sign of row k of R, until the rows of q are made
      }
      // Column j of Q = H_0 ... H_{n-1} e_j, with the sign that makes the diagonal of R positive.
      for (uint32_t j = n; j-- > 0;) {
        double* column = q + uint64_t{j} * n;
        const double sign = column[0];
        for (uint32_t i = 0; i < n; ++i) column[i] = 0;
        column[j] = sign;
        for (uint32_t k = j + 1; k-- > 0;) {
          if (taus[k] == 0) continue;
          const double* v = c + uint64_t{k} * n + k;
          addScaled(column + k, -taus[k] * dot(column + k, v, n - k), v, n - k);
        }
      }
      for (uint32_t i = 0; i < n; ++i) {
        for (uint32_t j = 0; j < n; ++j) a.q[b * size + uint64_t{i} * n + j] = static_cast<float>(q[uint64_t{j} * n + i]);
      }
    }
  });
}

}  // namespace tessera::TESSERA_ISA

#include "gen/decomposition.cpu.inc"
