#include "net/engine/stats.hpp"

#include <algorithm>

#include "net/engine/json.hpp"

namespace atalaya::net {

namespace {

using json::element;

/// Cores × 100 used between the sample before and this one.
double cpu_percent(const element& root) {
  auto total = [](json::maybe usage) {
    return static_cast<double>(json::natural(usage));
  };
  auto now = root["cpu_stats"], before = root["precpu_stats"];
  auto system_before = total(before["system_cpu_usage"]);
  auto system = total(now["system_cpu_usage"]) - system_before;
  auto used = total(now["cpu_usage"]["total_usage"])
              - total(before["cpu_usage"]["total_usage"]);
  if (system_before == 0 || system <= 0 || used <= 0)
    return 0;
  auto cores = total(now["online_cpus"]);
  return used / system * std::max(cores, 1.0) * 100;
}

/// The name of the cache that can be given back is different in cgroups v1
/// (first) and v2.
uint64_t memory(const element& root) {
  auto all = root["memory_stats"];
  auto usage = json::natural(all["usage"]);
  auto cache = json::natural(all["stats"]["total_inactive_file"]);
  if (cache == 0)
    cache = json::natural(all["stats"]["inactive_file"]);
  return cache < usage ? usage - cache : usage;
}

void read_networks(const element& root, container_stats& x) {
  json::each_field(root["networks"],
                   [&x](const std::string&, const element& in) {
                     x.network_in += json::natural(in["rx_bytes"]);
                     x.network_out += json::natural(in["tx_bytes"]);
                   });
}

void read_blocks(const element& root, container_stats& x) {
  auto blocks = root["blkio_stats"]["io_service_bytes_recursive"];
  json::each(blocks, [&x](const element& in) {
    // "Read" in cgroups v1, "read" in v2.
    auto op = json::text(in["op"]);
    if (op == "Read" || op == "read")
      x.block_read += json::natural(in["value"]);
    else if (op == "Write" || op == "write")
      x.block_write += json::natural(in["value"]);
  });
}

} // namespace

container_stats read_stats(std::string_view text) {
  simdjson::dom::parser parser;
  auto root = json::parse(parser, text);
  container_stats result;
  result.at = parse_rfc3339(json::text(root["read"])).value_or(timestamp{});
  result.cpu_percent = cpu_percent(root);
  result.memory = memory(root);
  result.memory_limit = json::natural(root["memory_stats"]["limit"]);
  read_networks(root, result);
  read_blocks(root, result);
  return result;
}

boost::asio::awaitable<json_stream<container_stats>>
stats(engine_client& from, std::string container) {
  request what;
  what.target = "/containers/" + uri_escape(container) + "/stats?stream=1";
  what.timeout = from.limits().answer;
  auto answer = co_await from.send(what);
  answer.follow(std::chrono::milliseconds{0});
  co_return json_stream<container_stats>{std::move(answer), read_stats};
}

} // namespace atalaya::net
