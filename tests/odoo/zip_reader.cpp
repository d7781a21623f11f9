#define CAF_SUITE odoo_zip_reader

#include "odoo/zip_reader.hpp"

#include "archive_fixture.hpp"

using namespace atalaya::odoo;
using namespace atalaya::test;

namespace {

/// Each case is made by Python, whose writer can be talked into nearly
/// anything, and says what we must answer.
constexpr auto prelude = R"(
import struct, sys, warnings, zipfile
warnings.simplefilter('ignore')
path = sys.argv[1]
def archive(*members, **more):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as z:
        for name, content in members:
            z.writestr(name, content, **more)
def patched(*changes):
    data = bytearray(open(path, 'rb').read())
    for at, new in changes:
        at = at if at >= 0 else len(data) + at
        data[at:at + len(new)] = new
    open(path, 'wb').write(data)
def central(n=0):
    data = open(path, 'rb').read()
    at = -1
    for i in range(n + 1):
        at = data.index(b'PK\x01\x02', at + 1)
    return at
)";

struct fixture : archive_fixture {
  void make(std::string_view script) {
    auto output = run("python3 - " + path.string(),
                      std::string{prelude} + std::string{script});
    CAF_REQUIRE_EQUAL(output, "");
  }

  /// Opens it and reads all; says what went wrong.
  std::string problem(const zip_limits& limits = {}) {
    return problem_of([&] {
      auto fd = open_file(path);
      zip_reader uut{fd.get(), path, limits};
      for (const auto& x : uut.members())
        uut.read(x, [](std::string_view) {});
    });
  }

