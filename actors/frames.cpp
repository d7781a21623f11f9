#include "actors/frames.hpp"

#include "actors/events.hpp"
#include "actors/reflect/write_json.hpp"

namespace atalaya {

namespace {

constexpr size_t snapshot_part = 256 * 1024;

frame_ptr control(const std::string& topic, std::string json) {
  return std::make_shared<const frame>(
    frame{frame::kind::control, topic, "", 0, 0, std::move(json)});
}

/// `{"event":"snapshot",…,"entities":{`
std::string snapshot_head(const std::string& topic, const model::topic& x) {
  std::string result = R"({"event":"snapshot","topic":)";
  write_json(result, topic);
  result += ",\"epoch\":";
  write_json(result, x.epoch());
  result += ",\"seq\":" + std::to_string(x.seq()) + ",\"entities\":{";
  return result;
}

} // namespace

frame_ptr
change_frame(const std::string& topic, const model::topic::change& x) {
  std::string json = x.value ? R"({"event":"put","topic":)"
                             : R"({"event":"remove","topic":)";
  write_json(json, topic);
  json += ",\"seq\":" + std::to_string(x.seq) + ",\"key\":";
  write_json(json, x.key);
  if (x.value)
    json.append(",\"value\":").append(*x.value);
  json += '}';
  return std::make_shared<const frame>(
    frame{frame::kind::state, topic, x.key, x.seq, 0, std::move(json)});
}

std::vector<frame_ptr>
snapshot_frames(const std::string& topic, const model::topic& x) {
  std::vector<frame_ptr> result;
  const auto head = snapshot_head(topic, x);
  auto json = head;
  for (const auto& [key, entry] : x.values()) {
    if (json.size() > head.size() + snapshot_part) {
      result.push_back(control(topic, json + "},\"more\":true}"));
      json = head;
    }
    if (json.size() > head.size())
      json += ',';
    write_json(json, key);
    json.append(":").append(*entry.value);
  }
  result.push_back(control(topic, json + "},\"more\":false}"));
  return result;
}

frame_ptr resumed_frame(const std::string& topic, const std::string& epoch,
                        uint64_t seq) {
  return control(topic, to_json(resumed{topic, epoch, seq}));
}

frame_ptr log_frame(const std::string& topic,
                    const std::vector<model::topic::change>& lines) {
  std::string json = R"({"event":"log","topic":)";
  write_json(json, topic);
  json += ",\"lines\":[";
  for (const auto& x : lines)
    json.append(*x.value) += ',';
  json.back() = ']';
  json += '}';
  return std::make_shared<const frame>(
    frame{frame::kind::log, topic, "", lines.back().seq,
          static_cast<uint32_t>(lines.size()), std::move(json)});
}

frame_ptr dropped_frame(const std::string& topic, uint64_t lines) {
  return control(topic, to_json(dropped{topic, lines}));
}

frame_ptr gone_frame(const std::string& topic) {
  return control(topic, to_json(gone{topic}));
}

std::string
encode_line(uint64_t seq, const std::string& stream, const log_entry& x) {
  return to_json(log_line{seq, x.at, stream, x.text});
}

} // namespace atalaya
