// The sections of the configuration, each read like a table of its keys. Internal to lib/config.
#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace zgw::config {

void read_config(Section section, Config& config);
void read_account(Section section, Account& account);
void read_radio(Section section, Radio& radio);
void read_rx_audio(Section section, RxAudio& rx_audio);
void read_tx_audio(Section section, TxAudio& tx_audio);
void read_bridge(Section section, Bridge& bridge);

/// What only the whole shows: references, things used twice.
void check_whole(Section& root, const Config& config);

}  // namespace zgw::config
