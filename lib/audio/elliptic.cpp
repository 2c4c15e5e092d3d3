#include "audio/elliptic.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <stdexcept>

namespace zgw::audio {
namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

constexpr double negligible = 1e-17;  // a modulus: the elliptic functions are the circular ones then

// The moduli below `k`: each step squares it, or better.
std::vector<double> descend(double k) {
  std::vector<double> moduli;
  while (k > negligible) {
    k = std::pow(k / (1 + std::sqrt(1 - k * k)), 2);
    moduli.push_back(k);
  }
  return moduli;
}

Complex ascend(Complex circular, double k) {
  const auto moduli = descend(k);
  for (std::size_t i = moduli.size(); i-- > 0;) {
    circular = (1 + moduli[i]) * circular / (1.0 + moduli[i] * circular * circular);
  }
  return circular;
}

// The elliptic functions cd and sn of `u` quarter periods, and the inverse of sn.
Complex cd(Complex u, double k) {
  return ascend(std::cos(u * (pi / 2)), k);
}

Complex sn(Complex u, double k) {
  return ascend(std::sin(u * (pi / 2)), k);
}

Complex inverse_sn(Complex w, double k) {
  for (const double next : descend(k)) {
    w = 2.0 * w / ((1 + next) * (1.0 + std::sqrt(1.0 - w * w * (k * k))));
    k = next;
  }
  return 1.0 - std::acos(w) * (2 / pi);
}

// Where the stop band begins: the modulus k, corner over edge, that belongs to k1, ripple over depth.
double solve_degree(int order, double k1) {
  const double complement = std::sqrt(1 - k1 * k1);
  double product = std::pow(complement, order);
  for (int i = 1; i <= order / 2; ++i) {
    product *= std::pow(std::abs(sn((2.0 * i - 1) / order, complement)), 4);
  }
  return std::sqrt(1 - product * product);
}

// From the prototype's plane, where the pass band ends at 1, to z.
struct Bilinear {
  Pass pass;
  double warped;  // tan(pi corner / rate)

  [[nodiscard]] Complex operator()(Complex s) const {
    s = pass == Pass::high ? warped / s : warped * s;
    return (1.0 + s) / (1.0 - s);
  }
};

// Gain 1 where the pass band is widest: at 0 Hz, or at half the rate.
Biquad normalised(Biquad section, Pass pass) {
  const double z = pass == Pass::high ? -1 : 1;
  const double gain = (1 + section.a1 * z + section.a2) / (section.b0 + section.b1 * z + section.b2);
  section.b0 *= gain;
  section.b1 *= gain;
  section.b2 *= gain;
  return section;
}

Biquad of_pair(Complex zero, Complex pole, Pass pass) {
  return normalised({1, -2 * zero.real(), std::norm(zero), -2 * pole.real(), std::norm(pole)}, pass);
}

void check(base::Hertz corner, base::SampleRate rate, const EllipticShape& shape) {
  if (!(corner.value > 0 && corner.value < 0.5 * rate.hz)) {
    throw std::invalid_argument("filter: the corner must be between 0 and half the sampling rate");
  }
  const bool sound = shape.order >= 2 && shape.order <= 12 && shape.ripple.value > 0 && shape.depth > shape.ripple;
  if (!sound) throw std::invalid_argument("filter: no such elliptic filter");
}

}  // namespace

std::vector<Biquad> design_elliptic(Pass pass, base::Hertz corner, base::SampleRate rate, const EllipticShape& shape) {
  check(corner, rate, shape);
  const Complex i(0, 1);
  const double ripple = std::sqrt(std::pow(10, shape.ripple.value / 10) - 1);
  const double k1 = ripple / std::sqrt(std::pow(10, shape.depth.value / 10) - 1);
  const double k = solve_degree(shape.order, k1);
  const Complex v0 = -i * inverse_sn(i / ripple, k1) / static_cast<double>(shape.order);
  const Bilinear to_z{pass, std::tan(pi * corner.value / rate.hz)};
  std::vector<Biquad> sections;
  if (shape.order % 2 == 1) {
    const double pole = to_z(i * sn(i * v0, k)).real();
    sections.push_back(normalised({1, pass == Pass::high ? -1.0 : 1.0, 0, -pole, 0}, pass));
  }
  for (int pair = shape.order / 2; pair >= 1; --pair) {
    const double u = (2.0 * pair - 1) / shape.order;
    sections.push_back(of_pair(to_z(i / (k * cd(u, k))), to_z(i * cd(u - i * v0, k)), pass));
  }
  if (shape.order % 2 == 0) {  // the widest place is a minimum of the ripple
    Biquad& first = sections.front();
    for (double* b : {&first.b0, &first.b1, &first.b2}) *b *= base::Decibels{-shape.ripple.value}.amplitude();
  }
  return sections;
}

}  // namespace zgw::audio
