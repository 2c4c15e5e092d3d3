// One visitor made of several lambdas, for std::visit.
// Thread: any. Errors: none.
#pragma once

namespace zgw::base {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace zgw::base
