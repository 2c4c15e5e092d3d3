// The state of the gateway for people and for programs: one page of HTML without a script, and the same as JSON.
// What strangers wrote is escaped in both. Thread: any; pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "observe/snapshot.hpp"

namespace zgw::observe {

/// A whole document that loads nothing and asks for itself anew every five seconds.
std::string status_page(const Snapshot& snapshot);

/// One object; times in seconds.
std::string status_json(const Snapshot& snapshot);

/// "ok", or one line for each of ailments().
std::string health_text(const Snapshot& snapshot);

/// `text` as a piece of HTML that is text and nothing else, also between the quotes of an attribute.
std::string html_text(std::string_view text);

}  // namespace zgw::observe
