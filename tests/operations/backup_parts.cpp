#define CAF_SUITE backup_parts

#include <fstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/reflect/write_json.hpp"
#include "operations/backup_name.hpp"
#include "operations/delete_backup.hpp"
#include "operations/part_file.hpp"
#include "operations/recover.hpp"
#include "operations/rename_new.hpp"
#include "operations/room.hpp"
#include "operations/sidecar.hpp"
#include "tests/config/temporary_directory.hpp"
#include "tests/store/refusal.hpp"

#include <caf/test/dsl.hpp>

using namespace atalaya;

namespace fs = std::filesystem;

namespace {

struct fixture {
  fixture() {
    fs::create_directories(dir.path() / "journal");
    what.operation = "o1";
    what.request.target = "prod/1";
    what.request.requested_by = "ana";
    what.plan.name = "main";
    what.plan.backups = (dir.path() / "backups").string();
    what.cancelled = std::make_shared<std::atomic<bool>>(false);
  }

  workshop shop() const {
    return {net::parse_engine_address("unix:///nowhere.sock"),
            store::journal{dir.path() / "journal"}, "me"};
  }

  fs::path folder() const {
    return fs::path{what.plan.backups} / "prod%2F1";
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& x : fs::directory_iterator{folder()})
      result.push_back(x.path().filename());
    std::ranges::sort(result);
    return result;
  }

  backup_place place(const std::string& name) const {
    backup_place result;
    result.backup.filename = name;
    result.backup.size = 1;
    result.path = (folder() / name).string();
    return result;
  }

