// The two things about a control socket that plain system calls do better: making room for one, and asking one.
// Thread: any; ask() blocks and is for commands alone. Errors: in words, with the path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <span>

#include "base/expected.hpp"
#include "control/request.hpp"

namespace zgw::control {

/// Removes a socket that nobody listens on any more. Throws std::runtime_error where somebody does, where something
/// else than a socket is in the way, and where the path is longer than the 107 bytes of a socket's address.
void make_room(const std::filesystem::path& path);

/// Sends one request and waits for its answer, at most `patience` without a sign of life.
base::Expected<Answer> ask(const std::filesystem::path& path, const Request& request,
                           std::span<const std::uint8_t> payload, std::chrono::seconds patience);

}  // namespace zgw::control
