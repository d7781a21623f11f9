#pragma once

// Encodes the events of a topic, once for all who receive them. The values of
// keys and the log lines were JSON before.

#include <vector>

#include "actors/messages.hpp"
#include "actors/model/topic.hpp"

namespace atalaya {

/// {"event":"put",…} or {"event":"remove",…}.
frame_ptr change_frame(const std::string& topic, const model::topic::change& x);

/// {"event":"snapshot",…} in parts of about 256 KiB, all but the last `more`.
std::vector<frame_ptr>
snapshot_frames(const std::string& topic, const model::topic& x);

/// {"event":"resumed",…}; for a client that gets no snapshot.
frame_ptr
resumed_frame(const std::string& topic, const std::string& epoch, uint64_t seq);

/// {"event":"log",…} of `lines`, which are JSON. REQUIRES: at least one.
frame_ptr log_frame(const std::string& topic,
                    const std::vector<model::topic::change>& lines);

/// {"event":"dropped",…}
frame_ptr dropped_frame(const std::string& topic, uint64_t lines);

/// {"event":"gone",…}
frame_ptr gone_frame(const std::string& topic);

/// One log line as it stands in a frame.
std::string
encode_line(uint64_t seq, const std::string& stream, const log_entry& x);

} // namespace atalaya
