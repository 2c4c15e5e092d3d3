// What it means when the channel refuses a stream, read from the service's own words.
//
//   what the service says                          kind       what the outbox does
//   woodpecker prohibited                          chatter    holds all overs for a cool-down
//   channel (is) not ready, channel is not online  not_ready  waits until the channel is online, or 10 s
//   no permission, suspended, no phone,            forbidden  gives the overs up at once, with an alarm
//     listen only connection, not authorized
//   channel busy, no answer, anything else         for_now    asks again after a second
//
// Matching is loose, since the service spells some of them in more than one way. Unknown words are taken as `for_now`:
// to ask again costs nothing, to give up costs words.
//
// Thread: any. Errors: none. Source: Zello Channel API 1.0, "Error codes"; reports of gateway authors for the rest.
#pragma once

#include <string_view>

namespace zgw::gateway {

enum class Refusal { for_now, not_ready, chatter, forbidden };

Refusal refusal_of(std::string_view why);

}  // namespace zgw::gateway
