#define CAF_SUITE config_load

#include "config/load.hpp"

#include <filesystem>

#include "tests/config/temporary_directory.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;
using namespace std::chrono_literals;

namespace {

struct fixture {
  config::configuration load(std::string_view text) {
    return config::load(dir.write("x.toml", text));
  }

  /// The error's line without the directory.
  std::string refusal(std::string_view text) {
    try {
      load(text);
    } catch (const config::error& e) {
      return std::string{e.what()}.substr(dir.path().string().size() + 1);
    }
    return "accepted";
  }

  temporary_directory dir;
};

/// A minimal instance, for what stands in it or behind it.
constexpr auto main_instance
  = "[[instance]]\nname = \"main\"\nodoo_container = \"odoo\"\n";

std::string in_main(std::string_view line) {
  return std::string{main_instance} + std::string{line} + '\n';
}

std::string in_schedule(std::string_view line) {
  return in_main("[[instance.schedule]]\ndatabases = \"prod\"\n"
                 "when = \"0 3 * * *\"\n"
                 + std::string{line});
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(load_tests, fixture)

CAF_TEST(an empty file is the defaults) {
  CAF_CHECK(load("") == config::configuration{});
}

CAF_TEST(the defaults are those of the contract) {
  auto x = load("");
  CAF_CHECK_EQUAL(x.server.listen.host, "127.0.0.1");
  CAF_CHECK_EQUAL(x.server.listen.port, 8420);
  CAF_CHECK_EQUAL(x.server.data_dir, "/var/lib/atalaya");
  CAF_CHECK_EQUAL(x.server.base_path, "/");
  CAF_CHECK_EQUAL(x.limits.sessions, 20000u);
  CAF_CHECK_EQUAL(x.limits.log_archive, 268435456u);
  CAF_CHECK_EQUAL(x.limits.upload, 68719476736u);
  CAF_CHECK(x.limits.undo_for == 24h);
  CAF_CHECK_EQUAL(x.limits.undo_room, 20u);
  CAF_CHECK_EQUAL(x.instances.size(), 0u);
}

CAF_TEST(the example loads and its server and limits are the defaults) {
  auto x = config::load(ATALAYA_EXAMPLE);
  CAF_CHECK(x.server == config::server{});
  CAF_CHECK(x.limits == config::limits{});
  CAF_REQUIRE_EQUAL(x.instances.size(), 1u);
  auto& instance = x.instances[0];
  CAF_CHECK_EQUAL(instance.postgres_container, "db");
  CAF_CHECK_EQUAL(instance.odoo_url, "http://localhost:8069");
  CAF_REQUIRE_EQUAL(instance.schedules.size(), 1u);
  auto& schedule = instance.schedules[0];
  CAF_CHECK(schedule.keep == (config::retention{3, 7, 4, 3}));
  CAF_CHECK(schedule.copy_to == std::vector<std::string>{"production"});
  CAF_REQUIRE_EQUAL(x.notifications.size(), 1u);
  CAF_CHECK_EQUAL(x.notifications[0].events.size(), 5u);
  CAF_REQUIRE_EQUAL(x.remotes.size(), 1u);
  CAF_CHECK(x.remotes[0].kind == config::remote_kind::atalaya);
}

CAF_TEST(every value is taken as it was written) {
  auto x = load(R"([server]
listen = "[::1]:1"
public_url = "https://a.example:444/x"
data_dir = "/d"
engine = "tcp://h:2375"
tls_certificate = "/c"
tls_key = "/k"
base_path = "atalaya"
trusted_proxies = ["10.0.0.0/8", "::1"]
log_level = "debug"
metrics = "public"
[limits]
sessions = 1
session_log_lines = 2
log_backlog = 3
log_archive = "4 KiB"
upload = "5TiB"
operations_at_once = 6
undo_for = "7d"
undo_room = "8%"
)");
  config::server server{{"::1", 1},  "https://a.example:444/x",
                        "/d",        "tcp://h:2375",
                        "/c",        "/k",
                        "/atalaya/", {"10.0.0.0/8", "::1"},
                        "debug",     config::metrics_access::public_};
  config::limits limits{1, 2, 3, 4096, uint64_t{5} << 40, 6, 168h, 8};
  CAF_CHECK(x.server == server);
  CAF_CHECK(x.limits == limits);
}

CAF_TEST(every value of an instance is taken as it was written) {
  auto x = load(R"([[instance]]
name = "a-1"
odoo_container = "o"
postgres_container = "p"
postgres = "service=x"
filestore = "/f"
backups = "/b"
odoo_url = "http://o"
database_filter = "a.*"
foreign_databases = "show"
update = "stop"
compression = "smallest"
[[instance.schedule]]
databases = "x"
when = "*/5 * * * *"
prove = "restored"
[[instance.schedule]]
databases = "y"
when = "0 0 1 1 *"
keep = { monthly = 1 }
)");
  config::instance expected;
  expected.name = "a-1";
  expected.odoo_container = "o";
  expected.postgres_container = "p";
  expected.postgres = "service=x";
  expected.filestore = "/f";
  expected.backups = "/b";
  expected.odoo_url = "http://o";
  expected.database_filter = "a.*";
  expected.foreign = config::foreign_databases::show;
  expected.update = config::update_mode::stop;
  expected.compression = config::compression::smallest;
  using config::proof;
  expected.schedules
    = {{"x", "*/5 * * * *", std::nullopt, proof::restored, {}},
       {"y", "0 0 1 1 *", config::retention{0, 0, 0, 1}, proof::read, {}}};
  CAF_REQUIRE_EQUAL(x.instances.size(), 1u);
  CAF_CHECK(x.instances[0] == expected);
}

CAF_TEST(an unknown key is refused with the one that was meant) {
  CAF_CHECK_EQUAL(
    refusal("[limits]\nsesions = 5\n"),
    "x.toml:2:1: limits.sesions: unknown key, did you mean sessions?; write "
    "one of sessions, session_log_lines, log_backlog, log_archive, upload, "
    "operations_at_once, undo_for, undo_room");
  CAF_CHECK_EQUAL(refusal("[serve]\n"),
                  "x.toml:1:2: serve: unknown key, did you mean server?; write "
                  "one of server, limits, remote, instance, notify");
  CAF_CHECK_EQUAL(refusal("colour = 1\n"),
                  "x.toml:1:1: colour: unknown key; write one of server, "
                  "limits, remote, instance, notify");
  CAF_CHECK_EQUAL(refusal(in_schedule("keep = { weekli = 1, last = 1 }")),
                  "x.toml:7:10: instance.schedule.keep.weekli: unknown key, "
                  "did you mean weekly?; write one of last, daily, weekly, "
                  "monthly");
}

CAF_TEST(a wrong type is refused) {
  CAF_CHECK_EQUAL(refusal("[server]\n\nlisten = 8420\n"),
                  "x.toml:3:10: server.listen: is a whole number; write "
                  "HOST:PORT, such as \"127.0.0.1:8420\"");
  CAF_CHECK_EQUAL(refusal("[limits]\nsessions = \"many\"\n"),
                  "x.toml:2:12: limits.sessions: is a text; write a whole "
                  "number from 1 to 1000000");
  CAF_CHECK_EQUAL(refusal("[limits]\nsessions = 1.5\n"),
                  "x.toml:2:12: limits.sessions: is a fraction; write a whole "
                  "number from 1 to 1000000");
  CAF_CHECK_EQUAL(refusal("[server]\ntrusted_proxies = [1]\n"),
                  "x.toml:2:20: server.trusted_proxies: holds a whole number; "
                  "write a list of addresses such as \"10.0.0.1\" or "
                  "\"10.0.0.0/8\"");
  CAF_CHECK_EQUAL(refusal("server = true\n"),
                  "x.toml:1:10: server: is true or false; write [server]");
  CAF_CHECK_EQUAL(refusal("[instance]\nname = \"x\"\n"),
                  "x.toml:1:1: instance: is a table; write [[instance]]");
  CAF_CHECK_EQUAL(refusal("[limits]\nundo_for = 2026-01-01\n"),
                  "x.toml:2:12: limits.undo_for: is a date or time; write a "
                  "time such as \"24h\" or \"7d\"");
}

CAF_TEST(a wrong value is refused with what is accepted) {
  struct {
    const char* text;
    const char* refusal;
  } rows[] = {
    {"listen = \"8420\"", "listen: \"8420\" is not accepted; write HOST:PORT, "
                          "such as \"127.0.0.1:8420\""},
    {"public_url = \"ftp://x\"",
     "public_url: \"ftp://x\" is not accepted; write the address as browsers "
     "see it, such as \"https://ops.example.com\", or \"\""},
    {"data_dir = \"data\"",
     "data_dir: \"data\" is not accepted; write an absolute path"},
    {"engine = \"docker\"", "engine: \"docker\" is not accepted; write "
                            "\"unix:///PATH\" or \"tcp://HOST:PORT\""},
    {"base_path = \"/../\"", "base_path: \"/../\" is not accepted; write a "
                             "path such as \"/atalaya/\""},
    {"log_level = \"loud\"",
     "log_level: \"loud\" is not accepted; write \"trace\", \"debug\", "
     "\"info\", \"warning\", \"error\" or \"off\""},
    {"metrics = \"all\"", "metrics: \"all\" is not accepted; write \"token\", "
                          "\"public\" or \"off\""},
  };
  for (auto& row : rows) {
    auto text = std::string{row.text};
    auto column = std::to_string(text.find('=') + 3);
    CAF_CHECK_EQUAL(refusal("[server]\n" + text),
                    "x.toml:2:" + column + ": server." + row.refusal);
  }
  CAF_CHECK_EQUAL(refusal("[limits]\noperations_at_once = 0"),
                  "x.toml:2:22: limits.operations_at_once: 0 is out of range; "
                  "write a whole number from 1 to 64");
  CAF_CHECK_EQUAL(refusal("[limits]\nupload = \"64 GB\""),
                  "x.toml:2:10: limits.upload: \"64 GB\" is not accepted; "
                  "write a size such as \"256 MiB\"");
  CAF_CHECK_EQUAL(refusal("[limits]\nundo_room = \"101 %\""),
                  "x.toml:2:13: limits.undo_room: \"101 %\" is not accepted; "
                  "write a share such as \"20 %\"");
}

CAF_TEST(a value in a list is refused at its own place) {
  CAF_CHECK_EQUAL(refusal("[server]\ntrusted_proxies = [\"::1\", \"me\"]"),
                  "x.toml:2:27: server.trusted_proxies: \"me\" is not "
                  "accepted; write a list of addresses such as \"10.0.0.1\" or "
                  "\"10.0.0.0/8\"");
}

CAF_TEST(one TLS file without the other is refused) {
  CAF_CHECK_EQUAL(refusal("[server]\ntls_key = \"/k\""),
                  "x.toml:2:11: server.tls_key: is set without "
                  "tls_certificate; write both, or neither for plain HTTP");
  CAF_CHECK_EQUAL(refusal("[server]\ntls_certificate = \"/c\""),
                  "x.toml:2:19: server.tls_certificate: is set without "
                  "tls_key; write both, or neither for plain HTTP");
}

CAF_TEST(an instance must have a name of its own) {
  CAF_CHECK_EQUAL(refusal("\n[[instance]]\nodoo_container = \"x\""),
                  "x.toml:2:1: instance.name: is missing; write 1 to 40 of the "
                  "characters a-z, 0-9 and -");
  CAF_CHECK_EQUAL(refusal("[[instance]]\nname = \"Main\""),
                  "x.toml:2:8: instance.name: \"Main\" is not accepted; write "
                  "1 to 40 of the characters a-z, 0-9 and -");
  CAF_CHECK_EQUAL(refusal(in_main("") + main_instance),
                  "x.toml:6:8: instance.name: \"main\" is there twice; write "
                  "another name");
}

CAF_TEST(the values of an instance are checked) {
  CAF_CHECK_EQUAL(refusal("[[instance]]\nname = \"a\""),
                  "x.toml:1:1: instance.odoo_container: is missing; write the "
                  "container's name or id");
  CAF_CHECK_EQUAL(refusal(in_main("database_filter = \"(\"")),
                  "x.toml:4:19: instance.database_filter: \"(\" is not "
                  "accepted; write a regular expression such as \"prod.*\"");
  CAF_CHECK_EQUAL(refusal(in_main("update = \"never\"")),
                  "x.toml:4:10: instance.update: \"never\" is not accepted; "
                  "write \"live\" or \"stop\"");
  CAF_CHECK_EQUAL(refusal(in_main("filestore = \"files\"")),
                  "x.toml:4:13: instance.filestore: \"files\" is not accepted; "
                  "write an absolute path");
}

CAF_TEST(the values of a schedule are checked) {
  CAF_CHECK_EQUAL(refusal(in_main("[[instance.schedule]]\nwhen = \"x\"")),
                  "x.toml:4:1: instance.schedule.databases: is missing; write "
                  "a regular expression such as \"prod.*\"");
  CAF_CHECK_EQUAL(refusal(in_main("[[instance.schedule]]\ndatabases = \"x\"\n"
                                  "when = \"daily\"")),
                  "x.toml:6:8: instance.schedule.when: \"daily\" is not "
                  "accepted; write five fields of cron, such as \"0 3 * * *\"");
  CAF_CHECK_EQUAL(refusal(in_schedule("keep = {}")),
                  "x.toml:7:8: instance.schedule.keep: would keep nothing; "
                  "write at least one number above 0");
  CAF_CHECK_EQUAL(refusal(in_schedule("copy_to = [\"moon\"]")),
                  "x.toml:7:12: instance.schedule.copy_to: \"moon\" is not "
                  "accepted; write a list of names of [[remote]] tables of "
                  "this file");
}

CAF_TEST(a remote may stand behind the schedule that names it) {
  auto x = load(in_schedule("copy_to = [\"moon\"]")
                + "[[remote]]\nname = \"moon\"\nkind = \"rclone\"\n"
                  "url = \"moon:base\"\n");
  CAF_CHECK_EQUAL(x.remotes.at(0).url, "moon:base");
}

CAF_TEST(the values of a remote and of a notification are checked) {
  CAF_CHECK_EQUAL(refusal("[[remote]]\nname = \"a\"\nurl = \"https://a\""),
                  "x.toml:1:1: remote.kind: is missing; write \"atalaya\", "
                  "\"odoo\" or \"rclone\"");
  CAF_CHECK_EQUAL(refusal("[[notify]]\nurl = \"https://a\"\n"
                          "events = [\"backup_failed\", \"boredom\"]"),
                  "x.toml:3:28: notify.events: \"boredom\" is not accepted; "
                  "write a list of \"backup_failed\", \"backup_overdue\", "
                  "\"proof_failed\", \"disk_forecast\" or \"restart_loop\"");
}

CAF_TEST(a notification without events is told of all) {
  auto x = load("[[notify]]\nurl = \"https://a\"\n");
  CAF_CHECK_EQUAL(x.notifications.at(0).events.size(), 5u);
}

CAF_TEST(a text that is not TOML is refused where it breaks) {
  auto text = refusal("[server]\nlisten = \n");
  CAF_CHECK_EQUAL(text.substr(0, 20), "x.toml:2:10: not TOM");
  CAF_CHECK_EQUAL(text.find('\n'), std::string::npos);
  CAF_CHECK(refusal("[server]\nlisten = \"a:1\"\nlisten = \"b:1\"\n")
              .starts_with("x.toml:3:"));
}

CAF_TEST(a file that is not there is refused by its name) {
  auto refusal_of = [](const std::filesystem::path& file) -> std::string {
    try {
      config::load(file);
    } catch (const config::error& e) {
      CAF_CHECK(e.at() == config::position{});
      return e.what();
    }
    return "accepted";
  };
  CAF_CHECK_EQUAL(refusal_of("/nowhere/x.toml"),
                  "/nowhere/x.toml: can't be read: No such file or directory; "
                  "check its name and that this user may read it");
  CAF_CHECK_EQUAL(refusal_of("/tmp"),
                  "/tmp: can't be read: it is a directory; name a file");
}

CAF_TEST(a file without end is refused) {
  std::string text((1 << 20) + 1, '#');
  CAF_CHECK_EQUAL(refusal(text),
                  "x.toml: can't be read: it is larger than 1 MiB; a "
                  "configuration is not that long");
}

CAF_TEST_FIXTURE_SCOPE_END()
