#define CAF_SUITE engine_stats

#include "net/engine/stats.hpp"

#include "failure.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya::net;

namespace {

std::string sample(const std::string& memory) {
  return R"({"read":"2026-11-22T14:50:42.484099408Z",
    "cpu_stats":{"cpu_usage":{"total_usage":3000},
                 "system_cpu_usage":20000,"online_cpus":2},
    "precpu_stats":{"cpu_usage":{"total_usage":1000},
                    "system_cpu_usage":10000},
    "memory_stats":)"
         + memory + R"(,
    "networks":{"eth0":{"rx_bytes":5,"tx_bytes":7},
                "eth1":{"rx_bytes":10,"tx_bytes":20}},
    "blkio_stats":{"io_service_bytes_recursive":[
      {"op":"Read","value":1},{"op":"read","value":2},
      {"op":"Write","value":4},{"op":"write","value":8},
      {"op":"Total","value":99}]}})";
}

uint64_t memory(const std::string& x) {
  return read_stats(sample(x)).memory;
}

} // namespace

CAF_TEST(a sample has the figures of all networks and disks) {
  auto x = read_stats(sample(R"({"usage":9,"limit":100})"));
  CAF_CHECK_EQUAL(x.at.time_since_epoch().count(), 1795359042484);
  CAF_CHECK_EQUAL(x.network_in, 15u);
  CAF_CHECK_EQUAL(x.network_out, 27u);
  CAF_CHECK_EQUAL(x.block_read, 3u);
  CAF_CHECK_EQUAL(x.block_write, 12u);
  CAF_CHECK_EQUAL(x.memory_limit, 100u);
}

CAF_TEST(cores are added up and 100 is one of them) {
  CAF_CHECK_EQUAL(read_stats(sample("{}")).cpu_percent, 40.0);
}

CAF_TEST(the cache that can be given back is not in use) {
  CAF_CHECK_EQUAL(
    memory(R"({"usage":100,"stats":{"total_inactive_file":30,"cache":60}})"),
    70u);
  CAF_CHECK_EQUAL(memory(R"({"usage":100,"stats":{"inactive_file":20}})"), 80u);
  CAF_CHECK_EQUAL(memory(R"({"usage":100,"stats":{"inactive_file":200}})"),
                  100u);
  CAF_CHECK_EQUAL(memory(R"({"usage":100})"), 100u);
}

CAF_TEST(the first sample of a stream has no load yet) {
  auto x = read_stats(
    R"({"read":"2026-11-22T14:50:42Z","precpu_stats":{"cpu_usage":
    {"total_usage":0}},"cpu_stats":{"cpu_usage":{"total_usage":9000},
    "system_cpu_usage":10000,"online_cpus":2}})");
  CAF_CHECK_EQUAL(x.cpu_percent, 0.0);
}

CAF_TEST(a stopped container uses nothing) {
  auto x = read_stats(R"({"read":"0001-01-01T00:00:00Z","cpu_stats":{},)"
                      R"("precpu_stats":{},"memory_stats":{},)"
                      R"("blkio_stats":{"io_service_bytes_recursive":null}})");
  CAF_CHECK_EQUAL(x.memory + x.network_in + x.block_read, 0u);
  CAF_CHECK_EQUAL(x.cpu_percent, 0.0);
}

CAF_TEST(what is no JSON is an error) {
  CAF_CHECK(failure_of([] { read_stats("stats"); }).has_value());
}