  void refused(std::string_view script, std::string_view why) {
    CAF_MESSAGE(script);
    make(script);
    auto answer = problem();
    CAF_CHECK(has(answer, why));
    if (!has(answer, why))
      CAF_MESSAGE("said: " << answer);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(zip_reader_tests, fixture)

CAF_TEST(what others write is read) {
  write_file(root / "in/dump.sql", rows(2'000'000, 1));
  write_file(root / "in/filestore/aa/noise", noise(500'000, 2));
  auto in = "cd " + (root / "in").string() + " && ";
  auto made = {// With folders.
               in + "python3 -m zipfile -c ../backup.zip dump.sql filestore",
               // To a pipe: with data descriptors.
               "rm " + path.string() + "; " + in
                 + "python3 -c 'import shutil, sys, zipfile\n"
                   "class pipe:\n"
                   "  def write(self, x): return sys.stdout.buffer.write(x)\n"
                   "  def flush(self): pass\n"
                   "z = zipfile.ZipFile(pipe(), \"w\", zipfile.ZIP_DEFLATED)\n"
                   "z.write(\"dump.sql\")\n"
                   "z.write(\"filestore/aa/noise\")\n"
                   "z.close()' > ../backup.zip"};
  for (const auto& command : made) {
    CAF_CHECK_EQUAL(run(command), "");
    auto fd = open_file(path);
    zip_reader uut{fd.get(), path};
    for (const auto& name : {"dump.sql", "filestore/aa/noise"}) {
      std::string content;
      auto x = uut.member(name);
      CAF_REQUIRE(x != nullptr);
      uut.read(*x, [&](std::string_view piece) { content += piece; });
      CAF_CHECK(content == read_file(root / "in" / name));
    }
    CAF_CHECK(uut.member("dump.sq") == nullptr);
    CAF_CHECK(uut.member("dump.sql2") == nullptr);
  }
}

CAF_TEST(an empty archive and one with a comment are read) {
  make("archive()");
  CAF_CHECK_EQUAL(problem(), "");
  make("archive(('a', b'a'))\nwith zipfile.ZipFile(path, 'a') as z:\n"
       "    z.comment = b'made by hand'");
  CAF_CHECK_EQUAL(problem(), "");
}

CAF_TEST(names that lead elsewhere are refused) {
  for (auto name :
       {"../x", "/etc/x", "a/../x", "a/./x", "a//x", "..", ".", "/"})
    refused("archive(('" + std::string{name} + "', b'x'))", "leads out");
  refused("archive(('a?b', b'x'))\n"
          "patched((30 + 1, b'\\\\'), (central() + 46 + 1, b'\\\\'))",
          "backslash");
  refused("archive(('a?b', b'x'))\n"
          "patched((30 + 1, b'\\0'), (central() + 46 + 1, b'\\0'))",
          "control character");
  refused("archive(('a' * 513, b'x'))", "too long");
  refused("archive(('a', b'x'), ('a', b'y'))", "appears twice");
}

CAF_TEST(what is no plain file is refused) {
  refused("i = zipfile.ZipInfo('link')\ni.external_attr = 0o120777 << 16\n"
          "i.create_system = 3\n"
          "archive((i, b'/etc/passwd'))",
          "link or a device");
  refused("archive(('a', b'x'))\npatched((central() + 8, b'\\x01'))",
          "encrypted");
  refused("archive(('a', b'x'), compress_type=zipfile.ZIP_BZIP2)", "method 12");
  refused("archive(('a/', b'x'))", "has content");
}

CAF_TEST(members that overlap are refused) {
  refused("archive(('a', b'x' * 99), ('b', b'x' * 99))\n"
          "patched((central(1) + 42, struct.pack('<I', 5)))",
          "overlaps");
  refused("archive(('a', b'x' * 99), ('b', b'x' * 99))\n"
          "patched((central(1) + 42, struct.pack('<I', 0)))",
          "overlaps");
  refused("archive(('a', b'x' * 99), ('b', b'x' * 99))\n"
          "patched((central() + 20, struct.pack('<I', 999)))",
          "overlaps");
  // A longer extra field in the local header moves the content.
  refused("archive(('a', b'x' * 99))\npatched((28, b'\\x05'))", "overlaps");
}

CAF_TEST(an end that lies is refused) {
  refused("open(path, 'wb').write(b'no archive at all, by any means')",
          "no zip archive");
  refused("open(path, 'wb')", "no zip archive");
  refused(
    "archive(('a', b'x'))\npatched((-12, b'\\x02\\0'), (-14, b'\\x02\\0'))",
    "directory");
  refused("archive(('a', b'x'), ('b', b'x'))\n"
          "patched((-12, b'\\x01\\0'), (-14, b'\\x01\\0'))",
          "more members");
  refused("archive(('a', b'x'))\npatched((-6, b'\\0\\0'))", "not where");
  refused("archive(('a', b'x'))\npatched((-18, b'\\x01'))", "several files");
  refused("archive(('a', b'x'))\nd = open(path, 'rb').read()\n"
          "open(path, 'wb').write(b'prefix' + d)",
          "not where");
  refused("archive(('a', b'x'))\nd = open(path, 'rb').read()\n"
          "open(path, 'wb').write(d + b'more')",
          "no zip archive");
  // A second end in the comment of the first.
  refused("archive(('a', b'x'))\nd = open(path, 'rb').read()\n"
          "open(path, 'wb').write(d[:-2] + struct.pack('<H', 22) + d[-22:])",
          "two ways");
}

CAF_TEST(zip64 numbers that lie are refused) {
  refused("archive(('a', b'x'))\n"
          "patched((central() + 24, b'\\xff\\xff\\xff\\xff'))",
          "lacks its zip64");
  refused("archive(('a', b'x'))\npatched((-12, b'\\xff\\xff'), "
          "(-14, b'\\xff\\xff'))",
          "zip64 record is missing");
  auto large = std::string{"zipfile.ZIP64_LIMIT = 10\n"
                           "zipfile.ZIP_FILECOUNT_LIMIT = 0\n"
                           "archive(('a', b'x' * 99))\n"};
  make(large);
  CAF_CHECK_EQUAL(problem(), "");
  refused(large + "patched((-22 - 20 + 8, b'\\x01'))", "zip64 record");
  refused(large
            + "patched((-22 - 20 - 56 + 32, b'\\xff' * 8), "
              "(-22 - 20 - 56 + 24, b'\\xff' * 8))",
          "");
  refused(large + "patched((-22 - 20 - 56 + 40, b'\\xff' * 8))", "");
  refused(large + "patched((central() + 46 + 1 + 4, b'\\xff' * 8))", "");
}

CAF_TEST(content that is not what the directory says is refused) {
  refused("archive(('a', b'x' * 9999))\n"
          "patched((central() + 24, struct.pack('<I', 9998)), "
          "(22, struct.pack('<I', 9998)))",
          "more than it says");
  refused("archive(('a', b'x' * 9999))\n"
          "patched((central() + 24, struct.pack('<I', 10000)), "
          "(22, struct.pack('<I', 10000)))",
          "less than it says");
  refused("archive(('a', b'x' * 9999))\n"
          "patched((central() + 16, b'1234'), (14, b'1234'))",
          "CRC");
  refused("archive(('a', b'x' * 9999))\npatched((31 + 3, b'\\xff\\xff\\xff'))",
          "a ");
  refused("archive(('a', b'x' * 9999))\npatched((14, b'1234'))", "contradicts");
  refused("archive(('a', b'x' * 9999))\npatched((30, b'b'))", "contradicts");
  // A stream that ends before the member does, with another behind it.
  refused("import zlib\nc = zlib.compressobj(9, 8, -15)\n"
          "s = c.compress(b'x' * 50) + c.flush()\n"
          "archive(('a', b'?' * (len(s) * 2)), compress_type=0)\n"
          "n = struct.pack('<I', 50)\n"
          "crc = struct.pack('<I', zlib.crc32(b'x' * 50))\n"
          "patched((31, s + s), (8, b'\\x08'), (22, n), (14, crc), "
          "(central() + 10, b'\\x08'), (central() + 24, n), "
          "(central() + 16, crc))",
          "behind its end");
}

CAF_TEST(a member that grows without end gives no more than it says) {
  make("archive(('a', bytes(300 << 20)))\n"
       "patched((central() + 24, struct.pack('<I', 1000)), "
       "(22, struct.pack('<I', 1000)))");
  auto fd = open_file(path);
  zip_reader uut{fd.get(), path};
  auto got = size_t{0};
  auto why = problem_of([&] {
    uut.read(uut.members().front(),
             [&](std::string_view piece) { got += piece.size(); });
  });
  CAF_CHECK(has(why, "more than it says"));
  CAF_CHECK(got <= 1000);
}

CAF_TEST(limits are kept) {
  make("archive(('a', b'x' * 60), ('b', b'x' * 60))");
  CAF_CHECK(has(problem({.members = 1}), "2 members"));
  CAF_CHECK(has(problem({.content = 119}), "larger than 119"));
  CAF_CHECK_EQUAL(problem({.members = 2, .content = 120}), "");
}

CAF_TEST(no cut and no changed byte does more than be an error) {
  make("archive(('dump.sql', b'SELECT 1;\\n' * 40), ('b/', b''))\n"
       "with zipfile.ZipFile(path, 'a') as z:\n"
       "    with z.open('c', 'w', force_zip64=True) as f:\n"
       "        f.write(b'stored')\n"
       "    z.comment = b'comment'");
  auto whole = read_file(path);
  auto read_all = [&](std::string_view bytes) {
    write_file(path, bytes);
    return problem();
  };
  CAF_REQUIRE_EQUAL(read_all(whole), "");
  auto accepted = 0;
  for (auto n = size_t{0}; n < whole.size(); ++n)
    accepted += read_all(std::string_view{whole}.substr(0, n)).empty();
  CAF_CHECK_EQUAL(accepted, 0);
  for (auto i = size_t{0}; i < whole.size(); ++i)
    for (auto mask : {0x01, 0x80, 0xff, 0x10}) {
      auto changed = whole;
      changed[i] = static_cast<char>(changed[i] ^ mask);
      read_all(changed);
    }
}

CAF_TEST_FIXTURE_SCOPE_END()
