#define CAF_SUITE engine_containers

#include "net/engine/read_container.hpp"

#include "failure.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace atalaya::net;

namespace {

/// The parts of an answer that are read, as Docker 20.10 writes them.
constexpr auto docker = R"({
  "Id": "aa", "Name": "/odoo", "Path": "/entrypoint.sh", "Args": ["odoo", "-i"],
  "Image": "sha256:bb",
  "State": {"Status": "running", "OOMKilled": false, "ExitCode": 0,
            "Error": "", "StartedAt": "2026-11-22T14:46:40.655386892Z",
            "Health": {"Status": "healthy"}},
  "Config": {"Image": "odoo:19", "Tty": true, "Env": ["HOST=db", "NONE"],
             "Labels": {"k": "v"}},
  "Mounts": [
    {"Type": "volume", "Name": "v", "Source": "/s", "Destination": "/z"},
    {"Type": "bind", "Source": "/h", "Destination": "/a"}],
  "NetworkSettings": {
    "Ports": {"8069/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18069"},
                           {"HostIp": "::1", "HostPort": "18069"}],
              "8072/tcp": null, "53/udp": [{"HostIp": "", "HostPort": "53"}]},
    "Networks": {"n": {"IPAddress": "172.18.0.2", "Aliases": ["odoo", "aa"],
                       "DNSNames": ["odoo", "web"]},
                 "m": {"IPAddress": "", "GlobalIPv6Address": "fd00::2",
                       "Aliases": null}}}
})";

container_facts with_state(const std::string& state) {
  return read_container(R"({"Id":"aa","State":)" + state + "}");
}

} // namespace

CAF_TEST(everything of a running container is read) {
  auto x = read_container(docker);
  CAF_CHECK_EQUAL(x.id, "aa");
  CAF_CHECK_EQUAL(x.name, "odoo");
  CAF_CHECK_EQUAL(x.image, "odoo:19");
  CAF_CHECK_EQUAL(x.image_id, "sha256:bb");
  CAF_CHECK_EQUAL(x.state, "running");
  CAF_CHECK(x.health == "healthy");
  CAF_REQUIRE(x.started_at.has_value());
  CAF_CHECK_EQUAL(x.started_at->time_since_epoch().count(), 1795358800655);
  CAF_CHECK(!x.exit_code);
  CAF_CHECK(!x.detail);
  CAF_CHECK(x.tty);
  CAF_CHECK_EQUAL(x.command,
                  (std::vector<std::string>{"/entrypoint.sh", "odoo", "-i"}));
  CAF_CHECK_EQUAL(x.environment, (std::map<std::string, std::string>{
                                   {"HOST", "db"}, {"NONE", ""}}));
  CAF_CHECK_EQUAL(x.labels["k"], "v");
  CAF_CHECK(!x.odoo_conf);
}

CAF_TEST(networks have the names that others may use) {
  auto x = read_container(docker);
  CAF_REQUIRE_EQUAL(x.networks.size(), 2u);
  CAF_CHECK(x.networks[0]
            == (network_facts{"n", "172.18.0.2", {"odoo", "aa", "web"}}));
  CAF_CHECK(x.networks[1] == (network_facts{"m", "fd00::2", {}}));
}

CAF_TEST(published ports and mounts are read) {
  auto x = read_container(docker);
  CAF_REQUIRE_EQUAL(x.ports.size(), 2u);
  CAF_CHECK(x.ports[0] == (port_facts{8069, "127.0.0.1", 18069}));
  CAF_CHECK(x.ports[1] == (port_facts{8069, "::1", 18069}));
  CAF_REQUIRE_EQUAL(x.mounts.size(), 2u);
  CAF_CHECK(x.mounts[0] == (mount_facts{"bind", "", "/h", "/a"}));
  CAF_CHECK(x.mounts[1] == (mount_facts{"volume", "v", "/s", "/z"}));
}

CAF_TEST(a container that has ended has an exit code) {
  auto x = with_state(R"({"Status":"exited","ExitCode":137,"OOMKilled":true,)"
                      R"("StartedAt":"2026-11-22T14:46:40Z"})");
  CAF_CHECK(x.exit_code == 137);
  CAF_CHECK(x.detail == "out of memory");
}

CAF_TEST(a container that never ran has neither a beginning nor an end) {
  auto x = with_state(R"({"Status":"created","ExitCode":127,)"
                      R"("Error":"no such file","OOMKilled":false,)"
                      R"("StartedAt":"0001-01-01T00:00:00Z"})");
  CAF_CHECK(!x.started_at);
  CAF_CHECK(!x.exit_code);
  CAF_CHECK(x.detail == "no such file");
}

CAF_TEST(the words of Podman become those of Docker) {
  auto state = [](const std::string& word) {
    return with_state("{\"Status\":\"" + word + "\"}").state;
  };
  CAF_CHECK_EQUAL(state("stopped"), "exited");
  CAF_CHECK_EQUAL(state("configured"), "created");
  CAF_CHECK_EQUAL(state("initialized"), "created");
  CAF_CHECK_EQUAL(state("stopping"), "running");
  CAF_CHECK_EQUAL(state("paused"), "paused");
  CAF_CHECK(!with_state(R"({"Health":{"Status":""}})").health);
  CAF_CHECK(!with_state(R"({"Health":{"Status":"none"}})").health);
}

CAF_TEST(entrypoint and command are joined where there is no path) {
  auto x = read_container(R"({"Id":"aa","Config":{"Entrypoint":["a"],)"
                          R"("Cmd":["b","c"]}})");
  CAF_CHECK_EQUAL(x.command, (std::vector<std::string>{"a", "b", "c"}));
}

CAF_TEST(what is no container is an error) {
  for (auto x : {"", "{", "[]", "{}", "{\"Id\":7}"})
    CAF_CHECK(failure_of([&] { read_container(x); }).has_value());
}

CAF_TEST(a list has ids) {
  CAF_CHECK_EQUAL(read_container_ids(R"([{"Id":"a"},{"Id":"b"}])"),
                  (std::vector<std::string>{"a", "b"}));
  CAF_CHECK(read_container_ids("[]").empty());
}