  temporary_directory dir;
  job what;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(backup_parts_tests, fixture)

CAF_TEST(names of every database become names of files) {
  auto at = parse_rfc3339("2026-11-22T18:51:08Z").value();
  CAF_CHECK_EQUAL(backup_filename("prod", at, backup_format::zip, 1),
                  "prod_2026-11-22_18-51-08.zip");
  CAF_CHECK_EQUAL(backup_filename("prod", at, backup_format::dump, 2),
                  "prod_2026-11-22_18-51-08-2.dump");
  for (auto name :
       {"prod", "../up", ".hidden", "a b", "100%", "Ñandú", "a/b"}) {
    auto folder = percent_encoded(name);
    CAF_CHECK_EQUAL(percent_decoded(folder), name);
    CAF_CHECK(folder.find('/') == std::string::npos);
    CAF_CHECK(!folder.starts_with('.'));
  }
}

CAF_TEST(a part is hidden until it is published whole) {
  context ctx{what, shop()};
  part_file uut{ctx};
  CAF_CHECK_EQUAL(names().size(), 1u);
  CAF_CHECK(names()[0].ends_with(".zip.part"));
  CAF_CHECK(!format_of(names()[0]));
  backup entity;
  entity.filename = uut.filename();
  uut.publish(entity);
  CAF_CHECK_EQUAL(names(), (std::vector<std::string>{
                             uut.filename(), uut.filename() + ".json"}));
}

CAF_TEST(a part that is not published goes) {
  context ctx{what, shop()};
  {
    part_file uut{ctx};
  }
  CAF_CHECK(!fs::exists(folder()));
}

CAF_TEST(backups of one second get names of their own) {
  context ctx{what, shop()};
  std::set<std::string> found;
  for (auto i = 0; i < 3; ++i) {
    part_file uut{ctx};
    uut.publish({});
    found.insert(uut.filename());
  }
  CAF_CHECK_EQUAL(found.size(), 3u);
}

CAF_TEST(a name that somebody took meanwhile is left alone and nothing beside) {
  context ctx{what, shop()};
  {
    part_file part{ctx};
    std::ofstream{folder() / part.filename()} << "another's";
    auto why = refusal_of([&] { part.publish(place(part.filename()).backup); });
    CAF_CHECK(why.find("File exists") != std::string::npos);
  }
  CAF_REQUIRE_EQUAL(names().size(), 1u);
  CAF_CHECK(names()[0].ends_with(".zip"));
}

CAF_TEST(a file gets a name that nothing has whatever the disk knows) {
  fs::create_directories(folder());
  odoo::descriptor at{open(folder().c_str(), O_RDONLY | O_DIRECTORY)};
  std::ofstream{folder() / "taken"} << "old";
  for (auto support :
       {rename_support::flags, rename_support::links, rename_support::none}) {
    std::ofstream{folder() / "new"} << "new";
    auto why
      = refusal_of([&] { rename_new(at.get(), "new", "taken", support); });
    CAF_CHECK(why.find("File exists") != std::string::npos);
    CAF_CHECK_EQUAL(fs::file_size(folder() / "taken"), 3u);
    rename_new(at.get(), "new", "free", support);
    CAF_CHECK_EQUAL(names(), (std::vector<std::string>{"free", "taken"}));
    fs::remove(folder() / "free");
  }
}

CAF_TEST(a killed operation is cleaned up behind and says so) {
  auto child = fork();
  if (child == 0) {
    context ctx{what, shop()};
    part_file part{ctx};
    _exit(0); // as if killed: nothing is destroyed
  }
  waitpid(child, nullptr, 0);
  CAF_REQUIRE_EQUAL(names().size(), 1u);
  auto told = recover(shop());
  CAF_CHECK(!fs::exists(folder()));
  CAF_REQUIRE_EQUAL(told["o1"].size(), 1u);
  CAF_CHECK(told["o1"][0].find(".part was removed") != std::string::npos);
  CAF_CHECK(recover(shop()).empty());
}

CAF_TEST(a sidecar goes without its backup and stays with it) {
  fs::create_directories(folder());
  for (auto name : {"a.zip", "a.zip.json", "b.zip.json", ".c.zip.json.new"})
    std::ofstream{folder() / name} << "x";
  context ctx{what, shop()};
  for (auto name : {"a.zip", "b.zip", "c.zip"})
    ctx.will_leave({leftover_kind::sidecar, (folder() / name).string(), ""});
  recover(shop());
  CAF_CHECK_EQUAL(names(), (std::vector<std::string>{"a.zip", "a.zip.json"}));
}

CAF_TEST(what can not be removed is tried again) {
  context ctx{what, shop()};
  ctx.will_leave({leftover_kind::container_folder, "odoo", "/x"});
  auto told = recover(shop());
  CAF_REQUIRE_EQUAL(told["o1"].size(), 1u);
  CAF_CHECK(told["o1"][0].find("could not be removed") != std::string::npos);
  CAF_CHECK_EQUAL(recover(shop()).size(), 1u);
}

CAF_TEST(links that can not be removed are tried again) {
  auto filestores = dir.path() / "data" / "filestore";
  auto links = dir.path() / "data" / ".atalaya" / "me-o1";
  fs::create_directories(filestores);
  auto deep = links; // Deeper than anything that is removed.
  for (auto i = 0; i < 40; ++i)
    deep /= "x";
  fs::create_directories(deep);
  context ctx{what, shop()};
  ctx.will_leave({leftover_kind::filestore_links, filestores, "me-o1"});
  auto told = recover(shop());
  CAF_REQUIRE_EQUAL(told["o1"].size(), 1u);
  CAF_CHECK(told["o1"][0].find("could not be removed") != std::string::npos);
  fs::remove_all(links / "x");
  told = recover(shop());
  CAF_CHECK_EQUAL(told["o1"], std::vector<std::string>{
                                "its links to the filestore were removed"});
  CAF_CHECK(recover(shop()).empty());
}

CAF_TEST(a sidecar is made changed and keeps what it is not asked to change) {
  fs::create_directories(folder());
  std::ofstream{folder() / "x.zip"} << "x";
  auto made = change_sidecar(place("x.zip"), {"a note", std::nullopt});
  CAF_CHECK_EQUAL(made.note, "a note");
  auto pinned = change_sidecar(place("x.zip"), {std::nullopt, true});
  CAF_CHECK_EQUAL(pinned.note, "a note");
  CAF_CHECK(pinned.pinned);
  auto gone = refusal_of(
    [&] { change_sidecar(place("none.zip"), {"a note", std::nullopt}); });
  CAF_CHECK(gone.find("No such file") != std::string::npos);
  CAF_CHECK_EQUAL(names(), (std::vector<std::string>{"x.zip", "x.zip.json"}));
}

CAF_TEST(a backup is deleted with its sidecar and nothing else) {
  fs::create_directories(folder());
  for (auto name : {"a.zip", "a.zip.json", "b.zip"})
    std::ofstream{folder() / name} << "x";
  what.backup = place("a.zip");
  context ctx{what, shop()};
  delete_backup(ctx);
  CAF_CHECK_EQUAL(names(), (std::vector<std::string>{"b.zip"}));
  delete_backup(ctx); // gone already
  what.backup = place("b.zip");
  change_sidecar(what.backup, {std::nullopt, true});
  context pinned{what, shop()};
  auto why = refusal_of([&] { delete_backup(pinned); });
  CAF_CHECK(why.find("pinned") != std::string::npos);
  CAF_CHECK(fs::exists(folder() / "b.zip"));
}

CAF_TEST(no room is said with the figures) {
  require_room(dir.path(), 1);
  auto why = refusal_of([&] { require_room(dir.path(), uint64_t{1} << 60); });
  CAF_CHECK(why.find("1.0 EiB") != std::string::npos);
  CAF_CHECK(why.find("free") != std::string::npos);
  CAF_CHECK_EQUAL(human_size(512), "512 B");
  CAF_CHECK_EQUAL(human_size(1536), "1.5 KiB");
}

CAF_TEST_FIXTURE_SCOPE_END()
