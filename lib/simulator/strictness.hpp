// What is wrong with a client's command by the letter of the specification, where a tolerant reader would take it.
//
// Checked: fields that the command does not have, that it must have, and that are of another kind of JSON; lengths of
// packets beyond the specification's. What no reader could take is not for here: that is answered with an error.
// Thread: any. Errors: none; what is not JSON has no faults here.
// Source: Zello Channel API 1.0, "Commands", and the undocumented fields that the service's own SDK sends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zgw::simulator {

/// One line for each fault; empty where the command is exactly as specified.
std::vector<std::string> strictness_faults(std::string_view command_json);

}  // namespace zgw::simulator
