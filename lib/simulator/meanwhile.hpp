// Does something long while everything else goes on: the simulated server answers, the radios hear.
//
// Thread: the io_context's; `work` runs on one of its own and touches nothing of the io_context. Errors: what `work`
// throws is thrown here.
#pragma once

#include <chrono>
#include <future>
#include <utility>

#include <asio/io_context.hpp>

namespace zgw::simulator {

/// Runs the io_context until `work` is done, and gives its result.
template <typename Work>
auto meanwhile(asio::io_context& io, Work work) {
  auto result = std::async(std::launch::async, std::move(work));
  while (result.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    io.restart();
    io.run_one_for(std::chrono::milliseconds(20));
  }
  return result.get();
}

}  // namespace zgw::simulator
